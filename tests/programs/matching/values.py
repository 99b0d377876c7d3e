# versions: 3.10+
# match on literals, constants, captures, guards, alternatives.
class Color:
    RED = 1
    GREEN = "g"


def classify(x):
    match x:
        case 0:
            return "zero"
        case 1 | 2 | 3:
            return "small"
        case -5 | 2.5 | 3 + 4j:
            return "odd literal"
        case "text" | b"bytes":
            return "literal text"
        case None:
            return "none"
        case True:
            return "true"
        case False:
            return "false"
        case Color.GREEN:
            return "green"
        case int() | float() as n if n > 100:
            return f"big {n}"
        case str(s) if s.startswith("a"):
            return "a-word " + s
        case [] | ():
            return "empty"
        case other:
            return f"other {other!r}"


for value in (0, 0.0, False, True, 1, 2.0, -5, 2.5, 3 + 4j, "text", b"bytes", None, "g", 500, 100.5, "apple", "zebra", [], (), {}, 99):
    print(repr(value), "->", classify(value))


def no_match(x):
    match x:
        case 1:
            return "one"
    return "fell through"


print(no_match(1), no_match(2))


def guards(x, log):
    match x:
        case n if log.append("first") or n < 0:
            return "negative"
        case n if log.append("second") or n == 0:
            return "zero"
        case _:
            return log


print(guards(-1, []), guards(0, []), guards(5, []))


class Eq:
    def __eq__(self, other):
        print("eq", other, end=" ")
        return other == 2


match Eq():
    case 1:
        print("one")
    case 2:
        print("two")
match = 5
case = match
print(match, case)
match (match, case):
    case 5, x:
        print("soft keywords", x)
for i in range(5):
    match i:
        case 1:
            continue
        case 3:
            break
    print("loop", i)
