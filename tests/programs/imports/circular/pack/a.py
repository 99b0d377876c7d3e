from . import b


def get_b_name():
    return b.name()
