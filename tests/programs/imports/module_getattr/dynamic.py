real = "real"


def __getattr__(name):
    if name == "refused" or name.startswith("__"):
        raise AttributeError("dynamic refuses " + name)
    return "made " + name


def __dir__():
    return ["z", "a"]
