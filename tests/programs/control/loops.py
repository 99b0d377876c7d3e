# for and while with break, continue and else, alone and nested.
def find(needle, hay):
    for index, item in enumerate(hay):
        if item == needle:
            break
    else:
        return "no %r" % needle
    return index


def collatz(n):
    steps = []
    while n != 1:
        steps.append(n)
        if n > 1000:
            print("too big")
            break
        n = n // 2 if n % 2 == 0 else 3 * n + 1
    else:
        steps.append("one")
    return steps


def skip_odd(limit):
    n, seen = 0, []
    while n < limit:
        n += 1
        if n % 2:
            continue
        seen.append(n)
    else:
        seen.append("end")
    return seen


def nested(rows):
    for row in rows:
        for cell in row:
            if cell < 0:
                print("skip rest of", row)
                break
            if cell == 0:
                continue
            print("cell", cell)
        else:
            print("whole", row)
            continue
        print("after break")
        if row[0] == 9:
            break
    else:
        print("all rows")


print(find(3, [1, 2, 3]), find(4, [1, 2, 3]))
print(collatz(6))
print(collatz(999)[:3])
print(skip_odd(7))
nested([[1, 2], [3, -1, 4], [0, 5]])
nested([[9, -1], [1]])
for i in range(3):
    pass
print(i)
for i in []:
    i = "never"
print(i)
while False:
    print("never")
else:
    print("else of while False")
total = 0
while True:
    total += 1
    if total == 5:
        break
print(total)
for a, (b, *c) in [(1, (2, 3, 4)), (5, "xyz")]:
    print(a, b, c)
for x in [1, 2, 3, 4]:
    x *= 10
    if x == 30:
        break
print(x)
items = [1, 2, 3]
for item in items:
    if item < 3:
        items.append(item + 5)
print(items)


def drain(queue):
    item = None
    while item is None:
        item = queue.pop(0)
    while item is not None:
        print("item", item)
        item = queue.pop(0)
    return queue


print(drain([None, None, 1, 2, None, 3]))
