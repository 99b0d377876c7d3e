# Chained tracebacks: implicit, explicit and suppressed.
def load(key):
    try:
        return {}[key]
    except KeyError as e:
        raise ValueError("no such key") from e


def use():
    try:
        load("missing")
    except ValueError:
        raise RuntimeError("cannot use")


def hide():
    try:
        use()
    except RuntimeError:
        raise LookupError("hidden") from None


try:
    hide()
except LookupError as e:
    print(e.__context__, e.__suppress_context__)
try:
    use()
except RuntimeError as e:
    raise e
