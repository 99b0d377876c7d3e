# Attributes of functions and code objects; annotations.
def example(a: int, b: "str" = "x", *args: tuple, c: float = 1.5, **kw: dict) -> list:
    "An example."
    local = a
    return local


code = example.__code__
print(code.co_name, code.co_argcount, code.co_kwonlyargcount, code.co_varnames, code.co_nlocals)
print(code.co_flags & 0x4 != 0, code.co_flags & 0x8 != 0, code.co_filename, code.co_firstlineno)
print(example.__defaults__, example.__kwdefaults__, example.__doc__, example.__qualname__)
print(sorted(example.__annotations__.items(), key=lambda kv: kv[0]))


def outer(x):
    def inner(y):
        return x + y
    return inner


inner = outer(5)
print(inner.__closure__[0].cell_contents, inner.__code__.co_freevars, outer.__code__.co_cellvars, inner.__qualname__)
print(outer.__closure__, inner.__globals__ is globals())
print((lambda: 0).__name__, (lambda: 0).__qualname__)


class C:
    def m(self):
        def deep():
            class D:
                def z(self):
                    pass
            return D
        return deep


print(C.m.__qualname__, C().m().__qualname__, C().m()().z.__qualname__)


def annotated_locals():
    x: int = 5
    y: undefined_name
    return x


print(annotated_locals(), annotated_locals.__annotations__)


def evaluate(tag):
    print("evaluated", tag)
    return tag


def order(a: int = evaluate("default a"), *, k=evaluate("default k")):
    return a, k


print(order())
example.__annotations__ = {"z": 1}
print(example.__annotations__)
print(example == example, example != outer, {example: 1}[example])


def generator():
    yield


async def coroutine():
    pass


async def async_generator():
    yield


print([f.__code__.co_flags & 0x2A0 for f in (example, generator, coroutine, async_generator)])
cell = inner.__closure__[0]
print(type(cell).__name__, type(code).__name__, type(example).__name__)
