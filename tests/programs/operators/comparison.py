# Rich comparison: reflection, identity, NotImplemented, subclasses, containers, sorting.
class Cmp:
    def __init__(self, name, answer=NotImplemented):
        self.name, self.answer = name, answer

    def _do(op):
        def method(self, other):
            print("%s.%s" % (self.name, op), end=" ")
            return self.answer
        return method

    __lt__, __le__, __eq__, __ne__, __gt__, __ge__ = map(_do, "lt le eq ne gt ge".split())


a, b = Cmp("a"), Cmp("b", "answer of b")
print(a < b, a <= b, a == b, a != b, a > b, a >= b)
c = Cmp("c")
print(a == c, a != c, a == a)
for f in (lambda: a < c, lambda: a >= c, lambda: a < 1, lambda: 1 > a):
    try:
        f()
    except TypeError as e:
        print(e)


class OnlyLt:
    def __init__(self, v):
        self.v = v

    def __lt__(self, other):
        return self.v < other.v

    def __repr__(self):
        return "L%d" % self.v


print(sorted([OnlyLt(3), OnlyLt(1), OnlyLt(2)]), max(OnlyLt(1), OnlyLt(5)), OnlyLt(1) > OnlyLt(0))


class OnlyEq:
    def __init__(self, v):
        self.v = v

    def __eq__(self, other):
        return isinstance(other, OnlyEq) and self.v == other.v


print(OnlyEq(1) == OnlyEq(1), OnlyEq(1) != OnlyEq(1), OnlyEq(1) != 5, [OnlyEq(1)] == [OnlyEq(1)], OnlyEq(2) in (1, OnlyEq(2)))
print(OnlyEq.__hash__)
try:
    hash(OnlyEq(1))
except TypeError as e:
    print(e)


class Sub(OnlyEq):
    def __eq__(self, other):
        print("Sub.eq first", end=" ")
        return super().__eq__(other)


print(OnlyEq(1) == Sub(1), Sub(1) == OnlyEq(1))
print(1 < 2.5, 1 == 1.0, True == 1, "a" < "b", (1, 2) < (1, 3), [1] < [1, 0], "a" == 1, None == 0, 1 != "1")
for f in (lambda: 1 < "a", lambda: None < None, lambda: [] < (), lambda: {} < {}, lambda: 1j < 2j, lambda: (1, "a") < (1, 2), lambda: b"a" < "a"):
    try:
        f()
    except TypeError as e:
        print(e)
nan = float("nan")
print(nan == nan, nan != nan, nan < 1, [nan] == [nan], nan in [nan], nan is nan)


class Weird:
    def __eq__(self, other):
        return []

    def __contains__(self, x):
        return "truthy"


print(Weird() == 1, Weird() != 1, 5 in Weird(), 5 not in Weird(), Weird() in [1], [Weird()] == [1])


class BadBool:
    def __eq__(self, other):
        class R:
            def __bool__(self):
                raise ValueError("no truth")
        return R()


try:
    BadBool() in [1]
except ValueError as e:
    print(e)
print(1 is 1 if True else 0, not 1 == 2, (1 < 2) == True, 3 > 2 > 1)
