# compiled code objects run by exec and eval: namespaces, closures, builtins, function code.
FunctionType = type(lambda: 0)


def body():
    global made
    made = [x * factor for x in (1, 2, 3)]
    return "value of the function"


def pure(a, b=5):
    return a + b


space = {"factor": 10}
print(exec(body.__code__, space), space["made"], "__builtins__" in space)
print(eval(body.__code__, {"factor": 2}), eval(body.__code__, {"factor": 3, "__builtins__": {}}))
f = FunctionType(pure.__code__, {}, "renamed", (7,))
print(f(1), f.__name__, f.__defaults__)
try:
    exec(pure.__code__)
except TypeError as e:
    print(e)


def outer():
    x = 5

    def inner():
        return x
    return inner


try:
    exec(outer().__code__)
except TypeError as e:
    print(e)
g = FunctionType(outer().__code__, globals(), "g", None, outer().__closure__)
print(g())
for args in ((outer().__code__, {}), (outer().__code__, {}, "n", None, ()), (5, {}), (pure.__code__, 5), (pure.__code__, {}, 5)):
    try:
        FunctionType(*args)
    except (TypeError, ValueError) as e:
        print(type(e).__name__, str(e).split(", not")[0])
for args in ((pure.__code__, 5), (pure.__code__, {}, 5), (5,), (None,)):
    try:
        exec(*args)
    except TypeError as e:
        print(str(e).split(", not")[0].split(" or code")[0])


def raising():
    raise ValueError("from exec")


try:
    exec(raising.__code__)
except ValueError as e:
    print(e, e.__traceback__.tb_next.tb_frame.f_code.co_name)


def class_body_like():
    class Made:
        attr = 1
    global result
    result = Made


class Names(dict):
    def __missing__(self, key):
        return "missing " + key


exec(class_body_like.__code__, space)
print(space["result"].attr, space["result"].__name__, space["result"].__module__)


def uses_builtin():
    return len("abc")


try:
    eval(uses_builtin.__code__, {"__builtins__": {}})
except NameError as e:
    print(e)
print(eval(uses_builtin.__code__, {"__builtins__": {"len": lambda x: "custom len"}}))
print(pure.__code__ == pure.__code__, hash(pure.__code__) == hash(pure.__code__), pure.__code__.co_consts[-1] in (5, None), isinstance(hash(pure.__code__), int))


def generator():
    yield 1
    yield 2


print(list(eval(generator.__code__, {})))
