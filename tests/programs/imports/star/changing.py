counter = 10
