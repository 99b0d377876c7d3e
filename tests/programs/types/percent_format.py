# The % operator on str: every conversion, flags, widths, mappings, errors.
print("%s %r %a %d %i %u %o %x %X %e %E %f %F %g %G %c %c %%" % ("s", "r", "é", 1, 2, 3, 8, 255, 255, 1.5, 1.5, 1.5, 1.5, 1.5, 1e-10, "c", 99))
print("%5d|%-5d|%05d|%+d|% d|%5s|%-5s|%.2s|%5.1f|%-8.3e|%#x|%#o|%+.2f|%010.3f" % (1, 2, 3, 4, 5, "s", "s", "abc", 3.14, 12345.678, 255, 8, 2.5, -3.14159))
print("%*d|%-*d|%.*f|%*.*f" % (5, 1, 5, 2, 2, 3.14159, 8, 3, 2.71828), "%(a)s %(b)05.1f %(a)r" % {"a": "x", "b": 2.25}, "%s" % 5, "%s" % (1,), "%s" % [1, 2], "%d" % 3.99, "%d" % True, "%x" % -255, "%s %s" % ("a", None), "%%" % (), "100%%" % {})
print("%d" % 10 ** 30 if False else "%d" % (10 ** 30), "%x" % (10 ** 20), "%5c|" % "x", "%.0f" % 0.5, "%.0f" % 1.5, "%.10g" % 0.1, "%g" % 1e6, "%g" % 1e5, "%s" % {"k": 1}, "%(k)s" % {"k": (1, 2)}, "%r" % ("t",), "%-5r|" % "é", "%#.3g" % 1.0)
for text, value in (("%d", "x"), ("%s %s", 1), ("%s", (1, 2)), ("%s %s", (1,)), ("%q", 1), ("%", 1), ("%(a)s", 5), ("%(a)s", {}), ("%c", "ab"), ("%c", -1), ("%c", 1.5), ("%f", "x"), ("%x", 1.5), ("%*d", ("a", 1)), ("abc", 5), ("abc", (1,)),
                    ("%(a", {"a": 1}), ("%d", None), ("%i", []), ("%.5", 1), ("%l", 1), ("abc", {}), ("abc", [])):
    try:
        print(text % value)
    except (TypeError, ValueError, KeyError, OverflowError) as e:
        print(text, type(e).__name__, e)


class S:
    def __str__(self):
        return "str!"

    def __repr__(self):
        return "repr!"


print("%s %r %a %10s|%-10r|%.2s" % (S(), S(), S(), S(), S(), S()), "%s" % S)


class Rmod(str):
    def __mod__(self, other):
        return "own mod"

    def __rmod__(self, other):
        return "own rmod"


print(Rmod("%s") % 1, "%s" % Rmod("x"), "%ld %hd" % (1, 2))
