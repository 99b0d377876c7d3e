async def c(n):
    async with n as m:
        async for v in m:
            yield await v
    while n:
        n = yield
        if not n:
            break
    del m

def d(s):
    with s as t, t:
        x = yield from s
    assert x, 'no'
