"""Writes core/src/text/unicode_data.rs from the Unicode data of the running CPython (use 3.12).

    python3.12 tools/gen_unicode.py > core/src/text/unicode_data.rs

Only what Rust's own `char` methods do not give is written: upper and lower case come from there.
"""
import sys
import unicodedata

FLAGS = [
    # name, doc, predicate on one character
    ("ALPHA", "Letters: `str.isalpha`.", str.isalpha),
    ("DECIMAL", "Digits with which a decimal number is written: `str.isdecimal`.", str.isdecimal),
    ("DIGIT", "Digits, superscripts and the like included: `str.isdigit`.", str.isdigit),
    ("NUMERIC", "Numbers of any script, fractions included: `str.isnumeric`.", str.isnumeric),
    ("PRINTABLE", "Shown as they are by `repr`: `str.isprintable`.", str.isprintable),
    ("XID_START", "May start an identifier (the underscore too).", str.isidentifier),
    ("XID_CONTINUE", "May go on in an identifier.", lambda c: ("a" + c).isidentifier()),
    ("TITLE", "Letters in title case, such as `ǅ`.", lambda c: unicodedata.category(c) == "Lt"),
    ("CASE_IGNORABLE", "Passed over in the search for the end of a word, for the final sigma.",
     # Seen through `lower`: the letter before decides, and the character itself is not a letter with case.
     lambda c: ("A" + c + "Σ").lower()[-1] == "ς" and (c + "Σ").lower()[-1] == "σ"),
]
SHIFT = len(FLAGS)


def rust(text):
    return '"' + "".join(f"\\u{{{ord(c):x}}}" if ord(c) > 126 else c for c in text) + '"'


def rows(items, width=112):
    line = "   "
    for item in items:
        if len(line) + len(item) + 2 > width:
            yield line
            line = "   "
        line += f" {item},"
    yield line


def table(doc, declaration, items):
    print(f"\n/// {doc}\n#[rustfmt::skip]\npub(super) static {declaration} = &[")
    print("\n".join(rows(items)))
    print("];")


def main():
    characters = [chr(c) for c in range(sys.maxunicode + 1)]
    print(f"//! Unicode {unicodedata.unidata_version}: written by tools/gen_unicode.py, not by hand.")
    for bit, (name, doc, _) in enumerate(FLAGS):
        print(f"\n/// {doc}\npub(super) const {name}: u32 = 1 << {bit};")
    print(f"\n/// How far the first character of a run is shifted in [`RUNS`].\npub(super) const SHIFT: u32 = {SHIFT};")

    runs, before = [], None
    for c in characters:
        flags = sum(1 << bit for bit, (_, _, test) in enumerate(FLAGS) if test(c))
        if flags != before:
            runs.append(f"{ord(c) << SHIFT | flags:#x}")
        before = flags
    table("Runs of characters with the same flags: first character `<< SHIFT`, `|` flags; sorted.",
          "RUNS: &[u32]", runs)

    zeros = [f"{ord(c):#x}" for c in characters if c.isdecimal() and unicodedata.decimal(c) == 0]
    table("The zeros: each is followed by the digits from one to nine.", "ZEROS: &[u32]", zeros)
    assert all(unicodedata.decimal(chr(int(z, 16) + n)) == n for z in zeros for n in range(10))

    table("Characters whose title case is not their upper case.", "TITLE_CASE: &[(u32, &str)]",
          [f"({ord(c):#x}, {rust(c.title())})" for c in characters if c.title() != c.upper()])
    table("Characters whose case folding is not their lower case.", "CASE_FOLD: &[(u32, &str)]",
          [f"({ord(c):#x}, {rust(c.casefold())})" for c in characters if c.casefold() != c.lower()])


main()
