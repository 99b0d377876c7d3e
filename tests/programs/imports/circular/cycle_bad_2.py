from cycle_bad import other
thing = 1
