"""Instance attributes that come, go, move to a dict and change their type."""
LIMIT = 300


class Point:
    def __init__(self, x, y):
        self.x = x
        self.y = y


def read(p):
    return p.x


def write(p, value):
    p.x = value


p = Point(0, "y")
seen = []
for i in range(LIMIT):
    if i == 50:
        p.x = 1.5
    if i == 100:
        p.__dict__["x"] = "dict"
    if i == 150:
        p = Point("new", 1)
    if i == 200:
        del p.x
    if i == 201:
        p.x = "back"
    if i == 250:
        p.__dict__ = {"x": "another dict"}
    try:
        seen.append(read(p))
    except AttributeError as e:
        seen.append(str(e))
print(seen[49], seen[50], seen[100], seen[149], seen[150], seen[200], seen[201], seen[250], sep="; ")

# Instances whose attributes came in another order, or with others between.
def make(order):
    q = Point.__new__(Point)
    for name in order:
        setattr(q, name, name + " of " + order)
    return q


many = [make(order) for order in ("xy", "yx", "axy", "yax", "bcdefghijklmnopqrstuvwx", "x")]
print([read(q) for i in range(LIMIT) for q in many][-6:])
for i in range(LIMIT):
    for q in many:
        write(q, i)
print([q.x for q in many], sorted(many[4].__dict__)[:3], list(many[3].__dict__))

# Writes to an instance that has its dict, lost it, and has another.
p = Point(1, 2)
for i in range(LIMIT):
    if i == 100:
        space = p.__dict__
    if i == 200:
        p.__dict__ = {"y": "only"}
    write(p, i)
print(space, p.__dict__, p.x)
p.__dict__.clear()
try:
    print(read(p))
except AttributeError as e:
    print(e)

# A new attribute, again and again on fresh instances; then the class learns to refuse it.
class Open:
    pass


def grow(o):
    o.first = 1
    o.second = 2
    return o


def refuse(self, name, value):
    object.__setattr__(self, name, "refused")


seen = []
for i in range(LIMIT):
    if i == 100:
        Open.__setattr__ = refuse
    if i == 200:
        del Open.__setattr__
    seen.append(grow(Open()).__dict__)
print(seen[99], seen[100], seen[199], seen[200])

# The same, with a descriptor that comes in the way.
log = []


class Watch:
    def __get__(self, obj, owner):
        return "watched"

    def __set__(self, obj, value):
        log.append(value)


seen = []
for i in range(LIMIT):
    if i == 100:
        Open.second = Watch()
    if i == 200:
        del Open.second
    o = grow(Open())
    seen.append((o.first, o.second, sorted(o.__dict__)))
print(seen[99], seen[100], seen[199], seen[200], len(log))


# Attributes with names made at run time, more than a class has shapes for.
class Bag:
    kind = "bag"


def kind_of(b):
    return b.kind


seen = set()
for i in range(LIMIT):
    b = Bag()
    for n in range(i % 7):
        setattr(b, "attr_%d_%d" % (i, n), n)
    if i % 50 == 49:
        b.kind = i
    seen.add(kind_of(b))
print(sorted(seen, key=str))
