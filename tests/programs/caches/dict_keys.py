"""Keys whose `__eq__` and `__hash__` are changed, and change the dict, during lookups."""
LIMIT = 300


class Key:
    def __init__(self, n):
        self.n = n

    def __hash__(self):
        return 1

    def __eq__(self, other):
        return self.n == getattr(other, "n", other)

    def __repr__(self):
        return "K%s" % self.n


def attempt(f):
    try:
        return f()
    except Exception as e:
        return type(e).__name__ + ": " + str(e)


d = {Key(n): n for n in range(5)}
probe = Key(3)
steps = {
    50: lambda: setattr(Key, "__eq__", lambda a, b: False),
    100: lambda: setattr(Key, "__eq__", lambda a, b: True),
    150: lambda: setattr(Key, "__hash__", lambda a: 2),
    200: lambda: setattr(Key, "__hash__", lambda a: "no int"),
    225: lambda: setattr(Key, "__hash__", None),
    250: lambda: setattr(Key, "__hash__", lambda a: 1),
    275: lambda: delattr(Key, "__eq__"),
}
last = None
for i in range(LIMIT):
    if i in steps:
        steps[i]()
    now = attempt(lambda: d[probe]), attempt(lambda: probe in d), attempt(lambda: d.get(probe))
    if now != last:
        print(i, now)
        last = now


# __eq__ that changes the dict that is searched.
class Saboteur:
    action = None

    def __init__(self, name):
        self.name = name

    def __hash__(self):
        return 5

    def __eq__(self, other):
        action, Saboteur.action = Saboteur.action, None
        if action:
            action()
        return self.name == getattr(other, "name", other)

    def __repr__(self):
        return self.name


def sabotage(action):
    table = {Saboteur(n): n for n in "abcdef"}
    actions = {
        "clear": table.clear,
        "grow": lambda: table.update((n, n) for n in range(100)),
        "remove": lambda: table.pop(next(iter(table))),
        "refill": lambda: (table.clear(), table.update({Saboteur("f"): "new f"})),
    }
    out = []
    for do in (lambda: table[Saboteur("f")], lambda: table.setdefault(Saboteur("g"), "g"),
               lambda: table.pop(Saboteur("e"), "gone"), lambda: Saboteur("d") in table):
        Saboteur.action = actions[action]
        out.append(attempt(do))
    return out, len(table)


for action in ("clear", "grow", "remove", "refill"):
    for i in range(50):
        r = sabotage(action)
    print(action, r)


# Strings and things that equal strings, under one hash.
class Like:
    def __init__(self, text):
        self.text = text

    def __hash__(self):
        return hash(self.text)

    def __eq__(self, other):
        return self.text == other


class Str(str):
    def __eq__(self, other):
        return False

    __hash__ = str.__hash__


table = {"a": 1}
last = None
for i in range(LIMIT):
    if i == 50:
        table = {Like("a"): "like"}
    if i == 100:
        table["a"] = "set through"
    if i == 150:
        table = {Str("a"): "never equal"}
    if i == 200:
        table["a"] = "beside"
    now = attempt(lambda: table["a"]), len(table)
    if now != last:
        print(i, now)
        last = now


# Globals and attributes under such keys.
class Name(str):
    def __hash__(self):
        return hash(str(self))


space = globals()
for i in range(LIMIT):
    if i == 100:
        space[Name("late")] = "by a subclass of str"
    try:
        now = late
    except NameError:
        now = "not there"
    if now != last:
        print(i, now)
        last = now


class Thing:
    pass


t = Thing()
for i in range(LIMIT):
    if i == 100:
        t.__dict__[Name("attribute")] = "by a subclass of str"
    if i == 200:
        t.attribute = "by name"
    now = getattr(t, "attribute", "not there")
    if now != last:
        print(i, now, len(t.__dict__))
        last = now
