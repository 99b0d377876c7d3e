"""Seed 275 of tools/fuzz_caches.py."""

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
g0 = {1: 1}
g1 = None
g2 = (3, 2)
def f0(x=1, y=2):
    tick()
    return g1
def f1(x=1, *args, **kw):
    tick()
    return g0
def f2(x):
    tick()
    return g1
m0 = Module('m0')
m0.a = 1
m0.b = lambda *args: ('m0', args)
m1 = Module('m1')
m1.a = 1
m1.b = lambda *args: ('m1', args)
x = {0: 1, 1: 2, 2: 3}
try:
    class C0(Base):
        d = NonData(4)
        a = staticmethod(lambda **kw: tick() or "a6")
        __iter__ = lambda self: tick() or iter({5: 6})
        __isub__ = lambda self, o: tick() or 8
        def gen(self):
            yield self.c
            tick()
            yield self.d
except TypeError as e:
    print(error(e))
    class C0:
        pass
try:
    class C1(C0, Base):
        a = property(lambda self: tick() or self.d)
        d = lambda self, x=0: tick() or "d10"
        a = lambda self, x=0: g0
        __setitem__ = lambda self, k, v: tick()
        a = staticmethod(lambda x=0, *args: tick() or "a15")
        def gen(self):
            yield self.d
            tick()
            yield self.c
except TypeError as e:
    print(error(e))
    class C1:
        pass
try:
    class C2(Base, int):
        a = range(0)
        b = classmethod(lambda cls, x: cls.d)
except TypeError as e:
    print(error(e))
    class C2:
        pass
try:
    class C3(C1, Base, int):
        a = lambda self, x=0: self.b
        __lt__ = lambda self, o: tick() or True
        __iter__ = lambda self: tick() or iter((1, 2))
except TypeError as e:
    print(error(e))
    class C3:
        pass
try:
    class C4(C1, C0, Base):
        b = Data(19)
        a = 20.5
        b = property(lambda self: g0, lambda self, v: tick())
        a = staticmethod(lambda x: tick() or type(1).__name__)
        def chain(self, x=0):
            return 'C4', super().chain(x)
        def gen(self):
            yield self.b
            tick()
            yield self.d
except TypeError as e:
    print(error(e))
    class C4:
        pass
try:
    i0 = C2(1, 2)
except Exception as e:
    print(error(e))
    i0 = Plain(25)
try:
    i1 = C2(1)
except Exception as e:
    print(error(e))
    i1 = Plain(26)
try:
    i2 = C0()
except Exception as e:
    print(error(e))
    i2 = Plain(27)
try:
    i3 = C0(1)
except Exception as e:
    print(error(e))
    i3 = Plain(28)
def probe0(i2):
    out, r = [], None
    for n in range(30):
        try:
            r = i3 > i2
            s = r
            r = i3 * i3
            r = s, r
        except Exception as e:
            r = e
        out.append(error(r) if isinstance(r, Exception) else show(r))
    return out

def probe1(i0, i1, i2, i3):
    out, r = [], None
    for n in range(30):
        try:
            r = -i2
            s = r
            r = 1 if i1 else 2
            r = s, r
        except Exception as e:
            r = e
        out.append(error(r) if isinstance(r, Exception) else show(r))
    return out

def probe2(i1, i2):
    out, r = [], None
    for n in range(15):
        try:
            r = i3.a(x=1)
        except Exception as e:
            r = e
        out.append(error(r) if isinstance(r, Exception) else show(r))
    return out

def probe3(i0, i1, i2):
    out, r = [], None
    for n in range(30):
        try:
            i3[n % 3] = 1
            r = 1
            s = r
            r = i0(*(1, 2))
            r = s, r
        except Exception as e:
            r = e
        out.append(error(r) if isinstance(r, Exception) else show(r))
    return out

def probe4():
    out, r = [], None
    for n in range(30):
        try:
            t = i1
            t *= 's'
            r = t
        except Exception as e:
            r = e
        if n == 2:
            change(4)
        out.append(error(r) if isinstance(r, Exception) else show(r))
    return out

def probe5(i0, i2):
    out, r = [], None
    for n in range(30):
        try:
            r = str(i0.a)
        except Exception as e:
            r = e
        if n == 16:
            change(2)
        out.append(error(r) if isinstance(r, Exception) else show(r))
    return out

def probe6(i0):
    out, r = [], None
    for n in range(8):
        try:
            r = n in i3
            s = r
            r = i0.b.a
            r = s, r
        except Exception as e:
            r = e
        out.append(error(r) if isinstance(r, Exception) else show(r))
    return out

def change0():
    C3.__getattribute__ = lambda self, name: tick() or object.__getattribute__(self, name)
def change1():
    del Data.__call__
def change2():
    C1.__setattr__ = lambda self, name, v: tick() or object.__setattr__(self, name, v)
def change3():
    globals()['len'] = i0
def change4():
    Data.v = 36
def change5():
    del C1.c
def change6():
    globals()['i0'] = C1(1)
def change7():
    i2.__dict__['c'] = i0
def change8():
    C2.__call__ = lambda self, x: "d41"
CHANGES = [change0, change1, change2, change3, change4, change5, change6, change7, change8]
print('change', 2)
change(2)
try:
    tell('probe5', probe5(i0, i2))
except Exception as e:
    print(error(e))
print('change', 7)
change(7)
try:
    tell('probe3', probe3(i0, i1, i2))
except Exception as e:
    print(error(e))
print('change', 1)
change(1)
try:
    tell('probe3', probe3(i0, i1, i2))
except Exception as e:
    print(error(e))
print('change', 4)
change(4)
try:
    tell('probe5', probe5(i0, i2))
except Exception as e:
    print(error(e))
try:
    tell('probe5', probe5(i0, i2))
except Exception as e:
    print(error(e))
print('change', 6)
change(6)
try:
    tell('probe6', probe6(i0))
except Exception as e:
    print(error(e))
print('change', 3)
change(3)
try:
    tell('probe6', probe6(i0))
except Exception as e:
    print(error(e))
print('change', 2)
change(2)
try:
    tell('probe6', probe6(i0))
except Exception as e:
    print(error(e))
try:
    tell('probe4', probe4())
except Exception as e:
    print(error(e))
try:
    tell('probe1', probe1(i0, i1, i2, i3))
except Exception as e:
    print(error(e))
print('change', 1)
change(1)
try:
    tell('probe3', probe3(i0, i1, i2))
except Exception as e:
    print(error(e))
try:
    tell('probe1', probe1(i0, i1, i2, i3))
except Exception as e:
    print(error(e))
try:
    tell('probe4', probe4())
except Exception as e:
    print(error(e))
print('change', 1)
change(1)
try:
    tell('probe2', probe2(i1, i2))
except Exception as e:
    print(error(e))
print('change', 0)
change(0)
try:
    tell('probe6', probe6(i0))
except Exception as e:
    print(error(e))
print('change', 3)
change(3)
try:
    tell('probe1', probe1(i0, i1, i2, i3))
except Exception as e:
    print(error(e))
print('change', 1)
change(1)
try:
    tell('probe4', probe4())
except Exception as e:
    print(error(e))
