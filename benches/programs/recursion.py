# sizes: 16 to time, 8 to count
"""Recursion: fib, Ackermann, permutations, queens, Hanoi, and one call inside another a thousand deep."""
import sys


def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


def ackermann(m, n):
    if m == 0:
        return n + 1
    if n == 0:
        return ackermann(m - 1, 1)
    return ackermann(m - 1, ackermann(m, n - 1))


def permutations(items):
    if len(items) <= 1:
        return [items]
    return [[x] + rest for i, x in enumerate(items) for rest in permutations(items[:i] + items[i + 1:])]


def queens(n, row=0, columns=0, left=0, right=0):
    if row == n:
        return 1
    count = 0
    for c in range(n):
        bit = 1 << c
        if not (columns & bit or left & (1 << row + c) or right & (1 << row - c + n)):
            count += queens(n, row + 1, columns | bit, left | 1 << row + c, right | 1 << row - c + n)
    return count


def hanoi(n, a, b, c):
    return 0 if n == 0 else hanoi(n - 1, a, c, b) + 1 + hanoi(n - 1, c, b, a)


def deep(n):
    return 0 if n == 0 else 1 + deep(n - 1)


def main(n):
    sys.setrecursionlimit(5000)
    return fib(10 + n), ackermann(2, n), len(permutations(list(range(5)))), queens(5), hanoi(n, 1, 2, 3), deep(900)


print(main(int(sys.argv[1])))
