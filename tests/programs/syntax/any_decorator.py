# versions: 3.9+
# Any expression may be a decorator; parenthesised with and other later syntax.
table = {"k": [lambda f: ("from table", f(1))]}


@table["k"][0]
def a(x):
    return x + 1


@(lambda f: f)
def b(x):
    return x * 2


@[str, None][0]
def c():
    pass


if (d := lambda f: f(5)):
    @d
    def e(x):
        return x


print(a, b(4), c[:10], e)
