print("late runs")
value = "late value"
