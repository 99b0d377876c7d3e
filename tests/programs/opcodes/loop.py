# Small functions whose instructions tests/overrides.rs and others replace.


def below_five(n):
    total = 0
    for i in range(n):
        if i < 5:
            total = total + i
    return total


def inverted(values):
    results = []
    for value in values:
        try:
            results.append(~value)
        except TypeError as e:
            results.append(e.args[0])
    return results


print(below_five(10))
print(inverted([1, -2, 1 << 70, "text", 1.5]))
