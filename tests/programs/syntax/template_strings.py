# versions: 3.14
# t-strings: strings, interpolations, conversions, format specs, concatenation, iteration.
name, n = "World", 42
t = t"Hello {name}! {n:>5} {n!r:x} end"
print(type(t).__name__, t.strings, t.values, len(t.interpolations))
for i in t.interpolations:
    print(i.value, i.expression, i.conversion, repr(i.format_spec))
print([type(part).__name__ for part in t], list(t"")== [], t"plain".strings, t"{n}".strings, t"{n}{name}".strings)
both = t"a{n}" + t"{name}b"
print(both.strings, both.values)
width = 7
print(t"{n:{width}}".interpolations[0].format_spec, t"{n + 1 = }".strings, t"{n + 1 = }".interpolations[0].expression, t"{{}}{n}".strings)
try:
    t"a" + "b"
except TypeError as e:
    print(e)
try:
    "b" + t"a"
except TypeError as e:
    print(e)


def render(template):
    parts = []
    for item in template:
        if isinstance(item, str):
            parts.append(item)
        else:
            value = {"r": repr, "s": str, "a": ascii, None: lambda v: v}[item.conversion](item.value)
            parts.append(format(value, item.format_spec).upper())
    return "".join(parts)


print(render(t"hi {name} {name!r:>10} {n:05d}"))
nested = t"{t'inner {n}'} outer"
print(nested.interpolations[0].value.strings, (t"{name}" t" and {n}").strings)
print(repr(t"x{n}"), t"x{n!s:a}".interpolations[0])
try:
    t"{undefined}"
except NameError as e:
    print(e)
