# super(): zero arguments, two arguments, in class methods, static use, cooperative chains, errors.
class A:
    x = "A.x"

    def f(self):
        return ["A"]

    @classmethod
    def c(cls):
        return "A.c " + cls.__name__

    @property
    def p(self):
        return "A.p"

    @staticmethod
    def s():
        return "A.s"


class B(A):
    def f(self):
        return ["B"] + super().f()

    @classmethod
    def c(cls):
        return "B.c " + super().c()


class C(A):
    x = "C.x"

    def f(self):
        return ["C"] + super(C, self).f()

    @property
    def p(self):
        return "C.p " + super().p


class D(B, C):
    def f(self):
        return ["D"] + super().f()

    def attributes(self):
        return super().x, super().p, super().s(), super(B, self).x

    @classmethod
    def c(cls):
        return "D.c " + super().c()

    def in_nested(self):
        def inner():
            return __class__.__name__, super(__class__, self).f()
        return inner()

    def lambdas(self):
        return [(lambda: super(D, self).f())() for _ in range(1)]


d = D()
print(d.f(), d.attributes(), D.c(), d.c(), d.in_nested(), d.lambdas())
s = super(B, d)
print(s.f(), s.__thisclass__.__name__, s.__self__ is d, s.__self_class__.__name__, s.x)
print(super(C, D).f(d), super(B, D).c())


class Setter(A):
    def set(self):
        try:
            super().x = 5
        except AttributeError as e:
            print(e)


Setter().set()


class NoSelf:
    def f():
        return super()

    def deleted(self):
        del self
        return super()

    def missing(self):
        return super().missing


def plain_function(self):
    return super()


class WrongType(A):
    def f(self):
        return super().f()


for call in (lambda: NoSelf.f(), lambda: NoSelf().deleted(), lambda: NoSelf().missing(), lambda: plain_function(1),
             lambda: super(int, "x"), lambda: super(5, 6), lambda: WrongType.f(5)):
    try:
        print(call())
    except (RuntimeError, TypeError, AttributeError) as e:
        print(type(e).__name__, e)


class Base:
    def __init__(self, **kw):
        print("Base", kw)


class Mixin1(Base):
    def __init__(self, a, **kw):
        print("Mixin1", a)
        super().__init__(**kw)


class Mixin2(Base):
    def __init__(self, b, **kw):
        print("Mixin2", b)
        super().__init__(**kw)


class All(Mixin1, Mixin2):
    def __init__(self, **kw):
        super().__init__(**kw)


All(a=1, b=2)


class Cell:
    def get(self):
        return __class__


print(Cell().get() is Cell)
x = super
print(x(B, d).f())


class Shadow(A):
    def f(self):
        super = lambda: A()
        return super().f()


print(Shadow().f())


# What super() gives is bound as any other attribute is, whatever it is and however often it has been read.
class Native(list):
    def parts(self):
        method, init, size = super().append, super().__init__, super().__len__
        return [type(m).__name__ for m in (method, init, size)], method.__name__, hasattr(method, "__func__")

    @classmethod
    def new(cls):
        made = super().__new__
        return type(made).__name__, type(made(cls)).__name__


class Methods:
    def plain(self):
        return 1

    @classmethod
    def of_class(cls):
        return cls.__name__

    @staticmethod
    def static():
        return 2


class Readers(Methods):
    def read(self):
        plain, of_class, static = super().plain, super().of_class, super().static
        return [(type(m).__name__, m()) for m in (plain, of_class, static)]

    @classmethod
    def read_of_class(cls):
        of_class, static = super().of_class, super().static
        return [(type(m).__name__, m()) for m in (of_class, static)]


for _ in range(20):
    got = Native([1]).parts(), Native.new(), Readers().read(), Readers.read_of_class()
print(*got, sep="\n")
