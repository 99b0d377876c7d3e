"""Compares opyc_core::text with the running CPython (use 3.12), over all characters and random texts.

    python3.12 tools/check_text.py [ROUNDS]

Rust's letters are of a later Unicode: characters that the running CPython does not know are left out, and those that
are in CHANGED may differ (but at least one must of each, or the entry is stale).
"""
import _codecs
import os
import random
import subprocess
import sys
import unicodedata

PARTS = ["", "a", "b", "ab", "aab", "A", "Ab", "-", "+1", "0", "'", '"', "\\", " ", "  ", "\t", "\n", "\r", "\r\n",
         "\x00", "\x1c", "\x7f", "\x85", "\xa0", "é", "É", "ß", "ÿ", "µ", "²", "½", "€", "Σ", "ΑΣ", "ς", "ǅ", "ǆ", "ŉ",
         "İ", "ı", "ﬃ", "ა", "\u0301", "\u200b", "\u2028", "٣", "漢", "ª", "ʰ", "\ud800", "\udc80", "\udcff", "\udfff",
         "\U0001f600", "\U00010400", "\U00010428", "\U000e0001", "\U0010ffff"]
WORDS = ["a", "b", "ab", "ba", "aa", "€", "\U0001f600", "é"]
BYTES = [b"", b"a", b"A\0", b"\0A", b"\xff", b"\xfe", b"\xff\xfe", b"\xfe\xff", b"\xff\xfe\0\0", b"\0\0\xfe\xff",
         b"\xc2", b"\xc0", b"\xc3\xa9", b"\xe0\x80", b"\xe2\x82", b"\xe2\x82\xac", b"\xed\xa0", b"\xed\xa0\x80", b"\x80",
         b"\xf0\x9f", b"\xf0\x9f\x98\x80", b"\xf4\x90", b"\xf5", b"\0\xd8", b"\0\xdc", b"\xd8\0", b"\xdc\0", b"\0\xd8\0\xdc",
         b"\0\xd8\0\0", b"\0\0\xdc\0", b"\0\0\x11\0", b"'", b'"', b"\\\n", b"\x80\xd8"]
