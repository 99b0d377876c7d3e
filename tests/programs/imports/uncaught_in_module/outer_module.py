def load():
    import inner_module


load()
