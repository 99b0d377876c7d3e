# versions: 3.7+
# needs: stdlib
# from __future__ import annotations: annotations are texts.
from __future__ import annotations


def f(a: undefined_name, *, b: 1 + 2 = 5, **kw: "quoted") -> list[int, (x for x in y)]:
    return a, b


class C:
    x: SomeType = 5
    y: dict[str, int]
    z: lambda q: q ** 2


v: a.b.c[1:2] = 1
print(f.__annotations__, f(1), C.__annotations__, C.x, __annotations__, v, sep="\n")
