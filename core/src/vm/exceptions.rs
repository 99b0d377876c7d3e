//! The builtin exception classes.

use super::types::{Boot, TypeSpec};
use crate::object::{PyException, PyType, Ref, TypeFlags, vtable};
use crate::version::Version;

macro_rules! exceptions {
    ($root:ident; $( $name:ident ( $base:ident ) since $since:literal ; )*) => {
        /// The builtin exception classes, under Python's names. A version sees those that it has: [`ExcTypes::since`].
        #[allow(non_snake_case, missing_docs, reason = "Python's names say it")]
        pub struct ExcTypes {
            pub $root: Ref<PyType>,
            $(pub $name: Ref<PyType>,)*
        }

        impl ExcTypes {
            #[allow(non_snake_case)]
            pub(super) fn new(boot: &mut Boot<'_>, object: &Ref<PyType>) -> ExcTypes {
                let spec = |name| TypeSpec {
                    name,
                    vtable: vtable::<PyException>(),
                    flags: TypeFlags::BASETYPE,
                    has_dict: true,
                    next: None,
                };
                let $root = boot.make_type(object, spec("BaseException"));
                $(let $name = boot.make_type(&$base, spec(stringify!($name)));)*
                let all = ExcTypes { $root, $($name,)* };
                // The one class of two: a group of `Exception`s is an `Exception`.
                boot.add_base(&all.ExceptionGroup, &all.Exception);
                all
            }

            /// Every class with the minor version in which it came.
            pub fn since(&self) -> Vec<(u8, &Ref<PyType>)> {
                vec![(6, &self.$root), $(($since, &self.$name)),*]
            }
        }
    };
}

exceptions! {
    BaseException;
    SystemExit(BaseException) since 6;
    KeyboardInterrupt(BaseException) since 6;
    GeneratorExit(BaseException) since 6;
    BaseExceptionGroup(BaseException) since 11;
    Exception(BaseException) since 6;
    StopIteration(Exception) since 6;
    StopAsyncIteration(Exception) since 6;
    ArithmeticError(Exception) since 6;
    FloatingPointError(ArithmeticError) since 6;
    OverflowError(ArithmeticError) since 6;
    ZeroDivisionError(ArithmeticError) since 6;
    AssertionError(Exception) since 6;
    AttributeError(Exception) since 6;
    BufferError(Exception) since 6;
    EOFError(Exception) since 6;
    ImportError(Exception) since 6;
    ModuleNotFoundError(ImportError) since 6;
    LookupError(Exception) since 6;
    IndexError(LookupError) since 6;
    KeyError(LookupError) since 6;
    MemoryError(Exception) since 6;
    NameError(Exception) since 6;
    UnboundLocalError(NameError) since 6;
    OSError(Exception) since 6;
    BlockingIOError(OSError) since 6;
    ChildProcessError(OSError) since 6;
    ConnectionError(OSError) since 6;
    BrokenPipeError(ConnectionError) since 6;
    ConnectionAbortedError(ConnectionError) since 6;
    ConnectionRefusedError(ConnectionError) since 6;
    ConnectionResetError(ConnectionError) since 6;
    FileExistsError(OSError) since 6;
    FileNotFoundError(OSError) since 6;
    InterruptedError(OSError) since 6;
    IsADirectoryError(OSError) since 6;
    NotADirectoryError(OSError) since 6;
    PermissionError(OSError) since 6;
    ProcessLookupError(OSError) since 6;
    TimeoutError(OSError) since 6;
    ReferenceError(Exception) since 6;
    RuntimeError(Exception) since 6;
    NotImplementedError(RuntimeError) since 6;
    RecursionError(RuntimeError) since 6;
    PythonFinalizationError(RuntimeError) since 13;
    SyntaxError(Exception) since 6;
    IndentationError(SyntaxError) since 6;
    TabError(IndentationError) since 6;
    SystemError(Exception) since 6;
    TypeError(Exception) since 6;
    ValueError(Exception) since 6;
    UnicodeError(ValueError) since 6;
    UnicodeDecodeError(UnicodeError) since 6;
    UnicodeEncodeError(UnicodeError) since 6;
    UnicodeTranslateError(UnicodeError) since 6;
    Warning(Exception) since 6;
    BytesWarning(Warning) since 6;
    DeprecationWarning(Warning) since 6;
    EncodingWarning(Warning) since 10;
    FutureWarning(Warning) since 6;
    ImportWarning(Warning) since 6;
    PendingDeprecationWarning(Warning) since 6;
    ResourceWarning(Warning) since 6;
    RuntimeWarning(Warning) since 6;
    SyntaxWarning(Warning) since 6;
    UnicodeWarning(Warning) since 6;
    UserWarning(Warning) since 6;
    ExceptionGroup(BaseExceptionGroup) since 11;
}

impl ExcTypes {
    /// Whether the struct of a builtin class has fields beyond its base's in CPython: two such classes cannot both be
    /// bases of a third.
    pub(super) fn has_fields(&self, class: &PyType, version: Version) -> bool {
        let always = [
            &self.SystemExit,
            &self.StopIteration,
            &self.ImportError,
            &self.OSError,
            &self.SyntaxError,
            &self.UnicodeDecodeError,
            &self.UnicodeEncodeError,
            &self.UnicodeTranslateError,
            &self.BaseExceptionGroup,
        ];
        let since_ten = [&self.AttributeError, &self.NameError];
        let is = |t: &&Ref<PyType>| std::ptr::eq(&***t, class);
        always.iter().any(is) || (version >= Version::V3_10 && since_ten.iter().any(is))
    }
}
