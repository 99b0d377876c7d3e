# versions: 3.13+
# needs: stdlib
# Defaults of type parameters.
def f[T = int, *Ts = *tuple[int, str], **P = [int]](x: T):
    return T, Ts, P


T, Ts, P = f(1)
print(T.__default__, P.__default__, T.has_default(), Ts.has_default())


class Box[T = str]:
    pass


def lazy[T = print("evaluated")]():
    return T


print(Box.__type_params__[0].__default__, "not yet")
lazy().__default__
type Alias[A, B = int] = dict[A, B]
print(Alias.__type_params__[1].__default__, Alias.__type_params__[0].has_default())
