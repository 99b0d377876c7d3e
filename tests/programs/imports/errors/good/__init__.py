exists = 1
