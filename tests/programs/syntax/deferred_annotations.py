# versions: 3.14
# Annotations are evaluated when asked for.
def note(tag):
    print("eval", tag)
    return tag


class C:
    x: note("x")
    y: note("y") = 5

    def m(self, a: note("a"), b: Later = 1) -> note("r"):
        pass


print("defined", C.y)
print(C.__annotations__, C.__annotations__ is C.__annotations__)
try:
    C.m.__annotations__
except NameError as e:
    print(e)


class Later:
    pass


print(sorted(C.m.__annotations__), C.m.__annotations__["b"] is Later)
print(C.__annotate__(1), callable(C.m.__annotate__))
try:
    C.__annotate__(3)
except NotImplementedError as e:
    print("NotImplementedError", e)


def no_annotations():
    pass


print(no_annotations.__annotations__, no_annotations.__annotate__)
value: note("module") = 1


def conditional(flag):
    class D:
        if flag:
            a: int
        else:
            b: str
        for i in range(2):
            c: float = i
    return D.__annotations__


print(sorted(conditional(True)), sorted(conditional(False)))


def closure(T):
    def inner(x: T) -> list[T]:
        return x
    return inner


print(closure(int).__annotations__)
C.m.__annotations__ = {"set": 1}
print(C.m.__annotations__, C.m.__annotate__)
C.__annotate__ = lambda format: {"custom": format}
print(C.__annotations__)
