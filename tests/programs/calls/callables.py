# Everything that can be called: functions, methods, classes, instances, partial application by hand.
class Adder:
    def __init__(self, n):
        self.n = n

    def __call__(self, x, *more, **named):
        return self.n + x + sum(more) + sum(named.values())

    def method(self, x):
        return self.n * x

    @classmethod
    def make(cls, n):
        return cls(n)

    @staticmethod
    def double(x):
        return 2 * x


a = Adder(5)
print(a(1), a(1, 2, 3), a(1, z=4), a.method(3), Adder.method(a, 4), Adder.make(2)(1), a.make(7).n, Adder.double(4), a.double(1))
bound = a.method
print(bound(2), bound.__self__ is a, bound.__func__ is Adder.__dict__["method"], bound.__name__, bound == a.method)
print([callable(x) for x in (a, Adder, bound, len, 5, None, lambda: 0, "x".join)])
print(list(map(a, [1, 2])), list(map(Adder, [1]))[0].n, sorted("bA", key=str.lower))
print(type(bound).__name__, type(len).__name__, type(Adder.method).__name__, type("".join).__name__, type(str.join).__name__)
a.instance_call = lambda x: x * 100
print(a.instance_call(2))
a.__call__ = lambda x: "ignored"
print(a(1))


class Meta(type):
    def __call__(cls, *args):
        print("meta call", args)
        return super().__call__(*args)


class WithMeta(metaclass=Meta):
    def __init__(self, x):
        self.x = x


print(WithMeta(3).x)


class NewOther:
    def __new__(cls, value):
        return value if value else super().__new__(cls)

    def __init__(self, value):
        print("init", value)


print(NewOther(5))
print(type(NewOther(0)).__name__)


class BadInit:
    def __init__(self):
        return 5


try:
    BadInit()
except TypeError as e:
    print(e)


def function_attributes():
    "doc"


function_attributes.x = 1
print(function_attributes.x, function_attributes.__doc__, function_attributes.__name__, function_attributes.__dict__)
function_attributes.__name__ = "renamed"
print(function_attributes.__name__, function_attributes.__qualname__, function_attributes.__module__)
for name, value in (("__name__", 5), ("__code__", 5), ("__defaults__", 5), ("__kwdefaults__", 5)):
    try:
        setattr(function_attributes, name, value)
    except TypeError as e:
        print(e)
other = lambda a, b=2: (a, b)
function_attributes.__code__ = other.__code__
try:
    print(function_attributes(1))
except TypeError as e:
    print(e)
print(function_attributes(1, 2))
