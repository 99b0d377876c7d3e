# A function that call instructions carry out themselves, called while the stack holds the only references to it.
import builtins


def ask(holder, cls):
    return holder[0](holder.pop(), cls)


find = isinstance
print(sum(ask([find], type(find)) for _ in range(100)))
holder = [find]
del find, builtins.isinstance
print(ask(holder, type(len)), holder)
try:
    isinstance(1, int)
except NameError as e:
    print(e)
