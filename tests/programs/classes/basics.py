# Class bodies, instances, attributes, inheritance, bound methods, isinstance.
class Animal:
    """An animal."""
    count = 0
    sound = "..."

    def __init__(self, name):
        self.name = name
        Animal.count += 1

    def speak(self):
        return "%s says %s" % (self.name, self.sound)

    def __repr__(self):
        return "%s(%r)" % (type(self).__name__, self.name)


class Dog(Animal):
    sound = "woof"

    def __init__(self, name, trick=None):
        super().__init__(name)
        self.trick = trick

    def speak(self):
        return super().speak() + "!"


a, d = Animal("generic"), Dog("Rex", "roll")
print(a, d, a.speak(), d.speak(), Animal.count, Dog.count)
print(isinstance(d, Animal), isinstance(a, Dog), issubclass(Dog, (int, Animal)), isinstance(d, (int, str)))
print(Dog.__name__, Dog.__qualname__, Dog.__module__, Dog.__bases__, Dog.__base__ is Animal, Animal.__doc__, Dog.__doc__)
print(d.__dict__, d.__class__ is Dog, sorted(k for k in vars(Dog) if not k.startswith("__")))
d.sound = "yip"
print(d.speak(), Dog.sound)
del d.sound
print(d.speak())
try:
    del d.sound
except AttributeError as e:
    print(type(e).__name__, e)
for access in (lambda: d.missing, lambda: Dog.missing, lambda: (5).missing, lambda: None.missing, lambda: len.missing, lambda: "s".missing):
    try:
        access()
    except AttributeError as e:
        print(e)
for assign in (lambda: setattr(5, "x", 1), lambda: setattr("s", "upper", 1), lambda: setattr(int, "x", 1), lambda: setattr(object(), "x", 1),
               lambda: delattr(5, "real"), lambda: delattr(Dog, "nothing")):
    try:
        assign()
    except (AttributeError, TypeError) as e:
        print(type(e).__name__, e)
Dog.added = lambda self, n: (self.name, n)
print(d.added(3))
print([c.__name__ for c in Dog.__mro__], [c.__name__ for c in Animal.__subclasses__()])


class Outer:
    class Inner:
        value = 5

    make = Inner
    attr = Inner.value + 1


print(Outer.Inner.__qualname__, Outer.make().value, Outer.attr)


def factory(base, **attrs):
    class Made(base):
        pass
    for k, v in attrs.items():
        setattr(Made, k, v)
    return Made


M = factory(Dog, sound="made")
print(M("m").speak(), M.__qualname__)
T = type("T", (Animal,), {"sound": "type()", "extra": lambda self: self.sound})
print(T("t").extra(), T, T.__module__)


class Private:
    def __init__(self):
        self.__hidden = 1

    def get(self):
        return self.__hidden


p = Private()
print(p.get(), p.__dict__, hasattr(p, "__hidden"))
p.__dict__["direct"] = 2
print(p.direct)
p.__dict__ = {"replaced": 3}
print(p.replaced, hasattr(p, "direct"))
try:
    p.__dict__ = 5
except TypeError as e:
    print(e)
print(type(Animal), type(type), isinstance(type, object), isinstance(object, type), object.__bases__, type.__bases__)
