# Failures inside comprehensions show the comprehension's own frame, or not, by version.
def divide(values):
    return [10 / v for v in values]


try:
    {k: v for k, v in [(1, 2), (3,)]}
except ValueError as e:
    print(e)
divide([1, 0])
