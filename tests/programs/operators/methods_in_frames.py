# Operators and subscripts of classes made by Python code: their methods run in frames of their own. Of what thousands of
# operations do, checksums are printed; with an argument, everything.
import sys

OPERATORS = ['add', 'sub', 'mul', 'truediv', 'floordiv', 'mod', 'pow', 'lshift', 'rshift', 'and', 'or', 'xor', 'matmul']


class Base:
    def __init__(self, name):
        self.name = name

    def __repr__(self):
        return self.name


def make(name, prefix, result, bases=(Base,)):
    def method(op):
        full = '__%s%s__' % (prefix, op)

        def f(self, other):
            log.append('%s.%s' % (name, full))
            return NotImplemented if result is None else (name, full, self, other)
        return full, f
    return type(name, bases, dict(method(op) for op in OPERATORS))


def run(f, *args):
    global checksum
    del log[:]
    try:
        r = f(*args)
    except Exception as e:
        r = '%s: %s' % (type(e).__name__, e)
    line = '%s %s -> %s %s' % (f.__name__, args, r, log)
    for c in line:
        checksum = (checksum * 31 + ord(c)) % 1000003
    if len(sys.argv) > 1:
        print(line)


def summary(*what):
    global checksum
    print(*what, checksum)
    checksum = 0


def add(a, b): return a + b
def sub(a, b): return a - b
def mul(a, b): return a * b
def truediv(a, b): return a / b
def floordiv(a, b): return a // b
def mod(a, b): return a % b
def power(a, b): return a ** b
def lshift(a, b): return a << b
def rshift(a, b): return a >> b
def and_(a, b): return a & b
def or_(a, b): return a | b
def xor(a, b): return a ^ b
def matmul(a, b): return a @ b


def iadd(a, b):
    a += b
    return a


def imul(a, b):
    a *= b
    return a


def ipow(a, b):
    a **= b
    return a


def imatmul(a, b):
    a @= b
    return a


log = []
checksum = 0
FUNCTIONS = [add, sub, mul, truediv, floordiv, mod, power, lshift, rshift, and_, or_, xor, matmul,
             iadd, imul, ipow, imatmul]
Yes = make('Yes', '', 1)
No = make('No', '', None)
Right = make('Right', 'r', 1)
NoRight = make('NoRight', 'r', None)
Own = make('Own', 'i', 1)
NoOwn = make('NoOwn', 'i', None, (Yes,))
NoNo = make('NoNo', 'i', None, (No,))
Derived = make('Derived', 'r', 1, (Yes,))
values = [Yes('yes'), No('no'), Right('right'), NoRight('noright'), Own('own'), NoOwn('noown'), NoNo('nono'),
          Derived('derived')]
for again in range(2):
    for f in FUNCTIONS:
        if again == 0 and f is not add:
            # The first run of a method does not go in a frame of its own.
            log = []
            for a in values:
                for b in values:
                    try:
                        f(a, b)
                    except TypeError:
                        pass
            continue
        for a in values:
            for b in values:
                run(f, a, b)
        summary(again, f.__name__)
for f in FUNCTIONS:
    for a in values:
        for b in (3, 2.5, 'text', [1], None, True, 1 << 70):
            run(f, a, b)
            run(f, b, a)
    summary('others', f.__name__)


class Compare(Base):
    def __lt__(self, other):
        log.append('lt')
        return self.result

    def __eq__(self, other):
        log.append('eq')
        return self.result

    def __hash__(self):
        return 1


class Both(Compare):
    def __ne__(self, other):
        log.append('ne')
        return self.result

    def __gt__(self, other):
        log.append('gt')
        return self.result

    def __le__(self, other):
        log.append('le')
        return self.result

    __ge__ = __le__


class NoTruth:
    def __bool__(self):
        log.append('bool')
        raise ValueError('no truth')

    def __repr__(self):
        return 'NoTruth()'


class Truth:
    def __init__(self, truth):
        self.truth = truth

    def __bool__(self):
        log.append('bool')
        return self.truth

    def __repr__(self):
        return 'Truth(%r)' % self.truth


def lt(a, b): return a < b
def le(a, b): return a <= b
def eq(a, b): return a == b
def ne(a, b): return a != b
def gt(a, b): return a > b
def ge(a, b): return a >= b


def if_lt(a, b):
    if a < b:
        return 'less'
    return 'not less'


def if_ne(a, b):
    if a != b:
        return 'different'
    return 'same'


def while_gt(a, b):
    n = 0
    while a > b:
        n += 1
        if n == 3:
            break
    return n


def chain(a, b): return a < b <= a != b
def not_eq(a, b): return not (a == b)
def both(a, b): return a < b and a != b or a == b


COMPARISONS = [lt, le, eq, ne, gt, ge, if_lt, if_ne, while_gt, chain, not_eq, both]
for again in range(2):
    for result in (True, False, NotImplemented, 0, 'text', [], Truth(True), Truth(False), NoTruth(), None):
        a, b, c = Compare('a'), Compare('b'), Both('c')
        a.result = b.result = c.result = result
        for f in COMPARISONS:
            for x, y in ((a, b), (a, c), (c, a), (c, c), (a, 1), (1, a), ('s', c), (c, None)):
                if not (result is NotImplemented and sys.version_info < (3, 9)):
                    run(f, x, y)
                elif f in (lt, eq, ne):
                    run(f, x, y)
        summary(again, repr(result))


