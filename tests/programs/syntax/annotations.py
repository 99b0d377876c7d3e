# versions: 3.6-3.13
# Variable annotations in modules, classes and functions; order of evaluation.
def note(tag, value=None):
    print("eval", tag)
    return value


x: note("x", int) = note("value", 5)
y: note("y", str)
print(__annotations__, x, "y" in globals())


class C:
    a: int = 1
    b: note("b", "text")
    c: "forward"
    x = 5
    a_list: list = []

    def method(self, p: note("p", int), *args: note("args"), k: note("k") = note("default")) -> note("return"):
        local: note("never") = 1
        return local


print(sorted(C.__annotations__), C().method(1), sorted(C.method.__annotations__), hasattr(C, "b"))
holder = C()
holder.attr: note("attribute") = 3
data = {}
data["k"]: note("item") = 4
(z): note("parenthesised") = 6
print(holder.attr, data, z, sorted(__annotations__))
if x:
    late: int = 1
print("late" in __annotations__)


def function():
    a: undefined_name
    b: undefined_name = 1
    try:
        return a
    except UnboundLocalError:
        return b


print(function(), function.__annotations__)


class D(C):
    pass


print("__annotations__" in vars(C))
