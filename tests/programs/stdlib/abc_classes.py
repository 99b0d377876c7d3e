# needs: stdlib
# abc: abstract methods, registration, subclass hooks.
from abc import ABC, ABCMeta, abstractmethod


class Shape(ABC):
    @abstractmethod
    def area(self):
        return 0

    @property
    @abstractmethod
    def name(self):
        ...


class Square(Shape):
    def __init__(self, s):
        self.s = s

    def area(self):
        return self.s ** 2 + super().area()

    name = "square"


class Half(Shape):
    def area(self):
        return 1


print(Square(3).area(), Square(1).name, sorted(Shape.__abstractmethods__), sorted(Half.__abstractmethods__))
for cls in Shape, Half:
    try:
        cls()
    except TypeError as e:
        print(cls.__name__, "abstract" in str(e))


@Shape.register
class Registered:
    pass


print(isinstance(Registered(), Shape), issubclass(Registered, Shape), issubclass(int, Shape), isinstance(Square(1), Shape))


class HasLen(metaclass=ABCMeta):
    @classmethod
    def __subclasshook__(cls, c):
        if cls is HasLen:
            return any("__len__" in b.__dict__ for b in c.__mro__)
        return NotImplemented


print(issubclass(list, HasLen), isinstance(5, HasLen), isinstance("s", HasLen))
