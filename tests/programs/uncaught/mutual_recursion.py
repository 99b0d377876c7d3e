# Two functions that alternate repeat no line, three equal ones in a row do.
def count(n):
    if n == 0:
        raise ValueError("bottom")
    count(n - 1)


def ping(n):
    if n == 0:
        return count(5)
    pong(n - 1)


def pong(n):
    ping(n - 1)


ping(4)
