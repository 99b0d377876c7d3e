"""Ways to a class's own dict, which would crash CPython: what they give must be a copy, or nothing."""
import gc


class Curious:
    def __eq__(self, other):
        self.seen = other
        return True

    def __ror__(self, other):
        self.seen = other


class C:
    value = [1]

    def method(self):
        return "method"


def ways():
    for operation in (lambda o: C.__dict__ == o, lambda o: C.__dict__ | o, lambda o: C.__dict__.keys().mapping == o):
        o = Curious()
        operation(o)
        yield o.seen
    for o in (C, C.__dict__, iter(C.__dict__), C.__dict__.keys()):
        yield from gc.get_referents(o)
    yield from gc.get_objects()
    yield from gc.get_referrers(C.method)


c = C()
for i in range(100):
    before = c.value, c.method()
found = [d for d in ways() if type(d) is dict and "method" in d and "value" in d]
for d in found:
    for key in list(d):
        d[key] = None
    d.clear()
rubbish = [[i] for i in range(1000)]
for i in range(100):
    after = c.value, c.method()
print(len(found) >= 7, before == after, after)
