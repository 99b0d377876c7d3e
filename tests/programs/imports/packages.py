# Packages, submodules, relative imports, aliases, attributes of modules, sys.modules.
import sys
import shop
import shop.stock as stock
import shop.tools.text
from shop import prices, VERSION as version
from shop.tools import shout
from shop.tools.text import trim as cut, pad

print(shop.__name__, shop.VERSION, version, shop.LOADED)
print(stock.__name__, stock.count("apple"), shop.stock is stock, shop.tools.text.trim("  x "), cut(" y "), pad("z"))
print(prices.price("apple", 3), shout("hi"), prices.__package__, stock.__package__, shop.__package__)
print("shop.tools.text" in sys.modules, sys.modules["shop"] is shop, hasattr(shop, "__path__"), hasattr(stock, "__path__"))
import shop.tools.text as again
print(again is shop.tools.text, shop.tools.text.ORDER)
shop.VERSION = 99
from shop import VERSION
print(VERSION, version)


def local_import():
    import shop.late
    from shop.late import value
    return value, shop.late.value, "late" in dir(shop)


print(local_import(), "value" in globals())
del sys.modules["shop.late"]
from shop.late import value
print("loaded again", value)
print(__name__, stock.NAME, shop.__doc__, type(shop).__name__, type(shop.__spec__).__name__, shop.__spec__.name, shop.__spec__.parent, stock.__spec__.parent)
sys.modules["invented"] = stock
import invented
print(invented is stock)
sys.modules["blocked"] = None
try:
    import blocked
except ImportError as e:
    print(type(e).__name__, e)
module = __import__("shop.tools.text")
print(module.__name__, __import__("shop.tools.text", fromlist=["trim"]).__name__, __import__("shop", fromlist=["stock"]).__name__, __import__("tools", {"__package__": "shop", "__name__": "shop.x"}, {}, ["shout"], 1).__name__)
