# finally blocks and __exit__ run before the traceback appears; a failing one adds to the chain.
class Manager:
    def __enter__(self):
        return self

    def __exit__(self, *exc):
        print("exit", exc[0].__name__)


def work():
    with Manager():
        try:
            raise ValueError("first")
        finally:
            print("finally")
            int("not a number")


work()
