# Slices that are read and written at once, and those that must go through an object's own methods.
items = list(range(8))
text = "abcdefgh"
pair = (1, 2, 3, 4)
for start, stop, step in [(None, None, None), (1, 5, None), (-3, None, None), (None, -3, 2), (6, 1, -2), (None, None, -1),
                          (5, 2, None), (0, 100, 3), (-100, 100, 7), (2, 2, 1), (10**30, None, -1), (None, -10**30, -1),
                          (True, 4, True), (3, -1, 1)]:
    print(items[start:stop:step], text[start:stop:step], pair[start:stop:step], bytes(range(4))[start:stop:step])
print(pair[:] is pair, pair[0:4:1] is pair, pair[:3] is pair, items[:] is items, ()[1:] is ())

# Assignment.
a = list(range(6))
a[1:3] = [10, 20]
print(a)
a[:2] = [7]
print(a)
a[2:2] = [1, 2, 3]
print(a)
a[5:1] = ["x"]
print(a)
a[:] = a[::-1]
print(a)
a[1:] = a
print(a)
a[::2] = "abcdefgh"[:len(a[::2])]
print(a)
a[:3] = (i * i for i in range(2))
print(a)
a[-2:] = ()
print(a)
for wrong in (lambda: a.__setitem__(slice(0, 4, 2), [1]), lambda: a[::0], lambda: a["x":], lambda: pair[1.5:],
              lambda: {}[1:2], lambda: 5[1:2]):
    try:
        wrong()
    except (TypeError, ValueError) as e:
        print(type(e).__name__, "unhashable" if "unhashable" in str(e) else str(e) == "" or e.args[0][:25])
    except KeyError as e:
        print("KeyError", e)


def assign(what, value):
    what[0:2] = value


for what, value in [([1, 2, 3], 5), ((1, 2, 3), [1]), ("abc", "x"), (None, [])]:
    try:
        assign(what, value)
    except TypeError as e:
        print(str(e)[:40])


# Classes see slices.
class Seen(list):
    def __getitem__(self, key):
        return ("get", key)

    def __setitem__(self, key, value):
        print("set", key, value)


s = Seen([1, 2, 3])
print(s[1:2], s[:], s[::2])
s[1:2] = [5]
s[::3] = 7
print(list.__getitem__(s, slice(0, 2)))


# An index may change the list that is sliced.
class Grows:
    def __init__(self, target):
        self.target = target

    def __index__(self):
        self.target.extend([8, 9])
        return 3


b = [1, 2]
print(b[:Grows(b)], b)
b[1:Grows(b)] = ["new"]
print(b)


class Dies:
    def __del__(self):
        print("gone", len(c))


c = [Dies(), Dies(), 3]
c[0:2] = [1, 2]
print(c)
c = [Dies()]
c[:] = []
print(c)
