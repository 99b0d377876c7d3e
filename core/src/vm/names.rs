//! [`Names`]: interned names that the machine itself uses.

use crate::value::Value;

macro_rules! names {
    ($($field:ident = $text:literal),* $(,)?) => {
        /// Interned names that the machine itself uses; a field `x` is `"__x__"` unless its doc says otherwise.
        pub struct Names {
            $(#[doc = concat!("`", $text, "`")] pub $field: Value,)*
        }

        impl Names {
            pub(super) fn new(mut intern: impl FnMut(&str) -> Value) -> Names {
                Names { $($field: intern($text),)* }
            }
        }
    };
}

names! {
    abs = "__abs__", add = "__add__", aenter = "__aenter__", aexit = "__aexit__", aiter = "__aiter__", all = "__all__",
    and = "__and__", anext = "__anext__", annotate = "__annotate__", annotations = "__annotations__", await_ = "__await__", bool = "__bool__",
    build_class = "__build_class__", builtins = "__builtins__", bytes = "__bytes__", call = "__call__", cause = "__cause__", class = "__class__",
    class_getitem = "__class_getitem__", classcell = "__classcell__", classdictcell = "__classdictcell__", close = "close", code = "__code__", complex = "__complex__",
    contains = "__contains__", context = "__context__", del = "__del__", delattr = "__delattr__", delete = "__delete__",
    default_factory = "default_factory", delitem = "__delitem__", dict = "__dict__", dir = "__dir__", divmod = "__divmod__", doc = "__doc__", enter = "__enter__",
    eq = "__eq__", excepthook = "excepthook", exit = "__exit__", file = "__file__", float = "__float__", floordiv = "__floordiv__",
    format = "__format__", fspath = "__fspath__", ge = "__ge__", get = "__get__", getattr = "__getattr__",
    getattribute = "__getattribute__", getitem = "__getitem__", gt = "__gt__", hash = "__hash__", iadd = "__iadd__",
    iand = "__iand__", ifloordiv = "__ifloordiv__", ilshift = "__ilshift__", imatmul = "__imatmul__", imod = "__imod__",
    import = "__import__", imul = "__imul__", index = "__index__", init = "__init__", init_subclass = "__init_subclass__",
    instancecheck = "__instancecheck__", int = "__int__", invert = "__invert__", ior = "__ior__", ipow = "__ipow__",
    irshift = "__irshift__", isub = "__isub__", iter = "__iter__", itruediv = "__itruediv__", ixor = "__ixor__",
    keys = "keys", le = "__le__", len = "__len__", length_hint = "__length_hint__", loader = "__loader__", lshift = "__lshift__",
    lt = "__lt__", main = "__main__", match_args = "__match_args__", matmul = "__matmul__", missing = "__missing__", mod_ = "__mod__",
    module = "__module__", mro = "mro", mro_entries = "__mro_entries__", mul = "__mul__", name = "__name__", ne = "__ne__",
    neg = "__neg__", new = "__new__", next = "__next__", notes = "__notes__", or = "__or__", orig_bases = "__orig_bases__", package = "__package__",
    path = "__path__", pos = "__pos__", pow = "__pow__", prepare = "__prepare__", qualname = "__qualname__", radd = "__radd__",
    rand = "__rand__", rdivmod = "__rdivmod__", repr = "__repr__", reversed = "__reversed__", rfloordiv = "__rfloordiv__",
    rlshift = "__rlshift__", rmatmul = "__rmatmul__", rmod = "__rmod__", rmul = "__rmul__", ror = "__ror__", round = "__round__",
    rpow = "__rpow__", rrshift = "__rrshift__", rshift = "__rshift__", rsub = "__rsub__", rtruediv = "__rtruediv__",
    rxor = "__rxor__", self_ = "__self__", send = "send", set = "__set__", set_name = "__set_name__", setattr = "__setattr__",
    setitem = "__setitem__", slots = "__slots__", spec = "__spec__", static_attributes = "__static_attributes__", str = "__str__", sub = "__sub__", subclasscheck = "__subclasscheck__",
    throw = "throw", traceback = "__traceback__", trunc = "__trunc__", truediv = "__truediv__", type_params = "__type_params__", weakref = "__weakref__", xor = "__xor__",
    abstractmethods = "__abstractmethods__", firstlineno = "__firstlineno__", wrapped = "__wrapped__", isabstractmethod = "__isabstractmethod__", abc_impl = "_abc_impl", subclasshook = "__subclasshook__",
    stdout = "stdout", stderr = "stderr", write = "write", flush = "flush", displayhook = "displayhook", underscore = "_",
    getnewargs = "__getnewargs__", getnewargs_ex = "__getnewargs_ex__", getstate = "__getstate__", slotnames = "__slotnames__",
    initializing = "_initializing", ceil = "__ceil__", floor = "__floor__", reduce = "__reduce__", reduce_ex = "__reduce_ex__",
}
