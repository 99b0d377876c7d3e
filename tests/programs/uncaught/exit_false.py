# Codes that are no int: a tuple is printed, True counts as 1.
import sys

try:
    raise SystemExit(True)
except SystemExit as e:
    print(e.code, e)
print("text on stderr", file=sys.stderr)
sys.exit((1, "two"))
