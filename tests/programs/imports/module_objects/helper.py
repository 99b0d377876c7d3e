"""Helper's doc."""
state = "initial"
name_at_import = __name__
if __name__ == "__main__":
    print("never")


def read():
    return state


def change(value):
    global state
    old, state = state, value
    return old
