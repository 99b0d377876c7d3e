# The descriptor protocol: data and non-data descriptors, priorities, functions, classmethods.
class Data:
    def __get__(self, instance, owner):
        return "data get", instance is None, owner.__name__

    def __set__(self, instance, value):
        print("data set", value)

    def __delete__(self, instance):
        print("data delete")


class NonData:
    def __get__(self, instance, owner):
        return "nondata get"


class SetOnly:
    def __set__(self, instance, value):
        instance.__dict__["setonly"] = value * 2


class DeleteOnly:
    def __delete__(self, instance):
        print("deleted")


class C:
    data = Data()
    nondata = NonData()
    setonly = SetOnly()
    deleteonly = DeleteOnly()


c = C()
c.__dict__.update(data="instance", nondata="instance")
print(c.data, C.data, c.nondata, C().nondata)
c.data = 5
del c.data
c.setonly = 21
print(c.setonly, type(C().setonly).__name__)
del c.deleteonly
for action in (lambda: setattr(c, "deleteonly", 1), lambda: delattr(c, "setonly")):
    try:
        action()
    except AttributeError as e:
        print(e)
c.nondata = "changed"
print(c.nondata)
del c.nondata
print(c.nondata)
C.data = "replaced on class"
print(c.data, C.data)


def f(self):
    return self


bound = f.__get__(5, int)
print(bound(), bound.__self__, f.__get__(None, int) is f)
cm = classmethod(f)
print(cm.__get__(None, C)() is C, cm.__get__(c)() is C, cm.__func__ is f)
sm = staticmethod(f)
print(sm.__get__(c, C)(7), sm.__func__ is f)
print(C.__dict__["nondata"].__get__(None, C))
print(str.upper.__get__("abc")(), str.__dict__["upper"].__get__("x", str)())


class Lazy:
    def __init__(self, function):
        self.function = function

    def __get__(self, instance, owner):
        if instance is None:
            return self
        print("computing")
        value = instance.__dict__[self.function.__name__] = self.function(instance)
        return value


class L:
    @Lazy
    def value(self):
        return 42


item = L()
print(item.value, item.value)


class Typed:
    def __init__(self, kind):
        self.kind = kind

    def __set_name__(self, owner, name):
        self.key = "_" + name

    def __get__(self, instance, owner):
        return getattr(instance, self.key)

    def __set__(self, instance, value):
        if not isinstance(value, self.kind):
            raise TypeError("%s must be %s" % (self.key[1:], self.kind.__name__))
        setattr(instance, self.key, value)


class Point:
    x = Typed(int)
    y = Typed((int, float)[0])

    def __init__(self, x, y):
        self.x, self.y = x, y


print(Point(1, 2).__dict__)
try:
    Point(1, "2")
except TypeError as e:
    print(e)


class MetaWithData(type):
    d = Data()
    n = NonData()


class HasBoth(metaclass=MetaWithData):
    n = "class wins over non-data"


HasBoth.d = 1
print(HasBoth.d[0], HasBoth.n)
