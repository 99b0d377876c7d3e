# Which builtin classes can be bases of one class, and which of them is __base__.
def t(*b):
    try: c = type("C", b, {}); print(c.__base__.__name__, [x.__name__ for x in c.__mro__])
    except TypeError as e: print(e)
t(OSError, ImportError); t(ValueError, OSError); t(OSError, ValueError); t(KeyError, AttributeError); t(AttributeError, KeyError); t(KeyError, IndexError); t(AttributeError, NameError); t(SystemExit, StopIteration); t(UnicodeDecodeError, UnicodeEncodeError); t(SyntaxError, OSError); t(Exception, OSError); t(KeyError, ImportError); t(IndentationError, ValueError); t(FileNotFoundError, PermissionError); t(FileNotFoundError, KeyError); t(KeyError, FileNotFoundError)
class A(OSError): pass
class B(KeyError): pass
t(A, B); t(B, A); t(B, ImportError); t(A, ImportError); t(int, ValueError); t(ValueError, dict)
