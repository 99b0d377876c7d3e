"""Seed 92 of tools/fuzz_caches.py."""

import sys
import builtins
Module = type(sys)


class Base:
    """What all classes derive from: CPython refuses to give a class below object other bases."""


class Data:
    """A data descriptor."""
    def __init__(self, v):
        self.v = v
    def __get__(self, obj, owner):
        return "data %r" % self.v
    def __set__(self, obj, value):
        self.v = value


class NonData:
    def __init__(self, v):
        self.v = v
    def __get__(self, obj, owner):
        return "nondata %r" % self.v


class Plain:
    def __init__(self, v):
        self.v = v


class Callable:
    def __init__(self, v):
        self.v = v
    def __call__(self, *args, **kw):
        return "callable %r %d %s" % (self.v, len(args), sorted(kw))


def clean(text):
    while " at 0x" in text:
        head, _, tail = text.partition(" at 0x")
        text = head + tail.lstrip("0123456789abcdefABCDEF")
    return text


def show(v, deep=2):
    t = type(v)
    if t is str:
        return repr(clean(v))
    if t in (int, float, bool, type(None), bytes):
        return repr(v)
    if t in (tuple, list) and deep:
        return t.__name__ + "(" + " ".join(show(x, deep - 1) for x in v) + ")"
    if t is dict and deep:
        return "{" + " ".join(show(k, deep - 1) + ":" + show(x, deep - 1) for k, x in v.items()) + "}"
    if isinstance(v, type):
        return "class " + v.__name__
    return t.__name__


def error(e):
    return type(e).__name__ + ": " + clean(str(e))


def tell(what, results):
    lines, last, times = [], None, 0
    for r in results + [None]:
        if r == last:
            times += 1
        else:
            if last is not None:
                lines.append(last + (" * %d" % times if times > 1 else ""))
            last, times = r, 1
    print(what, "|", "; ".join(lines))


def change(n):
    try:
        CHANGES[n]()
    except Exception as e:
        print("    change", n, error(e))


# What a method does at a certain call of it: changes in the middle of everything.
bombs = {}


def tick():
    if bombs:
        left, n = bombs["left"], bombs["n"]
        if left == 0:
            bombs.clear()
            change(n)
        else:
            bombs["left"] = left - 1

class Meta(type):
    pass
class SubModule(Module):
    c = property(lambda self: 'sub')
g0 = True
g1 = 2
g2 = range(3)
def f0(x):
    tick()
    return len('abc')
def f1(x=1, y=2):
    tick()
    return 'f1'
def f2(x):
    tick()
    return g1
m0 = Module('m0')
m0.a = 1
m0.b = lambda *args: ('m0', args)
m1 = Module('m1')
m1.a = 1
m1.b = lambda *args: ('m1', args)
x = [1, 2, 3]
try:
    class C0(Base, dict):
        __mul__ = lambda self, o: tick() or 4
except TypeError as e:
    print(error(e))
    class C0:
        pass
try:
    class C1(Base):
        b = property(lambda self: tick() or type(self).__name__, lambda self, v: tick())
        c = "s7"
        b = lambda self, x=0: self.d
        __len__ = lambda self: tick() or 2
        c = Data(9)
except TypeError as e:
    print(error(e))
    class C1:
        pass
try:
    class C2(C1, Base):
        __len__ = lambda self: tick() or 1
        a = 11 << 70
        b = lambda self, **kw: tick() or "b13"
        __neg__ = lambda self: tick() or 'neg14'
        def chain(self, x=0):
            return 'C2', super().chain(x)
        def gen(self):
            yield self.c
            tick()
            yield self.a
except TypeError as e:
    print(error(e))
    class C2:
        pass
try:
    class C3(C0, C1, C2, Base):
        __slots__ = ('a', 'b', 'd')
        __init__ = lambda self, *args: tick()
        __init__ = lambda self, *args: self.__dict__.update(c=16)
        __ne__ = lambda self, o: tick() or False
except TypeError as e:
    print(error(e))
    class C3:
        pass
try:
    class C4(C2, Base, metaclass=Meta):
        __bool__ = lambda self: tick() or True
        __hash__ = lambda self: tick() or 22
        a = Plain(23)
        a = lambda self, x=0, y=1: g0
except TypeError as e:
    print(error(e))
    class C4:
        pass
try:
    i0 = C4()
