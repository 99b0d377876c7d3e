# versions: 3.10+
# Mapping patterns: keys, rest, defaults not used, errors.
KEY = "const"


class Names:
    KEY = "dotted"


def look(x):
    match x:
        case {"type": "point", "x": x, "y": y}:
            return f"point {x} {y}"
        case {"type": "circle", "r": r, **rest}:
            return f"circle {r} {rest}"
        case {1: one, None: none}:
            return f"numbers {one} {none}"
        case {Names.KEY: value}:
            return f"dotted {value}"
        case {"nested": {"deep": [a, *_]}}:
            return f"deep {a}"
        case {**everything} if len(everything) == 1:
            return f"single {everything}"
        case {}:
            return "some mapping"
        case _:
            return "no mapping"


for value in ({"type": "point", "x": 1, "y": 2, "extra": 3}, {"type": "circle", "r": 5, "color": "red"}, {1: "a", None: "b"}, {"dotted": 0}, {"nested": {"deep": "no"}}, {"nested": {"deep": (7, 8)}},
              {"only": 1}, {}, {"a": 1, "b": 2}, [], "x", [("type", "point")]):
    print(look(value))


class Default(dict):
    def __missing__(self, key):
        return "made up"


match Default():
    case {"k": v}:
        print("never", v)
    case _:
        print("__missing__ is not used")


class Fake:
    def keys(self):
        return ["k"]

    def __getitem__(self, key):
        return 1


match Fake():
    case {"k": 1}:
        print("never")
    case _:
        print("not registered as a mapping")


class GetSpy(dict):
    def get(self, key, default=None):
        print("get", key, end=" ")
        return super().get(key, default)


match GetSpy(a=1):
    case {"a": a, "b": b}:
        print("never")
    case {"a": a}:
        print("a is", a)


class K:
    A = "same"
    B = "same"


try:
    match {"same": 1}:
        case {K.A: x, K.B: y}:
            print("never")
except ValueError as e:
    print(e)
original = {"a": 1, "b": 2}
match original:
    case {"a": _, **rest}:
        rest["c"] = 3
        print(rest, original)
