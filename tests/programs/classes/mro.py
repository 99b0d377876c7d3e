# C3 linearisation and its errors.
class O:
    pass


class A(O):
    pass


class B(O):
    pass


class C(O):
    pass


class D(O):
    pass


class E(O):
    pass


class K1(A, B, C):
    pass


class K2(D, B, E):
    pass


class K3(D, A):
    pass


class Z(K1, K2, K3):
    pass


def names(cls):
    return " ".join(c.__name__ for c in cls.__mro__)


for cls in O, K1, K2, K3, Z, bool:
    print(names(cls))
print(names(type("X", (K1, K2), {})))
for name, bases in (("BadOrder", (O, A)), ("Cross", (type("P", (A, B), {}), type("Q", (B, A), {}))), ("Twice", (A, A)),
                    ("NotClass", (5,)), ("Final", (bool,)), ("Layout", (int, str)), ("Func", (type(lambda: 0),)),
                    ("NoneBase", (type(None),)), ("Gen", (type(i for i in ()),))):
    try:
        print(names(type(name, bases, {})))
    except TypeError as e:
        print(name, "->", str(e).replace("\n", " | "))


class Override(type):
    def mro(cls):
        print("mro of", cls.__name__)
        return [cls, A, O, object]


class Custom(metaclass=Override):
    pass


print(names(Custom), isinstance(Custom(), A), issubclass(Custom, O))


class X(A):
    value = "x"


class Y(O):
    value = "y"


class User(X):
    pass


user = User()
print(user.value)
User.__bases__ = (Y,)
print(user.value, names(User))
try:
    User.__bases__ = (int,)
except TypeError as e:
    print(str(e).split(":")[0])
try:
    User.__bases__ = ()
except TypeError as e:
    print(e)
try:
    X.__bases__ = (User, X)
except TypeError as e:
    print(e)
print(User.mro() == list(User.__mro__), int.mro())
