# versions: 3.11+
# What except* does not handle goes on, and what its clauses raise joins it.
def run():
    try:
        raise ExceptionGroup("eg", [ValueError(1), TypeError(2), OSError(3)])
    except* ValueError as e:
        print("handled", e.exceptions)
    except* TypeError:
        raise KeyError("raised in except*")


run()
