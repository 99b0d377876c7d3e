"""Eight small programs, each one part of the language: `spike.py NAME`."""
import sys


def fib(n):
    if n < 2:
        return n
    return fib(n - 1) + fib(n - 2)


def w_fib():
    return fib(27)


def w_int():
    s = 0
    for i in range(1000):
        for j in range(1000):
            s += i * j % 7
    return s


def w_float():
    x = 0.3
    y = 1.0
    z = 0.2
    vx = 0.5
    vy = 0.1
    vz = 0.3
    dt = 0.001
    for i in range(100000):
        d2 = x * x + y * y + z * z
        mag = dt / (d2 * d2 + 0.1)
        vx -= x * mag
        vy -= y * mag
        vz -= z * mag
        x += dt * vx
        y += dt * vy
        z += dt * vz
    return x + y + z


def w_sieve():
    n = 300000
    flags = []
    i = 0
    while i <= n:
        flags.append(True)
        i += 1
    count = 0
    i = 2
    while i <= n:
        if flags[i]:
            count += 1
            j = i + i
            while j <= n:
                flags[j] = False
                j += i
        i += 1
    return count


class Point:
    def __init__(self, x, y):
        self.x = x
        self.y = y
    def move(self, dx, dy):
        self.x += dx
        self.y = self.y + dy
    def norm1(self):
        return self.x + self.y


def w_attr():
    p = Point(0, 0)
    t = 0
    i = 0
    while i < 200000:
        p.move(1, 2)
        t += p.norm1()
        i += 1
    return t


def w_dict():
    d = {}
    keys = ("alpha", "beta", "gamma", "delta", "eps", "zeta", "eta", "theta")
    for k in keys:
        d[k] = 0
    i = 0
    while i < 50000:
        for k in keys:
            d[k] = d[k] + 1
        d["alpha"] = d["beta"] + i
        i += 1
    return d["gamma"] + d["alpha"]


def gen(n):
    i = 0
    while i < n:
        yield i
        i += 1


def w_gen():
    t = 0
    for v in gen(500000):
        t += v
    return t


def w_alloc():
    i = 0
    t = 0
    while i < 150000:
        p = Point(i, i + 1)
        q = (p.x, p.y)
        a, b = q
        t += a + b
        i += 1
    return t


print(globals()["w_" + sys.argv[1]]())
