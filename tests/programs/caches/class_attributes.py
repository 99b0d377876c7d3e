"""Class attributes, methods and properties that change while instances are read."""
LIMIT = 300


class Base:
    inherited = "inherited"

    def hello(self):
        return "hello from Base"


class C(Base):
    attribute = 1

    def method(self):
        return "method"


c = C()


def run(step, read):
    """Calls `step` before each read; prints where the result changes."""
    last, out = None, []
    for i in range(LIMIT):
        step(i)
        try:
            r = read()
        except Exception as e:
            r = type(e).__name__ + ": " + str(e)
        if r != last:
            out.append("%d %r" % (i, r))
            last = r
    print("; ".join(out))


def at(**steps):
    def step(i):
        f = steps.get("s%d" % i)
        if f is not None:
            f()
    return step


# A plain value, shadowed and not.
run(at(s50=lambda: setattr(C, "attribute", 2.5), s100=lambda: setattr(c, "attribute", "shadow"),
       s150=lambda: delattr(c, "attribute"), s200=lambda: delattr(C, "attribute"),
       s250=lambda: setattr(Base, "attribute", "of the base")), lambda: c.attribute)
run(at(s50=lambda: setattr(C, "inherited", "own"), s100=lambda: delattr(C, "inherited"),
       s150=lambda: setattr(Base, "inherited", [1]), s200=lambda: delattr(Base, "inherited")), lambda: c.inherited)

# The same read from the class.
Base.inherited = "inherited"
run(at(s50=lambda: setattr(C, "inherited", "own"), s100=lambda: delattr(C, "inherited"),
       s150=lambda: setattr(Base, "inherited", property(lambda s: "property")),
       s200=lambda: setattr(Base, "inherited", staticmethod(len))), lambda: type(C.inherited).__name__)

# Methods: replaced, shadowed by the instance, inherited, of other kinds.
run(at(s50=lambda: setattr(C, "method", lambda self: "replaced"),
       s100=lambda: setattr(c, "method", lambda: "instance's"),
       s130=lambda: delattr(c, "method"),
       s160=lambda: setattr(C, "method", staticmethod(lambda: "static")),
       s190=lambda: setattr(C, "method", classmethod(lambda cls: "class " + cls.__name__)),
       s220=lambda: setattr(C, "method", property(lambda self: lambda: "property's")),
       s250=lambda: setattr(C, "method", str),
       s280=lambda: delattr(C, "method")), lambda: c.method())
run(at(s50=lambda: setattr(C, "hello", lambda self: "hello from C"), s100=lambda: delattr(C, "hello"),
       s150=lambda: setattr(Base, "hello", lambda self: "hello again"), s200=lambda: delattr(Base, "hello")),
    lambda: c.hello())


# A property: getter changed, replaced by a value, by a slot-like descriptor, hidden by nothing.
class P:
    @property
    def x(self):
        return "first"


p = P()
p.__dict__["x"] = "in the dict"
run(at(s50=lambda: setattr(P, "x", property(lambda self: "second")),
       s100=lambda: setattr(P, "x", "plain"),
       s150=lambda: setattr(P, "x", property(lambda self: "third")),
       s200=lambda: delattr(P, "x"),
       s250=lambda: delattr(p, "x")), lambda: p.x)


# Setting through a property that comes and goes.
class S:
    pass


log = []
s = S()


def store():
    s.y = len(log)
    return s.y


run(at(s50=lambda: setattr(S, "y", property(lambda self: "get", lambda self, v: log.append(v))),
       s100=lambda: setattr(S, "y", property(lambda self: "read only")),
       s150=lambda: delattr(S, "y")), store)
print(len(log), s.__dict__)


# `__bases__` change: another MRO for the class and those below it.
class A:
    def name(self):
        return "A"

    value = "A's"


class B:
    def name(self):
        return "B"

    value = "B's"


class Middle(A):
    pass


class Leaf(Middle):
    pass


leaf = Leaf()
run(at(s50=lambda: setattr(Middle, "__bases__", (B,)), s100=lambda: setattr(Middle, "__bases__", (A, B)),
       s150=lambda: delattr(A, "name"), s200=lambda: setattr(Leaf, "__bases__", (B,))), lambda: leaf.name())
A.name = lambda self: "A"
Leaf.__bases__ = (Middle,)
run(at(s50=lambda: setattr(Middle, "__bases__", (B,)), s100=lambda: setattr(Middle, "__bases__", (A, B)),
       s150=lambda: delattr(A, "value"), s200=lambda: setattr(B, "value", "new")), lambda: (leaf.value, Leaf.value))
