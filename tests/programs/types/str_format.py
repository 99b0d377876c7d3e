# str.format: fields, attributes, items, nested, conversions, errors.
print("{} {}".format(1, 2), "{1} {0}".format("a", "b"), "{a} {b}".format(a=1, b=2), "{0} {x}".format(5, x=6), "{0[1]} {0[0]}".format([1, 2]), "{d[key]} {o.real}".format(d={"key": "v"}, o=5), "{{}} {}".format(1))
print("{:>5}|{:<5}|{:^5}|{:*^7}|{:05d}|{:+.2f}|{:x}|{:e}|{:,}|{:%}|{:s}".format(1, 2, 3, "m", 42, 3.14159, 255, 1234.5, 1234567, 0.25, "s"))
print("{!r} {!s} {!a}".format("a", "b", "é"), "{:{}}|{:{w}.{p}}".format("x", 5, 3.14159, w=8, p=3), "{0:{1}}".format(5, ">4"), "{:10}|{:10}|{:10}".format("str", 5, True), "{}".format([1]), "{:c}".format(97))
print(format(5), format(5, "3"), format("a", "<3") + "|", format(True), format(True, "d"), format(None), format(10, "b"), format(10, "#o"), format(-5, "=4"), format(-5, "05"), format(1000, "_"), format(0xFFFF, "_x"), format(5, " d"), format(3, "<+4") + "|")
print("{0.__class__.__name__} {0:d}".format(7), "{a[0][b]}".format(a=[{"b": "deep"}]), "{:}".format(1), "{0}{0}".format("x"), "{:.3}".format("abcdef"), "{:>6.2}".format("abc"), "{: ^9}".format("mid"), "{:é<4}".format("u"), "{:<<4}".format("q"))
for text, args in (("{}", ()), ("{1}", (0,)), ("{x}", ()), ("{", ()), ("}", ()), ("{0} {}", (1, 2)), ("{} {0}", (1, 2)), ("{0.missing}", (1,)), ("{0[9]}", ([1],)), ("{0[k]}", ({},)), ("{:d}", ("s",)), ("{:s}", (1,)), ("{!x}", (1,)),
                   ("{0[}", (1,)), ("{:.}", (1.0,)), ("{:10d}", (1.5,)), ("{:c}", (-1,)), ("{:,s}", ("a",)), ("{!}", (1,)), ("{:z5}", ("a",)), ("{0!rx}", (1,)), ("{a.}", ()), ("{:-}", ("a",)), ("{:#}", ("a",)), ("{:99999999999999999999}", (1,)), ("{:,}", ("x",)), ("{:_,}", (1,))):
    try:
        print(text.format(*args))
    except (IndexError, KeyError, ValueError, AttributeError, TypeError, OverflowError) as e:
        print(text, type(e).__name__, e)
print("{a} {b}".format_map({"a": 1, "b": 2}))


class Default(dict):
    def __missing__(self, key):
        return "<%s>" % key


print("{x} {y}".format_map(Default(x=1)))


class F:
    def __format__(self, spec):
        return "F:" + spec


print("{:any thing} {}".format(F(), F()), format(F(), "abc"), "{!s:>3}".format("z"), object.__format__(5, ""))
try:
    format(object(), "x")
except TypeError as e:
    print(e)
try:
    format(5, 5)
except TypeError as e:
    print(e)
