# sizes: 60000 to time, 1000 to count
"""Calls of all kinds: positional, defaults, keywords, star, methods, closures, native functions."""
import sys


def two(a, b):
    return a + b


def defaults(a, b=2, c=3):
    return a + b + c


def keywords(a, *, scale=1, offset=0):
    return a * scale + offset


def star(*args, **kwargs):
    return len(args) + len(kwargs)


class Account:
    def __init__(self, balance):
        self.balance = balance

    def add(self, amount, fee=1):
        self.balance += amount - fee
        return self

    @staticmethod
    def rate(n):
        return n & 3

    @classmethod
    def opened(cls, n):
        return cls(n)

    def __call__(self, x):
        return x + 1


def adder(n):
    def add(x):
        return x + n
    return add


def main(n):
    total = 0
    account = Account(0)
    plus = adder(5)
    method = account.add
    args = (1, 2)
    for i in range(n):
        total += two(i, 1) + two(b=i, a=2)
        total += defaults(i) + defaults(i, 1) + defaults(i, c=4)
        total += keywords(i, scale=2) + keywords(i, offset=i)
        total += star(i, i, x=i) + star(*args)
        account.add(i).add(1, 0)
        method(2)
        total += Account.rate(i) + Account.opened(i).balance
        total += plus(i) + account(i)
        total += abs(-i) + len(args) + min(i, 7) + max(1, i)
    return total, account.balance


print(main(int(sys.argv[1])))
