# versions: 3.8+
# reversed() of dicts and their views.
d = {"a": 1, "b": 2, "c": 3}
print(list(reversed(d)), list(reversed(d.keys())), list(reversed(d.values())), list(reversed(d.items())))
del d["b"]
d["b"] = 0
print(list(reversed(d)), list(reversed({})))
it = reversed(d)
next(it)
d["x"] = 1
try:
    next(it)
except RuntimeError as e:
    print(e)
