# versions: 3.11+
# except*: which clauses run, what remains, what is raised from them.
def tree(e):
    if isinstance(e, BaseExceptionGroup):
        return (type(e).__name__, e.message, [tree(x) for x in e.exceptions])
    return repr(e)


def handle(exception):
    try:
        if exception is not None:
            raise exception
    except* ValueError as e:
        print(" values", tree(e))
    except* (TypeError, OSError) as e:
        print(" types", tree(e))
    else:
        print(" else")
    finally:
        print(" finally")


def show(function, *args):
    try:
        print(function.__name__, *[tree(a) for a in args])
        print(" ->", function(*args))
    except BaseException as e:
        print(" out", tree(e), "context", tree(e.__context__) if e.__context__ else None,
              "cause", tree(e.__cause__) if e.__cause__ else None)


show(handle, None)
show(handle, ExceptionGroup("g", [ValueError(1)]))
show(handle, ValueError("naked"))
show(handle, KeyError("other"))
show(handle, ExceptionGroup("g", [ValueError(1), TypeError(2), ExceptionGroup("n", [OSError(3), ValueError(4)])]))
show(handle, ExceptionGroup("g", [ValueError(1), KeyError(2)]))
show(handle, BaseExceptionGroup("b", [KeyboardInterrupt(), TypeError(1)]))


def raising(exception):
    try:
        raise exception
    except* ValueError as e:
        raise KeyError("new")
    except* TypeError:
        raise


def raise_same(exception):
    try:
        raise exception
    except* ValueError as e:
        raise e


def nested(exception):
    try:
        try:
            raise exception
        except* ValueError:
            print(" inner")
    except* TypeError as e:
        print(" outer", tree(e))
    return "done"


for exception in (ExceptionGroup("g", [ValueError(1), TypeError(2), OSError(3)]), ExceptionGroup("g", [ValueError(1)]), ValueError(1)):
    show(raising, exception)
    show(raise_same, exception)
    show(nested, exception)


def bad_clause():
    try:
        raise ValueError(1)
    except* ExceptionGroup:
        pass


def bad_type():
    try:
        raise ValueError(1)
    except* 5:
        pass


def in_loop():
    done = []
    for i in range(3):
        try:
            if i:
                raise ExceptionGroup("g", [ValueError(i)])
        except* ValueError as e:
            done.append(e.exceptions[0].args)
    return done


def name_unbound():
    try:
        raise ValueError
    except* ValueError as e:
        pass
    return "e" in locals()


for function in bad_clause, bad_type, in_loop, name_unbound:
    show(function)
