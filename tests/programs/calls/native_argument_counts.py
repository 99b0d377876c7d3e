# What native functions say of arguments that do not fit.
import itertools
import math


def wrong(f, *args, **kwargs):
    try:
        f(*args, **kwargs)
    except TypeError as e:
        print(e)
    else:
        print("no error")


class Word(str):
    pass


text, row, table, few = "text", [1, 2], {1: 2}, {1}

# By position only: what each takes, and functions that word it in the same way.
takes = [
    ((1, 2, 3), [text.find, text.startswith, text.count, b"".rindex]),
    ((1,), [text.zfill, table.__contains__, few.__contains__, row.__getitem__]),
    ((1,), [row.__mul__, itertools.cycle, len]),
    ((2,), [row.insert, row.__setitem__, math.ldexp]),
    ((1, 2), [text.center, (2).__pow__, format]),
    ((0, 1), [row.pop, text.strip]),
    ((0,), [row.clear, text.upper]),
]
for counts, functions in takes:
    for f in functions:
        for count in range(5):
            if count not in counts:
                wrong(f, *["x"] * count)

# The class of what a method is bound to is named.
wrong(True.__ceil__, 1)
upper = Word("a").upper
wrong(upper, 1)

# Some arguments have names.
wrong((1).to_bytes, 1, "big", True, True)
wrong(int.from_bytes, zz=1)
wrong(b"".translate)
wrong(b"".translate, zz=1)
wrong(row.sort, 1, 2, 3)
wrong(row.sort, zz=1)
wrong(text.split, 1, 2, 3)
wrong(text.split, zz=1)
wrong(enumerate, [], 1, 2)
wrong(round)
wrong(round, 1, 2, 3)
wrong(round, 1, ndigits=1, zz=3)
wrong(round, 1, number=2)
wrong(len, obj=1)
wrong(row.append, x=1)
