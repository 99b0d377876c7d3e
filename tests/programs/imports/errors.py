# ImportError and ModuleNotFoundError: texts, names, modules that fail while loading.
import sys


def attempt(text, action):
    try:
        action()
        print(text, "ok")
    except BaseException as e:
        print(text, "->", type(e).__name__, str(e).split(" (")[0], getattr(e, "name", None) if isinstance(e, ImportError) else "")


def missing():
    import no_such_module


def missing_submodule():
    import good.nothing


def missing_name():
    from good import nothing


def not_a_package():
    import simple.sub


def from_not_a_package():
    from simple.sub import x


def failing():
    import failing_module


def failing_twice():
    import failing_module


def fails_inside():
    import good.broken


def relative_at_top():
    from . import something


def relative_deep():
    import good.too_high


def exits():
    import exiting


def name_error():
    from good import exists, missing_too


for function in (missing, missing_submodule, missing_name, not_a_package, from_not_a_package, failing, failing_twice, fails_inside,
                 relative_at_top, relative_deep, exits, name_error):
    attempt(function.__name__, function)
print("failing_module" in sys.modules, "good" in sys.modules, "good.broken" in sys.modules, "simple" in sys.modules)
for args in (("",), ("good", None, None, [], -1), (5,), ("good", {}, {}, [], 1), ("a.b", {"__package__": ""}, {}, [], 1)):
    attempt("__import__%r" % (args,), lambda: __import__(*args))
try:
    import optional_dependency
except ImportError:
    optional_dependency = None
print(optional_dependency)
