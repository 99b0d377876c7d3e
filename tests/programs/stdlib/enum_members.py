# needs: stdlib
# enum: members, values, aliases, auto, Flag, IntEnum, lookup errors.
from enum import Enum, Flag, IntEnum, auto, unique


class Color(Enum):
    RED = 1
    GREEN = 2
    CRIMSON = 1

    def describe(self):
        return self.name.lower(), self.value


class Auto(Enum):
    A = auto()
    B = auto()


class Size(IntEnum):
    S = 1
    L = 3


class Perm(Flag):
    R = 4
    W = 2
    X = 1


print(Color.RED, repr(Color.RED), Color(2), Color["GREEN"], Color.CRIMSON is Color.RED, Color.RED.describe(), list(Color), len(Color), list(Color.__members__))
print([a.value for a in Auto], Size.L > Size.S, Size.L + 1, sorted([Size.L, Size.S]), isinstance(Size.S, int), Color.RED == 1, Color.RED in Color, hash(Color.RED) == hash(Color.RED))
print((Perm.R | Perm.W).value, Perm.R in (Perm.R | Perm.X), bool(Perm.R & Perm.W), (Perm.R ^ Perm.R).value, Perm(6) == Perm.R | Perm.W)
for f in (lambda: Color(9), lambda: Color["BLUE"], lambda: setattr(Color, "RED", 5), lambda: type("Sub", (Color,), {}), lambda: Color.NOPE):
    try:
        f()
    except (ValueError, KeyError, AttributeError, TypeError) as e:
        print(type(e).__name__)
try:
    @unique
    class Twice(Enum):
        A = 1
        B = 1
except ValueError as e:
    print(e)
Made = Enum("Made", "X Y")
print(Made.Y.value, {Color.RED: "key"}[Color(1)], Color.RED.name)
