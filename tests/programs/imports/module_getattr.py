# versions: 3.7+
# A module's own __getattr__ and __dir__.
import dynamic
from dynamic import computed, real

print(dynamic.real, dynamic.other, computed, real, dir(dynamic), hasattr(dynamic, "refused"))
try:
    dynamic.refused
except AttributeError as e:
    print(e)
try:
    from dynamic import refused
except ImportError as e:
    print(str(e).split(" (")[0])
dynamic.other = "stored"
print(dynamic.other)
