# __getattr__, __getattribute__, __setattr__, __delattr__, __dir__.
class Fallback:
    real = "real"

    def __getattr__(self, name):
        if name.startswith("no_"):
            raise AttributeError("refused " + name)
        return "made " + name


f = Fallback()
print(f.real, f.other, getattr(f, "dyn"), getattr(f, "no_x", "default"), hasattr(f, "no_y"), hasattr(f, "yes"))
try:
    f.no_z
except AttributeError as e:
    print(e)
f.other = "stored"
print(f.other)


class Intercept:
    def __init__(self):
        self.value = 1

    def __getattribute__(self, name):
        if name == "magic":
            return 42
        if name == "bad":
            raise AttributeError("bad one")
        return object.__getattribute__(self, name)

    def __getattr__(self, name):
        return "getattr got " + name


i = Intercept()
print(i.magic, i.value, i.bad, i.missing)


class Validate:
    def __setattr__(self, name, value):
        if name == "forbidden":
            raise AttributeError("cannot set " + name)
        print("set", name, value)
        super().__setattr__(name, value)

    def __delattr__(self, name):
        print("del", name)
        object.__delattr__(self, name)


v = Validate()
v.x = 1
v.x += 1
del v.x
try:
    v.forbidden = 1
except AttributeError as e:
    print(e)
try:
    del v.never
except AttributeError as e:
    print(e)
setattr(v, "y", 2)
delattr(v, "y")


class Proxy:
    def __init__(self, target):
        object.__setattr__(self, "_target", target)

    def __getattr__(self, name):
        return getattr(self._target, name)

    def __setattr__(self, name, value):
        setattr(self._target, name, value)


class Target:
    a = 1


t = Target()
p = Proxy(t)
p.b = 2
print(p.a, t.b, p.__dict__.keys() == {"_target"})


class Special:
    def __getattr__(self, name):
        return lambda *args: "from getattr"


s = Special()
try:
    len(s)
except TypeError as e:
    print(e)
try:
    s + 1
except TypeError as e:
    print(e)
print(s.__len__())


class Dir:
    def __dir__(self):
        return ["b", "a", "c"]


print(dir(Dir()))


class BadGet:
    def __getattr__(self, name):
        raise ValueError("not an AttributeError")


for call in (lambda: getattr(BadGet(), "x", "d"), lambda: hasattr(BadGet(), "x")):
    try:
        call()
    except ValueError as e:
        print(e)


class MetaHook(type):
    def __getattr__(cls, name):
        return cls.__name__ + "." + name

    def __setattr__(cls, name, value):
        print("class set", name)
        super().__setattr__(name, value)


class Hooked(metaclass=MetaHook):
    pass


print(Hooked.anything)
Hooked.z = 1
print(Hooked.z, hasattr(Hooked(), "anything"))
e = None
try:
    t.missing_name
except AttributeError as error:
    e = error
print(getattr(e, "name", "missing_name"), e.args)
