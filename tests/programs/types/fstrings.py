# f-strings: expressions, conversions, nested specs, escapes, quotes.
name, n, pi = "World", 42, 3.14159265
print(f"Hello {name}!", f"{n}", f"{n:5}|{n:<5}|{n:^5}|{n:>5}|{n:05}|{n:+}|{n:x}|{n:#b}|{n:,}")
print(f"{pi:.2f} {pi:10.3f}| {pi:<10.1f}| {pi:e} {pi:%} {pi!r:>12} {pi!s:.4}", f"{name!r} {name!s} {name!a} {'é'!a}")
width, precision = 10, 3
print(f"{pi:{width}.{precision}f}|{name:>{width}}|{name:{'*'}^{width}}|{n:{'0'}{width}}")
print(f"{{literal}} {{{n}}}", f"{n + 1} {n * 2} {n if n else 0} {[i for i in range(3)]} {(lambda x: x + 1)(n)} { {'a': 1}['a'] }", f"{'nested ' + f'{n}'}")
print(f"", f"no fields", f"{name}{n}", f"{name}" f"{n}" "plain {x}", rf"\d{n}", f"a\tb\n{n}", f"{3.0}{None}{True}{[1, 'a']}{('x',)}")


class C:
    def __format__(self, spec):
        return "format(%s)" % spec

    def __str__(self):
        return "str"

    def __repr__(self):
        return "repr"


c = C()
print(f"{c} {c:spec} {c!r} {c!s:>6} {c!r:*<8} {c:{n}}")
print(f"{name[0]} {name.upper()} {len(name)} {name:s} {'a' 'b'} {n!r:^6}|", f"{n:d}{n:c}{-n:=+6}", f"{1e10:g} {10 ** 20:,} {1234567.891:,.2f} {255:#06x} {255:#X} {5:08b} {1000000:_}")
for make in (lambda: f"{n:q}", lambda: f"{name:d}", lambda: f"{undefined}", lambda: f"{n:.2}", lambda: f"{[]:>5}", lambda: f"{None:5}", lambda: f"{name:=5}", lambda: f"{pi:d}", lambda: f"{n:{name}}", lambda: f"{pi:.{-1}f}", lambda: f"{n:,d,}"):
    try:
        print(make())
    except (ValueError, NameError, TypeError) as e:
        print(type(e).__name__, e)
print(f"""multi
line {n}
end""", f'{n:<{len("abcd")}}|', f"{'yes' if n > 40 else 'no'}", f"{n!s}{n!s}", f"{'%d' % n}", f"{'{}'.format(n)}", f"{b'bytes'}", f"{...}")


def side(tag):
    print("eval", tag, end=" ")
    return tag


print(f"{side(1)}-{side(2):{side(3)}}")
