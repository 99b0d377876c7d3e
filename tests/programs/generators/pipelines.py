# Generators as coroutines and pipelines, and their clean-up when dropped.
def averager():
    total = count = 0
    average = None
    while True:
        value = yield average
        total += value
        count += 1
        average = total / count


a = averager()
next(a)
print([a.send(v) for v in (10, 20, 60)])


def take(n, items):
    for _, item in zip(range(n), items):
        yield item


def naturals():
    n = 0
    try:
        while True:
            yield n
            n += 1
    finally:
        print("naturals ends at", n)


def squares(items):
    for i in items:
        yield i * i


print(list(take(5, squares(naturals()))))


def primes():
    found = []
    n = 2
    while True:
        if all(n % p for p in found):
            found.append(n)
            yield n
        n += 1


print(list(take(10, primes())))


def scheduler(tasks):
    order = []
    while tasks:
        task = tasks.pop(0)
        try:
            order.append(next(task))
        except StopIteration:
            continue
        tasks.append(task)
    return order


def task(name, n):
    for i in range(n):
        yield name + str(i)


print(scheduler([task("a", 3), task("b", 1), task("c", 2)]))


def permutations(items):
    if not items:
        yield ()
    for i, item in enumerate(items):
        for rest in permutations(items[:i] + items[i + 1:]):
            yield (item,) + rest


print(["".join(p) for p in permutations(list("abc"))])


class Tree:
    def __init__(self, value, left=None, right=None):
        self.value, self.left, self.right = value, left, right

    def __iter__(self):
        if self.left:
            yield from self.left
        yield self.value
        if self.right:
            yield from self.right


print(list(Tree(4, Tree(2, Tree(1), Tree(3)), Tree(5))))


def infinite():
    while 1:
        x = yield
        if x == "stop":
            return "stopped"


g = infinite()
for message in (None, 1, 2, "stop"):
    try:
        g.send(message)
    except StopIteration as e:
        print(e.value)


def many():
    a, b = (yield), (yield)
    print(a, b)
    print((yield) or "falsy")


g = many()
next(g)
g.send("A")
g.send("B")
try:
    g.send(0)
except StopIteration:
    print("end")
