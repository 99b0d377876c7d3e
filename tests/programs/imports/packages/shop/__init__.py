"""The shop."""
VERSION = 3
LOADED = ["shop starts"]
from . import stock
LOADED.append(stock.NAME)
from .tools import shout
LOADED.append(shout("done"))
