from cycle_bad_2 import thing
other = 1
