"""Functions whose code, defaults and closure change while they are called."""
LIMIT = 300


def f(a, b=2, *, c=3):
    return a, b, c


def g(a, b=20, *, c=30):
    return "g", a, b, c


def one(a):
    return "one", a


def star(*args, **kwargs):
    return "star", args, kwargs


def generator(a, b=5, *, c=6):
    yield a + b + c


def steps_of(i, steps):
    if i in steps:
        steps[i]()


def trace(call, steps):
    last = None
    for i in range(LIMIT):
        steps_of(i, steps)
        try:
            now = call()
        except TypeError as e:
            now = str(e)
        if now != last:
            print(i, now)
            last = now


def set_(obj, **kw):
    def do():
        for k, v in kw.items():
            setattr(obj, k, v)
    return do


code = f.__code__
trace(lambda: f(1), {
    20: set_(f, __defaults__=(5,)),
    40: set_(f, __defaults__=None),
    60: set_(f, __defaults__=(1, 2)),
    80: set_(f, __kwdefaults__=None),
    100: set_(f, __kwdefaults__={"c": "new"}),
    120: lambda: f.__kwdefaults__.update(c="in place"),
    140: lambda: f.__kwdefaults__.clear(),
    160: set_(f, __code__=g.__code__, __kwdefaults__={"c": 9}),
    180: set_(f, __code__=one.__code__),
    200: set_(f, __code__=star.__code__),
    220: set_(f, __code__=code),
    240: set_(f, __defaults__=("last",)),
})
f.__defaults__, f.__kwdefaults__ = (2,), {"c": 3}
trace(lambda: f(1, c=4), {100: set_(f, __code__=star.__code__), 200: set_(f, __code__=code)})

# Exactly the positional arguments; then more or fewer.
def two(a, b):
    return a, b


def three(a, b, c):
    return a, b, c


code = two.__code__
trace(lambda: two(1, 2), {
    50: set_(two, __code__=three.__code__),
    100: set_(two, __defaults__=("d",)),
    150: set_(two, __code__=one.__code__),
    200: set_(two, __code__=star.__code__),
    250: set_(two, __code__=code),
})

# A function becomes a generator function, and back.
def value(a, b=5, *, c=6):
    return [a, b, c]


plain = value.__code__
trace(lambda: list(value(1)), {100: set_(value, __code__=generator.__code__), 200: set_(value, __code__=plain)})


# The code changes while the function runs, and while it waits as a generator.
def old(n):
    if n == 0:
        old.__code__ = new.__code__
        return "deepest"
    return old(n - 1), "old", n


def new(n):
    return "new", n


print(old(3), old(3))


def ticks():
    yield "before"
    yield "after"


ticking = ticks()
print(next(ticking))
ticks.__code__ = (lambda: "not a generator").__code__
print(next(ticking), ticks())


# Closures: the cell's content changes, functions of one code with other cells take turns.
def counter(start):
    n = start

    def up():
        nonlocal n
        n += 1
        return n

    def set_n(v):
        nonlocal n
        n = v
    return up, set_n


up_a, set_a = counter(0)
up_b, set_b = counter(1000)
total = []
for i in range(LIMIT):
    if i == 100:
        set_a(0.5)
    if i == 200:
        set_b(10 ** 20)
    total.append((up_a(), up_b()))
print(total[99], total[100], total[199], total[200], total[-1])

# Callables of all kinds at one call.
class Cls:
    def __init__(self, x):
        self.x = x

    def __call__(self, x):
        return "instance call", x

    def method(self, x):
        return "method", x

    @staticmethod
    def static(x):
        return "static", x

    @classmethod
    def klass(cls, x):
        return "class", x


many = [one, Cls, Cls(1), Cls(2).method, Cls.static, Cls.klass, len, [].append, str, "".join, lambda x: x, star]


def call(f):
    r = f("ab")
    return r.x if isinstance(r, Cls) else r


for i in range(LIMIT):
    results = [call(f) for f in many]
print(results)

# Keyword arguments in another order, and by a dict.
def kw(a, b=0, **rest):
    return a, b, rest


for i in range(LIMIT):
    results = [kw(1, b=2), kw(b=1, a=2), kw(a=1, z=i), kw(*(1, 2), **{"y": 3}), kw(**{"a": 1})]
print(results)
trace(lambda: kw(a=1, b=2), {100: set_(kw, __code__=star.__code__), 200: set_(kw, __code__=two.__code__)})
