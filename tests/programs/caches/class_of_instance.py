"""`__class__` of instances that changes under attribute reads, method calls and isinstance."""
LIMIT = 300


class Dog:
    kind = "dog"
    legs = 4

    def __init__(self):
        self.name = "rex"

    def speak(self):
        return "woof " + self.name

    def __len__(self):
        return 1

    def __eq__(self, other):
        return "dog eq"

    __hash__ = None


class Cat:
    kind = "cat"

    def speak(self):
        return "meow " + self.name

    @property
    def legs(self):
        return "four"

    def __len__(self):
        return 2

    def __eq__(self, other):
        return "cat eq"

    def __hash__(self):
        return 7


class Slotted:
    __slots__ = ("a", "b")

    def get(self):
        return "slotted", self.a


class Renamed:
    __slots__ = ("a", "b")

    def get(self):
        return "renamed", self.a


def look(x):
    return x.kind, x.legs, x.speak(), len(x), x == 1, isinstance(x, Dog), type(x).__name__, x.name


def hashed(x):
    try:
        return hash(x)
    except TypeError as e:
        return str(e)


pet = Dog()
last = None
for i in range(LIMIT):
    if i == 100:
        pet.__class__ = Cat
    if i == 200:
        pet.__class__ = Dog
    now = look(pet), hashed(pet)
    if now != last:
        print(i, now)
        last = now

s = Slotted()
s.a = 1
last = None
for i in range(LIMIT):
    if i == 100:
        s.__class__ = Renamed
    if i == 150:
        s.a = "changed"
    if i == 200:
        s.__class__ = Slotted
    now = s.get()
    if now != last:
        print(i, now)
        last = now

# Inside a method of the object whose class changes.
class Turn:
    def step(self, i):
        if i % 100 == 50:
            self.__class__ = Back
        return self.tell()

    def tell(self):
        return "turn"


class Back:
    def step(self, i):
        if i % 100 == 99:
            self.__class__ = Turn
        return self.tell()

    def tell(self):
        return "back"


t = Turn()
print([t.step(i) for i in range(LIMIT)].count("back"))


# The class of a class: its metaclass.
class MetaA(type):
    def tell(cls):
        return "A " + cls.__name__

    size = 1


class MetaB(type):
    def tell(cls):
        return "B " + cls.__name__

    @property
    def size(cls):
        return 2

    def __call__(cls):
        return "called"

    def __len__(cls):
        return 10


class K(metaclass=MetaA):
    pass


last = None
for i in range(LIMIT):
    if i == 100:
        K.__class__ = MetaB
    if i == 200:
        K.__class__ = MetaA
    made = K()
    now = K.tell(), K.size, made if isinstance(made, str) else type(made).__name__
    if now != last:
        print(i, now)
        last = now
