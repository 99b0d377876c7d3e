# versions: 3.7+
"""`__getattr__` of a module, and attributes that come and go before it."""
import sys

Module = type(sys)
m = Module("m")
m.value = "own"
seen = []
for i in range(300):
    if i == 50:
        del m.value
    if i == 100:
        m.__getattr__ = lambda name: "hook " + name
    if i == 150:
        m.value = "own again"
    if i == 200:
        del m.value
    if i == 250:
        m.__getattr__ = lambda name: "second hook " + name
    if i == 280:
        del m.__getattr__
    try:
        seen.append(m.value)
    except AttributeError as e:
        seen.append(str(e))
print(seen[49], seen[50], seen[99], seen[100], seen[150], seen[200], seen[250], seen[280], sep="; ")
