# sizes: 30000 to time, 400 to count
"""A small stack machine and a tokeniser with dispatch by dict and if chains: a program as many are."""
import sys

PRIORITY = {"+": 1, "-": 1, "*": 2, "/": 2}


def tokenize(text):
    i, out = 0, []
    while i < len(text):
        c = text[i]
        if c == " ":
            i += 1
        elif c.isdigit():
            j = i
            while j < len(text) and text[j].isdigit():
                j += 1
            out.append(("number", int(text[i:j])))
            i = j
        elif c.isalpha():
            out.append(("name", c))
            i += 1
        else:
            out.append(("symbol", c))
            i += 1
    return out


def compile_(tokens):
    code, stack = [], []
    for kind, value in tokens:
        if kind == "number":
            code.append(("push", value))
        elif kind == "name":
            code.append(("load", value))
        elif value == "(":
            stack.append(value)
        elif value == ")":
            while stack[-1] != "(":
                code.append(("binary", stack.pop()))
            stack.pop()
        else:
            while stack and stack[-1] != "(" and PRIORITY[stack[-1]] >= PRIORITY[value]:
                code.append(("binary", stack.pop()))
            stack.append(value)
    while stack:
        code.append(("binary", stack.pop()))
    return code


class Machine:
    operators = {
        "+": lambda a, b: a + b,
        "-": lambda a, b: a - b,
        "*": lambda a, b: a * b,
        "/": lambda a, b: a // b if b else 0,
    }

    def __init__(self, names):
        self.names = names
        self.stack = []
        self.handlers = {"push": self.push, "load": self.load, "binary": self.binary}

    def push(self, value):
        self.stack.append(value)

    def load(self, name):
        self.stack.append(self.names[name])

    def binary(self, symbol):
        b = self.stack.pop()
        a = self.stack.pop()
        self.stack.append(self.operators[symbol](a, b))

    def run(self, code):
        for op, value in code:
            self.handlers[op](value)
        return self.stack.pop()


def main(n):
    text = "(a + 12) * (b - 3) / (c + 1) - a * b + 100 / (7 - c) * (2 + 3 * (4 - a))"
    total = 0
    code = compile_(tokenize(text))
    for i in range(n):
        if i % 10 == 0:
            code = compile_(tokenize(text))
        total += Machine({"a": i % 7, "b": i % 11, "c": i % 5}).run(code)
    return total, len(code)


print(main(int(sys.argv[1])))
