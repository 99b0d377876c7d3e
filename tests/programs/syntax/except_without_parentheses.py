# versions: 3.14
# except A, B: without parentheses.
def check(e):
    try:
        raise e
    except ValueError, TypeError:
        return "value or type"
    except KeyError, OSError:
        return "key or os"


def check_group(e):
    caught = []
    try:
        raise e
    except* ValueError, TypeError:
        caught.append("value or type")
    except* KeyError, OSError:
        caught.append("key or os")
    return caught


for e in ValueError(), TypeError(), KeyError(), FileNotFoundError():
    print(check(e), check_group(e))
print(check_group(ExceptionGroup("g", [ValueError(), OSError()])))
try:
    check(IndexError("not caught"))
except IndexError as e:
    print(e)
