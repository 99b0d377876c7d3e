# Class attributes whose values change all the time, while hot code reads them from classes, subclasses and instances.


class Base:
    count = 0
    unit = "cm"
    _private = 1.5

    def bump(self):
        Base.count += 1
        return self.count


class Left(Base):
    pass


class Right(Base):
    unit = "mm"


class Both(Left, Right):
    own = [1]


def read(o):
    return o.count, o.unit, o._private


things = [Base(), Left(), Right(), Both(), Base, Left, Right, Both]
for step in range(60):
    Base.count += step
    if step % 3 == 0:
        Base.unit = "u%d" % step
    if step % 7 == 0:
        Base._private = (step, None)
    if step % 11 == 0:
        Base._private = None
    got = [read(t) for t in things]
    if step % 10 == 0:
        print(step, got[0], got[3], got[7])
    assert got[0] == got[1] == got[4] == got[5], got
    assert got[2] == got[3] == got[6] == got[7], got

print([o.bump() for o in things[:4]])

# An instance or a subclass that shadows, and then no longer does.
for step in range(40):
    Base.count = step
    if step == 10:
        things[0].count = "shadow"
    if step == 20:
        Left.count = "left"
    if step == 25:
        Left.count = "LEFT"
    if step == 30:
        del things[0].count, Left.count
    if step in (9, 10, 19, 20, 24, 25, 29, 30, 39):
        print(step, [read(t)[0] for t in things])


# A plain value becomes a descriptor, a function, an object with __get__, and plain again.
class Get:
    def __get__(self, obj, cls):
        return "got", obj is None, cls.__name__


class Later:
    pass


def kind_of(o):
    r = o.unit
    return r(1) if callable(r) else "later" if r is later else r


later = Later()
for new in (1, 2.5, property(lambda self: "property"), "s", lambda *a: len(a), None, staticmethod(lambda a: ("static", a)),
            7, classmethod(lambda cls, a: (cls.__name__, a)), (), Get(), 10 ** 30, later, 3, later, True):
    Base.unit = new
    row = []
    for i in range(30):
        row = [kind_of(t) if not isinstance(new, property) or i % 2 == 0 else str(type(t.unit).__name__) for t in things[:2]]
        if type(new) in (int, str, float, tuple):
            Base.unit = new
    print(row, kind_of(Left) if not isinstance(new, property) else "-")
Base.unit = later
for i in range(30):
    if i == 15:
        Later.__get__ = lambda self, obj, cls: ("late", cls.__name__)
    row = [things[0].unit is later, things[1].unit is later]
    Base.count = i
    if i in (14, 15, 29):
        print(row)

# New and removed names move the others in the dict.
for step in range(200):
    setattr(Base, "extra%d" % step, step)
    Base.count = step
    assert read(things[3])[0] == step == Base.count == Left.count
    if step % 3 == 0:
        delattr(Base, "extra%d" % step)
print(len([n for n in vars(Base) if n.startswith("extra")]), Base.count)

# The bases change.
class Other:
    count = "other"
    unit = "other unit"
    _private = 0


class Child(Left):
    pass


child = Child()
for step in range(30):
    Base.count = step
    Other.count = -step
    if step == 10:
        Child.__bases__ = (Other,)
    if step == 20:
        Child.__bases__ = (Left,)
    if step in (9, 10, 19, 20, 29):
        print(step, child.count, Child.count)


# Values that die when they are replaced, and a metaclass with the same name.
class Noisy(list):
    def __del__(self):
        print("gone", len(self), Holder.value)


class Holder:
    value = Noisy([1])


Holder.value = Noisy([1, 2])
Holder.value = 5
for i in range(20):
    Holder.value = [i]
Holder.value = 6
print(Holder.value)


class Meta(type):
    limit = 1


class WithMeta(metaclass=Meta):
    limit = 2


for i in range(20):
    Meta.limit = i
    WithMeta.limit = -i
    if i == 10:
        Meta.limit = property(lambda cls: "meta", lambda cls, v: None)
        break
print(WithMeta.limit, WithMeta().limit)
WithMeta.limit = 9
print(WithMeta.limit, WithMeta().limit)
del Meta.limit
print(WithMeta.limit)


# Names that mean something are never that cheap.
class Flag:
    __bool__ = None
    __len__ = None
    __hash__ = None


def truth(o):
    try:
        return bool(o)
    except TypeError as e:
        return str(e)


flag = Flag()
for i in range(20):
    if i == 10:
        Flag.__bool__ = lambda self: False
    if i in (9, 10, 19):
        print(truth(flag))
    Flag.__hash__ = None
try:
    hash(flag)
except TypeError as e:
    print(e)
