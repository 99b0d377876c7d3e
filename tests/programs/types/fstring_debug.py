# versions: 3.8+
# f-strings with = after the expression.
x, pi, s = 5, 3.14159, "text"
print(f"{x=}", f"{x = }", f"{x+1=}", f"{pi=:.2f}", f"{s=}", f"{s=!s}", f"{s=!r:>8}", f"{x=:>{x}}", f"{len(s)=}", f"{ x =}", f"{[1][0]=} {(1, 2)=}")
