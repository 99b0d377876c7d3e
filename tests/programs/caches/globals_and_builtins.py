"""Globals and builtins that come, go and change while a loop reads them."""
import builtins

LIMIT = 300
Function = type(lambda: 0)
value = 0


def read():
    return value


def size(x):
    return len(x)


# The value changes in place, as an int, a float, a str.
seen = []
for i in range(LIMIT):
    if i == 100:
        value = 1.5
    if i == 200:
        value = "two hundred"
    seen.append(read())
print(seen[0], seen[99], seen[100], seen[199], seen[200], seen[-1])

# The name is deleted and comes back; new names move the table.
seen = []
for i in range(LIMIT):
    if i == 100:
        del value
    if i == 101:
        value = "back"
    if i == 150:
        for n in range(200):
            globals()["filler_%d" % n] = n
    if i == 200:
        globals()["value"] = "through the dict"
    if i == 250:
        globals().update(value="updated")
    try:
        seen.append(read())
    except NameError as e:
        seen.append(str(e))
print(seen[99], seen[100], seen[101], seen[150], seen[199], seen[200], seen[250], seen[-1])

# A builtin is shadowed by a global, which goes away again.
seen = []
for i in range(LIMIT):
    if i == 100:
        len = lambda x: "shadow"
    if i == 200:
        del len
    seen.append(size("abc"))
print(seen[99], seen[100], seen[199], seen[200], seen[-1])

# A builtin itself is replaced, deleted, and a new one made.
seen = []
original = builtins.len
for i in range(LIMIT):
    if i == 100:
        builtins.len = lambda x: "replaced"
    if i == 150:
        del builtins.len
    if i == 200:
        builtins.len = original
    try:
        seen.append(size("abc"))
    except NameError as e:
        seen.append(str(e))
print(seen[99], seen[100], seen[149], seen[150], seen[199], seen[200])


def fresh():
    return brand_new


seen = []
for i in range(LIMIT):
    if i == 100:
        builtins.brand_new = "builtin"
    if i == 200:
        brand_new = "global"
    if i == 250:
        del brand_new, builtins.brand_new
    try:
        seen.append(fresh())
    except NameError as e:
        seen.append(str(e))
print(seen[0], seen[99], seen[100], seen[199], seen[200], seen[250], sep=", ")

# One code object, two dicts of globals, in turns.
one = Function(read.__code__, {"value": "one", "__builtins__": builtins})
two = Function(read.__code__, {"value": "two", "__builtins__": builtins})
value = "own"
print([f() for i in range(LIMIT) for f in (read, one, two)][-6:])
one.__globals__["value"] = "changed"
two.__globals__.clear()
for f in (read, one, two):
    try:
        print(f())
    except NameError as e:
        print(e)

# One code object, the same globals or not, two sets of builtins.
mine = Function(size.__code__, {"__builtins__": {"len": lambda x: "mine"}})
yours = Function(size.__code__, {"__builtins__": {"len": lambda x: "yours"}})
print([f("abcd") for i in range(LIMIT) for f in (size, mine, yours)][-6:])
none = Function(size.__code__, {"__builtins__": {}})
try:
    none("abcd")
except NameError as e:
    print(e)


# Popped by other methods of dict.
def pop_and_read():
    out = []
    space = globals()
    for i in range(LIMIT):
        if i == 100:
            space.pop("value")
        elif i == 150:
            space.setdefault("value", "default")
        elif i == 200:
            space["value"] = i
        try:
            out.append(value)
        except NameError:
            out.append("missing")
    return out[99], out[100], out[150], out[200], out[-1]


print(pop_and_read())
