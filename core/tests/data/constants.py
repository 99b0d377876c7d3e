"""Constants of every kind."""
import os.path as p
from math import *
BIG = [2**70, -2**70, 2**62, -1.5, 2j, b'\xff', ..., 'é', '€', '\ud800', '🐍', (1, (2,), None, True)]
x: int = BIG[1:3] if x in {1, 'a', 2} else -BIG[0]
