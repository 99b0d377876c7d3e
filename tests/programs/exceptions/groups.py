# versions: 3.11+
# ExceptionGroup: construction, split, subgroup, derive, text and errors.
def tree(e):
    if isinstance(e, BaseExceptionGroup):
        return (type(e).__name__, e.message, [tree(x) for x in e.exceptions])
    return repr(e)


g = ExceptionGroup("top", [ValueError(1), ExceptionGroup("sub", [TypeError(2), ValueError(3)]), OSError(4)])
print(g, repr(g), sep="\n")
print(tree(g))
match, rest = g.split(ValueError)
print(tree(match), tree(rest), sep="\n")
print(g.split(KeyError)[0], tree(g.split(KeyError)[1]) == tree(g))
print(tree(g.subgroup((TypeError, OSError))))
print(tree(g.subgroup(lambda e: "3" in str(e))))
print(g.subgroup(lambda e: True) is g, g.subgroup(Exception) is g, g.subgroup(KeyError))
print(g.message, g.exceptions[0], len(g.exceptions), g.args[0])
print(type(BaseExceptionGroup("b", [ValueError()])).__name__, type(BaseExceptionGroup("b", [KeyboardInterrupt()])).__name__)
print(issubclass(ExceptionGroup, Exception), issubclass(ExceptionGroup, BaseExceptionGroup), issubclass(BaseExceptionGroup, Exception))
for args in ((), ("m",), ("m", []), ("m", [5]), ("m", 5), (1, [ValueError()]), ("m", [ValueError], 3), ("m", [KeyboardInterrupt()])):
    try:
        print(repr(ExceptionGroup(*args)))
    except (TypeError, ValueError) as e:
        print(type(e).__name__, e)
print(repr(ExceptionGroup("tuple", (ValueError(1),))))
for bad in (5, (ValueError, 5), None):
    try:
        g.split(bad)
    except TypeError as e:
        print(e)


class Coded(ExceptionGroup):
    def __new__(cls, message, excs, code):
        self = super().__new__(cls, message, excs)
        self.code = code
        return self

    def derive(self, excs):
        return Coded(self.message, excs, self.code)


c = Coded("coded", [ValueError(1), TypeError(2)], 7)
c.add_note("kept")
c.__cause__ = KeyError("cause")
match, rest = c.split(TypeError)
print(repr(match), match.code, match.__notes__, repr(match.__cause__), repr(rest))


class Plain(ExceptionGroup):
    pass


match, rest = Plain("plain", [ValueError(1), TypeError(2)]).split(TypeError)
print(type(match).__name__, type(rest).__name__)
print(ExceptionGroup[int].__origin__ is ExceptionGroup)
