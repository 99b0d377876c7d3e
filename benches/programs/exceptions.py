# sizes: 40000 to time, 600 to count
"""Exceptions: raised and caught near and far, finally, with, and blocks that never raise."""
import sys


class Problem(Exception):
    def __init__(self, code):
        super().__init__(code)
        self.code = code


class Worse(Problem):
    pass


class Guard:
    def __init__(self, log):
        self.log = log

    def __enter__(self):
        return self

    def __exit__(self, kind, value, traceback):
        self.log[0] += 1
        return kind is KeyError


def deep(n, code):
    if n == 0:
        raise (Worse if code & 1 else Problem)(code)
    try:
        return deep(n - 1, code)
    finally:
        code += 1


def lookup(table, key):
    try:
        return table[key]
    except KeyError:
        return -1


def main(n):
    table = {k: k for k in range(0, 100, 2)}
    log = [0]
    total = 0
    for i in range(n):
        total += lookup(table, i % 100)
        try:
            deep(5, i)
        except Worse as e:
            total += e.code * 2
        except Problem as e:
            total += e.code
        with Guard(log):
            total += 1
            if i & 3 == 0:
                raise KeyError(i)
        try:
            total += i
        except ValueError:
            total = 0
        else:
            total += 1
        finally:
            total -= 2
        try:
            try:
                int("x")
            except ValueError as e:
                raise Problem(i) from e
        except Problem as e:
            total += e.__cause__ is not None
    return total, log[0]


print(main(int(sys.argv[1])))
