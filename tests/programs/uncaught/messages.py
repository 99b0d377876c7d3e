# The last lines: odd modules, failing __str__, syntax errors, notes, wide and deep groups.
import sys
class E(Exception): pass
E.__module__ = 5
def show(e):
    try: raise e
    except BaseException as x: sys.excepthook(type(x), x, x.__traceback__)
show(E(1))
class S(Exception):
    def __str__(self): raise ValueError
show(S())
class T(Exception):
    def __str__(self): return 5
show(T())
e = SyntaxError("bad", ("f.py", 3, 5, "  foo bar\n"))
show(e)
show(SyntaxError("bad", ("f.py", 3, 5, "foo bar baz\n")))
show(SyntaxError("bad", ("f.py", 3, None, "foo bar baz\n")))
show(SyntaxError("bad", ("f.py", 3, 50, "foo bar baz\n")))
show(SyntaxError("bad", ("f.py", None, 50, "foo bar baz\n")))
show(SyntaxError("bad", (None, 3, 0, "foo bar baz\n")))
show(SyntaxError("bad", (None, 3, 2, None)))
show(SyntaxError("bad", ("f.py", 3, 2, "é a\tb\n second\n")))
show(SyntaxError("bad"))
show(SyntaxError())
if sys.version_info >= (3,10):
    show(SyntaxError("bad", ("f.py", 3, 5, "foo bar baz\n", 3, 8)))
    show(SyntaxError("bad", ("f.py", 3, 5, "foo bar baz\n", 4, 8)))
    show(SyntaxError("bad", ("f.py", 3, 5, "foo bar baz\n", 3, -1)))
    show(SyntaxError("bad", ("f.py", 3, 5, "foo bar baz\n", 3, 0)))
    show(SyntaxError("bad", ("f.py", 3, 5, "foo bar baz\n", 3, 100)))
    show(SyntaxError("bad", ("f.py", 3, -1, "foo bar baz\n", 3, 100)))
    show(SyntaxError("bad", ("f.py", 3, 2, "      foo bar baz\n", 3, 100)))
if sys.version_info >= (3,11):
    e = ValueError("multi\nline"); e.add_note("n1"); e.add_note("n2\nx\n"); show(e)
    e.__notes__ = 5; show(e)
    e.__notes__ = "str"; show(e)
    e.__notes__ = [3, S()]; show(e)
    e.__notes__ = [3, "x\ny"]
    show(ExceptionGroup("a\nb", [e, ExceptionGroup("q", [e, KeyError(1)]), e]))
    show(ExceptionGroup("a", [ValueError(i) for i in range(17)]))
    g = ValueError(1)
    for i in range(13): g = ExceptionGroup(str(i), [g])
    show(g)
