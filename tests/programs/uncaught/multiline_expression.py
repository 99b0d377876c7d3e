# The marks below source lines (3.11 and later) and the line numbers of long expressions.
class Thing:
    value = None


def compute(thing, table):
    return (
        table["a"]["b"]
        + thing.value.attribute
        + 1
    )


def call(thing):
    result = compute(thing, {"a": {"b": 1}}) + compute(thing, {})
    return result


call(Thing())
