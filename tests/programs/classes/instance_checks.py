# __instancecheck__, __subclasscheck__, __subclasshook__-like behaviour of isinstance and issubclass.
class Meta(type):
    def __instancecheck__(cls, instance):
        print("instancecheck", type(instance).__name__)
        return isinstance(instance, int) and instance > 10

    def __subclasscheck__(cls, sub):
        print("subclasscheck", sub.__name__)
        return sub in (int, str)


class Big(metaclass=Meta):
    pass


print(isinstance(50, Big), isinstance(5, Big), issubclass(int, Big), issubclass(float, Big))
print(isinstance(Big(), Big), isinstance(5, (str, Big, int)))
print(isinstance(True, int), isinstance(1, bool), issubclass(bool, int), isinstance(int, type), isinstance(None, type(None)))
print(isinstance(5, ((str, (float,)), (int,))), issubclass(str, ((int,), object)))
for call in (lambda: isinstance(5, "int"), lambda: isinstance(5, [int]), lambda: issubclass(int, 5), lambda: issubclass(5, int),
             lambda: isinstance(5, (str, 5)), lambda: isinstance(5, (int, 5))):
    try:
        print(call())
    except TypeError as e:
        print(e)


class Fake:
    __bases__ = (int,)


class NoBases:
    pass


print(isinstance(5, (Fake, int)))
try:
    issubclass(NoBases(), int)
except TypeError as e:
    print(e)
print(issubclass(Fake(), int))


class E(Exception, metaclass=type("EM", (type,), {"__instancecheck__": lambda cls, i: True, "__subclasscheck__": lambda cls, s: True})):
    pass


try:
    try:
        raise ValueError("not an E")
    except E:
        print("except does not ask the metaclass: never here")
except ValueError as e:
    print("ValueError", e, isinstance(e, E))


class Truthy(type):
    def __instancecheck__(cls, instance):
        return "yes"


class T(metaclass=Truthy):
    pass


print(isinstance(1, T))
