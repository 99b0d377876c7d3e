# needs: stdlib
# types and operator: SimpleNamespace, MappingProxyType, new_class, DynamicClassAttribute, operator's functions.
import operator
import types

n = types.SimpleNamespace(b=2, a=1)
n.c = [3]
print(n.a, n == types.SimpleNamespace(a=1, b=2, c=[3]), sorted(vars(n)), types.SimpleNamespace(x=1))
m = types.MappingProxyType({"k": 1})
print(m["k"], m, len(m), list(m), "k" in m, m.get("z"), m == {"k": 1})
try:
    m["k"] = 2
except TypeError as e:
    print(e)
C = types.new_class("C", (dict,), {}, lambda ns: ns.update(x=5))
print(C.x, C.__name__, C(a=1), types.prepare_class("D", (), {})[1])
print([t.__name__ for t in (types.FunctionType, types.MethodType, types.GeneratorType, types.ModuleType, types.CodeType, types.FrameType, types.TracebackType, types.BuiltinFunctionType, types.CoroutineType)])
print(types.MethodType(lambda self, x: (self, x), 5)(6), isinstance(print, types.BuiltinFunctionType), isinstance((i for i in ()), types.GeneratorType), types.LambdaType is types.FunctionType)


@types.coroutine
def old_style():
    got = yield "suspended"
    return got


async def user():
    return await old_style()


c = user()
print(c.send(None))
try:
    c.send("back")
except StopIteration as e:
    print(e.value)
print(operator.add(1, 2), operator.itemgetter(1, -1)("abc"), operator.attrgetter("a", "b")(n), operator.methodcaller("get", "k")(m), operator.concat("a", "b"), operator.truth(0), operator.index(3), operator.iadd([1], [2]))
try:
    types.MethodType(5, 6)
except TypeError as e:
    print(e)
