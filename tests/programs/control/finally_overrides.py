# A return or an exception in a finally block replaces what was under way.
def return_over_return():
    try:
        return "try"
    finally:
        return "finally"


def return_over_raise():
    try:
        raise ValueError("lost")
    finally:
        return "finally"


def raise_over_return():
    try:
        return "try"
    finally:
        raise KeyError("from finally")


def nested():
    order = []
    try:
        try:
            order.append(1)
            return order
        finally:
            order.append(2)
            try:
                order.append(3)
                return order + ["inner"]
            finally:
                order.append(4)
    finally:
        order.append(5)


def three_deep(how):
    try:
        try:
            try:
                if how == "return":
                    return "value"
                if how == "raise":
                    raise ValueError("v")
                print("falls through")
            finally:
                print("finally 1")
        finally:
            print("finally 2")
            if how == "raise":
                return "rescued"
    finally:
        print("finally 3")
    return "end"


def continue_over_raise():
    seen = []
    for i in range(3):
        try:
            try:
                raise ValueError(i)
            finally:
                seen.append(i)
        except ValueError as e:
            seen.append(repr(e.args))
            continue
    return seen


def finally_sees_exception():
    import sys
    try:
        raise ValueError("seen")
    finally:
        print("in flight:", sys.exc_info()[0].__name__)


def except_then_finally():
    try:
        raise ValueError("a")
    except ValueError:
        raise KeyError("b")
    finally:
        print("cleanup")


print(return_over_return())
print(return_over_raise())
for function in raise_over_return, finally_sees_exception, except_then_finally:
    try:
        print(function())
    except Exception as e:
        print(type(e).__name__, e, "context:", repr(e.__context__)[:10] if e.__context__ else None)
print(nested())
for how in "return", "raise", "none":
    print(three_deep(how))
print(continue_over_raise())
