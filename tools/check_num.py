#!/usr/bin/env python3
"""Compares opyc's numbers with those of the CPython that runs this file, on random cases.

    cargo build -p opyc-core --example num_probe
    python3.12 tools/check_num.py target/debug/examples/num_probe [cases] [seed]

Messages of exceptions are compared too: those of 3.12 for operators, those of the running version for formats.
Prints how many cases of each family agree, and the first that do not; exits with 1 if any.
"""
import collections
import math
import operator
import random
import struct
import subprocess
import sys

MINOR = sys.version_info[1]
CMP = {-1: "Less", 0: "Equal", 1: "Greater"}


def limit_digits(limit):
    if hasattr(sys, "set_int_max_str_digits"):
        sys.set_int_max_str_digits(limit)


def bits(x):
    return "%016x" % struct.unpack("<Q", struct.pack("<d", x))[0]


def show(value):
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return "nan" if value != value else bits(value)
    if isinstance(value, complex):
        return show(value.real) + " " + show(value.imag)
    if isinstance(value, tuple):
        return " ".join(map(show, value))
    if isinstance(value, int):
        if value.bit_length() > 6000:
            return hex(value)
        limit_digits(0)
        text = str(value)
        limit_digits(4300)
        return text
    return escape(value)


def escape(text):
    return "".join(c if " " <= c <= "~" and c != "<" else "<%x>" % ord(c) for c in text)


def expect(function):
    try:
        return "= " + show(function())
    except Exception as error:
        message = str(error.args[-1]) if error.args else ""
        if message.startswith("could not convert string to float"):
            message = "could not convert string to float"
        if message.startswith("invalid literal for int()"):
            message = message.split(":")[0] + ": …"
        if message == "complex() arg is a malformed string":
            message = "Malformed"
        if message.startswith("could not convert string to complex"):
            message = "Underscores"
        return "! " + escape(message).replace("<2026>", "…")


def any_int(r, digits=300):
    kind = r.randrange(8)
    if kind == 0:
        n = r.randrange(-20, 20)
    elif kind == 1:
        n = (1 << r.randrange(200)) + r.randrange(-2, 3)
    elif kind == 2:
        n = r.randrange(1 << 64)
    elif kind == 3:
        n = r.choice([1 << 63, (1 << 63) - 1, (1 << 53) + 1, (1 << 61) - 1, 1 << 64, 1 << 128]) + r.randrange(-1, 2)
    elif kind == 4:
        n = 10 ** r.randrange(40) * r.randrange(1, 30)
    else:
        n = r.randrange(10 ** r.randrange(1, digits))
    return -n if r.random() < 0.5 else n


def any_float(r):
    kind = r.randrange(9)
    if kind == 0:
        return r.choice([0.0, -0.0, 1.0, -1.0, 0.5, 1.5, 2.5, math.inf, -math.inf, math.nan, 5e-324, 1.7976931348623157e308,
                         2.2250738585072014e-308, 1e16, 1e15, 9999999999999998.0, 1e22, 1e23, 0.1, 1e-4, 1e-5, 123456.0])
    if kind == 1:
        return struct.unpack("<d", struct.pack("<Q", r.getrandbits(64)))[0]
    if kind == 2:
        return float(r.randrange(-1000, 1000))
    if kind == 3:
        return r.randrange(-10**6, 10**6) / 8
    if kind == 4:
        return round(r.uniform(-1000, 1000), r.randrange(8))
    if kind == 5:
        return r.randrange(1, 10**17) * 10.0 ** r.randrange(-30, 30)
    if kind == 6:
        return (r.randrange(1, 2000) + 0.5) * 10.0 ** r.randrange(-5, 5)
    return r.gauss(0, 10 ** r.uniform(-8, 20))


