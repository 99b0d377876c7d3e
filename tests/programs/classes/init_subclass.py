# __init_subclass__, __set_name__, __class_getitem__ and __mro_entries__.
class Plugin:
    registry = {}

    def __init_subclass__(cls, name=None, **kw):
        super().__init_subclass__(**kw)
        cls.registry[name or cls.__name__] = cls
        print("subclass", cls.__name__, name)


class A(Plugin):
    pass


class B(A, name="bee"):
    pass


print(sorted(Plugin.registry))
try:
    class C(Plugin, unknown=1):
        pass
except TypeError as e:
    print(str(e).split(".")[-1])


class Descriptor:
    def __set_name__(self, owner, name):
        print("set_name", owner.__name__, name)
        self.name = name

    def __get__(self, instance, owner):
        return self if instance is None else "%s of %s" % (self.name, type(instance).__name__)


class Owner:
    first = Descriptor()
    second = alias = Descriptor()


print(Owner().first, Owner().second, Owner.first.name)
Owner.late = Descriptor()
try:
    Owner().late
except AttributeError as e:
    print("no name:", e)


class BadName:
    def __set_name__(self, owner, name):
        raise ValueError("bad name")


try:
    class Fails:
        attr = BadName()
except (RuntimeError, ValueError) as e:
    print(type(e).__name__)


class Order(type):
    def __new__(mcs, name, bases, ns):
        print("before")
        cls = super().__new__(mcs, name, bases, ns)
        print("after")
        return cls


class InitOrder(metaclass=Order):
    d = Descriptor()

    def __init_subclass__(cls):
        print("init_subclass", cls.__name__, hasattr(cls.d, "name"))


class Sub(InitOrder):
    e = Descriptor()


class Attrs:
    def __init_subclass__(cls):
        cls.fields = [k for k in cls.__dict__.get("__annotations__", {})] if False else sorted(k for k in vars(cls) if k[0] != "_")


class Fields(Attrs):
    x = 1
    y = 2


print(Fields.fields)
