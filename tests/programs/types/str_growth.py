"""Strings that are built by `+=`: what they were before does not change."""


def grow(n, piece):
    s = ""
    for i in range(n):
        s += piece
    return s


def keep(n, piece):
    s, kept = "", []
    for i in range(n):
        s = s + piece
        if i % 100 == 50:
            kept.append(s)
    return kept, s


def piecewise(n):
    s = "start "
    for i in range(n):
        s += "%d," % i
        s += str(i) + ";"
    return s


def widen(n):
    s = ""
    for i in range(n):
        s += "a"
        if i == 1000:
            s += "\xe9"
        if i == 2000:
            s += "\u20ac"
        if i == 3000:
            s += "\U0001f600"
    return s


def hashed(n):
    s, seen = "", {}
    for i in range(n):
        s += "x"
        seen[s] = i
    return len(seen), seen[s[:-1]], seen["x" * 600]


def itself(n):
    s = "ab" * 400
    for i in range(n):
        s += s
    return s


def shared(n):
    s = t = "x" * 700
    for i in range(n):
        s += "y"
    return s, t


def closure(n):
    s = "x" * 700

    def read():
        return s
    for i in range(n):
        s += "y"
        if i == 5:
            early = read()
    return len(early), len(read())


def parameter(s, n):
    for i in range(n):
        s += "z"
    return s


class Str(str):
    pass


for n, piece in ((3, "ab"), (2000, "ab"), (2000, "\xe9"), (2000, "\u20ac"), (1000, ""), (700, "\U0001f600x")):
    s = grow(n, piece)
    print(len(s), s == piece * n, hash(s) == hash(piece * n), ascii(s[-3:]))
kept, s = keep(1000, "abc")
print([len(k) for k in kept], all(s.startswith(k) for k in kept), len(s))
print(len(piecewise(2000)), piecewise(2000)[-20:])
s = widen(4000)
print(len(s), s.count("a"), [s.find(c) for c in "\xe9\u20ac\U0001f600"], ascii(s[1998:2004]))
print(hashed(900))
print(len(itself(4)), itself(4) == "ab" * 6400)
print([len(x) for x in shared(300)], closure(300))
constant = "q" * 800
print(len(parameter(constant, 50)), len(constant), len(parameter("q" * 800, 50)))
sub = Str("s" * 800)
for i in range(10):
    sub += "t"
print(type(sub).__name__, len(sub))
interned = {("k" * 600): 1}
for key in interned:
    key += "more"
print(list(interned)[0] == "k" * 600, len(key))
