from .stock import count
from . import stock
from .tools.text import pad

_prices = {"apple": 2}


def price(item, number):
    return pad("%d of %d" % (_prices[item] * number, stock.count(item))) + str(count(item))
