# property: getter, setter, deleter, doc, inheritance, errors.
class Celsius:
    def __init__(self, t):
        self._t = t

    @property
    def t(self):
        "the temperature"
        return self._t

    @t.setter
    def t(self, value):
        if value < -273:
            raise ValueError("too cold")
        self._t = value

    @t.deleter
    def t(self):
        print("deleting")
        self._t = None

    @property
    def fahrenheit(self):
        return self._t * 9 / 5 + 32

    write_only = property(None, lambda self, v: print("wrote", v))
    nothing = property()


c = Celsius(20)
print(c.t, c.fahrenheit, Celsius.t.__doc__, type(Celsius.t).__name__)
c.t = 25
c.t += 5
print(c.t)
try:
    c.t = -300
except ValueError as e:
    print(e)
del c.t
print(c.t)
c.write_only = 1
for action in (lambda: setattr(c, "fahrenheit", 1), lambda: delattr(c, "fahrenheit"), lambda: c.write_only, lambda: c.nothing,
               lambda: setattr(c, "nothing", 1), lambda: delattr(c, "write_only")):
    try:
        action()
    except AttributeError as e:
        print(e)


class Kelvin(Celsius):
    @Celsius.t.getter
    def t(self):
        return super().t + 273

    @property
    def fails(self):
        return self.missing_inside


k = Kelvin(1)
print(k.t)
k.t = 2
print(k.t)
try:
    k.fails
except AttributeError as e:
    print(e)
print(hasattr(k, "fails"), getattr(k, "fails", "default"))
p = Celsius.t
print(p.fget(c), p.fset.__name__, p.fdel.__name__, property().fget)
try:
    p.fget = 1
except AttributeError as e:
    print(type(e).__name__)
c.__dict__["t"] = "shadow is ignored"
print(c.t)


class WithFallback:
    @property
    def p(self):
        raise AttributeError("inner")

    def __getattr__(self, name):
        return "fallback " + name


print(WithFallback().p)
