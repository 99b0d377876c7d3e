# Bodies of `finally` that begin with all kinds of things: entered without an exception, by return, break and continue.


class W:
    def __init__(self, name):
        self.name = name

    def __enter__(self):
        print("enter", self.name)
        return self

    def __exit__(self, *args):
        print("exit", self.name)


def with_local(x):
    try:
        pass
    finally:
        with x:
            pass
    return 1


def yields(x):
    try:
        pass
    finally:
        yield x


def a_list(x):
    try:
        return 2
    finally:
        [x]


def a_pair(x):
    try:
        pass
    finally:
        x, x
    return 3


def a_tuple(x):
    for i in range(3):
        try:
            if i == 1:
                continue
        finally:
            (x,)
    return i


def loops(x):
    try:
        pass
    finally:
        for i in x:
            print(i)
    return i


def raises(x):
    try:
        pass
    finally:
        raise x


def attribute(x):
    while True:
        try:
            break
        finally:
            x.name
    return x.name


def constant(x):
    try:
        pass
    finally:
        y = 5
    return y


def constant_first(x):
    try:
        pass
    finally:
        [5, x]
    return x


def copies(x):
    try:
        pass
    finally:
        y = x
    return y


def returns(x):
    try:
        raise ValueError
    finally:
        return x


def negates(x):
    try:
        pass
    finally:
        -x
    return x


def compares(x):
    try:
        pass
    finally:
        if x:
            x = 0
    return x


def subscript(x):
    try:
        pass
    finally:
        x[0]
    return x[0]


def deletes(x):
    try:
        pass
    finally:
        del x[0]
    return x


def nested(x):
    try:
        try:
            pass
        finally:
            [x]
    finally:
        try:
            [x]
        finally:
            [x]
    return x


for f, x in ((with_local, W("w")), (lambda x: list(yields(x)), 7), (a_list, 1), (a_pair, 1), (a_tuple, 1), (loops, [1, 2]),
             (raises, KeyError("k")), (attribute, W("a")), (constant, 0), (constant_first, 4), (copies, 6), (returns, 8),
             (negates, 9), (compares, 10), (subscript, [11]), (deletes, [1, 12]), (nested, 13)):
    for again in range(2):
        try:
            print(f(x if not isinstance(x, list) else list(x)))
        except Exception as e:
            print(type(e).__name__, e)
