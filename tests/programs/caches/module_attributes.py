"""Attributes of modules that change while a loop reads them."""
import math
import sys

LIMIT = 300
Module = type(sys)
m = Module("m")
m.value = 1
m.other = "other"


def read():
    return m.value


seen = []
for i in range(LIMIT):
    if i == 50:
        m.value = 2.5
    if i == 100:
        m.__dict__["value"] = "through the dict"
    if i == 150:
        for n in range(100):
            setattr(m, "filler_%d" % n, n)
    if i == 200:
        del m.value
    if i == 201:
        m.value = "back"
    try:
        seen.append(read())
    except AttributeError as e:
        seen.append(str(e))
print(seen[49], seen[50], seen[99], seen[100], seen[150], seen[200], seen[201], seen[-1])

# Two modules in turns, and objects of other kinds.
class Plain:
    pass


n = Module("n")
n.value = "n"
p = Plain()
p.value = "instance"
Plain.value = "class"
print([x.value for i in range(LIMIT) for x in (m, n, p, Plain)][-4:])

# A module that becomes an instance of a subclass.
class Computed(Module):
    @property
    def value(self):
        return "computed for " + self.__name__

    def __getattr__(self, name):
        return "no " + name


seen = []
for i in range(LIMIT):
    if i == 100:
        m.__class__ = Computed
    if i == 200:
        m.__class__ = Module
    seen.append(read())
print(seen[99], seen[100], seen[199], seen[200])

# Functions of a module that are replaced.
def floor():
    return math.floor(2.5)


original = math.floor
seen = []
for i in range(LIMIT):
    if i == 100:
        math.floor = lambda x: ("replaced", x)
    if i == 200:
        math.floor = original
    seen.append(floor())
print(seen[99], seen[100], seen[199], seen[200])


# A module in sys.modules that is replaced by another object.
class Fake:
    def __getattr__(self, name):
        return "fake " + name


sys.modules["replaceable"] = m


def imported():
    import replaceable
    return replaceable.value


seen = []
for i in range(LIMIT):
    if i == 100:
        sys.modules["replaceable"] = Fake()
    if i == 200:
        sys.modules["replaceable"] = n
    seen.append(imported())
print(seen[99], seen[100], seen[199], seen[200])
