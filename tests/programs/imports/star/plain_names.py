import sys as imported_module
public = "plain"
_private = "hidden"


class Thing:
    pass


def function():
    return public
