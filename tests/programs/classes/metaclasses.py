# Metaclasses: __new__, __init__, __call__, __prepare__, keywords, conflicts, attributes.
class Meta(type):
    @classmethod
    def __prepare__(mcs, name, bases, **kw):
        print("prepare", mcs.__name__, name, [b.__name__ for b in bases], kw)
        return {"injected": "from prepare"}

    def __new__(mcs, name, bases, namespace, **kw):
        print("new", name, sorted(k for k in namespace if not k.startswith("__")), kw)
        return super().__new__(mcs, name, bases, namespace)

    def __init__(cls, name, bases, namespace, **kw):
        print("init", name, kw)
        super().__init__(name, bases, namespace)

    def __call__(cls, *args):
        print("call", cls.__name__, args)
        return super().__call__(*args)

    @property
    def meta_property(cls):
        return "property of " + cls.__name__

    def meta_method(cls):
        return cls.__name__.lower()

    def __len__(cls):
        return 42

    def __getitem__(cls, key):
        return cls.__name__, key

    def __contains__(cls, item):
        return item == 1

    def __iter__(cls):
        return iter("abc")

    def __repr__(cls):
        return "<meta %s>" % cls.__name__


class Base(metaclass=Meta, option=1):
    y = injected + "!"

    def __init__(self, *args):
        self.args = args


class Child(Base, flag=True):
    pass


print(Base, Child, type(Child).__name__, Base.y, Base.meta_property, Child.meta_method(), len(Base), Base[5], 1 in Base, list(Base))
c = Child(1, 2)
print(c.args, hasattr(c, "meta_method"))


class Ordered(dict):
    def __setitem__(self, key, value):
        if not key.startswith("__"):
            print("set", key)
        super().__setitem__(key, value)

    def __missing__(self, key):
        if key.startswith("auto_"):
            return "made " + key
        raise KeyError(key)


class Recording(type):
    __prepare__ = classmethod(lambda mcs, name, bases: Ordered())

    def __new__(mcs, name, bases, namespace):
        return super().__new__(mcs, name, bases, dict(namespace))


class R(metaclass=Recording):
    a = 1
    b = auto_x
    c = [a, b]
    del a


print(R.b, R.c, hasattr(R, "a"))


class Other(type):
    pass


class WithOther(metaclass=Other):
    pass


for bases in ((Base, WithOther), (WithOther, int)):
    try:
        print(type(type("Conflict", bases, {})).__name__)
    except TypeError as e:
        print(e)


def function_metaclass(name, bases, namespace, **kw):
    return name, bases, sorted(k for k in namespace if k[:2] != "__"), kw


class NotAClass(metaclass=function_metaclass, extra=3):
    attr = 1


print(NotAClass)


class BadPrepare(type):
    __prepare__ = classmethod(lambda mcs, name, bases: 5)


try:
    class X(metaclass=BadPrepare):
        pass
except TypeError as e:
    print(e)
try:
    class Y(unknown=1):
        pass
except TypeError as e:
    print(str(e).split(".")[-1])
for args in (("X",), ("X", (), 5), ("X", [], {}), (5, (), {})):
    try:
        type(*args)
    except TypeError as e:
        print(e)
print(type(c) is Child, type(5), type("N", (), {"a": 1}).a)


class Singleton(type):
    instances = {}

    def __call__(cls, *args):
        if cls not in cls.instances:
            cls.instances[cls] = super().__call__(*args)
        return cls.instances[cls]


class S(metaclass=Singleton):
    pass


print(S() is S())
