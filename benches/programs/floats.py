# sizes: 8000 to time, 150 to count
"""Floats: a small n-body system, a Mandelbrot set and numeric integration."""
import math
import sys


class Body:
    def __init__(self, x, y, vx, vy, mass):
        self.x, self.y, self.vx, self.vy, self.mass = x, y, vx, vy, mass


def step(bodies, dt):
    for i, a in enumerate(bodies):
        for b in bodies[i + 1:]:
            dx, dy = a.x - b.x, a.y - b.y
            d = dx * dx + dy * dy + 0.01
            f = dt / (d * math.sqrt(d))
            a.vx -= dx * b.mass * f
            a.vy -= dy * b.mass * f
            b.vx += dx * a.mass * f
            b.vy += dy * a.mass * f
    for b in bodies:
        b.x += dt * b.vx
        b.y += dt * b.vy


def mandelbrot(size):
    inside = 0
    for py in range(size):
        for px in range(size):
            x = y = 0.0
            cx, cy = 3.0 * px / size - 2.0, 2.0 * py / size - 1.0
            for _ in range(30):
                x, y = x * x - y * y + cx, 2.0 * x * y + cy
                if x * x + y * y > 4.0:
                    break
            else:
                inside += 1
    return inside


def integrate(f, a, b, n):
    h = (b - a) / n
    return h * sum(f(a + h * (i + 0.5)) for i in range(n))


def main(n):
    bodies = [Body(0.0, 0.0, 0.0, 0.0, 10.0), Body(1.0, 0.0, 0.0, 3.0, 0.1), Body(-2.0, 0.5, 0.3, -2.0, 0.2)]
    for _ in range(n * 5):
        step(bodies, 0.001)
    area = integrate(lambda x: math.sin(x) * x ** 2, 0.0, 2.0, n * 5)
    return "%.9f %.9f" % (bodies[1].x, bodies[2].y), mandelbrot(12 + n // 20), "%.6f" % area


print(main(int(sys.argv[1])))
