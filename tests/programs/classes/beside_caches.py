"""What a search for wrong caches found beside them: messages, bases that cannot be assigned, repetition in place."""


class C:
    def method(self):
        pass


# A method has what its function has, so the function lacks the attribute.
for value in (C().method, C.method, [].append):
    try:
        value.missing
    except AttributeError as e:
        print(e)
try:
    C().method.missing = 1
except AttributeError as e:
    print(str(e).split(" and ")[0])


# A class that derives from object alone keeps it: its instances are freed in another way.
class D:
    pass


class Slots:
    __slots__ = ()


class Other(D):
    pass


def assign(target, attribute, value):
    try:
        setattr(target, attribute, value)
    except TypeError as e:
        print(e)
    else:
        print(target if isinstance(target, type) else type(target).__name__, "has it")


assign(C, "__bases__", (D,))
assign(Other, "__bases__", (C,))
assign(Other, "__bases__", (Slots,))
assign(Other, "__bases__", (object,))
assign(Slots(), "__class__", C)
assign(C(), "__class__", Slots)


# An instance of a class could be a sequence, so the right operand of `*=` is not repeated; that of `*` is.
class Number(int):
    pass


for left in (C(), Number(2), 2, True, {}, range(2), None):
    for right in ("ab", [1], (1, 2), b"x"):
        try:
            left_times = left * right
        except TypeError as e:
            left_times = str(e)
        try:
            value = left
            value *= right
        except TypeError as e:
            value = str(e)
        print(left_times, "|", value)


# Defaults beyond the parameters are counted as they are.
def f(a):
    return a


f.__defaults__ = (1, 2, 3)
print(f())
try:
    f(1, 2)
except TypeError as e:
    print(e)
