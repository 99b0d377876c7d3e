import cycle_attribute_2
name = 1
