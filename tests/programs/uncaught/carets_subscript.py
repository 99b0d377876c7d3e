# Marks under subscripts, calls with arguments and binary operators.
data = {"key": [1, 2, {"x": None}]}


def lookup(d):
    return d["key"][2]["x"]["y"] + 1


def attempt(f, *args):
    import sys
    try:
        f(*args)
    except Exception:
        sys.excepthook(*sys.exc_info())


attempt(lookup, data)
attempt(lambda: (1 + 2) * (3 / 0))
attempt(lambda: data["key"][0](1, 2,
                               3))
attempt(lambda: "é" + data["ключ"])
attempt(lambda a, b: a @ b, 1, 2)
attempt(lambda: print(1, foo=2))
