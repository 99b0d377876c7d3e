# Attributes of classes whose metaclass is a class too: the metaclass changes, and so does the class's class.


class Meta(type):
    limit = 5

    def count(cls):
        return "count of " + cls.__name__


class Other(type):
    def extra(cls):
        return "extra"


def make(meta, bases=()):
    def class_method(cls, x):
        return cls.__name__, x

    return meta("C", bases, {
        "color": "red", "number": 1, "plain": lambda *a: len(a), "made": classmethod(class_method),
        "free": staticmethod(lambda x: ("free", x)), "prop": property(lambda self: "of the instance")})


def read(c):
    return c.color, c.number, c.plain(1, 2), c.made(3), c.free(4), isinstance(c.prop, property)


def row(c):
    try:
        return read(c)
    except Exception as e:
        return type(e).__name__, str(e)


C = make(Meta)
for step in range(90):
    if step == 10:
        C.color = "green"
    if step == 20:
        Meta.color = "plain in the metaclass"
    if step == 30:
        Meta.color = property(lambda cls: "property of the metaclass")
    if step == 40:
        del Meta.color
    if step == 50:
        Meta.made = property(lambda cls: lambda x: ("made by the metaclass", x))
    if step == 60:
        del Meta.made
    if step == 70:
        Meta.__getattribute__ = lambda cls, name: ("hooked", name) if name == "number" else type.__getattribute__(cls, name)
    if step == 80:
        del Meta.__getattribute__
    r = row(C)
    if step % 10 in (0, 9):
        print(step, r)

# What only the metaclass has, and what it takes back.
for step in range(40):
    if step == 10:
        C.limit = 6
    if step == 20:
        Meta.limit = 7
    if step == 30:
        del C.limit
    r = C.limit, C.count()
    if step % 10 in (0, 9):
        print(step, r)

# Another metaclass at the same place.
D = make(Other)
for step in range(40):
    c = D if step % 3 == 0 else C
    r = row(c)
    if step in (38, 39):
        print(r)
for step in range(30):
    if step == 10:
        D.__class__ = Meta
    if step == 20:
        D.__class__ = Other
    try:
        r = row(D)[0], D.count()
    except AttributeError:
        r = row(D)[0], D.extra()
    if step in (9, 10, 20):
        print(step, r)


class Registry(type):
    def __getattr__(cls, name):
        return "missing " + name


E = make(Registry)
for step in range(30):
    if step == 10:
        del E.color
    if step == 20:
        E.color = "back"
    r = row(E)
    if step in (9, 10, 20):
        print(step, r)
