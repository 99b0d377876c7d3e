"""What the tests of tests/embed.rs run, under every version."""
import host

log = []


def echo(x):
    return x


def describe(x):
    return "%s %r" % (type(x).__name__, x)


def join(*args, **kwargs):
    return "%r %r" % (args, sorted(kwargs.items()))


def add_all(numbers):
    total = 0
    for n in numbers:
        total = host.add(total, n)
    return total


def catch(f, *args):
    try:
        return "returned %r" % (f(*args),)
    except Exception as e:
        return "%s: %s" % (type(e).__name__, e)


def fail(message):
    raise LookupError(message)


def nested(f, n):
    return f(n) if n else 0


def leave(code):
    raise SystemExit(code)


def never_returns():
    try:
        host.panic("on purpose")
    except BaseException as e:
        log.append("caught %r" % (e,))
    finally:
        log.append("finally")


class Derived(host.Counter):
    def twice(self):
        return self.add(self.count)


def use_counter():
    c = host.Counter(40)
    bound = c.add
    bound(1)
    c.count += 1
    return c.count, len(c), repr(c), c == host.Counter(42), c + 8, [x for x in host.Counter(3)]


def drop_counters(n):
    for _ in range(n):
        host.Counter()
    keep = [host.Counter() for _ in range(n)]
    del keep


def make_cycle():
    c = host.Holder()
    c.set(lambda: c)
    return None


def make_owned_cycle():
    c = host.Holder()
    c.set(c)
    host.Holder().set(c)


print("guest runs", host.VERSION)
