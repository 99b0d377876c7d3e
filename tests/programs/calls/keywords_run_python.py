# Binding keyword arguments calls the `__hash__` and `__eq__` of odd names, whose frames must not lie where the
# parameters do.


class Name(str):
    def __hash__(self):
        a, b, c, d, e = [1], [2], [3], [4], [5]
        return str.__hash__(self) + 0 * len(a + b + c + d + e)

    def __eq__(self, other):
        a, b, c, d, e = [6], [7], [8], [9], [0]
        return str.__eq__(self, other) and bool(a + b + c + d + e)


class Lookalike:
    def __init__(self, name):
        self.name = name

    def __hash__(self):
        a, b, c, d, e = [1], [2], [3], [4], [5]
        return hash(self.name) + 0 * len(a + b + c + d + e)

    def __eq__(self, other):
        a, b, c, d, e = [6], [7], [8], [9], [0]
        seen.append(self.name if a + b + c + d + e else None)
        return False


def f(p, q=[9], *args, k, j=[3], **rest):
    x, y, z, w = [p], [q], [k], [j]
    return x, y, z, w, args, sorted(rest.items())


seen = []
print(f(1, k=2, **{Name('a'): 1, Name('b'): 2, 'c': 3}))
print(f(**{Name('k'): 1, Name('p'): 2, Name('c'): 3}))
print(list(map(lambda n: f(n, **{Name('k'): n, Name('z'): [n]}), range(3))))

f.__kwdefaults__ = {Lookalike('k'): 1, 'k': [4], Lookalike('j'): 2, 'j': [7]}
print(f(1, 2, 3, 4))
print(f(1, **{Name('j'): 1, Name('b'): 2, 'c': 3}))
print(seen)


class Raises(str):
    def __hash__(self):
        if armed:
            a, b, c, d, e = [1], [2], [3], [4], [5]
            raise ValueError(a + b + c + d + e)
        return str.__hash__(self)


armed = False
names = {Raises('r'): [0]}
armed = True
for n in range(2):
    try:
        f([n], [n], [n], **names)
    except ValueError as e:
        print(type(e).__name__, e)
