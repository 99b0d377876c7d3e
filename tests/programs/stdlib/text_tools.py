# needs: stdlib
# io.StringIO, io.BytesIO, re basics and traceback formatting through the library.
import io
import re
import traceback

s = io.StringIO("line 1\nline 2\n")
print(s.readline(), s.read(), s.seek(0), list(s), s.write("more"), repr(s.getvalue()))
b = io.BytesIO()
print(b.write(b"abc"), b.seek(1), b.read(1), b.getvalue(), b.tell(), b.truncate(2), b.getvalue())
print(re.findall(r"\d+", "a1b22c333"), re.sub(r"(\w)(\d)", r"\2\1", "a1 b2"), re.match(r"(?P<k>\w+)=(?P<v>.*)", "key=value").groupdict(), re.split(r"[,;]\s*", "a, b;c"), re.search("z", "abc"), re.fullmatch("a+", "aaa").span())
print(re.sub("[aeiou]", lambda m: m.group().upper(), "hello world"), re.compile("^x", re.M | re.I).findall("X\nx\ny"), re.escape("a.b"), [m.start() for m in re.finditer("a", "banana")])
try:
    re.compile("(")
except re.error as e:
    print(type(e).__mro__[1].__name__, e.pos)


def fails():
    raise ValueError("formatted")


try:
    fails()
except ValueError as e:
    lines = traceback.format_exception(type(e), e, e.__traceback__)
    print(lines[0], lines[-1], len(traceback.extract_tb(e.__traceback__)), traceback.extract_tb(e.__traceback__)[-1].name)
    print(traceback.format_exception_only(type(e), e))
