# needs: stdlib
# functools: wraps, lru_cache, partial, reduce, total_ordering, singledispatch, cmp_to_key, partialmethod.
import functools


def logged(f):
    @functools.wraps(f)
    def wrapper(*args):
        "wrapper's doc"
        return "logged", f(*args)
    return wrapper


@logged
def add(a, b):
    "adds"
    return a + b


print(add(1, 2), add.__name__, add.__doc__, add.__wrapped__(1, 2))


@functools.lru_cache(maxsize=2)
def square(x):
    print("computing", x)
    return x * x


print(square(2), square(2), square(3), square(4), square(2), square.cache_info())
square.cache_clear()
print(square.cache_info(), square.__wrapped__(5))


@functools.lru_cache(maxsize=None)
def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


print(fib(80), fib.cache_info())


@functools.total_ordering
class Version:
    def __init__(self, n):
        self.n = n

    def __eq__(self, other):
        return self.n == other.n

    def __lt__(self, other):
        return self.n < other.n


print(Version(1) <= Version(2), Version(3) > Version(2), Version(1) >= Version(1))


@functools.singledispatch
def show(x):
    return "object"


@show.register(int)
def _(x):
    return "int"


@show.register(list)
def show_list(x):
    return "list of " + ", ".join(map(show, x))


print(show("s"), show(5), show([1, "a", [True]]), show.dispatch(bool)(1))


class C:
    def set(self, k, v):
        return k, v

    on = functools.partialmethod(set, "on")


print(C().on(5), functools.partial(pow, 2)(5), functools.reduce(lambda a, b: a * b, range(1, 6)), sorted([3, 1], key=functools.cmp_to_key(lambda a, b: b - a)))