INT2 = {"add": operator.add, "sub": operator.sub, "mul": operator.mul, "floordiv": operator.floordiv, "mod": operator.mod,
        "divmod": divmod, "truediv": operator.truediv, "and": operator.and_, "or": operator.or_, "xor": operator.xor,
        "gcd": math.gcd, "lcm": getattr(math, "lcm", None), "cmp": None}
INT1 = {"invert": operator.invert, "neg": operator.neg, "abs": abs, "hash": hash, "float": float, "str": str, "bin": bin,
        "oct": oct, "hex": hex, "bit_length": int.bit_length, "bit_count": getattr(int, "bit_count", None),
        "isqrt": getattr(math, "isqrt", None)}


def int_case(r):
    pick = r.randrange(11)
    a, b = any_int(r), any_int(r)
    if pick < 4:
        name = r.choice(list(INT2))
        if name == "truediv" and r.random() < 0.5:
            # Near halfway between two floats.
            b = r.randrange(1, 1 << 60)
            a = b * (r.getrandbits(54) | 1) * (1 << r.randrange(10)) + r.randrange(-1, 2)
        if name == "cmp":
            a = r.choice([a, b])
            return ["int.cmp", a, b], lambda: CMP[(a > b) - (a < b)]
        return ["int." + name, a, b], lambda: INT2[name](a, b)
    if pick < 6:
        name = r.choice(list(INT1))
        if r.random() < 0.02:
            a = 10 ** r.randrange(4290, 4310)
        if name == "float" and r.random() < 0.5:
            a = (r.getrandbits(54) << r.randrange(970)) + r.randrange(-1, 2)
        return ["int." + name, show(a)], lambda: INT1[name](a)
    if pick == 6:
        n = r.randrange(-3, 70) if r.random() < 0.9 else r.choice([0, 1 << 70, -(1 << 70), 640])
        name = r.choice(["lshift", "rshift", "pow", "round"])
        if name == "lshift":
            n = min(n, 1000)
            return ["int.lshift", a, n], lambda: a << n
        if name == "rshift":
            return ["int.rshift", a, n], lambda: a >> n
        if name == "pow":
            n = abs(n)
            if n > 1000:
                a = r.choice([0, 1, -1])
            return ["int.pow", a, n], lambda: a**n
        n = -n if r.random() < 0.8 else n
        n = max(n, -1000)
        return ["int.round", a, n], lambda: round(a, n)
    if pick == 7:
        c = any_int(r, 60)
        a, b = any_int(r, 60), any_int(r, 60)
        return ["int.powmod", a, b, c], lambda: pow(a, b, c)
    if pick == 8:
        length, order, signed = r.randrange(1, 20), r.choice(["big", "little"]), r.random() < 0.5
        a = any_int(r, 45)

        def both():
            data = a.to_bytes(length, order, signed=signed)
            return data.hex() + " " + str(int.from_bytes(data, order, signed=signed))
        return ["int.bytes", a, length, order, signed], both
    if pick == 9:
        name = r.choice(["factorial", "comb", "perm"])
        n, k = r.randrange(-2, 200), r.randrange(-2, 100)
        if r.random() < 0.2:
            n, k = abs(any_int(r, 40)), r.randrange(30)
            if name == "factorial":
                n = 1 << 70
        if name == "factorial":
            return ["int.factorial", n], lambda: math.factorial(n)
        return ["int." + name, n, k], lambda: getattr(math, name)(n, k)
    x = any_float(r)
    name = r.choice(["from_float", "round_float", "floor", "ceil", "cmp_float"])
    if name == "cmp_float":
        if math.isfinite(x) and r.random() < 0.5:
            a = int(x) + r.randrange(-1, 2)
        return ["int.cmp_float", a, bits(x)], lambda: "None" if x != x else "Some(%s)" % CMP[(a > x) - (a < x)]
    function = {"from_float": int, "round_float": round, "floor": math.floor, "ceil": math.ceil}[name]
    return ["int." + name, bits(x)], lambda: function(x)


