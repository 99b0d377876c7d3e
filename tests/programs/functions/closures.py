# Closures: shared cells, late binding, nonlocal, several levels, cells of parameters.
def counter():
    n = 0

    def up(by=1):
        nonlocal n
        n += by
        return n

    def down():
        nonlocal n
        n -= 1
        return n

    def get():
        return n
    return up, down, get


up, down, get = counter()
up(), up(5), down()
print(get())
up2, _, get2 = counter()
print(up2(), get(), get2())
print([f() for f in [lambda: i for i in range(3)]])
print([f() for f in [lambda i=i: i for i in range(3)]])
print([f() for f in [(lambda j: lambda: j)(i) for i in range(3)]])


def levels(a):
    def two(b):
        c = a + b

        def three(d):
            nonlocal c
            c += d

            def four():
                nonlocal a
                a *= 2
                return a, b, c, d
            return four
        return three
    return two


four = levels(1)(2)(3)
print(four(), four())


def parameter_cells(a, *args, b=1, **kw):
    def show():
        return a, args, b, kw
    a += 1
    b = "changed"
    return show


print(parameter_cells(1, 2, 3, x=4)())


def unbound():
    def inner():
        return later
    try:
        inner()
    except NameError as e:
        print(type(e).__name__, str(e).split(" referenced")[0].split("cannot")[0])
    later = "now"
    return inner()


print(unbound())


def loop_variable():
    functions = []
    for i in range(3):
        def f():
            return i
        functions.append(f)
    return [f() for f in functions]


print(loop_variable())


def recursive():
    def fib(n):
        return n if n < 2 else fib(n - 1) + fib(n - 2)
    return fib(15)


print(recursive())


def exception_variable():
    def get():
        return e
    try:
        raise ValueError("v")
    except ValueError as e:
        print(repr(get().args))
    try:
        get()
    except NameError as error:
        print(type(error).__name__)


exception_variable()
x = "global"


def skips_a_level():
    def middle():
        def inner():
            nonlocal y
            y = "set by inner"
            return x
        return inner
    y = "outer"
    print(middle()())
    return y


print(skips_a_level())
