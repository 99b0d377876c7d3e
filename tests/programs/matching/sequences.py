# versions: 3.10+
# Sequence patterns: lengths, stars, nesting, what counts as a sequence.
def shape(x):
    match x:
        case []:
            return "empty"
        case [one]:
            return f"one {one!r}"
        case [1, 2]:
            return "exactly 1, 2"
        case (a, b):
            return f"two {a!r} {b!r}"
        case [0, *rest]:
            return f"zero then {rest}"
        case [first, *_, "end"]:
            return f"{first} ... end"
        case [[a, b], [c, *d], *e]:
            return f"nested {a} {b} {c} {d} {e}"
        case [*init, last]:
            return f"{init} then {last}"
        case _:
            return "no sequence"


class Seq:
    def __len__(self):
        return 2

    def __getitem__(self, i):
        return i


class ListSub(list):
    pass


for value in ([], (), [1], "ab", b"ab", bytearray(b"ab"), [1, 2], (1, 2), [3, 4], [0, 1, 2], ["x", 1, "end"], [[1, 2], [3, 4, 5], 6], [1, 2, 3], range(2), {1, 2}, {1: 2}, iter([1]), Seq(), ListSub([7]), None, memoryview(b"ab")):
    text = shape(value)
    print(type(value).__name__, text)


def command(text):
    match text.split():
        case ["go", ("north" | "south") as direction]:
            return "going " + direction
        case ["go", *_]:
            return "go where?"
        case ["get", obj, *more] if not more:
            return "got " + obj
        case [verb, *args]:
            return f"{verb}({', '.join(args)})"
        case []:
            return "nothing"


for text in "go north", "go up", "get key", "get a b", "quit", "":
    print(command(text))


def swap(pair):
    match pair:
        case (a, b, *c) if a > b:
            (a, b) = (b, a)
            return a, b, c
        case a, b, *c:
            return a, b, c


print(swap([2, 1]), swap((1, 2, 3)))
match [1, [2, [3, [4]]]]:
    case [a, [b, [c, [d]]]]:
        print(a, b, c, d)
match {"k": [1, {"x": (2, 3)}]}:
    case {"k": [1, {"x": (y, z)}]}:
        print(y, z)
