def load(name):
    __import__("load_" + name)
