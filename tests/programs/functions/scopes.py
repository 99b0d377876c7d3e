# Which scope a name belongs to: global, local, builtin, class bodies, comprehensions, locals().
x = "module"


def reads_global():
    return x


def assigns_global():
    global x, fresh
    x = "changed"
    fresh = 1


def local_first():
    try:
        return x
    except UnboundLocalError as e:
        return type(e).__name__
    x = 1


def shadows_builtin():
    len = lambda v: "shadowed"
    return len([])


def conditional(flag):
    if flag:
        value = "set"
    try:
        return value
    except UnboundLocalError as e:
        return str(e).split(" referenced")[0].split(" where")[0]


print(reads_global())
assigns_global()
print(x, fresh, local_first(), shadows_builtin(), len("abc"))
print(conditional(True), conditional(False))


class Body:
    x = "class"
    y = x + "!"

    def method(self):
        return x

    comp = [i for i in range(3)]
    if True:
        z = [x for _ in range(1)]


print(Body.y, Body().method(), Body.comp, Body.z)


def in_function():
    x = "function"

    class Inner:
        y = x
        x = "inner"
        z = x

        def method(self):
            return x
    return Inner.y if hasattr(Inner, "y") else None, Inner.z, Inner().method()


try:
    print(in_function())
except NameError as e:
    print("NameError")


def classderef():
    v = "closure"

    class C:
        before = v
        locals()["v"] = "namespace"
        after = v

        def f(self):
            return v

        g = lambda self: v
    return C.before, C.after, C().f(), C().g()


print(classderef())


class GlobalInClass:
    global made_in_class
    made_in_class = "yes"


print(made_in_class, hasattr(GlobalInClass, "made_in_class"))


def show_locals(a, b=2):
    c = a + b
    return sorted(locals().items())


print(show_locals(1))


def locals_with_cells(a):
    b = 2

    def inner():
        return a, b
    return sorted(k for k in locals())


print(locals_with_cells(1))
try:
    undefined
except NameError as e:
    print(e)
try:
    undefined = undefined
except NameError as e:
    print(e)
print(globals()["x"], "reads_global" in globals(), globals() is locals())
globals()["injected"] = 5
print(injected)
