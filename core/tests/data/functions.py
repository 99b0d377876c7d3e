class A(B):
    def f(self, a, *args, k=3, **kw):
        def g():
            nonlocal a
            a += k
            return super().f
        for i in args:
            try:
                if i < 2:
                    continue
            except (ValueError, T) as e:
                raise K(f'{e!r:>{k}}') from e
            finally:
                kw[i] = [y for y in args if y]
        return {**kw, 'z': lambda q: (q, a)}, p(*args, **kw)
