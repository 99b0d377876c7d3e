# sizes: 7000 to time, 100 to count
"""Comprehensions of lists, dicts and sets, nested and with conditions; any, all, sum, zip."""
import sys


def transpose(rows):
    return [[row[i] for row in rows] for i in range(len(rows[0]))]


def multiply(a, b):
    columns = list(zip(*b))
    return [[sum(x * y for x, y in zip(row, column)) for column in columns] for row in a]


def main(n):
    total = 0
    for k in range(n):
        squares = [x * x for x in range(20)]
        pairs = [(x, y) for x in range(6) for y in range(x) if (x + y) % 2]
        table = {x: x * k for x in squares if x % 3}
        digits = {c for x in squares for c in str(x)}
        inverse = {v: key for key, v in table.items()}
        rows = [[x * y + k for x in range(5)] for y in range(5)]
        product = multiply(rows, transpose(rows))
        total += sum(squares) + len(pairs) + sum(table.values()) + len(digits) + len(inverse) + product[2][3]
        total += any(x > 300 for x in squares) + all(x < 400 for x in squares)
    return total


print(main(int(sys.argv[1])))