except Exception as e:
    print(error(e))
    i0 = Plain(26)
try:
    i1 = C1(1, 2)
except Exception as e:
    print(error(e))
    i1 = Plain(27)
try:
    i2 = C2()
except Exception as e:
    print(error(e))
    i2 = Plain(28)
try:
    i3 = C3(1, 2)
except Exception as e:
    print(error(e))
    i3 = Plain(29)
def probe0(i1):
    out, r = [], None
    for n in range(8):
        try:
            r = i0.a.c
            s = r
            r = 1 if i2 else 2
            r = s, r
        except Exception as e:
            r = e
        out.append(error(r) if isinstance(r, Exception) else show(r))
    return out

def probe1(i1):
    out, r = [], None
    for n in range(15):
        try:
            r = f0(1, k=2)
        except Exception as e:
            r = e
        if n == 11:
            change(4)
        out.append(error(r) if isinstance(r, Exception) else show(r))
    return out

def probe2(i0, i1):
    out, r = [], None
    for n in range(8):
        try:
            r = i2 == i0
        except Exception as e:
            r = e
        out.append(error(r) if isinstance(r, Exception) else show(r))
    return out

def probe3():
    out, r = [], None
    for n in range(8):
        try:
            r = i1.b(x=1)
            s = r
            t = i3
            t <<= i3
            r = t
            r = s, r
        except Exception as e:
            r = e
        out.append(error(r) if isinstance(r, Exception) else show(r))
    return out

def probe4(i0, i3):
    out, r = [], None
    for n in range(30):
        try:
            r = super(C3, i3).chain(1)
        except Exception as e:
            r = e
        out.append(error(r) if isinstance(r, Exception) else show(r))
    return out

def probe5(i0):
    out, r = [], None
    for n in range(8):
        try:
            r = i0.__class__
        except Exception as e:
            r = e
        out.append(error(r) if isinstance(r, Exception) else show(r))
    return out

def change0():
    i3.__class__ = C3
def change1():
    globals()['f1'] = lambda x=0: "d31"
def change2():
    x[2] = range(0)
def change3():
    m1.b = lambda x=0, *, k=3: type(1).__name__
def change4():
    i2.__dict__['a'] = 35
def change5():
    bombs.update(left=18, n=7)
def change6():
    i1.c = 36 << 70
def change7():
    del Meta.a
def change8():
    del C2.a
def change9():
    C4.__hash__ = lambda self: tick() or 37
def change10():
    m0.b = lambda x=0, y=1: tick() or g0
def change11():
    del C1.d
def change12():
    globals()['C1'] = type(C1)('C1n43', (C1,), {'b': len})
def change13():
    C3.__len__ = lambda self: tick() or 0
CHANGES = [change0, change1, change2, change3, change4, change5, change6, change7, change8, change9, change10, change11, change12, change13]
print('change', 6)
change(6)
try:
    tell('probe2', probe2(i0, i1))
except Exception as e:
    print(error(e))
print('change', 5)
change(5)
try:
    tell('probe0', probe0(i1))
except Exception as e:
    print(error(e))
try:
    tell('probe0', probe0(i1))
except Exception as e:
    print(error(e))
print('change', 7)
change(7)
try:
    tell('probe1', probe1(i1))
except Exception as e:
    print(error(e))
print('change', 6)
change(6)
try:
    tell('probe1', probe1(i1))
except Exception as e:
    print(error(e))
print('change', 2)
change(2)
try:
    tell('probe1', probe1(i1))
except Exception as e:
    print(error(e))
try:
    tell('probe2', probe2(i0, i1))
except Exception as e:
    print(error(e))
try:
    tell('probe1', probe1(i1))
except Exception as e:
    print(error(e))
print('change', 12)
change(12)
try:
    tell('probe1', probe1(i1))
except Exception as e:
    print(error(e))
print('change', 1)
change(1)
try:
    tell('probe0', probe0(i1))
except Exception as e:
    print(error(e))
print('change', 11)
change(11)
try:
    tell('probe0', probe0(i1))
except Exception as e:
    print(error(e))
try:
    tell('probe2', probe2(i0, i1))
except Exception as e:
    print(error(e))
print('change', 1)
change(1)
try:
    tell('probe4', probe4(i0, i3))
except Exception as e:
    print(error(e))
try:
    tell('probe2', probe2(i0, i1))
except Exception as e:
    print(error(e))
