"""Objects in classes that become descriptors only later: the class of the object changes, not its owner."""
LIMIT = 300


class Value:
    """Nothing special at first."""


class Owner:
    attribute = Value()
    other = Value()

    def __init__(self):
        self.attribute = "instance's"


o = Owner()


def show(v):
    return v if isinstance(v, str) else type(v).__name__


def probe():
    return show(o.attribute), show(o.other), show(Owner.other)


def store():
    try:
        o.attribute = "stored"
    except AttributeError as e:
        return str(e)
    return o.__dict__["attribute"]


def get(self, obj, owner):
    return "got through " + ("class" if obj is None else "instance")


def ignore(self, obj, value):
    pass


last = None
steps = {
    50: lambda: setattr(Value, "__get__", get),
    100: lambda: setattr(Value, "__set__", ignore),
    150: lambda: delattr(Value, "__get__"),
    200: lambda: delattr(Value, "__set__"),
    250: lambda: setattr(Value, "__delete__", ignore),
}
for i in range(LIMIT):
    if i in steps:
        steps[i]()
    o.__dict__["attribute"] = "instance's"
    now = probe(), store()
    if now != last:
        print(i, now)
        last = now
del Value.__delete__


# The same where the attribute lies in a slot of a fresh instance and nobody asks for its dict.
class Fresh:
    attribute = Value()

    def __init__(self):
        self.attribute = "instance's"


last = None
for i in range(LIMIT):
    if i == 100:
        Value.__get__ = get
        Value.__set__ = ignore
    if i == 200:
        del Value.__get__, Value.__set__
    now = show(Fresh().attribute)
    if now != last:
        print(i, now)
        last = now


# The object's class is assigned.
class Descriptor:
    def __get__(self, obj, owner):
        return "descriptor"

    def __set__(self, obj, value):
        pass


v = Value()


class Holder:
    attribute = v


h = Holder()
last = None
for i in range(LIMIT):
    if i == 100:
        v.__class__ = Descriptor
    if i == 200:
        v.__class__ = Value
    now = show(h.attribute), show(Holder.attribute)
    if now != last:
        print(i, now)
        last = now


# A class whose metaclass makes it a descriptor, or begins to.
class Meta(type):
    pass


class Inner(metaclass=Meta):
    pass


class Outer:
    inner = Inner


outer = Outer()
last = None
for i in range(LIMIT):
    if i == 100:
        Meta.__get__ = lambda cls, obj, owner: "inner through " + ("class" if obj is None else "instance")
    if i == 200:
        del Meta.__get__
    now = show(outer.inner), show(Outer.inner)
    if now != last:
        print(i, now)
        last = now


# A callable object among methods that begins to bind.
class Action:
    def __call__(self, *args):
        return "called with %d" % len(args)


class Actor:
    act = Action()


actor = Actor()
last = None
for i in range(LIMIT):
    if i == 100:
        Action.__get__ = lambda self, obj, owner: lambda: "bound"
    if i == 200:
        del Action.__get__
    now = actor.act()
    if now != last:
        print(i, now)
        last = now
