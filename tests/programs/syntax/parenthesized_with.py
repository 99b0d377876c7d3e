# versions: 3.10+
# Several managers in parentheses, with and without names, nested targets, trailing comma.
class M:
    def __init__(self, n):
        self.n = n

    def __enter__(self):
        print("enter", self.n)
        return self.n, -self.n

    def __exit__(self, *exc):
        print("exit", self.n)


with (
    M(1) as (a, b),
    M(2),
    M(3) as c,
):
    print(a, b, c)
with (M(4)):
    pass
with (M(5) as d):
    print(d)


def leave():
    for i in range(2):
        with (M(6), M(7) as x):
            if i == 0:
                continue
            return x


print(leave())
