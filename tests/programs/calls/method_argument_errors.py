# The TypeError texts of methods of built-in types called with unfit arguments.
def attempt(text, call):
    try:
        print(text, "ok", call())
    except (TypeError, ValueError, OverflowError) as e:
        print(text, "->", type(e).__name__, str(e))


attempt("'a'.join([1])", lambda: "a".join([1]))
attempt("'a'.join(5)", lambda: "a".join(5))
attempt("'a'.split(5)", lambda: "a".split(5))
attempt("[].append()", lambda: [].append())
attempt("[].append(1, 2)", lambda: [].append(1, 2))
attempt("[].index(1)", lambda: [].index(1))
attempt("{}.get()", lambda: {}.get())
attempt("{}.update(5)", lambda: {}.update(5))
attempt("int.__add__(1)", lambda: int.__add__(1))
attempt("str.upper(5)", lambda: str.upper(5))
attempt("str.upper()", lambda: str.upper())
attempt("list.append({}, 1)", lambda: list.append({}, 1))
