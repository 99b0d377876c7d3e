print("first begins")
import second
value = "first value"


def ask():
    return second.value


print("first ends")
