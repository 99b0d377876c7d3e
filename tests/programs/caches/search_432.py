"""Seed 432 of tools/fuzz_caches.py."""

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
    d = property(lambda self: 'sub')
g0 = 1
g1 = [2]
g2 = 3 << 70
def f0(**kw):
    tick()
    return g0
def f1(x=1, y=2):
    tick()
    return g0
def f2(**kw):
    tick()
    return len('abc')
m0 = Module('m0')
m0.a = 1
m0.b = lambda *args: ('m0', args)
m1 = Module('m1')
m1.a = 1
m1.b = lambda *args: ('m1', args)
x = [1, 'a', 2.5]
try:
    class C0(Base, list):
        __enter__ = lambda self: tick() or 4
        __enter__ = lambda self: tick() or 5
        def chain(self, x=0):
            return 'C0', super().chain(x)
        def gen(self):
            yield self.c
            tick()
            yield self.b
except TypeError as e:
    print(error(e))
    class C0:
        pass
try:
    class C1(Base, metaclass=Meta):
        __slots__ = ('a', 'b', 'c', 'd')
        __setitem__ = lambda self, k, v: tick()
        def chain(self, x=0):
            return 'C1', super().chain(x)
except TypeError as e:
    print(error(e))
    class C1:
        pass
try:
    class C2(C0, C1, Base):
        __enter__ = lambda self: tick() or 10
        __setattr__ = lambda self, name, v: tick() or object.__setattr__(self, name, v)
        __len__ = lambda self: tick() or 0
        c = {13: 1}
        def chain(self, x=0):
            return 'C2', super().chain(x)
except TypeError as e:
    print(error(e))
    class C2:
        pass
try:
    class C3(C1, Base):
        b = lambda self, x=0, *, k=3: tick() or type(self).__name__
        c = lambda self, x: tick() or g0
        c = lambda self, x=0, *, k=3: self.d
        __iter__ = lambda self: tick() or iter([])
except TypeError as e:
    print(error(e))
    class C3:
        pass
try:
    class C4(C1, Base):
        __call__ = lambda self: g0
except TypeError as e:
    print(error(e))
    class C4:
        pass
try:
    i0 = C4(1)
except Exception as e:
    print(error(e))
    i0 = Plain(22)
try:
    i1 = C0(1)
except Exception as e:
    print(error(e))
    i1 = Plain(23)
try:
    i2 = C1(1)
except Exception as e:
    print(error(e))
    i2 = Plain(24)
try:
    i3 = C2(1)
except Exception as e:
    print(error(e))
    i3 = Plain(25)
def probe0(i0):
    out, r = [], None
    for n in range(15):
        try:
            r = C1.d
        except Exception as e:
            r = e
        out.append(error(r) if isinstance(r, Exception) else show(r))
    return out

def probe1(i1, i2):
    out, r = [], None
    for n in range(8):
        try:
            a, b = i1
            r = b
            s = r
            for y in i3.gen():
                r = y
            r = s, r
        except Exception as e:
            r = e
        out.append(error(r) if isinstance(r, Exception) else show(r))
    return out

def probe2(i3):
    out, r = [], None
    for n in range(30):
        try:
            for y in i0:
                r = y
        except Exception as e:
            r = e
        if n == 19:
            change(2)
        out.append(error(r) if isinstance(r, Exception) else show(r))
    return out

def probe3(i2):
    out, r = [], None
    for n in range(15):
        try:
            r = max(i1, i1)
            s = r
            r = i3.c
            r = s, r
        except Exception as e:
            r = e
        out.append(error(r) if isinstance(r, Exception) else show(r))
    return out

def probe4():
    out, r = [], None
    for n in range(15):
        try:
            r = i3.b
            s = r
            r = g0
            r = s, r
        except Exception as e:
            r = e
        out.append(error(r) if isinstance(r, Exception) else show(r))
    return out

def probe5(i1, i3):
    out, r = [], None
    for n in range(30):
        try:
            r = i1 * 's'
        except Exception as e:
            r = e
        if n == 24:
            change(7)
        out.append(error(r) if isinstance(r, Exception) else show(r))
    return out

def probe6(i2):
    out, r = [], None
    for n in range(30):
        try:
            r = f2(*(1, 2))
            s = r
            t = i1
            t %= i0
            r = t
            r = s, r
        except Exception as e:
            r = e
        out.append(error(r) if isinstance(r, Exception) else show(r))
    return out

def probe7(i0, i2):
    out, r = [], None
    for n in range(30):
        try:
            r = h0
        except Exception as e:
            r = e
        if n == 12:
            change(0)
        out.append(error(r) if isinstance(r, Exception) else show(r))
    return out

def change0():
    globals().pop('g0')
def change1():
    del C0.__call__
def change2():
    del NonData.v
def change3():
    C2.__bases__ = (C2,)
def change4():
    i0.__dict__.pop('d')
def change5():
    C3.d = property(lambda self: "d33", lambda self, v: tick())
def change6():
    C2.c = 34
def change7():
    i0.__class__ = C4
def change8():
    Callable.v = 37
def change9():
    C0.__hash__ = lambda self: tick() or 38
def change10():
    del C0.__bool__
def change11():
    m1.b = C0(1)
def change12():
    f2.__defaults__ = (7, range(2))
def change13():
    i3.c = None
def change14():
    del i1.__dict__['a']
def change15():
    globals()['i0'] = C3(1)
def change16():
    Meta.__gt__ = lambda self, o: tick() or NotImplemented
CHANGES = [change0, change1, change2, change3, change4, change5, change6, change7, change8, change9, change10, change11, change12, change13, change14, change15, change16]
print('change', 8)
change(8)
try:
    tell('probe1', probe1(i1, i2))
except Exception as e:
    print(error(e))
print('change', 4)
change(4)
try:
    tell('probe5', probe5(i1, i3))
except Exception as e:
    print(error(e))
print('change', 5)
change(5)
try:
    tell('probe6', probe6(i2))
except Exception as e:
    print(error(e))
print('change', 5)
change(5)
try:
    tell('probe6', probe6(i2))
except Exception as e:
    print(error(e))
print('change', 11)
change(11)
try:
    tell('probe7', probe7(i0, i2))
except Exception as e:
    print(error(e))
print('change', 12)
change(12)
try:
    tell('probe1', probe1(i1, i2))
except Exception as e:
    print(error(e))
try:
    tell('probe0', probe0(i0))
except Exception as e:
    print(error(e))
try:
    tell('probe0', probe0(i0))
except Exception as e:
    print(error(e))
try:
    tell('probe1', probe1(i1, i2))
except Exception as e:
    print(error(e))
print('change', 6)
change(6)
try:
    tell('probe0', probe0(i0))
except Exception as e:
    print(error(e))
try:
    tell('probe0', probe0(i0))
except Exception as e:
    print(error(e))
try:
    tell('probe7', probe7(i0, i2))
except Exception as e:
    print(error(e))
print('change', 16)
change(16)
try:
    tell('probe3', probe3(i2))
except Exception as e:
    print(error(e))
print('change', 5)
change(5)
try:
    tell('probe3', probe3(i2))
except Exception as e:
    print(error(e))
print('change', 3)
change(3)
try:
    tell('probe2', probe2(i3))
except Exception as e:
    print(error(e))
print('change', 10)
change(10)
try:
    tell('probe3', probe3(i2))
except Exception as e:
    print(error(e))
print('change', 5)
change(5)
try:
    tell('probe6', probe6(i2))
except Exception as e:
    print(error(e))
try:
    tell('probe7', probe7(i0, i2))
except Exception as e:
    print(error(e))
