# needs: stdlib
# collections: namedtuple, Counter, OrderedDict, ChainMap, UserDict, defaultdict, abstract bases.
import collections
from collections import ChainMap, Counter, OrderedDict, UserDict, namedtuple
from collections.abc import Iterable, Mapping, MutableMapping, Sequence

Point = namedtuple("Point", "x y")
p = Point(1, y=2)
print(p, p.x, p[1], p._replace(x=5), p._asdict() == {"x": 1, "y": 2}, Point._fields, Point._make([3, 4]), p == (1, 2), [*p])
for f in (lambda: Point(1), lambda: Point(1, 2, 3), lambda: namedtuple("N", "1x"), lambda: setattr(p, "x", 1), lambda: namedtuple("N", "a a")):
    try:
        f()
    except (TypeError, ValueError, AttributeError) as e:
        print(type(e).__name__, e if isinstance(e, ValueError) else "")
c = Counter("mississippi")
print(c.most_common(2), c["z"], sorted(c.elements())[:3], sum(c.values()), c + Counter("ss") - Counter("i" * 9), (c & Counter("ip")) == Counter("ip"))
c.subtract("ss")
c.update({"m": 5})
print(sorted(c.items()))
o = OrderedDict(a=1, b=2)
o.move_to_end("a")
print(o == {"a": 1, "b": 2}, list(o))
m = ChainMap({"a": 1}, {"a": 2, "b": 3})
m["c"] = 4
print(m["a"], m["b"], sorted(m), m.maps[0], m.new_child({"a": 0})["a"], len(m))


class Upper(UserDict):
    def __setitem__(self, key, value):
        super().__setitem__(key.upper(), value)


u = Upper(a=1)
u["b"] = 2
print(u, "A" in u, dict(u))


class Low(MutableMapping):
    def __init__(self):
        self.d = {}

    def __getitem__(self, k):
        return self.d[k]

    def __setitem__(self, k, v):
        self.d[k] = v

    def __delitem__(self, k):
        del self.d[k]

    def __iter__(self):
        return iter(self.d)

    def __len__(self):
        return len(self.d)


l = Low()
l.update(a=1, b=2)
print(l.pop("a"), l.get("zz", 0), dict(l), list(l.items()), l.setdefault("q", 5), "q" in l, l == {"b": 2, "q": 5})
print([issubclass(t, Sequence) for t in (list, str, dict, range)], isinstance({}, Mapping), isinstance(iter([]), Iterable), isinstance(5, Iterable), collections.deque([1], 3))
