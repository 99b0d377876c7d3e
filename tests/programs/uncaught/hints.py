# What is suggested for misspelt names.
import sys
import itertools as os
class A:
    blech = 1
    _private = 2
    def m(self):
        return bleck
    def n(self):
        return self._privat
    def o(self): return blech
def show(f):
    try: f()
    except Exception as e: sys.excepthook(type(e), e, e.__traceback__)
def loc():
    value = 1
    valeu
def unbound():
    if 0: xyzzy = 1
    xyzzx
class Sub(AttributeError): pass
def sub(): raise Sub("x", name="blec", obj=A())
show(lambda: A().bluch); show(A().m); show(A().n); show(A().o); show(loc); show(unbound); show(sub)
show(lambda: pint); show(lambda: oss); show(lambda: math); show(lambda: itertols); show(lambda: io); show(lambda: [].apend); show(lambda: "".joined); show(lambda: A().privat); show(lambda: A()._privat); show(lambda: A.blec); show(lambda: 5 .rel)
def imp():
    from itertools import chian
def imp2():
    from itertools import chian
show(imp); show(imp2); show(lambda: A().__clas__); show(lambda: os.isslice)
def ex(): raise NameError("msg", name="prnt")
show(ex)
def ex2(): raise AttributeError("msg", name="blec", obj=A())
show(ex2)
def ex3(): raise AttributeError("msg", name=5, obj=A())
show(ex3)
def ex4(): raise ImportError("msg", name="itertools", name_from="chian")
if sys.version_info >= (3,12): show(ex4)
def free():
    outer_name = 1
    def g():
        outer_name
        return outer_nam
    g()
show(free)
class B:
    def __dir__(self): return ["foo", 5]
show(lambda: B().fo)
class C:
    def __getattr__(self, n): raise AttributeError("custom", name=n, obj=self)
    bar = 1
show(lambda: C().baz)
