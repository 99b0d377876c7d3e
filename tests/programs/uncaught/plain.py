# The traceback of an exception that nobody catches, through nested calls.
def first(n):
    return second(n + 1)


def second(n):
    values = [1, 2, 3]
    return third(values[n:], n)


def third(values, n):
    return (lambda x: x / n + undefined_name)(sum(values))


print("before")
first(0)
print("never")
