# versions: 3.6
# needs: stdlib
# In 3.6 StopIteration ends a generator quietly, unless the module asks for the later behaviour.
from __future__ import generator_stop


def raises():
    yield 1
    raise StopIteration("inner")


try:
    print(list(raises()))
except RuntimeError as e:
    print(e, repr(e.__cause__.args))
