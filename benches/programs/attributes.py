# sizes: 25000 to time, 300 to count
"""Instances, attributes, methods, properties, class attributes, `__slots__` and super()."""
import sys


class Shape:
    count = 0
    unit = "cm"

    def __init__(self, x, y):
        self.x = x
        self.y = y
        Shape.count += 1

    @property
    def position(self):
        return self.x, self.y

    @position.setter
    def position(self, value):
        self.x, self.y = value

    def area(self):
        return 0

    def move(self, dx, dy):
        self.x += dx
        self.y += dy


class Square(Shape):
    def __init__(self, x, y, side):
        super().__init__(x, y)
        self.side = side

    def area(self):
        return self.side * self.side + super().area()


class Circle(Shape):
    def __init__(self, x, y, r):
        super().__init__(x, y)
        self.r = r

    def area(self):
        return 3 * self.r * self.r


class Node:
    __slots__ = ("value", "next")

    def __init__(self, value, next):
        self.value = value
        self.next = next


class Lazy:
    def __getattr__(self, name):
        return len(name)


def main(n):
    total = 0
    lazy = Lazy()
    for i in range(n):
        shapes = [Square(i, 1, 2), Circle(1, i, 3), Square(2, i, 4)]
        for s in shapes:
            s.move(1, 2)
            total += s.area() + s.x - s.y
            s.position = (s.y, s.x)
            total += s.position[0] + (s.unit == "cm")
        chain = None
        for k in range(5):
            chain = Node(k, chain)
        while chain is not None:
            total += chain.value
            chain = chain.next
        total += lazy.missing
    return total, Shape.count


print(main(int(sys.argv[1])))
