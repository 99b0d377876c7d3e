# Frames of lambdas, decorators and wrapped functions.
def log(function):
    def wrapper(*args, **kwargs):
        return function(*args, **kwargs)
    return wrapper


@log
def run(callback):
    return callback(
        1,
        key=2,
    )


run(lambda a, key: a.missing(key))
