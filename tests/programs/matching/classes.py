# versions: 3.10+
# Class patterns: positional via __match_args__, keywords, built-in types, errors.
class Point:
    __match_args__ = ("x", "y")

    def __init__(self, x, y):
        self.x, self.y = x, y


class Point3(Point):
    __match_args__ = ("x", "y", "z")

    def __init__(self, x, y, z):
        super().__init__(x, y)
        self.z = z


class Plain:
    def __init__(self, **kw):
        self.__dict__.update(kw)


def where(p):
    match p:
        case Point3(0, 0, 0):
            return "origin 3"
        case Point3(x, y, z=5):
            return f"level five {x} {y}"
        case Point(0, 0):
            return "origin"
        case Point(x=0, y=y):
            return f"on y {y}"
        case Point(x, 0):
            return f"on x {x}"
        case Point(x, y) if x == y:
            return f"diagonal {x}"
        case Point():
            return "somewhere"
        case Plain(kind="a", value=[first, *_]):
            return f"plain a {first}"
        case Plain(kind=str(k)):
            return f"plain {k}"
        case int(n) | float(n):
            return f"number {n}"
        case str() | bytes() as text:
            return f"text {text!r}"
        case list([a, b]):
            return f"list of two {a} {b}"
        case dict({"k": v}):
            return f"dict {v}"
        case tuple((1, *rest)):
            return f"tuple {rest}"
        case _:
            return "?"


for value in (Point3(0, 0, 0), Point3(1, 2, 5), Point3(7, 8, 9), Point(0, 0), Point(0, 3), Point(4, 0), Point(5, 5), Point(1, 2), Plain(kind="a", value=[1, 2]), Plain(kind="b"), Plain(), True, 2.5, "s", b"b", [1, 2], [1], {"k": 1}, {}, (1, 2), (2,), None):
    print(where(value))


def errors(x, which):
    match which:
        case 0:
            match x:
                case Point(1, 2, 3):
                    return "never"
        case 1:
            match x:
                case Plain(1):
                    return "never"
        case 2:
            match x:
                case int(1, 2):
                    return "never"
        case 3:
            match x:
                case Point(1, x=1):
                    return "never"
        case 4:
            not_a_class = 5
            match x:
                case not_a_class():
                    return "never"
        case 5:
            match x:
                case BadArgs(1):
                    return "never"
        case 6:
            match x:
                case BadArgs2(1):
                    return "never"


class BadArgs:
    __match_args__ = ["x"]


class BadArgs2:
    __match_args__ = (5,)


for i, value in enumerate((Point(1, 2), Plain(), 1, Point(1, 1), 1, BadArgs(), BadArgs2())):
    try:
        print(errors(value, i))
    except TypeError as e:
        print(e)


class Property:
    __match_args__ = ("p",)

    @property
    def p(self):
        print("asked", end=" ")
        return 5


match Property():
    case Property(5):
        print("property")


class Raises:
    @property
    def attr(self):
        raise ValueError("in attribute")


try:
    match Raises():
        case Raises(attr=1):
            pass
except ValueError as e:
    print(e)
