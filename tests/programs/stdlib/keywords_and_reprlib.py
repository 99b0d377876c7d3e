# needs: stdlib
# keyword, reprlib, string, textwrap: plain Python modules.
import keyword
import reprlib
import string
import textwrap

print(keyword.iskeyword("for"), keyword.iskeyword("fore"), "lambda" in keyword.kwlist, keyword.kwlist == sorted(keyword.kwlist))
print(reprlib.repr(list(range(100))), reprlib.repr("x" * 100), reprlib.repr({i: i for i in range(10)}), reprlib.repr(10 ** 100), reprlib.repr([[[[[[[[]]]]]]]]))


class Rec:
    def __init__(self):
        self.items = [self]

    @reprlib.recursive_repr("...")
    def __repr__(self):
        return "Rec(%r)" % self.items


print(Rec())
print(string.ascii_letters, string.digits, string.Template("$a ${b} $$").substitute(a=1, b=2), string.Template("$x").safe_substitute(), string.capwords("hello big  world"), string.Formatter().format("{0} {k!r:>5}", 1, k="v"))
try:
    string.Template("$missing").substitute()
except KeyError as e:
    print("KeyError", e)
print(textwrap.fill("The quick brown fox jumps over the lazy dog", 20), textwrap.dedent("  a\n    b\n"), textwrap.indent("x\ny", "> "), textwrap.shorten("one two three four", 12), sep="\n")
