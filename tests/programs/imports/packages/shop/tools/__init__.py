from .text import upper


def shout(text):
    return upper(text) + "!"
