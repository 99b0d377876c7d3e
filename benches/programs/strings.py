# sizes: 8000 to time, 120 to count
"""Strings: building, formatting, searching, splitting, characters one by one."""
import sys


def caesar(text, shift):
    out = []
    for c in text:
        if "a" <= c <= "z":
            c = chr((ord(c) - 97 + shift) % 26 + 97)
        out.append(c)
    return "".join(out)


def tokens(text):
    found, word = [], ""
    for c in text:
        if c.isalnum():
            word += c
        elif word:
            found.append(word)
            word = ""
    return found


def table(rows):
    lines = []
    for name, value, share in rows:
        lines.append(f"{name:<8}|{value:>6}|{share:7.2%}|{value:#x}")
        lines.append("%-8s|%6d|%5.1f" % (name, value, share))
        lines.append("{0:^8}|{1:06d}|{2!r}".format(name, value, name))
    return "\n".join(lines)


def main(n):
    text = "the quick brown fox, jumps over; the lazy dog (and runs away)."
    total = 0
    for i in range(n):
        secret = caesar(text, i)
        total += len(tokens(secret)) + secret.count("a") + secret.find("z")
        words = text.replace(",", "").split()
        total += len("-".join(w.capitalize() for w in words)) + len(text.upper().strip(".").partition(";")[2])
        rows = [(w, len(w) * i, len(w) / 30) for w in words[:4]]
        total += len(table(rows))
        total += text.startswith("the") + text.endswith(").") + ("fox" in text) + (secret < text)
        built = ""
        for w in words:
            built += w + " "
        total += hash(built) == hash(" ".join(words) + " ")
        total += len(text[::-1][3:20:2]) + int(str(i)) + len(repr(words))
    return total


print(main(int(sys.argv[1])))
