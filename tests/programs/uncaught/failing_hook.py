# oracle: 64-bit
# A failing sys.excepthook: both exceptions are shown.
import sys
def hook(*a):
    raise KeyError("in hook")
sys.excepthook = hook
raise ValueError("x")
