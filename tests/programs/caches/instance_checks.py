# isinstance() where __class__ is not the type, and sums whose generator goes no further than the sum.
from _weakref import proxy
class C: pass
c=C(); p=proxy(c)
print(isinstance(p,C), isinstance(p,int), isinstance(c,int))
for i in range(5): r=isinstance(p,C),isinstance(p,dict)
print(r)
class D:
    @property
    def __class__(self): return int
for i in range(5): r=isinstance(D(),int),isinstance(D(),D),isinstance(D(),str)
print(r)
class E:
    def __getattribute__(self,n):
        if n=='__class__': return str
        return object.__getattribute__(self,n)
for i in range(5): r=isinstance(E(),str),isinstance(E(),int)
print(r)
def g():
    yield 10**400
    yield 1.0
    print("not reached")
    yield 2
try: print(sum(g()))
except OverflowError as e: print(e)
def h():
    yield 2**62
    yield 2**62
    yield 0.5
    print("seen")
    yield 1
print(sum(h()))


def numbers(*items):
    for i in items:
        print("gives", i if i.__class__ is not int or i < 10 ** 20 else "huge")
        yield i


for f, items in ((sum, (1, 2.5, True, 3)), (sum, (1.5, 10 ** 400, 2)), (sum, (1, "a", 2)), (max, (1, 10 ** 400, 2.5)),
                 (min, (1, 2.5, None, 3)), (sum, (2 ** 62, 2 ** 62, 1))):
    try:
        print(f.__name__, str(f(numbers(*items)))[:20])
    except (TypeError, OverflowError) as e:
        print(type(e).__name__, e)
