# args: one --two 3
# oracle: 64-bit
# sys: argv, version, limits, modules, exc_info, getrefcount-free facts, intern, exit.
import sys

print(sys.argv[1:], sys.version_info[0], sys.version_info >= (3, 6), sys.version_info[:2] == (sys.version_info.major, sys.version_info.minor), sys.version.split(".")[0], sys.hexversion >> 24, len(sys.version_info))
print(sys.maxsize, sys.byteorder, sys.getrecursionlimit(), sys.maxunicode, sys.implementation.name, sys.getdefaultencoding(), sys.float_info.max, sys.float_info.dig, sys.float_info.epsilon, sys.int_info.bits_per_digit > 0, sys.hash_info.width, sys.hash_info.modulus)
print(sys.exc_info(), sys.modules["sys"] is sys, "builtins" in sys.modules, "sys" in sys.builtin_module_names, type(sys.path).__name__, sys.stdout.writable(), sys.intern("a" + "b") is sys.intern("ab"), sys.getsizeof(5) > 0, sys.flags.optimize, sys.dont_write_bytecode in (True, False))
try:
    raise ValueError("v")
except ValueError:
    kind, value, tb = sys.exc_info()
    print(kind.__name__, value, tb.tb_lineno, type(tb).__name__)
print(sys._getframe().f_code.co_name, (lambda: sys._getframe().f_back.f_code.co_name)(), sys._getframe().f_lineno, sys._getframe(0).f_globals is globals())


def caller():
    return sys._getframe(1).f_code.co_name, sorted(sys._getframe().f_locals)


print(caller())
try:
    sys._getframe(1000)
except ValueError as e:
    print(e)
sys.displayhook("displayed")
sys.displayhook(None)
print(sys.__stdout__ is sys.stdout, sys.__stderr__ is sys.stderr, sys.getfilesystemencoding().lower(), sys.ps1 if hasattr(sys, "ps1") else "no ps1", callable(sys.excepthook), sys.executable is not None)
try:
    sys.exit("text")
except SystemExit as e:
    print(e.code)
try:
    sys.exit(1, 2)
except TypeError as e:
    print(str(e).split(" (")[0])


def hook(kind, value, tb):
    print("hook:", kind.__name__, value, tb.tb_frame.f_code.co_name)


sys.excepthook = hook
raise KeyError("handled by the hook")
