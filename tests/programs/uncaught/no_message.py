# An exception without arguments, raised as a class.
class Nested:
    class Problem(Exception):
        pass


def run():
    raise Nested.Problem


run()
