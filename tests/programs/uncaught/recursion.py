# oracle: 64-bit
# The repeated lines of an endless recursion are counted.
import sys

sys.setrecursionlimit(150)


def down(n):
    return down(n + 1)


down(0)
