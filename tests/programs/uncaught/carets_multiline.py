# Where the carets point: statements over several lines, and every kind of operation that can fail.
import sys

a = None
one = 1
zero = 0
class T:
    def __call__(self, *a, **k): raise ValueError("called")
    def meth(self, *a, **k): raise KeyError("meth")
    def __add__(self, o): raise TypeError("add")
    def __enter__(self): raise OSError("enter")
    def __exit__(self, *a): pass
    def __getattr__(self, n): raise AttributeError(n)
    def __setattr__(self, n, v): raise AttributeError(n)
    def __setitem__(self, n, v): raise AttributeError(n)
    def __iter__(self): raise RuntimeError("iter")
    def __eq__(self, o): raise RuntimeError("eq")
    def __bool__(self): raise RuntimeError("bool")
    def __neg__(self): raise RuntimeError("neg")
t = T()
def f(*args, **kw):
    raise ValueError("f")
def show(fn):
    try:
        fn()
    except Exception as e:
        sys.excepthook(type(e), e, e.__traceback__)
def c1():
    x = f(1,
          2,
          3,
          4,
          5)
def c2():
    return f(1,
             2)
def c3():
    return t.meth(
        1, # comment (
        2,
    )
def c4():
    y = (one +
         one
         + zero
         + t +
         one)
def c5():
    y = (
        t
        +  # why
        one
    )
def c6():
    return a[
        one
    ][
        zero
    ]
def c7():
    y = one // \
        zero
def c8():
    y = [f(x)
         for x in
         (1, 2)]
def c9():
    with t as q, \
         t as r:
        pass
def c10():
    for i in t:
        pass
def c11():
    y = t.foo.bar
def c12():
    t.foo = one
def c13():
    t[one] = 5
def c14():
    t[one]
def c15():
    if t == one:
        pass
def c16():
    if t:
        pass
def c17():
    return -t
def c18():
    assert one == zero, "message"
def c19():
    assert one == zero, (
        "message"
        "more")
def c20():
    raise ValueError(
        "x"
    )
def c21():
    y = {
        "a": 1,
        "b": f(1),
        "c": 3,
    }
def c22():
    x = "é" + "漢字" + one
def c23():
    x = "漢字" + f("漢")   # 漢
def c24():
    x, y = 1,
def c25():
    x, y = (
        1,
        2, 3)
def c26():
    f(*one)
def c27():
    f(**one)
def c28():
    del a.x
def c29():
    import nothing_here.at_all
def c30():
    from itertools import (
        chain,
        nothing)
def c31():
    undefined.x(1)(2)
def c32():
    x = lambda: (1,
        undefined)
    return x()
def c33():
    @t
    def inner(): pass
def c34():
    class X(
        t.base,
        ):
        pass
def c35():
    return (f)(1)
def c36():
    return (f(1))
def c37():
    return f(1) if one else 2
def c38():
    return f(
        1
    ); pass
def c39():
    t.x += 1
def c40():
    f(1).x = 2
def c41():
    x = yy = f(1)
def c42():
    x: int = f(1)
def c43():
    t.meth   (  1  )
def c44():
    t.meth(f"{one}" + "(", ")")
def c45():
    x = (t.meth(1)
         .foo(2)
         .bar(3))
def c46():
    x = (one
         .real
         .foo(2)
         .bar(3))
def c47():
    return f(f(f(f(
        1))))
def c48():
    print(f"{one} {f(1)!r:>{zero}}")
def c49():
    x = f'''
{one}
  {f(2)}
'''
def c50():
    return [
        1,
        2,
        3,
        4,
        5,
        one / zero,
        7,
        8]
def c51():
    return one < t.x < zero
def c52():
    try:
        f(1)
    except t.y:
        pass
def c53():
	if one:
		f(1	, 2)
def c54():
    f(1,

      2)
def c55():
    return t \
        .meth(
            1,
            2,
            3,
            4) + 5
def c56():
    one @ (
        zero)
def c57():
    return 1 + f(1)[
        2]
def c58():
    x = await_ = f  (1)
def c59():
    return one if t else zero
def c60():
    while t: pass
for name in sorted(n for n in dir() if n[0] == "c" and n[1:].isdigit()):
    print(name, file=sys.stderr)
    show(globals()[name])
