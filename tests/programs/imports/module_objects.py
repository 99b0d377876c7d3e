# Module attributes: __name__, __dict__, __getattr__ (3.7+), setting, deleting, types.ModuleType.
import sys
import helper
from helper import change

print(helper.__name__, sorted(n for n in vars(helper) if n[0] != "_"), helper.__doc__, __doc__)
helper.state = "set from outside"
print(helper.read(), change("new"), helper.state)
del helper.state
for f in (lambda: helper.state, lambda: helper.read(), lambda: delattr(helper, "state"), lambda: helper.nothing):
    try:
        f()
    except (AttributeError, NameError) as e:
        print(type(e).__name__, e)
Module = type(sys)
m = Module("made", "its doc")
m.x = 5
print(m.__name__, m.__doc__, m.x, m.__dict__["x"], m, m.__loader__, m.__spec__, m.__package__)
sys.modules["made"] = m
import made
from made import x
print(made is m, x)
try:
    from made import y
except ImportError as e:
    print(e)
try:
    Module()
except TypeError as e:
    print(e)
try:
    Module(5)
except TypeError as e:
    print(e)


class Lazy(Module):
    def __getattr__(self, name):
        return "lazy " + name


sys.modules["lazy"] = Lazy("lazy")
import lazy
from lazy import anything
print(lazy.foo, anything)
helper.__class__ = Lazy
print(helper.unknown, type(helper).__name__)
print(__name__, sys.modules["__main__"].__dict__ is globals(), sys.modules[__name__].x, "__file__" in globals())
main = sys.modules["__main__"]
main.injected = "through the module"
print(injected)
if __name__ == "__main__":
    print("is main")
print(helper.name_at_import)
