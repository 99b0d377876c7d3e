# Functions made with globals of their own: which builtins do they see?
FunctionType = type(lambda: 0)


def asks():
    return len


def says_nothing():
    return None


def run(f, namespace):
    g = FunctionType(f.__code__, namespace)
    try:
        return g()
    except NameError as e:
        return "%s: %s" % (type(e).__name__, e)


print(run(asks, {}))
print(run(asks, {"len": "mine"}))
print(run(asks, {"__builtins__": {"len": "theirs"}}))
print(run(asks, {"__builtins__": {}}))
print(run(asks, {"__builtins__": __builtins__}))
print(run(says_nothing, {}))
