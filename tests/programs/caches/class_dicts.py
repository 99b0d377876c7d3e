# versions: 3.9+
"""Comparing `__dict__` of a class, and what the other operand sees."""


class Curious:
    def __eq__(self, other):
        self.seen = other
        return True

    __hash__ = None

    def __ror__(self, other):
        self.seen = other
        return "or"


class C:
    value = [1]

    def method(self):
        return "method"


c, other = C(), Curious()


def read():
    return c.value, c.method()


for i in range(300):
    now = read()
    if i == 100:
        print(C.__dict__ == other, type(other.seen).__name__, "method" in other.seen)
    if i == 200:
        print(C.__dict__ | other, type(other.seen).__name__, "method" in other.seen)
print(now)
print(C.__dict__ == dict(C.__dict__), C.__dict__ == {}, dict(C.__dict__) == C.__dict__, C.__dict__ == C.__dict__)
print(sorted(k for k in C.__dict__ | {"more": 1} if k[0] != "_"), sorted(k for k in {"more": 1} | C.__dict__ if k[0] != "_"))
