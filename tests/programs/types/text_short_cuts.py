"""Strings where the machine has quick ways: comparing, growing in place, slicing, joining, formatting."""


class Word(str):
    def __add__(self, other):
        return "Word+" + str(other)

    def __eq__(self, other):
        return "asked"

    def __hash__(self):
        return str.__hash__(self)

    def __contains__(self, part):
        return not str.__contains__(self, part)

    def __getitem__(self, key):
        return ("item", key)

    def __mod__(self, other):
        return ("mod", other)


class Reflected:
    def __radd__(self, other):
        return ("radd", other)

    def __rmod__(self, other):
        return ("rmod", other)


def orders(a, b):
    return [a < b, a <= b, a == b, a != b, a > b, a >= b]


def compared():
    texts = ["", "a", "b", "ab", "abcdefgh", "abcdefghi", "abcdefghj", "abcdefgh" * 3, "é", "aé", "€", "a€", "𐍈",
             "\x00", "a\x00", "\ud800"]
    for a in texts:
        print(ascii(a), "".join(str(sum(1 << i for i, r in enumerate(orders(a, b)) if r)) + " " for b in texts))
    mixed = [("a", "b"), (1, 2), ("a", 1), (1.5, "a"), ("a", "a"), (None, "a"), (Word("a"), "a"), ("a", Word("a"))]
    print([a == b for a, b in mixed], [a != b for a, b in mixed])
    for a, b in mixed:
        try:
            print(a < b, end=" ")
        except TypeError as e:
            print(e)


def grown():
    s = "".join(["a", "b"])
    other = s
    s += "c"
    print(other, s)
    kept = []
    for i in range(40):
        kept.append(s)
        s += "xé€𐍈"[i % 4]
    print([len(k) for k in kept][::7], ascii(s), hash(s) == hash("".join(s)))
    alone = ""
    seen = set()
    for i in range(60):
        alone += str(i % 7)
        seen.add(hash(alone) == hash("".join(list(alone))))
    print(alone, seen)
    t = "ab"
    t += t
    t += t + t
    print(t)
    w = Word("ab")
    w += "c"
    print(w)
    for right in (1, None, b"x"):
        try:
            s += right
        except TypeError as e:
            print(e)
    s = "text"
    s += Reflected()
    print(s)


def items():
    s = "héllo wörld"
    print([s[i] for i in range(-len(s), len(s))])
    print(s[2:5], s[-3:], s[::-1], s[::2], s[5:2] == "", s[:] is s, "abc"[0:3] == "abc", "a€c"[0:1])
    for i in (11, -12, 10 ** 30):
        try:
            s[i]
        except IndexError as e:
            print(e)
    print("lo" in s, "ol" in s, "" in s, "w" in Word("w"), "x" in Word("w"), Word("abc")[1])
    try:
        1 in s
    except TypeError as e:
        print(e)
    it = iter("ab€")
    print(next(it), list(it), list(it), next(it, "end"))
    out = []
    for c in "ab€𐍈é":
        out.append(c)
    print(ascii(out))
    print([c + d for c in "ab" for d in "cd"], list(reversed("ab")), list(zip("ab", "cd")))


def joined():
    print("-".join(["a"]), "-".join([]) == "", "".join(["a", "é", "€"]), "é".join("abc"), "-".join(("x", "y")))
    print("".join([Word("sub")]), type("".join([Word("sub")])) is str, "".join(c for c in "gen"), ",".join({"k": 1}))
    one = "only one"
    print("".join([one]) is one)
    for bad in (["a", 1], ("a", None), 5, [b"x"]):
        try:
            "-".join(bad)
        except TypeError as e:
            print(e)


def formatted():
    for v in (0, 7, -7, 2 ** 40, -2 ** 62, 2 ** 62, 2 ** 70, True, 1.5, "text", None):
        print(f"{v}|{v!r}|{v!s:>6}|", "%s %r" % (v, v), "{} {!r}".format(v, v))
    for spec in ("", "d", "5", "<5", "^5", "05", "+", " ", "x", "#x", "#X", "b", "#o", ",", "_x", "e", ".2f", "%", "*^+9,d"):
        print(repr(format(1234, spec)), repr(format(-1234, spec)), end=" ")
    print()
    for f in ("%d", "%5d", "%-5d|", "%05d", "%+d", "% d", "%x", "%#X", "%.5d", "%8.5d", "%o", "%c", "%i%%"):
        print(repr(f % 65), repr(f % (66,)), end=" ")
    print()
    print("%s" % Word("w"), Word("%s") % 1, "%s" % (("t",),), "%(a)s %(b)d" % {"a": "é", "b": 3}, "%s" % {"a": 1})
    print("text" % Reflected() if False else "%s" % "ok", "é%s€" % "x", f"{'é':>3}{'ab':.1}{5:>{3}}")
    for f, v in (("%d", "x"), ("%s %s", 1), ("%s", (1, 2)), ("%q", 1), ("%", 1), ("no", 1), ("no", {"a": 1})):
        try:
            print(f % v)
        except (TypeError, ValueError) as e:
            print(type(e).__name__, e)
    for v, spec in ((1, ".2"), (1, "q"), ("a", "d"), ("a", "="), ("a", "+")):
        try:
            print(format(v, spec))
        except ValueError as e:
            print(e)


compared()
grown()
items()
joined()
formatted()
print("straße".capitalize(), "hELLO wORLD".capitalize(), "".capitalize() == "", "ǆ".capitalize())
