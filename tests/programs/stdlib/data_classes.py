# versions: 3.7+
# needs: stdlib
# dataclasses and typing at run time.
from dataclasses import asdict, astuple, dataclass, field, replace
from typing import List, NamedTuple, Optional


@dataclass(order=True)
class Item:
    name: str
    price: float = 1.5
    tags: List[str] = field(default_factory=list, compare=False)

    def __post_init__(self):
        self.total = self.price * 2


@dataclass(frozen=True)
class Frozen:
    x: int
    y: Optional[int] = None


class Pair(NamedTuple):
    a: int
    b: str = "default"


i = Item("a", tags=["t"])
print(i, i == Item("a"), i < Item("b"), i.total, asdict(i), astuple(i), replace(i, name="z"))
f = Frozen(1)
print(f, hash(f) == hash(Frozen(1)), {f: "key"}[Frozen(1)])
try:
    f.x = 2
except AttributeError as e:
    print(type(e).__name__, e)
try:
    Item()
except TypeError as e:
    print("TypeError")
try:
    @dataclass
    class Bad:
        x: list = []
except ValueError as e:
    print(str(e).split(" for")[0])
print(Pair(1), Pair(1, "x").b, Pair._fields)
