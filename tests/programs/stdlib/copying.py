# needs: stdlib
# copy: shallow, deep, cycles, __copy__, __deepcopy__, __reduce_ex__ of ordinary objects.
import copy


class Node:
    def __init__(self, v):
        self.v, self.next = v, None


class Custom:
    def __init__(self, x):
        self.x = x

    def __copy__(self):
        return Custom("copied")

    def __deepcopy__(self, memo):
        return Custom("deep copied")


class Slots:
    __slots__ = ("a",)


class State:
    def __getstate__(self):
        return {"k": "from getstate"}

    def __setstate__(self, state):
        self.state = state


a = [1, [2, 3], {"k": (4, [5])}]
s, d = copy.copy(a), copy.deepcopy(a)
a[1].append(99)
print(s, d, s[1] is a[1], d[1] is a[1])
n = Node(1)
n.next = n
m = copy.deepcopy(n)
print(m.next is m, m is not n, m.v)
print(copy.copy(Custom(1)).x, copy.deepcopy([Custom(1)])[0].x, copy.copy(State()).state, copy.copy((1, 2)), copy.deepcopy({1, 2}) == {1, 2}, copy.copy(len) is len, copy.deepcopy(Node) is Node)
o = Slots()
o.a = [1]
print(copy.copy(o).a is o.a, copy.deepcopy(o).a is o.a, copy.deepcopy(o).a)
shared = [0]
pair = copy.deepcopy([shared, shared])
print(pair[0] is pair[1])
try:
    copy.copy(i for i in ())
except TypeError as e:
    print(type(e).__name__)
print(copy.deepcopy(bytearray(b"x")), copy.deepcopy(range(3)), copy.copy({1: []}), copy.deepcopy(1.5), copy.deepcopy(None))
