# needs: stdlib
# weakref: WeakValueDictionary, WeakKeyDictionary, WeakSet, WeakMethod, finalize.
import gc
import weakref


class Thing:
    def __init__(self, name):
        self.name = name

    def __repr__(self):
        return "Thing(%r)" % self.name

    def method(self):
        return self.name


a, b = Thing("a"), Thing("b")
values = weakref.WeakValueDictionary(a=a, b=b)
keys = weakref.WeakKeyDictionary({a: 1, b: 2})
things = weakref.WeakSet([a, b])
method = weakref.WeakMethod(a.method)
finalizer = weakref.finalize(a, print, "finalized", end="!\n")
print(sorted(values), len(keys), len(things), method()(), finalizer.alive, values["a"], keys[b], a in things)
del a
gc.collect()
print(sorted(values), len(keys), len(things), method(), finalizer.alive, values.get("a"))
f = weakref.finalize(b, lambda *args: args, 1, 2)
print(f(), f(), f.alive)
values["new"] = Thing("dies at once")
gc.collect()
print("new" in values, list(things))
things.discard(b)
things.add(b)
print(len(things), b in things, keys.pop(b), len(keys))
