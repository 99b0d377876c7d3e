# sizes: 80000 to time, 1000 to count
"""Classes with special methods: arithmetic, comparison, containers, iteration, truth, hashing."""
import sys


class Vector:
    __slots__ = ("x", "y")

    def __init__(self, x, y):
        self.x, self.y = x, y

    def __add__(self, other):
        return Vector(self.x + other.x, self.y + other.y)

    def __sub__(self, other):
        return Vector(self.x - other.x, self.y - other.y)

    def __mul__(self, k):
        return Vector(self.x * k, self.y * k)

    __rmul__ = __mul__

    def __neg__(self):
        return Vector(-self.x, -self.y)

    def __eq__(self, other):
        return self.x == other.x and self.y == other.y

    def __lt__(self, other):
        return self.x < other.x

    def __hash__(self):
        return self.x * 31 + self.y

    def __bool__(self):
        return self.x != 0 or self.y != 0


class Grid:
    def __init__(self, width):
        self.width = width
        self.cells = [0] * (width * width)

    def __getitem__(self, at):
        return self.cells[at[0] * self.width + at[1]]

    def __setitem__(self, at, value):
        self.cells[at[0] * self.width + at[1]] = value

    def __len__(self):
        return len(self.cells)

    def __contains__(self, value):
        return value in self.cells

    def __iter__(self):
        return iter(self.cells)


def main(n):
    total = Vector(0, 0)
    grid = Grid(8)
    seen = set()
    for i in range(n):
        v = Vector(i % 5, i % 3)
        total = total + v * 2 - -v + 3 * v
        if v == Vector(1, 1) or v < total:
            seen.add(v)
        if v:
            grid[i % 8, i % 7] = grid[i % 7, i % 8] + 1
        total.x += len(grid) if i in grid else 0
    return total.x, total.y, len(seen), sum(grid), sorted(seen)[0].x


print(main(int(sys.argv[1])))
