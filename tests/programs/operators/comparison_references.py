# Comparisons of strs give up their operands, in whatever way they are compiled.
import sys


def compare(text, times):
    box = [text]
    before = sys.getrefcount(text)
    n = 0
    for i in range(times):
        if box[0] == 'qqqqqqq':
            n += 1
        if box[0] == box[0]:
            n += 1
        if not (box[0] != text):
            n += 1
        if text < box[0]:
            n += 1
        same = box[0] == 'qqqqqqq'
        less = box[0] <= box[0]
        n += same + less
        n += (box[0] > 'a') + (box[0] >= text)
    i = 0
    while box[i & 0] != str(i):
        i += 1
        if i == 50:
            box[0] = '51'
    box = None
    return n, i, sys.getrefcount(text) - before


def mixed(values, times):
    before = sys.getrefcount(values[0]), sys.getrefcount(values[1])
    n = 0
    for i in range(times):
        for v in values:
            if v == values[i % len(values)]:
                n += 1
            n += (values[0] != v) + (v == values[-1])
    v = None
    after = sys.getrefcount(values[0]), sys.getrefcount(values[1])
    return n, before == after


print(compare(''.join(['qqq', 'qqqq']), 100))
print(mixed([''.join(['ab', 'cd']), ''.join(['x', 'yz']), 1, 2.5, 'abcd'], 50))
