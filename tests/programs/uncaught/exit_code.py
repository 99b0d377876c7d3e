# sys.exit with an integer: no traceback, that exit code, finally blocks run.
import sys


def run():
    try:
        sys.exit(3)
    finally:
        print("cleanup")


try:
    sys.exit(4)
except SystemExit as e:
    print("caught", e.code)
run()
