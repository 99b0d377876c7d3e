# Modules that import each other: partly initialised modules, late attributes.
import first
import second

print(first.value, second.value, first.ask(), second.seen_at_import)
from pack import a
print(a.get_b_name(), a.b.__name__)
try:
    import cycle_bad
except ImportError as e:
    print(type(e).__name__, str(e).split(" (")[0].replace("partially initialized module ", ""), e.name)
try:
    import cycle_attribute
except AttributeError as e:
    print(type(e).__name__, "has no attribute 'name'" in str(e))
import sys
print("cycle_bad" in sys.modules, "cycle_attribute" in sys.modules, "cycle_attribute_2" in sys.modules)
