# dict: order, methods, views, updates during iteration, unpacking, errors.
d = {"b": 1, "a": 2}
d["c"] = 3
d["b"] = 9
del d["a"]
d["a"] = 4
print(d, list(d), len(d), "a" in d, "z" in d, d.get("z"), d.get("z", 0), d.pop("c"), d.pop("zz", None), d.setdefault("n", []), d.setdefault("b", 0))
print(d.keys(), d.values(), d.items(), list(d.items())[0], sorted(d), dict(d) == d, d.copy() is d)
d.update({"x": 1}, y=2)
d.update([("p", 1), ["q", 2]])
d.update()
print(d, d.popitem(), d.popitem(), len(d))
print(dict(a=1), dict([(1, 2)]), dict({"k": 1}, z=2), dict.fromkeys("ab", 0), dict.fromkeys([1]), dict(zip("ab", range(2))), {**d, "b": "new"}, {1: "a", **{1: "b"}})
keys = d.keys()
d["later"] = True
print("later" in keys, len(keys), keys & {"b", "zz"} == {"b"}, sorted(keys | {"zz"})[-1], sorted(keys - {"b"})[0], keys == set(d), keys.isdisjoint({"no"}), (("b", 9) in d.items()))
print({1: 2} == {1: 2}, {1: 2} != {1: 3}, {1: 2, 3: 4} == {3: 4, 1: 2}, {} == [], {"a": {}} == {"a": {}})
for f in (lambda: {}["k"], lambda: {}.pop("k"), lambda: {}.popitem(), lambda: {[]: 1}, lambda: dict([(1, 2, 3)]), lambda: dict(5), lambda: dict.fromkeys(5), lambda: {} + {}, lambda: {} < {}, lambda: {1: 2}[1][2], lambda: {**5},
          lambda: {}.update([1]), lambda: dict(1, 2), lambda: dict(**{1: 2}), lambda: {(1, 2): 3}[1, 3], lambda: {None: 1}[()]):
    try:
        print(f())
    except (KeyError, TypeError, ValueError) as e:
        print(type(e).__name__, e)


def change_during(d, action):
    try:
        for k in d:
            action(d, k)
        return "no error"
    except RuntimeError as e:
        return str(e)


print(change_during({1: 1, 2: 2}, lambda d, k: d.pop(k)), "|", change_during({1: 1}, lambda d, k: d.update({k + 1: 0}) if k < 5 else None), "|", change_during({1: 1, 2: 2}, lambda d, k: d.update({k: 0})))
x = {}
x["self"] = x
print(x)
print({k: v for k, v in zip("abc", range(3)) if v}, {v: k for k, v in {"a": 1}.items()}, [*{"a": 1}], {*{"a": 1}}, max({"a": 1, "b": 0}))
big = {i: str(i) for i in range(1000)}
for i in range(0, 1000, 2):
    del big[i]
print(len(big), list(big)[:3], big[999], 500 in big, sum(big))
for i in range(2000, 2500):
    big[i] = ""
print(len(big), list(big)[-1], list(big)[500])
mixed = {1: "i", "1": "s", (1,): "t", None: "n", 1.5: "f", frozenset(): "z", b"1": "b"}
print(mixed, mixed[1.0], mixed[True])
d.clear()
print(d, bool(d), repr({"a'b": "c\n"}), type({}.keys()).__name__, type({}.items()).__name__)
it = iter({1: 2, 3: 4}.items())
print(next(it), list(it), next(it, None))


class Sub(dict):
    def __getitem__(self, key):
        return "overridden"


s = Sub(a=1)
print(s["a"], s.get("a"), s, dict(s), {**s}, "%(a)s" % s)
