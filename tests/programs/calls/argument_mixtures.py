# Defaults, *args, keyword-only parameters and **kwargs in every combination, called in every way that fits or does not.
def show(f, *args, **kwargs):
    try:
        return f(*args, **kwargs)
    except TypeError as e:
        return str(e)


def kinds():
    yield lambda a, b=2, *, c=3: (a, b, c)
    yield lambda a, b=2, *, c, d=4: (a, b, c, d)
    yield lambda *args, key=None: (args, key)
    yield lambda a, *args, key=None, other: (a, args, key, other)
    yield lambda self, **kw: (self, kw)
    yield lambda a=1, b=2, *args, c=3, d=4, **kw: (a, b, args, c, d, kw)
    yield lambda *args, **kw: (args, kw)
    yield lambda *, key, **kw: (key, kw)


for f in kinds():
    print(f(1) if f.__code__.co_kwonlyargcount < 1 else show(f, 1))
    calls = [
        lambda: f(),
        lambda: f(1, 20),
        lambda: f(1, 20, 30, 40),
        lambda: f(1, c=30),
        lambda: f(b=20, a=10, c=30),
        lambda: f(c=30, b=20, a=10),
        lambda: f(d=40, c=30, a=10),
        lambda: f(1, a=10),
        lambda: f(1, 2, b=20, c=1),
        lambda: f(1, key="k"),
        lambda: f(1, 2, 3, other="o", key="k"),
        lambda: f(key="k", other="o", a=10),
        lambda: f(self=1, c=30),
        lambda: f(1, d=40),
        lambda: f(b=20),
    ]
    for call in calls:
        print("   ", show(call))


def many(p0, p1=1, p2=2, *rest, k0, k1=1, k2=2, k3=3, **more):
    x = y = z = None
    return p0, p1, p2, rest, k0, k1, k2, k3, more, x, y, z


print(many(0, k0=0), many(0, 10, 20, 30, 40, k3=5, k0=6), many(k0=1, p1=2, p0=3, k2=4, p2=5))
print(show(lambda: many(0, k1=1, k2=2)), show(lambda: many(k0=1)), many(0, k0=1, k9=2, k1=3))


# The defaults go while the call that took them runs, and while others are looked at.
gone = []


class Loud:
    def __init__(self, name):
        self.name = name

    def __repr__(self):
        return self.name

    def __del__(self):
        gone.append(self.name)


def replaced(a, b=Loud("b"), *args, c=Loud("c"), d=Loud("d"), **kw):
    replaced.__defaults__ = replaced.__kwdefaults__ = None
    print(a, b, args, c, d, kw)
    replaced.__defaults__, replaced.__kwdefaults__ = (Loud("e"),), {"d": Loud("f"), "c": Loud("g")}


replaced(1)
print(sorted(gone))
replaced(1, 2, 3, d=4)
replaced(a=1, c=2)
print(sorted(gone))
del replaced.__kwdefaults__["c"]
print(show(lambda: replaced(1)), show(lambda: replaced(1, 2, 3)), show(lambda: replaced(1, 2, 3, d=Loud("h"))))
replaced(1, 2, 3, c="i", d="j")
del replaced
print(sorted(gone))


# A default under a name that is equal but no str, and names that are made as the program runs.
class Name(str):
    pass


def named(*, key=1):
    return key


named.__kwdefaults__ = {Name("key"): 5}
print(named(), named(**{"".join(["k", "e", "y"]): 2}), show(lambda: named(**{"".join(["k", "e"]): 2})))
named.__kwdefaults__ = {b"key": 5}
print(show(named))


class Lookalike:
    answer = False

    def __hash__(self):
        return hash("key")

    def __eq__(self, other):
        print("asked for", other)
        return self.answer


named.__kwdefaults__ = {Lookalike(): 6, "key": 7}
for Lookalike.answer in False, True:
    print(named(), named(key=8))


# More parameters than a machine word has bits.
def wide63(p0=0, p1=1, p2=2, p3=3, p4=4, p5=5, p6=6, p7=7, p8=8, p9=9, p10=10, p11=11, p12=12,
           p13=13, p14=14, p15=15, p16=16, p17=17, p18=18, p19=19, p20=20, p21=21, p22=22, p23=23,
           p24=24, p25=25, p26=26, p27=27, p28=28, p29=29, p30=30, p31=31, p32=32, p33=33, p34=34,
           p35=35, p36=36, p37=37, p38=38, p39=39, p40=40, p41=41, p42=42, p43=43, p44=44, p45=45,
           p46=46, p47=47, p48=48, p49=49, p50=50, p51=51, p52=52, p53=53, p54=54, p55=55, p56=56,
           p57=57, p58=58, p59=59, p60=60, p61=61, *, k=1):
    return p0, p61, k


def wide64(p0=0, p1=1, p2=2, p3=3, p4=4, p5=5, p6=6, p7=7, p8=8, p9=9, p10=10, p11=11, p12=12,
           p13=13, p14=14, p15=15, p16=16, p17=17, p18=18, p19=19, p20=20, p21=21, p22=22, p23=23,
           p24=24, p25=25, p26=26, p27=27, p28=28, p29=29, p30=30, p31=31, p32=32, p33=33, p34=34,
           p35=35, p36=36, p37=37, p38=38, p39=39, p40=40, p41=41, p42=42, p43=43, p44=44, p45=45,
           p46=46, p47=47, p48=48, p49=49, p50=50, p51=51, p52=52, p53=53, p54=54, p55=55, p56=56,
           p57=57, p58=58, p59=59, p60=60, p61=61, p62=62, *, k=1):
    return p0, p62, k


for n, wide in (63, wide63), (64, wide64):
    names = {"p%d" % i: -i for i in range(n - 1)}
    print(n, wide(), wide(1, k=2), wide(*range(n - 1)), wide(k=3, **names), show(wide, *range(n)))


def generator(a, *args, b=2, **kw):
    yield a, args, b, kw


def nested(a, *args, b=2, **kw):
    def inner():
        return a, args, b, kw
    return inner


print(list(generator(1)), list(generator(1, 2, b=3)), nested(1)(), nested(1, 2, 3, b=4)(), nested(a=1, c=2)())


class Method:
    def method(self, x, *args, key=None, **kw):
        return type(self).__name__, x, args, key, kw

    __call__ = method


m = Method()
print(m.method(1), m.method(1, 2, key=3), m(x=1), m(1, 2, 3), show(lambda: m(key=1)), show(lambda: m(1, self=2)))
print(sorted([3, 1, 2], key=lambda v, *, sign=-1: sign * v), list(map(lambda *a, n=1: (a, n), [1, 2])))
