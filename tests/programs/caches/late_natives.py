"""Methods of builtin types that are asked for by names made at run time, after others were missing."""
LIMIT = 200


def joined(*parts):
    return "".join(parts)


class List(list):
    pass


def ask(obj, *parts):
    f = getattr(obj, joined(*parts), None)
    return f is not None


# A name that is missing goes away again; another one may take its place in memory.
for kind in (list, List, dict, str, bytes, set, int, float):
    obj = kind()
    found = []
    for i in range(LIMIT):
        ask(obj, "zz", "qq%d" % (i % 10))
        for parts in (("to", "_bytes"), ("app", "end"), ("up", "date"), ("cas", "efold"), ("he", "x"), ("ins", "ert"),
                      ("is_", "integer"), ("__red", "uce__"), ("nothing", "here")):
            ask(obj, *(p[::-1] for p in parts))
            ask(obj, *parts)
    for parts in (("to", "_bytes"), ("app", "end"), ("up", "date"), ("cas", "efold"), ("he", "x"), ("ins", "ert"),
                  ("is_", "integer"), ("__red", "uce__"), ("nothing", "here")):
        if ask(obj, *parts):
            found.append(joined(*parts))
    print(kind.__name__, found)


class C:
    pass


c = C()
for i in range(LIMIT):
    name = joined("attr", str(i % 50))
    before = hasattr(c, name), hasattr(C, name)
    setattr(C, name, i)
    after = getattr(c, name), getattr(C, name)
    delattr(C, name)
    if before != (False, False) or after != (i, i) or hasattr(c, name):
        print("wrong", name, before, after)
print("done")
