# super(C, self).method(): the class is a global that changes, the instance a local that does.


class A:
    def who(self, *more):
        return ("A", type(self).__name__) + more

    @classmethod
    def made(cls):
        return "A.made", cls.__name__

    @staticmethod
    def plain(x=1):
        return "A.plain", x

    value = 10


class B(A):
    def who(self, *more):
        return ("B",) + super(B, self).who(*more)

    def one(self, x):
        return super(B, self).who(x)

    def other(self, instance):
        return super(B, instance).who()

    def changed(self):
        self = D()
        return super(B, self).who()

    @classmethod
    def made(cls):
        return super(B, cls).made()

    def plain(self):
        return super(B, self).plain(), super(B, self).plain(2), super(B, self).value


class C(A):
    def who(self, *more):
        return ("C",) + super(C, self).who(*more)


class D(B, C):
    def who(self, *more):
        return ("D",) + super(D, self).who(*more)


things = [B(), C(), D()]


def rows():
    return [t.who() for t in things]


for step in range(30):
    r = rows()
print(r)
b, d = things[0], things[2]
for step in range(30):
    r = b.one(step), d.one(step), b.other(d), b.other(b), b.changed(), B.made(), D.made(), b.plain(), d.plain()
print(r)

# The method behind it changes.
old = A.who
for step in range(40):
    if step == 10:
        A.who = lambda self, *more: ("new A",) + more
    if step == 20:
        C.who = lambda self, *more: ("new C",) + more
    if step == 30:
        A.who = old
    r = rows(), d.one(1)
    if step in (9, 10, 20, 30):
        print(step, r)

# The global changes: a base, a subclass, nothing of the kind, and back.
saved = B


def outcome(f):
    try:
        return f()
    except Exception as e:
        return type(e).__name__, str(e)


for step in range(60):
    if step == 10:
        B = A
    if step == 20:
        B = C
    if step == 30:
        B = 5
    if step == 40:
        del B
    if step == 50:
        B = saved
    r = outcome(lambda: d.one(1)), outcome(lambda: b.one(1))
    if step in (9, 10, 20, 30, 40, 50, 59):
        print(step, r)

# super itself is something else for a while.
import builtins


class Fake:
    def __init__(self, *args):
        self.args = args

    def who(self, *more):
        return "fake", len(self.args), more


for step in range(50):
    if step == 10:
        super = Fake
    if step == 20:
        del super
    real = builtins.super
    if step >= 30 and step < 40:
        builtins.super = Fake
    try:
        r = b.one(step)
    finally:
        builtins.super = real
    if step in (9, 10, 20, 30, 40):
        print(step, r)

# The instance is none, unbound, or of a class whose bases change.
print(outcome(lambda: b.other(3)), outcome(lambda: b.other(A())))


class E(B):
    def gone(self):
        del self
        return super(B, self).who()


e = E()
for step in range(30):
    if step == 10:
        E.__bases__ = (D,)
    if step == 20:
        E.__bases__ = (B,)
    r = e.one(0)
    if step in (9, 10, 20):
        print(step, r)
print([outcome(e.gone) for _ in range(12)][-1])
