# Decorators on functions, methods and classes: order, arguments, wrapping, replacing.
def tag(name):
    print("make", name)

    def decorate(function):
        print("apply", name, "to", getattr(function, "__name__", function))

        def wrapper(*args, **kwargs):
            print("call", name)
            return (name, function(*args, **kwargs))
        wrapper.__name__ = "wrapped_" + function.__name__
        return wrapper
    return decorate


@tag("a")
@tag("b")
def f(x):
    return x


print(f(1), f.__name__)


def register(cls):
    registry.append(cls.__name__)
    cls.extra = "added"
    return cls


registry = []


@register
class C:
    @staticmethod
    def s():
        return "static"

    @classmethod
    def c(cls):
        return cls.__name__

    @property
    def p(self):
        return "property"

    @tag("method")
    def m(self, x):
        return self.p, x


print(registry, C.extra, C.s(), C.c(), C().p, C().m(2))


def nothing(function):
    return "not even a function"


@nothing
def replaced():
    pass


print(replaced)


class CountCalls:
    def __init__(self, function):
        self.function, self.calls = function, 0

    def __call__(self, *args):
        self.calls += 1
        return self.function(*args)


@CountCalls
def g(x):
    return x * 2


print(g(1), g(2), g.calls)


def memo(function):
    cache = {}

    def wrapper(n):
        if n not in cache:
            cache[n] = function(n)
        return cache[n]
    wrapper.cache = cache
    return wrapper


@memo
def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


print(fib(50), len(fib.cache))
