# str: indexing, slicing, searching, splitting, case, tests, translation, errors.
s = "Hello, Wörld! ñ 日本 \U0001f600"
print(len(s), s[0], s[-1], s[7:12], s[::-1], s[::3], s[20:], s[5:2], s * 2, s + "!", "W" in s, "" in s, "xyz" not in s)
print(s.upper(), s.lower(), s.swapcase(), s.title(), "ßtraße".upper(), "ǅ".lower(), "İ".lower(), "ß".casefold(), "hello world".capitalize(), "they're bill's".title())
print("a,b,,c".split(","), " a  b ".split(), "a-b-c".split("-", 1), "a-b-c".rsplit("-", 1), "a\nb\r\nc\x0bd\u2028e".splitlines(), "a\nb\n".splitlines(True), "".split(), "".split(","), "x".split("x"))
print("-".join("abc"), "".join([]), ", ".join(["a"]), "abc".partition("b"), "abc".rpartition("x"), "a.b.c".rpartition("."), "abc".partition("z"))
print("  x ".strip(), "  x ".lstrip(), "  x ".rstrip() + "|", "xxaxx".strip("x"), "abcba".strip("ab"), "\t\u3000x\n".strip())
print("hello".find("l"), "hello".rfind("l"), "hello".find("z"), "hello".index("e"), "hello".count("l"), "aaaa".count("aa"), "hello".find("l", 3), "hello".find("", 9), "abc".count(""), "hello".find("lo", 0, 4))
print("hello".startswith("he"), "hello".endswith(("x", "lo")), "hello".startswith("l", 2), "".startswith(""), "abc".replace("b", "XX"), "aaa".replace("a", "b", 2), "abc".replace("", "-"))
print("7".zfill(3), "-7".zfill(4), "+".zfill(3), "x".center(6, "*"), "ab".center(5), "x".ljust(3) + "|", "x".rjust(3, "."), "a\tbc\td".expandtabs(4), "\t".expandtabs())
print([f("aB1 é²Ⅷ_") for f in (str.isalpha, str.isdigit, str.isspace, str.isupper)], "abc".isalpha(), "12".isdigit(), "²".isdigit(), "²".isdecimal(), "Ⅷ".isnumeric(), " \t".isspace(), "".isspace(),
      "abc".islower(), "a1".isalnum(), "A".isupper(), "Ab Cd".istitle(), "x1_".isidentifier(), "1x".isidentifier(), "\n".isprintable(), "é".isprintable(), "日本".isalpha(), "٣".isdecimal())
print("abc".translate({97: "X", 98: None, 99: 0x64}), "abc".translate(str.maketrans("ab", "xy", "c")), str.maketrans({"a": 1}), "hello".maketrans("a", "b"))
print(repr("it's"), repr('say "x"'), repr("both ' and \""), repr("\n\t\\\x00\x7f\xa0é\u200b\ud800\U0001f600\U000e0001"), ascii("é日\U0001f600"), str("x"), str(b"ab", "ascii"), str(b"x"))
print("a" < "b", "a" < "B", "abc" < "abd", "ab" < "abc", "é" > "z", max("hello"), sorted("hello"), "a" "b" 'c', "x" * 0, 3 * "ab", "ab" * -1)
for f in (lambda: "abc"[5], lambda: "abc".index("z"), lambda: "a" + 1, lambda: 1 + "a", lambda: "a" * "b", lambda: "a,b".split(""), lambda: "abc".center(5, "ab"), lambda: "x".encode("ascii", "nope"),
          lambda: "é".encode("ascii"), lambda: "abc".find(1), lambda: "a".startswith(1), lambda: "a" % 1, lambda: str.join(",", [1]), lambda: "a".partition(""), lambda: "a".replace(1, 2), lambda: "a" in 5, lambda: 1 in "a",
          lambda: "a" * 1.5, lambda: "x".rindex("y"), lambda: str(b"\xff", "utf-8"), lambda: "\ud800".encode()):
    try:
        print(f())
    except (IndexError, ValueError, TypeError, LookupError) as e:
        print(type(e).__name__, e)
print(s.encode(), "é".encode("latin-1"), "é".encode("ascii", "ignore"), "é日".encode("ascii", "replace"), "é".encode("ascii", "xmlcharrefreplace"), "é".encode("ascii", "backslashreplace"), "hi".encode("utf-16-le"), "\udcff".encode("utf-8", "surrogateescape"))
t = ""
for c in "building":
    t += c
print(t, list(t[:3]), [*enumerate("ab")], dict(zip("ab", "cd")), "abc".__contains__("b"), "%s" % "x", iter("ab").__next__())
