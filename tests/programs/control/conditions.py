# Truth, and/or/not, conditional expressions, chained comparisons: what is evaluated, and in which order.
def show(value):
    print("<%r>" % (value,), end=" ")
    return value


print(show(0) or show("") or show([]) or show(7) or show(8))
print(show(1) and show("a") and show(0) and show(2))
print(not show(0), not show([0]))
print(show(1) if show(0) else show(2))
print(show(1) < show(2) < show(3))
print(show(1) < show(0) < show(3))
print(1 < 2 > 1 != 0 == 0.0 is not None)
print(1 in [1] in [[1]])
print((show(0) or show(1)) and (show(2) or show(3)))
x = show(0) and show(1) or show(2)
print(x)


class Truth:
    def __init__(self, value):
        self.value = value

    def __bool__(self):
        print("bool(%r)" % self.value, end=" ")
        return self.value


class Sized:
    def __init__(self, n):
        self.n = n

    def __len__(self):
        print("len", end=" ")
        return self.n


for value in Truth(True), Truth(False), Sized(0), Sized(3):
    if value:
        print("true")
    else:
        print("false")
    if not value:
        print("not true")
    while value:
        print("loop once")
        break
    print(value and "and" if value else "else")


class BadBool:
    def __bool__(self):
        return 1


class BadLen:
    def __len__(self):
        return -1


class WrongLen:
    def __len__(self):
        return "3"


for bad in BadBool(), BadLen(), WrongLen():
    try:
        if bad:
            print("?")
    except (TypeError, ValueError) as e:
        print(type(e).__name__, e)
for value in (None, 0, 0.0, 0j, "", b"", (), [], {}, set(), range(0), False, ...):
    print(bool(value), end=" ")
print()
a = None
print("none" if a is None else "some", "some" if a is not None else "none")
if a is None and not a or a == 1:
    print("yes")
if 0 <= 5 < 10 and not (5 > 7 or 5 == 6):
    print("in range")
if None:
    print("never")
elif "":
    print("never")
elif 1:
    print("elif")
