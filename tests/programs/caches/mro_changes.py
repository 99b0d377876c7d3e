"""MROs that are looked at while they are made, and changes of bases that fail half way."""


# mro() that looks at the class while it is being made.
class Curious(type):
    def mro(cls):
        seen.append(hasattr(cls, "x") and hasattr(cls, "nothing"))
        return type.mro(cls)


class X:
    x = "x"


class Y:
    y = "y"


seen = []
for i in range(20):
    class Z(X, Y, metaclass=Curious):
        pass
    now = Z.x, Z.y
print(seen[-1], now)
Y.y = "changed"
X.x = "changed too"
print(Z.x, Z.y, Z().y)


# A class below cannot be ordered with the new bases: everything stays as it was.
class A:
    name = "A"


class B(A):
    name = "B"


class Top:
    name = "Top"


class Upper(Top):
    pass


class Good(Upper):
    pass


class Bad(A, Upper):
    pass


def names():
    return Upper.name, Good.name, Good().name, Bad.name, [k.__name__ for k in Bad.__mro__]


before = names()
for i in range(100):
    try:
        Upper.__bases__ = (A,)
    except TypeError as e:
        error = str(e).splitlines()[0]
    now = names()
print(error, now == before, now, Upper.__bases__ == (Top,), A.__subclasses__() == [B, Bad])
Top.name = "changed"
print(names())
A.name = "changed A"
B.name = "changed B"
print(names())
Good.__bases__ = (B,)
print(names())
