total = 0
for number in range(100):
    total = total + number
print(total / 50, 1 / 2)
