# Instances of classes that derive from builtin ones, while their __new__ and __init__ come and go.
class List(list):
    pass


class Text(str):
    pass


class Error(ValueError):
    pass


def make(cls, *args, **kwargs):
    seen = []
    for _ in range(3):
        try:
            v = cls(*args, **kwargs)
            seen.append((type(v).__name__, v.args if isinstance(v, Exception) else v))
        except TypeError as e:
            seen.append(type(e).__name__)
    return seen[0] if seen[0] == seen[1] == seen[2] else seen


def noisy(self, *args, **kwargs):
    made.append((type(self).__name__, args, sorted(kwargs)))


def other(cls, *args, **kwargs):
    return 5


made = []
for cls in List, Text, Error:
    print(cls.__name__, make(cls), make(cls, "ab"), make(cls, "ab", "cd", "ef", "gh"), make(cls, key=1))
    cls.__init__ = noisy
    print("   ", make(cls), make(cls, "ab"), made[-1], len(made))
    del made[:], cls.__init__
    print("   ", make(cls, "ab"), made)
    cls.__new__ = other
    print("   ", make(cls, "ab"), make(cls, 1, 2, 3))
    cls.__new__ = lambda c, *args: Text.__base__.__new__(Text, "text")
    print("   ", make(cls, "ab"))
    del cls.__new__
    base = cls.__base__
    cls.__new__ = base.__new__
    cls.__init__ = base.__init__
    print("   ", make(cls, "ab"))


# What __new__ calls may change the class that it makes an instance of.
class Number(int):
    def __init__(self, *args):
        made.append("init of Number")


class Changing:
    def __int__(self):
        Number.__init__ = lambda self, *args: made.append("another init")
        return 7


print(Number(1), Number(Changing()), Number(2), made)
del Number.__init__
print(Number(3), made)


class Meta(type):
    def __call__(cls, *args):
        return "made by Meta", super(Meta, cls).__call__(*args)


class Called(list, metaclass=Meta):
    pass


print(make(Called, "ab"), type(3), type("T", (List,), {})("ab"))
try:
    type(1, 2)
except TypeError as e:
    print(e)
for value in "12", 2.9, -2.9, True, 1e300, 10 ** 20:
    print(int(value), end=" ")
print()
for bad in float("nan"), float("inf"), [], None:
    try:
        int(bad)
    except (ValueError, OverflowError, TypeError) as e:
        print(type(e).__name__, end=" ")
print(sorted("bca", key=ord, reverse=True), sorted([2, 1]), [[]] * 3, [1, 2] * 2, (1,) * 3, [0] * -1, [] * 10 ** 9)
for call in lambda: sorted([1], None), lambda: sorted([1], cmp=1), lambda: [1] * 1.5, lambda: [1] * 10 ** 30:
    try:
        call()
    except (TypeError, OverflowError) as e:
        print(type(e).__name__, e)


class Key:
    asked = 0

    def __eq__(self, other):
        Key.asked += 1
        return self is other

    def __hash__(self):
        return 1


keys = [Key() for _ in range(4)]
table = {k: i for i, k in enumerate(keys)}
print([table[k] for k in keys], Key.asked)
