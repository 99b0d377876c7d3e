# When __str__ itself fails, the traceback still appears.
class Broken(Exception):
    def __str__(self):
        raise ValueError("in str")


raise Broken("x")
