# __slots__: layout, missing attributes, inheritance, conflicts.
class Point:
    __slots__ = ("x", "y")

    def __init__(self, x, y):
        self.x, self.y = x, y


p = Point(1, 2)
print(p.x, p.y, hasattr(p, "__dict__"), Point.__slots__, type(Point.x).__name__)
p.x += 10
print(p.x)
del p.x
for action in (lambda: p.x, lambda: setattr(p, "z", 1), lambda: delattr(p, "x"), lambda: p.__dict__):
    try:
        action()
    except AttributeError as e:
        print(type(e).__name__, str(e).split(" and no")[0])


class Point3(Point):
    __slots__ = "z"


class Open(Point):
    pass


q = Point3(1, 2)
q.z = 3
print(q.x, q.z, hasattr(q, "__dict__"))
o = Open(1, 2)
o.extra = 5
print(o.__dict__, o.x)


class WithDict:
    __slots__ = ["a", "__dict__"]


w = WithDict()
w.a, w.b = 1, 2
print(w.__dict__, w.a)


class Private:
    __slots__ = ("__secret",)

    def __init__(self):
        self.__secret = 1


print(Private.__slots__, Private()._Private__secret)
for slots, extra in ((("1x",), {}), ((5,), {}), (("a",), {"a": 1}), (("__dict__", "__dict__"), {}), (("a", "a"), {})):
    try:
        namespace = {"__slots__": slots}
        namespace.update(extra)
        print(type("S", (), namespace).__slots__)
    except (TypeError, ValueError) as e:
        print(type(e).__name__, e)
try:
    type("S", (Point, Private), {})
except TypeError as e:
    print(e)
try:
    type("S", (int,), {"__slots__": ("a",)})
    type("S", (tuple,), {"__slots__": ("a",)})
except TypeError as e:
    print(e)
print(Point.x.__get__(o), Point.x.__name__, Point.x.__objclass__.__name__)
Point.x.__set__(o, 99)
print(o.x)
try:
    Point.x.__get__(5)
except TypeError as e:
    print(e)


class Empty:
    __slots__ = ()


class FromEmpty(Empty, Point):
    __slots__ = ()


print(FromEmpty(5, 6).y)
