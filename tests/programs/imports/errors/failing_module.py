print("failing_module runs")
1 / 0
