# A subclass of a builtin iterator reaches the builtin __next__ through super().
import itertools
def chk(cls, *a):
    class Sub(cls):
        def __next__(self):
            return ("sub", super().__next__())
    s = Sub(*a)
    print(cls.__name__, next(s), [x for x in s][:3])
chk(enumerate, "ab"); chk(zip, "ab", "cd"); chk(map, str, [1, 2]); chk(filter, None, [0, 1, 2]); chk(reversed, [1, 2])
chk(itertools.chain, "ab", "c"); chk(itertools.islice, "abcd", 3); chk(itertools.repeat, 1, 2); chk(itertools.accumulate, [1,2,3])
