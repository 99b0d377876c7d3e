"""`super()` while the classes above change."""
LIMIT = 300


class A:
    value = "A"

    def name(self):
        return "A.name"


class B:
    value = "B"

    def name(self):
        return "B.name"


class Middle(A):
    pass


class Leaf(Middle):
    def name(self):
        return "Leaf > " + super().name()

    def read(self):
        return super().value

    @classmethod
    def make(cls):
        return super().name(cls)

    @property
    def twice(self):
        return super().name() * 2


class Below(Leaf):
    pass


def run(objects, steps):
    last = None
    for i in range(LIMIT):
        if i in steps:
            steps[i]()
        now = []
        for o in objects:
            try:
                now.append((o.name(), o.read(), o.make(), o.twice))
            except (AttributeError, TypeError) as e:
                now.append(str(e))
        if now != last:
            print(i, now)
            last = now


leaf, below = Leaf(), Below()
run([leaf, below], {
    40: lambda: setattr(A, "name", lambda self: "new A.name"),
    80: lambda: setattr(Middle, "name", lambda self: "Middle.name"),
    120: lambda: delattr(Middle, "name"),
    160: lambda: setattr(Middle, "__bases__", (B,)),
    200: lambda: setattr(Middle, "value", property(lambda self: "property of " + type(self).__name__)),
    240: lambda: setattr(below, "__class__", Leaf),
    280: lambda: delattr(B, "name"),
})


# Another object at the same super(), and a class above that hides or shows the attribute.
class Mixin:
    def name(self):
        return "Mixin > " + super().name()


class X(Mixin, A):
    pass


class Y(Mixin, B):
    pass


A.name = lambda self: "A.name"
B.name = lambda self: "B.name"
objects = [X(), Y()]
last = None
for i in range(LIMIT):
    if i == 100:
        X.__bases__ = (Mixin, B, A)
    if i == 200:
        del B.name
    try:
        now = [o.name() for o in objects]
    except AttributeError as e:
        now = str(e)
    if now != last:
        print(i, now)
        last = now


# `super` itself is replaced, and `__class__` of the function too.
class C(A):
    def name(self):
        return super().name()


class Fake:
    def __init__(self, *args):
        self.args = len(args)

    def name(self):
        return "fake super with %d" % self.args


c = C()
for i in range(LIMIT):
    if i == 100:
        super = Fake
    if i == 200:
        del super
    now = c.name()
    if now != last:
        print(i, now)
        last = now
