# versions: 3.9+
# removeprefix and removesuffix of str, bytes and bytearray; dict | dict.
for text in ("hello", b"hello", bytearray(b"hello")):
    he, lo = ("he", "lo") if isinstance(text, str) else (b"he", b"lo")
    print(text.removeprefix(he), text.removesuffix(lo), text.removeprefix(lo), text.removesuffix(text[:0]), text.removeprefix(text))
for call in (lambda: "a".removeprefix(1), lambda: "a".removesuffix(), lambda: b"a".removeprefix("a")):
    try:
        print(call())
    except TypeError as e:
        print(e)
a, b = {"x": 1, "y": 2}, {"y": 3, "z": 4}
print(a | b, b | a)
a |= b
print(a)
a |= [("k", "v")]
print(a)
try:
    a | [("k", "v")]
except TypeError as e:
    print(e)


class D(dict):
    pass


print(type(D(a=1) | {}).__name__, D(a=1) | {"b": 2}, {"b": 2} | D(a=1))
print(list[int], dict[str, int], tuple[int, ...], type(list[int]).__name__, list[int]([1, 2]), list[int].__origin__, dict[str, int].__args__)
