"""Globals and builtins that are not plain dicts."""
LIMIT = 200
Function = type(lambda: 0)


class Missing(dict):
    def __missing__(self, key):
        if key == "computed":
            return "missing " + key
        raise KeyError(key)


class Item(dict):
    def __getitem__(self, key):
        return "item " + key


def read():
    return computed


def size():
    return len("abc")


def attempt(f):
    try:
        return f()
    except Exception as e:
        return type(e).__name__ + ": " + str(e)


for space in (Missing(), Missing(computed="own"), Item(), Item(computed="own")):
    f = Function(read.__code__, space)
    for i in range(LIMIT):
        now = attempt(f)
    print(type(space).__name__, now)

# Code that runs in such namespaces.
for space in (dict(computed="plain"), Missing(), Item()):
    f = Function(read.__code__, space)
    results = {attempt(f) for i in range(LIMIT)}
    space["computed"] = "set"
    results.add(attempt(f))
    print(sorted(results))
