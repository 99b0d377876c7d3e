# versions: 3.11+
# An exception group prints as a tree, with nested tracebacks.
def fail(kind, text):
    raise kind(text)


def collect(*jobs):
    errors = []
    for job in jobs:
        try:
            fail(*job)
        except Exception as e:
            errors.append(e)
    return errors


def inner():
    raise ExceptionGroup("inner", collect((TypeError, "t"), (ValueError, "v")))


try:
    inner()
except ExceptionGroup as e:
    e.add_note("a note on the inner group")
    raise ExceptionGroup("outer", [e, *collect((OSError, "o"))]) from KeyError("cause")
