# SystemExit without a code is success; the rest of the program does not run.
import sys

print("one")
sys.exit()
print("two")
