# versions: 3.6-3.12
"""Classes that become abstract while they are called. (CPython 3.13 does not notice.)"""
LIMIT = 300


class Plain:
    def __init__(self, x):
        self.x = x


def refuse():
    Plain.__abstractmethods__ = frozenset(["gone"])


def allow():
    Plain.__abstractmethods__ = frozenset()


last = None
for i in range(LIMIT):
    if i == 100:
        refuse()
    if i == 200:
        allow()
    try:
        now = Plain(i).__class__.__name__
    except TypeError as e:
        now = "refused"
    if now != last:
        print(i, now)
        last = now
