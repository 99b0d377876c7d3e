# The last line uses the exception's own __str__.
class Fancy(Exception):
    def __str__(self):
        return "fancy: %s\nsecond line" % (self.args,)


raise Fancy(1, "two")
