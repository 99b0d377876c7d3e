# import * with and without __all__, underscores, rebinding, packages, bad __all__.
from plain_names import *
print(public, sorted(n for n in globals() if n in ("public", "_private", "Thing", "imported_module", "function")))
from with_all import *
print(listed, _listed_private, "unlisted" in globals(), public)
from starpack import *
print(sub.where, exported)
for name in "bad_all", "bad_type", "bad_container":
    try:
        __import__("star_helper").load(name)
    except (AttributeError, TypeError) as e:
        print(type(e).__name__, str(e).replace("'module' object", "module 'bad_all'"))
from changing import *
counter += 1
import changing
print(counter, changing.counter)
