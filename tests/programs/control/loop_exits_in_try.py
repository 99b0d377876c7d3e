# break, continue and return that leave try, except and finally blocks inside loops.
log = []


def break_in_try():
    for i in range(5):
        try:
            log.append(("try", i))
            if i == 2:
                break
        finally:
            log.append(("finally", i))
    else:
        log.append("else")
    return i


def continue_in_try():
    done = []
    for i in range(4):
        try:
            if i % 2:
                continue
            done.append(i)
        finally:
            log.append(("f", i))
    return done


def break_in_except():
    while True:
        try:
            raise ValueError("x")
        except ValueError as e:
            log.append(str(e))
            break
        finally:
            log.append("finally of break_in_except")
    return "out"


def continue_in_except():
    got = []
    for i in range(4):
        try:
            got.append(10 // (i - 1))
        except ZeroDivisionError:
            got.append("zero")
            continue
        else:
            got.append("else")
        got.append("tail")
    return got


def break_in_finally():
    for i in range(3):
        try:
            raise KeyError(i)
        finally:
            log.append(("swallowed by break", i))
            break
    return "after"


def return_in_loop_in_finally():
    try:
        return "try"
    finally:
        for i in range(3):
            if i == 1:
                log.append("loop in finally")
                break


def nested_loops():
    out = []
    for i in range(3):
        try:
            for j in range(3):
                try:
                    if j == 1:
                        continue
                    if i == 1:
                        break
                    if i == 2:
                        return out
                    out.append((i, j))
                finally:
                    out.append("in")
            else:
                out.append("else")
        finally:
            out.append("outer")


def return_value_kept():
    x = 1
    for _ in range(2):
        try:
            return x
        finally:
            x = 2


for function in (break_in_try, continue_in_try, break_in_except, continue_in_except,
                 break_in_finally, return_in_loop_in_finally, nested_loops, return_value_kept):
    del log[:]
    print(function.__name__, function(), log)
