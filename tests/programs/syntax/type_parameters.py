# versions: 3.12+
# needs: stdlib
# PEP 695: generic functions and classes, type aliases, bounds, laziness, scopes.
def first[T](items: list[T]) -> T:
    return items[0]


def bounded[T: int, U: (str, bytes), *Ts, **P](x: T):
    return T.__name__, T.__bound__, U.__constraints__, Ts.__name__, P.__name__


class Box[T]:
    kind = "box"

    def __init__(self, value: T):
        self.value = value

    def map[U](self, f) -> "Box[U]":
        return Box(f(self.value))

    def param(self):
        return T


class Sub[K, V](Box[K], metaclass=type):
    pass


type Pair[A] = tuple[A, A]
type Lazy = undefined_until_asked
type Recursive = list[Recursive] | int
print(first([1, 2]), first.__type_params__, bounded(1))
print(Box(3).map(str).value, Box.__type_params__, Box[int].__origin__ is Box, Box[int](5).value, Box(1).param() is Box.__type_params__[0], Sub.__type_params__, [c.__name__ for c in Sub.__mro__])
print(Pair, Pair.__name__, Pair.__type_params__, Pair.__value__, Pair[int], type(Pair).__name__)
try:
    Lazy.__value__
except NameError as e:
    print(e)
undefined_until_asked = 5
print(Lazy.__value__, Recursive.__name__)
T = "module T"


def shadow[T](x: T = T):
    return x, T.__name__


print(shadow())
print(first.__annotations__, Box.__init__.__annotations__)


class Outer[T]:
    alias = list[T]
    type Inner = dict[str, T]

    class Nested[U]:
        both = (T, U)

    def generic_method[U](self, a: T, b: U):
        return [t.__name__ for t in (T, U)]


print(Outer.alias, Outer.Inner.__value__, Outer.Nested.both, Outer().generic_method(1, 2), Outer.generic_method.__type_params__)


def bound_is_lazy[T: print("evaluated now")](x):
    return T


print("defined")
bound_is_lazy(1).__bound__
bound_is_lazy(1).__bound__


def decorator(f):
    print("decorating", f.__name__, f.__type_params__)
    return f


@decorator
def decorated[T](x: T, y=[t for t in "ab"]):
    return y


print(decorated(1))
async def agen[T](x: T):
    yield T
print(agen.__type_params__[0].__name__, (lambda: T)())
