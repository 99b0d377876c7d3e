value = {}


def compute():
    return value["missing"]


compute()
