# What the builtin classes make of their arguments, good and bad.
def t(f):
    try: print(repr(f()))
    except BaseException as e: print(type(e).__name__, e)
t(lambda: ImportError("a", foo=1)); t(lambda: ValueError(a=1)); t(lambda: OSError(a=1)); t(lambda: AttributeError("x", foo=1)); t(lambda:NameError(foo=1)); t(lambda: StopIteration(a=1)); t(lambda:KeyError(a=1)); t(lambda:SyntaxError(a=1)); t(lambda:UnicodeDecodeError(1)); t(lambda:UnicodeDecodeError("a",2,3,4,5)); t(lambda: UnicodeDecodeError("a",b"",3,4,5)); t(lambda: UnicodeDecodeError("a",b"","3",4,5));t(lambda:UnicodeEncodeError("a",b"a",1,2,"r")); t(lambda: UnicodeTranslateError(1)); t(lambda: UnicodeDecodeError(encoding=1)); t(lambda:UnicodeTranslateError("a", 1, 2, 3))
t(lambda:SyntaxError("a", (1,2,3))); t(lambda:SyntaxError("a", (1,2,3,4,5))); t(lambda:SyntaxError("a",(1,2,3,4,5,6,7))); t(lambda:SyntaxError("a",(1,2,3,4,5,6,7,8))); t(lambda:SyntaxError("a", 5))
e=ValueError()
t(lambda: setattr(e,"__cause__",5)); t(lambda: setattr(e,"__context__",5)); t(lambda: setattr(e,"__traceback__",5));t(lambda: delattr(e,"__cause__")); t(lambda: delattr(e,"__context__")); t(lambda: delattr(e,"__traceback__")); t(lambda: delattr(e, "args")); t(lambda: setattr(e,"args",5)); t(lambda:setattr(e,"__suppress_context__",3)); t(lambda:delattr(e,"__suppress_context__")); t(lambda: e.__setstate__(5)); t(lambda: e.with_traceback(5)); t(lambda: OSError(1,2).characters_written); t(lambda: setattr(OSError(),"characters_written","a")); t(lambda:BlockingIOError(1,"b","c")); t(lambda:BlockingIOError(1,"b",7).args)
t(lambda: OSError(1234,"b",None,3,"f").__reduce__()); t(lambda: OSError(1234,"b","x",3,"f").__reduce__()); t(lambda: str(OSError(1234,"b","x",3,"f"))); t(lambda: ImportError("a",name="b").__reduce__()); t(lambda: str(SyntaxError("m",("a/b.py",3,1,"t")))); t(lambda: BlockingIOError(1,2,3).characters_written); t(lambda: UnicodeDecodeError("a",b"",3,4,"5").start)
t(lambda: str(UnicodeDecodeError("a",b"",3,4,"5"))); t(lambda: str(UnicodeDecodeError("a",b"abc",1,2,"5"))); t(lambda: str(UnicodeEncodeError("a","abc",1,2,"5"))); t(lambda: str(UnicodeTranslateError("abc",1,3,"5"))); t(lambda:UnicodeDecodeError("a",bytearray(b"abc"),1,2,"5").object)
t(lambda: e.__reduce__()); t(lambda: delattr(ImportError(),"msg")); t(lambda: OSError.__new__(FileNotFoundError, 17, "x")); t(lambda: AttributeError("x").__reduce__())
t(lambda: setattr(UnicodeDecodeError("a",b"",3,4,"5"),"start","x")); t(lambda: setattr(UnicodeDecodeError("a",b"",3,4,"5"),"encoding",5)); t(lambda: delattr(UnicodeDecodeError("a",b"",3,4,"5"),"start"))
class U(UnicodeDecodeError):
    def __init__(self): pass
t(lambda: str(U())); t(lambda: U().encoding); t(lambda:U().start)
import sys
if sys.version_info>=(3,11):
    t(lambda: e.add_note(1)); e.__notes__=3; t(lambda:e.add_note("x"))
    t(lambda: ExceptionGroup()); t(lambda:ExceptionGroup(1,2)); t(lambda:ExceptionGroup("a",2)); t(lambda:ExceptionGroup("a",[])); t(lambda:ExceptionGroup("a",[1])); t(lambda:ExceptionGroup("a",[KeyboardInterrupt()])); t(lambda:ExceptionGroup("a",(x for x in [e])))
    class G(ExceptionGroup): pass
    t(lambda:G("a",[KeyboardInterrupt()])); t(lambda: G("a",[e]).split(5)); t(lambda:G("a",[e],x=1)); t(lambda: ExceptionGroup("a",[e]).split(id)); t(lambda: BaseExceptionGroup("a",[e]));t(lambda: BaseExceptionGroup("a",[e]).message); t(lambda:setattr(ExceptionGroup("a",[e]),"message",1)); t(lambda: ExceptionGroup[int]); t(lambda: ExceptionGroup("a",[e]).derive([])); t(lambda: ExceptionGroup("a",[e]).subgroup(TypeError));t(lambda: ExceptionGroup("a",[e,e,TypeError()]).split((TypeError,KeyError))); t(lambda:ExceptionGroup("a",[e]).split()); t(lambda: ExceptionGroup("a", {1:2})); t(lambda:ExceptionGroup.__mro__)
    class H(ExceptionGroup):
        def derive(self, x): return 5
    t(lambda: H("a",[e,TypeError()]).split(TypeError)); t(lambda: ExceptionGroup("a",[e]).split((TypeError,1)))
