# What it prints is up to the machine: `custom_opcode.rs` gives `~` another meaning.
def twice(value):
    result = ~value
    return result


for value in 21, 1 << 70:
    print(twice(value))
for value in 1.5, "ab", [1]:
    try:
        print(twice(value))
    except TypeError as e:
        print(e)
