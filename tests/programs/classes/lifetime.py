# __new__, __init__, __del__, weak references, reference cycles and gc.collect.
import gc
import _weakref as weakref

gc.disable()


class Noisy:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print("del", self.name)


n = Noisy("rebinding")
n = Noisy("second")
print("after rebinding")
del n
print("after del")


def function():
    local = Noisy("local")
    print("in function")


function()
print("returned")
items = [Noisy("in list")]
items.clear()
Noisy("temporary")
print("after temporary")
a, b = Noisy("cycle a"), Noisy("cycle b")
a.other, b.other = b, a
del a, b
print("cycle is still there")
gc.collect()
print("collected")


class Resurrect:
    saved = []

    def __del__(self):
        print("resurrect")
        Resurrect.saved.append(self)


r = Resurrect()
del r
print(len(Resurrect.saved))
Resurrect.saved.clear()
print("second time no __del__" if not Resurrect.saved else "again")


class Node:
    pass


node = Node()
ref = weakref.ref(node, lambda r: print("callback", r() is None))
print(ref() is node, ref == weakref.ref(node, None), weakref.getweakrefcount(node))
del node
print(ref())
node = Node()
node.me = node
ref = weakref.ref(node)
del node
print(ref() is not None)
gc.collect()
print(ref() is None)
node = Node()
proxy = weakref.proxy(node)
proxy.x = 5
print(node.x, proxy.x)
del node
try:
    proxy.x
except ReferenceError as e:
    print(e)
for thing in (5, "x", None, (), []):
    try:
        weakref.ref(thing)
    except TypeError as e:
        print(e)


class Slots:
    __slots__ = ()


class WeakSlots:
    __slots__ = ("__weakref__",)


try:
    weakref.ref(Slots())
except TypeError as e:
    print(e)
w = WeakSlots()
print(weakref.ref(w)() is w)


def generator():
    try:
        yield 1
    finally:
        print("generator finalised")


g = generator()
next(g)
del g
try:
    raise ValueError
except ValueError as e:
    kept = Noisy("held by frame")
    del kept
holder = Node()
holder.callback = lambda: holder
ref = weakref.ref(holder)
del holder
print(ref() is None or gc.collect() >= 0 and ref() is None)
print(gc.isenabled())
gc.enable()