# What the frames look like: lines, callers, locals, what an exception leaves on the stack.
class Deep(Base):
    def __init__(self, name, depth):
        self.name, self.depth = name, depth

    def __add__(self, other):
        if self.depth == 0:
            raise KeyError(sys._getframe(1).f_code.co_name, sys._getframe(1).f_lineno > 0)
        self.depth -= 1
        return (1, [2, self +
                    other])

    def __getitem__(self, key):
        if key in (0, 'x'):
            return sys._getframe(2).f_code.co_name
        return [self[key - 1]]

    def __setitem__(self, key, value):
        self.name = '%s %s %s' % (self.name, key, value)
        return 'nobody wants this'

    def __lt__(self, other):
        return self.depth < other.depth

    def __iadd__(self, other):
        self = other
        return self


def caught(n):
    found = []
    for i in range(3):
        try:
            found.append((i, [i, Deep('d', n) + Deep('e', 1)]))
        except KeyError as e:
            found.append(e.args)
            tb = e.__traceback__
            while tb:
                code = tb.tb_frame.f_code
                found.append((code.co_name, tb.tb_lineno - code.co_firstlineno))
                tb = tb.tb_next
        finally:
            found.append('finally')
    return found


print(caught(3))
print(caught(3))
d = Deep('d', 0)


def subscripts():
    d[1] = 2
    d['x'] += d[0]
    return d[0], d[2], [d[1], d[d[0] == 1]], d


print(subscripts())
print(subscripts())


def augmented(a):
    b = Deep('b', 3)
    x = a
    x += b
    return x is b, a.name


print([augmented(d) for i in range(3)])


# Deep recursion ends in RecursionError, and leaves everything as it was.
class Endless:
    def __init__(self):
        self.calls = 0

    def __add__(self, other):
        self.calls += 1
        return self + other

    def __lt__(self, other):
        self.calls += 1
        return self < other

    def __getitem__(self, key):
        self.calls += 1
        return self[key]

    def __setitem__(self, key, value):
        self.calls += 1
        self[key] = value

    def __rsub__(self, other):
        self.calls += 1
        return 1 - self


def endless(what):
    e = Endless()
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(150)
    try:
        what(e)
    except RecursionError:
        return e.calls > 20
    finally:
        sys.setrecursionlimit(limit)
    return 'ended'


def set_item(e):
    e[1] = 2


for again in range(2):
    print([endless(f) for f in (lambda e: e + 1, lambda e: e < 1, lambda e: e[0], set_item, lambda e: 1 - e)])


# Methods that are not plain functions, and such as change while they run.
class Odd:
    def __add__(self, other):
        yield self
        yield other

    def __getitem__(self, key):
        yield key

    def __setitem__(self, key, value):
        yield key

    @staticmethod
    def __sub__(other):
        return 'static', other

    @classmethod
    def __mul__(cls, other):
        return cls.__name__, other

    __truediv__ = max
    __mod__ = None

    def __xor__(self, other, more='more', *rest, **kw):
        return other, more, rest, kw

    def __or__(self):
        return 'too few'


def odd(o):
    found = [list(o + 1)[1], list(o[2]), o - 1, o * 2, o ^ 4]
    o[1] = 2
    for f in (lambda: o / 3, lambda: o % 3, lambda: o | 3):
        try:
            found.append(f())
        except TypeError as e:
            found.append(str(e).replace('Odd.', ''))
    return found


for i in range(3):
    print(odd(Odd()))


class Changing:
    def __add__(self, other):
        n = other
        if other == 5:
            Changing.__add__ = lambda self, other: 'replaced'
        if other == 7:
            del Changing.__add__
            Changing.__radd__ = lambda self, other: 'reflected'
        self = other = None
        return n


def changing():
    found = []
    c = Changing()
    for i in range(12):
        try:
            found.append(c + i)
        except TypeError as e:
            found.append(str(e))
        try:
            found.append(i + c)
        except TypeError as e:
            found.append(str(e))
        if i == 6:
            Changing.__add__ = first
    return found


first = Changing.__add__
print(changing())


# Operands are given up when the operator has its result, not before.
class Mortal:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print('del', self.name)

    def __add__(self, other):
        print('add', self.name, other.name)
        return NotImplemented if other.name == 'refuses' else Mortal(self.name + other.name)

    def __radd__(self, other):
        print('radd', other.name, self.name)
        return 'reflected'

    def __getitem__(self, key):
        print('item', key)
        return key

    def __eq__(self, other):
        self = other = None
        return NotImplemented


refuses = Base('refuses')


def mortals():
    x = Mortal('a') + Base('b') + Base('c')
    print(x.name)
    print(Mortal('d')['key'])
    print(Mortal('e') == 1, Mortal('g') != 1)
    try:
        Mortal('i') + refuses
    except TypeError as e:
        print(e)
    x = 3


mortals()
mortals()
