from . import a


def name():
    return a.__name__ + "/" + __name__