FLOAT2 = {"div": operator.truediv, "floordiv": operator.floordiv, "mod": operator.mod, "divmod": divmod, "pow": operator.pow}


def big_case(r):
    """Sizes at which multiplication, division and radix conversion change their algorithms."""
    a, b = (r.getrandbits(r.choice([2000, 7000, 20000, 90000, 400000])) + 1 for _ in range(2))
    if r.random() < 0.4:
        a = (1 << a.bit_length()) - r.choice([-1, 0, 1])
    if r.random() < 0.4:
        b = (1 << b.bit_length()) - r.choice([-1, 0, 1, 1 << (b.bit_length() // 2)])
    name = r.choice(["add", "sub", "mul", "floordiv", "mod", "truediv", "gcd", "isqrt", "hash", "float", "hex", "square", "powmod"])
    if name == "square":
        return ["int.mul", hex_int(a), hex_int(a)], lambda: a * a
    if name == "gcd" and max(a, b) >> 20000:
        a, b = a >> (a.bit_length() // 2), b & ((1 << 5000) - 1)
    if name == "powmod":
        a, b, c = (r.getrandbits(r.choice([130, 1000, 3000])) | 1 for _ in range(3))
        b &= (1 << 300) - 1
        return ["int.powmod", hex_int(a), hex_int(b), hex_int(c)], lambda: pow(a, b, c)
    if name in INT1:
        return ["int." + name, hex_int(a)], lambda: INT1[name](a)
    if name == "truediv":
        return ["int.truediv", hex_int(a), hex_int(b)], lambda: a / b
    return ["int." + name, hex_int(a), hex_int(b)], lambda: INT2[name](a, b)


def hex_int(n):
    return "%#x" % n


def float_case(r):
    x, y = any_float(r), any_float(r)
    pick = r.randrange(8)
    if pick < 2:
        return ["float.repr", bits(x)], lambda: repr(x)
    if pick < 4:
        name = r.choice(list(FLOAT2))
        if r.random() < 0.3:
            y = float(r.randrange(-20, 20)) / r.choice([1, 2, 3])
        return ["float." + name, bits(x), bits(y)], lambda: FLOAT2[name](x, y)
    if pick < 6:
        n = r.randrange(-5, 12) if r.random() < 0.7 else r.randrange(-330, 340)
        return ["float.round", bits(x), n], lambda: round(x, n)
    name = r.choice(["hash", "hex", "ratio", "is_integer"])
    if name == "hash" and x != x:
        x = 0.0
    return ["float." + name, bits(x)], {
        "hash": lambda: hash(x), "hex": x.hex, "is_integer": x.is_integer,
        "ratio": lambda: "%d/%d" % x.as_integer_ratio()}[name]


COMPLEX2 = {"add": operator.add, "sub": operator.sub, "mul": operator.mul, "div": operator.truediv, "pow": operator.pow}


def complex_case(r):
    a, b = complex(any_float(r), any_float(r)), complex(any_float(r), any_float(r))
    if r.random() < 0.4:
        b = complex(r.randrange(-12, 12), r.choice([0, 0, 1.5]))
    if r.random() < 0.4:
        a = complex(r.randrange(-5, 5), r.randrange(-5, 5) / 2)
    name = r.choice(list(COMPLEX2) + ["repr", "hash", "abs"])
    parts = [bits(a.real), bits(a.imag)]
    if MINOR >= 14 and r.random() < 0.4:
        x = any_float(r)
        name = r.choice(["mul_real", "div_real", "real_div", "real_sub"])
        return ["complex." + name, MINOR, *parts, bits(x)], {
            "mul_real": lambda: a * x, "div_real": lambda: a / x, "real_div": lambda: x / a, "real_sub": lambda: x - a}[name]
    if name in COMPLEX2:
        return ["complex." + name, MINOR, *parts, bits(b.real), bits(b.imag)], lambda: COMPLEX2[name](a, b)
    if name == "hash" and a != a:
        a = 1 + 2j
        parts = [bits(1.0), bits(2.0)]
    return ["complex." + name, MINOR, *parts], {"repr": lambda: repr(a), "hash": lambda: hash(a), "abs": lambda: abs(a)}[name]


def mutate(r, text, alphabet):
    text = list(text)
    for _ in range(r.choice([0, 0, 1, 1, 2])):
        where = r.randrange(len(text) + 1)
        if r.random() < 0.5 and where < len(text):
            text[where:where + 1] = r.choice(["", r.choice(alphabet)])
        else:
            text.insert(where, r.choice(alphabet))
    return "".join(text)


def parse_case(r):
    pick = r.randrange(4)
    if pick == 0:
        base = r.choice([0, 0, 2, 8, 10, 10, 16, 36, 7, 1, 37])
        n = any_int(r, 60)
        text = mutate(r, r.choice(["%d" % n, "%#x" % n, "%#o" % n, bin(n), "%x" % n, format(n, "_d"), "0" * 5]), "0_+- xXobBz19a\n")
        if r.random() < 0.01:
            text = "1" * r.randrange(4290, 4310)
        return ["int.parse", base, escape(text)], lambda: int(text, base)
    if pick == 1:
        x = any_float(r)
        text = r.choice([repr(x), "%.30e" % x, "%.20g" % x, "%f" % x, "infinity", "-NaN", "iNf"])
        text = mutate(r, text, "0_+-. eE19nai\t")
        return ["float.parse", escape(text)], lambda: float(text)
    if pick == 2:
        x = any_float(r)
        text = x.hex()
        if r.random() < 0.5:
            text = "0x%x.%xp%d" % (r.getrandbits(r.randrange(1, 90)), r.getrandbits(r.randrange(1, 60)), r.randrange(-1150, 1030))
        text = mutate(r, text, "0_+-. pPxX18fai")
        return ["float.fromhex", escape(text)], lambda: float.fromhex(text)
    a = complex(any_float(r), any_float(r))
    text = mutate(r, r.choice([repr(a), repr(a).strip("()"), "1+j", "(2.5j)", "-inf-nanj", "j"]), "0_+-.jJ e1()")
    return ["complex.parse", MINOR, escape(text)], lambda: complex(text)


def any_spec(r, codes):
    spec = ""
    if r.random() < 0.3:
        spec += r.choice(["", "", "*", "0", " ", "x", "\xe9", "\u1234", "\U0001f600", "{", "="]) + r.choice("<>^=")
    if r.random() < 0.3:
        spec += r.choice("+- ")
    if MINOR >= 11 and r.random() < 0.12:
        spec += "z"
    if r.random() < 0.25:
        spec += "#"
    if r.random() < 0.25:
        spec += "0"
    if r.random() < 0.5:
        spec += str(r.choice([1, 5, 8, 10, 11, 12, 13, 20, 40]))
    if r.random() < 0.3:
        spec += r.choice(",_")
    if r.random() < 0.4:
        spec += "." + str(r.choice([0, 1, 2, 3, 5, 6, 10, 15, 16, 17, 18, 25, 50, 120, 400]))
    if r.random() < 0.8:
        spec += r.choice(codes)
    if r.random() < 0.03:
        spec = mutate(r, spec, "0,._<>=^+- z#dfsxy\u1234\u0665\u0967")
    return spec


def format_case(r):
    kind = r.choice(["int", "int", "float", "float", "float", "complex", "str"])
    if kind == "int":
        value = any_int(r, 60)
        spec = any_spec(r, "ddddbboxXnceEfFgG%s")
        if spec.endswith("c"):
            value = r.choice([r.randrange(0x110000), 65, 233, value])
        fields = [value]
    elif kind == "float":
        value = any_float(r)
        spec = any_spec(r, "eEffFgggGGn%%sd")
        fields = [bits(value)]
    elif kind == "complex":
        value = complex(any_float(r), any_float(r))
        spec = any_spec(r, "eEfFgGn%s")
        fields = [bits(value.real), bits(value.imag)]
    else:
        value = r.choice(["", "abc", "h\xe9llo", "\u1234x", "\U0001f600!"])
        spec = any_spec(r, "sssssd")
        fields = [escape(value)]
    if not spec and kind != "str":
        spec = "1"
    return ["format." + kind, MINOR, escape(spec), *fields], lambda: format(value, spec)


def percent_case(r):
    text, values, fields = "", [], []
    for _ in range(r.choice([1, 1, 1, 2])):
        text += r.choice(["", "", "a", "%%"]) + "%" + "".join(r.sample("-+ #0", r.choice([0, 0, 1, 1, 2, 3])))
        if r.random() < 0.5:
            if r.random() < 0.1:
                text += "*"
                n = r.randrange(-20, 20)
                values.append(n)
                fields.append(n)
            else:
                text += str(r.randrange(1, 30))
        if r.random() < 0.4:
            text += "." + r.choice(["", "0", "1", "2", "5", "10", "17", "20", "60"])
        code = r.choice("diuxXoeEfFgG")
        text += r.choice(["", "", "", "l"]) + code
        if code in "eEfFgG":
            x = any_float(r)
            values.append(x)
            fields.append("f" + bits(x))
        else:
            n = any_int(r, 50)
            values.append(n)
            fields.append(n)
    if r.random() < 0.03:
        text = mutate(r, text, "%-+ #0.5hlLyz")
    if r.random() < 0.02:
        values.pop()
        fields.pop()
    values = tuple(values)
    skip = "(" in text or any(c in text for c in "csra")
    if skip:
        text = "%%"
    return ["percent.x", MINOR, escape(text), *fields], lambda: text % values


FAMILIES = {"int": int_case, "float": float_case, "complex": complex_case, "parse": parse_case, "format": format_case,
            "percent": percent_case, "big": big_case}


def main():
    probe = sys.argv[1]
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 120_000
    r = random.Random(int(sys.argv[3]) if len(sys.argv) > 3 else 1)
    families = [name for name in FAMILIES if name != "big"] if MINOR == 12 else ["format", "percent"]
    questions, expected, names = [], [], []
    for index in range(count):
        name = "big" if index % 200 == 199 and MINOR == 12 else r.choice(families)
        fields, function = FAMILIES[name](r)
        names.append(name)
        questions.append("\t".join(field if isinstance(field, str) else str(field) for field in fields))
        expected.append(expect(function))
    run = subprocess.run([probe], input=("\n".join(questions) + "\n").encode(), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    answers = run.stdout.decode().splitlines()
    if run.returncode or len(answers) != len(questions):
        print("the probe stopped at:", questions[len(answers):len(answers) + 1], run.stderr[-500:].decode())
    total, wrong = collections.Counter(), collections.Counter()
    for name, question, want, got in zip(names, questions, expected, answers):
        total[name] += 1
        # A float where an int is asked for, or the reverse: conversion of arguments is the caller's part.
        if got.startswith("! "):
            want, got = want.replace("<3c>", "<"), got.replace("<3c>", "<")
        if name == "percent" and ("is required" in want or "unsupported" in got and "unsupported" not in want):
            continue
        if want != got:
            wrong[question.split("\t")[0]] += 1
            if wrong[question.split("\t")[0]] <= 4:
                print(question[:300], "| CPython:", want[:200], "| opyc:", got[:200])
    for name in sorted(total):
        print(f"{name}: {total[name]} cases")
    print(f"{sum(total.values())} cases, {sum(wrong.values())} wrong", dict(wrong))
    return 1 if wrong or len(answers) != len(questions) else 0


if __name__ == "__main__":
    sys.exit(main())
