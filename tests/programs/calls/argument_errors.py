# The TypeError texts of calls that do not fit the function.
def none():
    pass


def one(a):
    pass


def two(a, b):
    pass


def three(a, b, c):
    pass


def default(a, b=1):
    pass


def star(a, *args):
    pass


def kwonly(*, x):
    pass


def kwonly2(a, *, x, y, z=1):
    pass


def kwonly3(*, x, y, z):
    pass


def kwargs(a, **kw):
    pass


class C:
    def method(self, a):
        pass

    @staticmethod
    def static(a):
        pass

    @classmethod
    def cls(cls, a):
        pass

    def noself():
        pass


class Init:
    def __init__(self, a, b=1):
        pass


class NoInit:
    pass


def attempt(text, call):
    try:
        call()
        print(text, "ok")
    except TypeError as e:
        print(text, "->", str(e))


def bad_mapping():
    return {1: 2}


c = C()
attempt("none(1)", lambda: none(1))
attempt("none(1, 2)", lambda: none(1, 2))
attempt("none(x=1)", lambda: none(x=1))
attempt("one()", lambda: one())
attempt("one(1, 2)", lambda: one(1, 2))
attempt("one(1, a=2)", lambda: one(1, a=2))
attempt("one(b=1)", lambda: one(b=1))
attempt("two()", lambda: two())
attempt("two(b=1)", lambda: two(b=1))
attempt("three()", lambda: three())
attempt("three(1)", lambda: three(1))
attempt("three(1,2,3,4)", lambda: three(1, 2, 3, 4))
attempt("default()", lambda: default())
attempt("default(1,2,3)", lambda: default(1, 2, 3))
attempt("default(1,2,3,k)", lambda: default(1, 2, 3, k=1))
attempt("star()", lambda: star())
attempt("kwonly()", lambda: kwonly())
attempt("kwonly(1)", lambda: kwonly(1))
attempt("kwonly(1, x=1)", lambda: kwonly(1, x=1))
attempt("kwonly2(1)", lambda: kwonly2(1))
attempt("kwonly2(1,2,3, x=1)", lambda: kwonly2(1, 2, 3, x=1))
attempt("kwonly3()", lambda: kwonly3())
attempt("kwonly3(x=1)", lambda: kwonly3(x=1))
attempt("kwargs()", lambda: kwargs())
attempt("kwargs(1, a=1)", lambda: kwargs(1, **{"a": 1}))
attempt("c.method()", lambda: c.method())
attempt("c.method(1,2)", lambda: c.method(1, 2))
attempt("C.method()", lambda: C.method())
attempt("c.static()", lambda: c.static())
attempt("c.cls(1, 2)", lambda: c.cls(1, 2))
attempt("c.noself()", lambda: c.noself())
attempt("Init()", lambda: Init())
attempt("Init(1,2,3)", lambda: Init(1, 2, 3))
attempt("NoInit(1)", lambda: NoInit(1))
attempt("NoInit(x=1)", lambda: NoInit(x=1))
attempt("object(1)", lambda: object(1))
attempt("5()", lambda: 5())
attempt("None()", lambda: None())
attempt("'x'()", lambda: "x"())
attempt("c()", lambda: c())
attempt("*5", lambda: one(*5))
attempt("1, *5", lambda: two(1, *5))
attempt("**5", lambda: one(**5))
attempt("a=1, **5", lambda: two(a=1, **5))
attempt("**{1: 2}", lambda: one(**bad_mapping()))
attempt("duplicate", lambda: one(a=1, **{"a": 2}))
attempt("duplicate 2", lambda: one(**{"a": 1}, **{"a": 2}))
attempt("method duplicate", lambda: c.method(a=1, **{"a": 2}))
attempt("len duplicate", lambda: len(x=1, **{"x": 2}))
(lambda: attempt("lambda", lambda: (lambda x: x)()))()