CODECS = ["utf-8", "ascii", "latin-1", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"]
ERRORS = ["strict", "ignore", "replace", "backslashreplace", "xmlcharrefreplace", "surrogateescape", "surrogatepass"]
KINDS = [str.isalpha, str.isdecimal, str.isdigit, str.isnumeric, str.isprintable, str.isidentifier,
         lambda c: ("a" + c).isidentifier(), str.islower, lambda c: c.isupper() and unicodedata.category(c) != "Lt",
         lambda c: unicodedata.category(c) == "Lt", str.isspace, lambda c: ("a" + c + "b").splitlines() != ["a" + c + "b"],
         str.isalnum]
# Letters that got an upper case after Unicode 15, and one that lost its lower case.
CHANGED = set("\u019b\u0264\u0295\ua7d3\ua7d5")


def show(value):
    """A value in the form of the probe."""
    if value is None:
        return "-"
    if isinstance(value, str):
        return "s" + ",".join(f"{ord(c):x}" for c in value)
    if isinstance(value, bytes):
        return "b" + value.hex()
    if isinstance(value, (list, tuple)):
        return "[" + " ".join(map(show, value)) + "]"
    return f"i{int(value)}"


def each(method):
    return lambda text: [method(c) for c in text]


def kinds(text):
    return [sum(test(c) << bit for bit, test in enumerate(KINDS)) << 4 | unicodedata.decimal(c, 15) for c in text]


def slice_step(text, start, step, count):
    return "".join(text[start + i * step] for i in range(count))


FUNCTIONS = {
    "kinds": kinds, "lower_each": each(str.lower), "upper_each": each(str.upper), "title_each": each(str.title),
    "casefold_each": each(str.casefold), "contains": str.__contains__, "concat": str.__add__, "repeat": str.__mul__,
    "compare": lambda a, b: (a > b) - (a < b), "equal": str.__eq__, "slice_step": slice_step, "repr": repr,
    "ascii": ascii, "bytes_repr": repr, "split_whitespace": lambda s, n: s.split(None, n),
    "rsplit_whitespace": lambda s, n: s.rsplit(None, n), "join": lambda s, *items: s.join(items),
    "partition": lambda s, sep: [sep] if sep in s else [], "strip": lambda s, c: [s.strip(c)],
    "rpartition": lambda s, sep: len(s.rpartition(sep)[0]) if sep in s else None,
    "lstrip": lambda s, c: [s.lstrip(c)], "rstrip": lambda s: [s.rstrip()],
    "removeprefix": lambda s, p: [s.removeprefix(p)], "removesuffix": lambda s, p: [s.removesuffix(p)],
    "ljust": lambda s, n, c: s.ljust(n, chr(c)), "rjust": lambda s, n, c: s.rjust(n, chr(c)),
    "center": lambda s, n, c: s.center(n, chr(c)), "hash": lambda s, *_: hash(s), "hash_bytes": lambda b, *_: hash(b),
    "decode": lambda b, codec, errors: b.decode(codec, errors),
    "encode": lambda s, codec, errors: s.encode(codec, errors),
    "decode_some": lambda b, codec, errors: getattr(_codecs, codec.replace("-", "_") + "_decode")(b, errors, False),
}


def expected(name, args):
    try:
        return show(FUNCTIONS.get(name, getattr(str, name, None))(*args))
    except UnicodeError as error:
        return f"!{error}"


def all_characters():
    known = [chr(c) for c in range(sys.maxunicode + 1)]
    yield from (("kinds", "".join(known[i:i + 1024])) for i in range(0, len(known), 1024)
                if all(unicodedata.category(c) != "Cn" for c in known[i:i + 1024]))
    known = [c for c in known if unicodedata.category(c) != "Cn"]
    for i in range(0, len(known), 1024):
        chunk = "".join(known[i:i + 1024])
        for name in ["kinds", "lower_each", "upper_each", "title_each", "casefold_each"]:
            yield name, chunk


def random_calls(rounds):
    pick = random.choice
    for _ in range(rounds):
        text = "".join(random.choices(pick([PARTS, PARTS[:21], WORDS, "ab"]), k=random.randrange(12)))
        for name in ["lower", "upper", "title", "swapcase", "casefold", "capitalize", "isalpha", "isalnum", "isspace",
                     "islower", "isupper", "istitle", "isascii", "isprintable", "isidentifier", "repr", "ascii", "rstrip"]:
            yield name, text
        needle = pick([pick(PARTS), pick(WORDS), text[1:3], text[2:6], text])
        start, end = random.randrange(-6, 12), pick([random.randrange(-6, 12), 2**63 - 1])
        for name in ["find", "rfind", "count", "startswith", "endswith"]:
            yield name, text, needle, start, end
        times = pick([-1, 0, 1, 2, 5])
        for name in ["contains", "strip", "lstrip", "removeprefix", "removesuffix", "concat", "compare", "equal"]:
            yield name, text, needle
        yield "replace", text, needle, pick(PARTS), times
        if needle:
            for name in ["split", "rsplit"]:
                yield name, text, needle, times
            yield "partition", text, needle
            yield "rpartition", text, needle
        for name in ["split_whitespace", "rsplit_whitespace", "zfill", "expandtabs", "repeat"]:
            yield name, text, random.randrange(-1, 16)
        yield "splitlines", text, pick([0, 1])
        for name in ["ljust", "rjust", "center"]:
            yield name, text, random.randrange(-1, 20), pick([32, 48, 0xe9, 0x20ac, 0x1f600])
        yield "join", needle, text, pick(PARTS), pick(WORDS)
        indices = range(*slice(pick([None, start]), pick([None, end]), pick([-3, -2, -1, 1, 2, 3])).indices(len(text)))
        yield "slice_step", text, max(indices.start, 0), indices.step, len(indices)
        yield "hash", text * pick([1, 40]), SIPHASH, SEED
        raw = b"".join(random.choices(BYTES, k=random.randrange(6)))
        yield "hash_bytes", raw * pick([1, 40]), SIPHASH, SEED
        yield "bytes_repr", raw
        codec, errors = pick(CODECS), pick(ERRORS)
        yield "encode", text, codec, errors
        if errors != "xmlcharrefreplace":
            yield "decode", raw, codec, errors
            if codec[:3] == "utf":
                yield "decode_some", raw, codec, errors


def main():
    random.seed(1)
    calls = [*all_characters(), *random_calls(int(sys.argv[1]) if len(sys.argv) > 1 else 20000)]
    lines = "".join("\t".join([name, *map(show, args)]) + "\n" for name, *args in calls)
    command = ["cargo", "run", "--quiet", "-p", "opyc-core", "--example", "text_probe"]
    made = subprocess.run(command, input=lines.encode(), stdout=subprocess.PIPE, check=True).stdout.decode("utf-8").splitlines()
    bad, stale = 0, set(CHANGED)
    for (name, *args), got in zip(calls, made, strict=True):
        want = expected(name, args)
        if got == want:
            continue
        what = f"{name}{tuple(args)!a}"
        if name == "kinds" or name.endswith("_each"):
            pairs = zip(args[0], want[1:-1].split(" "), got[1:-1].split(" "), strict=True)
            differences = {c: (w, g) for c, w, g in pairs if w != g}
            stale -= set(differences)
            differences = {c: d for c, d in differences.items() if c not in CHANGED}
            if not differences:
                continue
            what, (want, got) = f"{name}(U+{ord(min(differences)):04X})", differences[min(differences)]
        bad += 1
        if bad <= 20:
            print(f"{what}\n  CPython {want}\n  opyc    {got}")
    print(f"{len(calls)} calls, {bad} differ; stale entries: {ascii(sorted(stale))}")
    return bad > 0 or bool(stale)


SIPHASH = 13 if sys.version_info >= (3, 11) else 24
# Hashes depend on a seed that Python takes at its start.
SEED = 42
if os.environ.get("PYTHONHASHSEED") != str(SEED):
    os.execve(sys.executable, [sys.executable, *sys.argv], {**os.environ, "PYTHONHASHSEED": str(SEED)})
sys.exit(main())
