# Which except clause takes an exception, the binding and unbinding of its name, else, bare except.
class Base(Exception):
    pass


class Derived(Base):
    pass


def classify(exception):
    try:
        if exception is not None:
            raise exception
    except Derived as e:
        result = "Derived %s" % e
    except (KeyError, IndexError) as e:
        result = "Lookup %s" % type(e).__name__
    except Base:
        result = "Base"
    except:
        result = "bare"
    else:
        result = "else"
    finally:
        print("finally", end=" ")
    return result


for exception in (None, Derived(1), Derived, Base(2), KeyError("k"), IndexError(), KeyboardInterrupt(), SystemExit(3)):
    print(classify(exception))


def name_is_unbound():
    e = "outer"
    try:
        raise ValueError
    except ValueError as e:
        pass
    try:
        return e
    except UnboundLocalError as error:
        return type(error).__name__


print(name_is_unbound())
try:
    raise ValueError("v")
except ValueError as e:
    e = None
try:
    e
except NameError as error:
    print(error)


def bad_class(clause):
    try:
        raise ValueError("original")
    except clause:
        print("caught")


for clause in (5, "ValueError", (ValueError, 5), (5, ValueError), None, int, (), ((ValueError,),)):
    try:
        bad_class(clause)
    except TypeError as e:
        print("TypeError", e, "context", repr(e.__context__.args))
    except ValueError as e:
        print("not matched", e)


def evaluate_order():
    def pick(name, cls):
        print("evaluated", name)
        return cls
    try:
        raise KeyError
    except pick("first", ValueError):
        pass
    except pick("second", KeyError):
        print("match")
    except pick("third", Exception):
        pass


evaluate_order()
for bad in (5, "text", int, None, object()):
    try:
        raise bad
    except TypeError as e:
        print(e)


class RaisesOnInit(Exception):
    def __init__(self):
        raise OSError("in init")


try:
    raise RaisesOnInit
except OSError as e:
    print(e)


class NotReally(Exception):
    def __new__(cls):
        return 5


try:
    raise NotReally
except TypeError as e:
    print(str(e).split(",")[0])
