# A failure in a class body, and in a nested one.
class Outer:
    x = 1

    class Inner:
        y = x_is_not_visible
