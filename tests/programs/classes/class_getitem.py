# versions: 3.7+
# __class_getitem__ and __mro_entries__.
class Box:
    def __class_getitem__(cls, item):
        return "%s[%s]" % (cls.__name__, item)


class SubBox(Box):
    pass


print(Box[1], SubBox["x"], Box[1, 2])
try:
    Box()[1]
except TypeError as e:
    print(e)


class Plain:
    pass


for thing in (Plain, 5, len, None):
    try:
        thing[1]
    except TypeError as e:
        print(str(e).split(" (")[0])


class Entry:
    def __init__(self, *bases):
        self.bases = bases

    def __mro_entries__(self, bases):
        print("mro_entries", len(bases))
        return self.bases


class Real:
    value = "real"


entry = Entry(Real, Box)


class User(entry, Plain):
    pass


print([c.__name__ for c in User.__mro__], User.__orig_bases__ == (entry, Plain), User.value)


class Empty(Entry()):
    pass


print(Empty.__bases__)


class Bad:
    def __mro_entries__(self, bases):
        return 5


try:
    class X(Bad()):
        pass
except TypeError as e:
    print(e)
try:
    type("Y", (entry,), {})
except TypeError as e:
    print(str(e)[:40])
