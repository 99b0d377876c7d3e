"""A metaclass puts a class into the MRO that is no base; then that class changes under hot code.

CPython crashes here, so what is right is written in tests/beyond_cpython.rs.
"""


class Hidden:
    value = "hidden"

    def method(self):
        return "method"


class Meta(type):
    def mro(cls):
        own = type.mro(cls)
        return own[:-1] + [c for c in (Hidden,) if c not in own] + own[-1:]


class C(metaclass=Meta):
    pass


class D(C):
    pass


def read(c, d):
    try:
        return c.value, d.value, C.value, c.method(), d.method(), c == 1
    except AttributeError as e:
        return str(e)


steps = {
    50: lambda: setattr(Hidden, "value", "changed"),
    100: lambda: setattr(Hidden, "method", lambda self: "new method"),
    150: lambda: setattr(C, "value", "own"),
    200: lambda: delattr(C, "value"),
    250: lambda: setattr(Hidden, "__eq__", lambda a, b: "equal"),
    300: lambda: delattr(Hidden, "value"),
}
c, d, last = C(), D(), None
for i in range(350):
    if i in steps:
        steps[i]()
    now = read(c, d)
    if now != last:
        print(i, now)
        last = now
