"""Dicts from which items are taken at both ends and in the middle, against a list of pairs."""


def numbers(seed):
    while True:
        seed = (seed * 1103515245 + 12345) & 0x7fffffff
        yield seed >> 8


def run(seed, steps, spread):
    r = numbers(seed)
    d, model = {}, []
    wrong = 0
    for _ in range(steps):
        action = next(r) % 8
        key = next(r) % spread
        if key % 3 == 0:
            key = "k%d" % key
        if action < 4:
            if key in d:
                model = [(k, action if k == key else v) for k, v in model]
            else:
                model.append((key, action))
            d[key] = action
        elif action == 4:
            if d.pop(key, None) is not None:
                model = [(k, v) for k, v in model if k != key]
        elif action == 5 and d:
            if d.popitem() != model.pop():
                wrong += 1
        elif action == 6 and d:
            first = next(iter(d))
            if first != model[0][0]:
                wrong += 1
            del d[first]
            del model[0]
        elif action == 7 and next(r) % 200 == 0:
            d.clear()
            model = []
        if len(d) != len(model):
            wrong += 1
    if list(d.items()) != model or any(d[k] != v for k, v in model):
        wrong += 1
    return len(d), wrong, model[:2], model[-2:]


for seed, spread in ((1, 10), (2, 40), (3, 300), (4, 5000)):
    print(run(seed, 3000, spread))

# All from the end, all from the front, and back in.
for n in (5, 8, 9, 20, 1000):
    d = dict.fromkeys(range(n))
    down = [d.popitem()[0] for _ in range(n - 2)]
    d["new"] = 1
    print(down[:3], list(d), d.popitem(), len(d))
    d = dict.fromkeys(range(n))
    while len(d) > 2:
        del d[next(iter(d))]
    d[0] = "back"
    print(list(d.items()), 0 in d, 1 in d)

# In and out at the end, often enough to fill the table with what has gone.
d = dict.fromkeys(range(12))
for i in range(20000):
    d["x", i] = i
    if d.popitem() != (("x", i), i):
        print("wrong", i)
print(len(d), list(d) == list(range(12)), ("x", 5) in d)
try:
    {}.popitem()
except KeyError as e:
    print(e)
