# Reflected methods, NotImplemented, subclasses first, for every binary operator.
import _operator as operator


class Left:
    def __init__(self, answers):
        self.answers = answers


class Right:
    pass


names = "add sub mul truediv floordiv mod pow lshift rshift and xor or matmul".split()
functions = [getattr(operator, n + "_" if n in ("and", "or") else n) for n in names]
for n in names:
    setattr(Left, "__%s__" % n, lambda self, other, n=n: "left " + n if self.answers else NotImplemented)
    setattr(Right, "__r%s__" % n, lambda self, other, n=n: "right " + n)
for function in functions:
    print(function(Left(True), Right()), "|", function(Left(False), Right()), "|", function(1, Right()))
for function in functions:
    try:
        function(Left(False), 1)
    except TypeError as e:
        print(e)
    try:
        function("a", None)
    except TypeError as e:
        print(e)


class Base:
    def __add__(self, other):
        return "Base.add"

    def __radd__(self, other):
        return "Base.radd"


class Sub(Base):
    def __radd__(self, other):
        return "Sub.radd"


class SubPlain(Base):
    pass


print(Base() + Sub(), Base() + SubPlain(), Sub() + Base(), Base() + 1, 1 + Base(), Sub() + Sub())


class Same:
    def __add__(self, other):
        return NotImplemented

    def __radd__(self, other):
        return "radd is not tried for equal types"


try:
    Same() + Same()
except TypeError as e:
    print(e)


class Broken:
    def __add__(self, other):
        raise KeyError("from add")


try:
    Broken() + Sub()
except KeyError as e:
    print("KeyError", e)


class NoneAdd:
    __add__ = None


try:
    NoneAdd() + 1
except TypeError as e:
    print(e)


class OnInstance:
    pass


o = OnInstance()
o.__add__ = lambda other: "instance attribute is ignored"
try:
    o + 1
except TypeError as e:
    print(e)


class MyInt(int):
    def __add__(self, other):
        return MyInt(int(self) + int(other))

    def __radd__(self, other):
        return "MyInt.radd"


print(MyInt(1) + 2, type(MyInt(1) + 2).__name__, 2 + MyInt(1), MyInt(2) * 3)
print(pow(Left(True), 2), divmod(7, 2), Left(True) ** 1)


class Pow:
    def __pow__(self, other, mod=None):
        return "pow", other, mod

    def __divmod__(self, other):
        return "divmod", other

    def __rdivmod__(self, other):
        return "rdivmod", other


print(Pow() ** 2, pow(Pow(), 2, 3), divmod(Pow(), 1), divmod(1, Pow()))
