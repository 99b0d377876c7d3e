# The TypeError and ValueError texts of the built-in types called with unfit arguments.
def attempt(text, call):
    try:
        print(text, "ok", call())
    except (TypeError, ValueError, OverflowError) as e:
        print(text, "->", type(e).__name__, str(e))


attempt("int('x')", lambda: int("x"))
attempt("int([])", lambda: int([]))
attempt("int('1', 99)", lambda: int("1", 99))
attempt("int(1, 10)", lambda: int(1, 10))
attempt("float('x')", lambda: float("x"))
attempt("float([])", lambda: float([]))
attempt("str(1, 2)", lambda: str(1, 2))
attempt("bytes('a')", lambda: bytes("a"))
attempt("bytes([256])", lambda: bytes([256]))
attempt("bytes(-1)", lambda: bytes(-1))
attempt("list(5)", lambda: list(5))
attempt("tuple(None)", lambda: tuple(None))
attempt("dict(5)", lambda: dict(5))
attempt("dict([1])", lambda: dict([1]))
attempt("dict(['abc'])", lambda: dict(["abc"]))
attempt("set(5)", lambda: set(5))
attempt("type(1, 2)", lambda: type(1, 2))
