# print: sep, end, file, flush; str and repr of everything; writing to sys.stdout and sys.stderr.
import sys

print()
print("a", 1, None, [2], sep="|")
print("no newline", end="")
print("", "x", end="\n\n", sep="\t")
print("to stderr", file=sys.stderr)
print(*[1, 2, 3], sep=", ", flush=True)
print("unicode: é 日本 \U0001f600 \t end")


class Writer:
    def __init__(self):
        self.parts = []

    def write(self, text):
        self.parts.append(text)


w = Writer()
print("a", "b", sep="-", file=w)
print(w.parts)
print("none sep", "and end", sep=None, end=None)
sys.stdout.write("direct\n")
print(sys.stdout.write("ab"), "chars")
sys.stderr.write("error text\n")
sys.stdout.writelines(["l1\n", "l2\n"])
for kw in ({"sep": 5}, {"end": 5}, {"file": 5}, {"unknown": 1}):
    try:
        print("x", **kw)
    except (TypeError, AttributeError) as e:
        sys.stdout.write("%s %s\n" % (type(e).__name__, e))


class Bad:
    def __str__(self):
        raise ValueError("no str")


try:
    print("partial", Bad())
except ValueError as e:
    print("|", e)
saved = sys.stdout
sys.stdout = w
print("captured")
sys.stdout = saved
print(w.parts[-2:])
sys.stdout = None
print("goes nowhere")
sys.stdout = saved
print(repr("a\n'"), str([1, "a"]), repr(None), repr(Ellipsis), repr(int), repr(len), repr(range(3)), repr(slice(1)), repr({}), repr(set()), str(ValueError("x")), repr(sys), sep="\n")
print(repr(type), repr(type(None)), repr(NotImplemented), ascii("é"), ascii([1, "é"]), repr(print), repr(str.join), repr({}.get)[:29], sep="\n")
