# versions: 3.6-3.10
"""Attributes that every module has come before what its dict says. (From 3.11 on, CPython forgets it in hot code.)"""
import sys

LIMIT = 300
odd = type(sys)("odd")
odd.__dict__["__class__"] = "from the dict"
odd.__dict__["__dict__"] = "from the dict"
for i in range(LIMIT):
    kind, space = odd.__class__, odd.__dict__
print(kind, type(space), sorted(k for k in space if "ss" in k or "ict" in k))
