use std::sync::Arc;

use super::*;
use crate::code::{Code, SlotKind};
use crate::text::StrBuf;

fn loads(bytes: &[u8]) -> Result<Const, String> {
    read(bytes, Version::V3_12).map_err(|error| error.problem.to_string())
}

fn show(bytes: &[u8]) -> String {
    loads(bytes).map_or_else(|error| error, |value| format!("{value:?}"))
}

#[test]
fn plain_values() {
    for (bytes, shown) in [
        (&b"N"[..], "None"),
        (b"T", "Bool(true)"),
        (b"F", "Bool(false)"),
        (b".", "Ellipsis"),
        (b"S", "StopIteration"),
        (b"i\xfe\xff\xff\xff", "Int(-2)"),
        (b"I\x01\0\0\0\0\0\0\x80", "Int(-9223372036854775807)"),
        (b"g\0\0\0\0\0\0\xf8\x3f", "Float(1.5)"),
        (b"f\x031.5", "Float(1.5)"),
        (b"x\x011\x04-inf", "Complex(1.0, -inf)"),
        (b"s\x02\0\0\0\x00\xff", "Bytes([0, 255])"),
        (b"z\x01a", "Str(Ascii([97]), false)"),
        (b"Z\x01a", "Str(Ascii([97]), true)"),
        (b"a\x01\0\0\0\xe9", "Str(Latin1([233]), false)"),
        (b"t\x02\0\0\0\xc3\xa9", "Str(Latin1([233]), true)"),
        (b"u\x03\0\0\0\xed\xa0\x80", "Str(Ucs2([55296]), false)"),
    ] {
        assert_eq!(show(bytes), shown);
    }
}

#[test]
fn containers() {
    for (bytes, shown) in [
        (&b")\x02NT"[..], "Tuple([None, Bool(true)])"),
        (b"(\0\0\0\0", "Tuple([])"),
        (b"[\x01\0\0\0)\0", "List([Tuple([])])"),
        (b">\x01\0\0\0N", "FrozenSet([None])"),
        (b"<\x01\0\0\0N", "Set([None])"),
        (b"{NTFN0", "Dict([(None, Bool(true)), (Bool(false), None)])"),
        // CPython drops a key without a value.
        (b"{NTF0", "Dict([(None, Bool(true))])"),
    ] {
        assert_eq!(show(bytes), shown);
    }
}

#[test]
fn ints_of_any_size() {
    for (digits, negative, value) in [
        (vec![], false, "0"),
        (vec![1], true, "-1"),
        (
            vec![0x7fff, 0x7fff, 0x7fff, 0x7fff, 7],
            false,
            "9223372036854775807",
        ),
        (vec![0, 0, 0, 0, 8], false, "9223372036854775808"),
        (vec![0, 0, 0, 0, 8], true, "-9223372036854775808"),
        (vec![0, 0, 0, 0, 1024], true, "-1180591620717411303424"),
    ] {
        let len = digits.len() as i32;
        let mut bytes = vec![b'l'];
        bytes.extend((if negative { -len } else { len }).to_le_bytes());
        bytes.extend(digits.iter().flat_map(|digit: &u16| digit.to_le_bytes()));
        let shown = match loads(&bytes).unwrap() {
            Const::Int(small) => small.to_string(),
            Const::BigInt(big) => {
                assert!(
                    i64::try_from(&*big).is_err(),
                    "a small int in large clothes"
                );
                big.to_string()
            }
            other => format!("{other:?}"),
        };
        assert_eq!(shown, value);
    }
}

/// The messages of CPython 3.12's `marshal.loads`.
#[test]
fn malformed_data() {
    for (bytes, message) in [
        (&b""[..], "EOF read where object expected"),
        (b"i\0", "marshal data too short"),
        (b"(", "marshal data too short"),
        (b"(\x01\0\0\0", "EOF read where object expected"),
        (b"(\xff\xff\xff\x7f", "EOF read where object expected"),
        (
            b"(\xff\xff\xff\xff",
            "bad marshal data (tuple size out of range)",
        ),
        (
            b"[\xff\xff\xff\xff",
            "bad marshal data (list size out of range)",
        ),
        (
            b">\xff\xff\xff\xff",
            "bad marshal data (set size out of range)",
        ),
        (
            b"s\xff\xff\xff\xff",
            "bad marshal data (bytes object size out of range)",
        ),
        (
            b"u\xff\xff\xff\xff",
            "bad marshal data (string size out of range)",
        ),
        (b"s\xff\xff\xff\x7f", "marshal data too short"),
        (b"z\x02a", "marshal data too short"),
        (
            b"l\x01\0\0\0\0\x80",
            "bad marshal data (digit out of range in long)",
        ),
        (
            b"l\x01\0\0\0\0\0",
            "bad marshal data (unnormalized long data)",
        ),
        (b"l\0\0\0\x80", "bad marshal data (long size out of range)"),
        (b"r\0\0\0\0", "bad marshal data (invalid reference)"),
        (b"r\xff\xff\xff\xff", "bad marshal data (invalid reference)"),
        (b"0", "NULL object in marshal data for object"),
        (b")\x010", "NULL object in marshal data for tuple"),
        (b"[\x01\0\0\x000", "NULL object in marshal data for list"),
        (b"<\x01\0\0\x000", "NULL object in marshal data for set"),
        (b"?", "bad marshal data (unknown type code)"),
        (b":NNN", "bad marshal data (unknown type code)"),
    ] {
        assert_eq!(show(bytes), message, "{bytes:?}");
    }
}

#[test]
fn slices_came_with_3_14() {
    let value = read(b":NTF", Version::V3_14).unwrap();
    assert_eq!(
        format!("{value:?}"),
        "Slice([None, Bool(true), Bool(false)])"
    );
}

#[test]
fn a_prefix_tells_its_length() {
    let (value, used) = read_prefix(b")\x01Nrest", Version::V3_12).unwrap();
    assert_eq!(
        (format!("{value:?}"), used),
        ("Tuple([None])".to_owned(), 3)
    );
}

#[test]
fn references_are_numbered_from_the_outside_in() {
    // Numbers 0: the outer tuple; 1: the inner one; 2: the string.
    let value = show(b"\xa9\x03\xa9\x01\xfa\x01ar\x01\0\0\0r\x02\0\0\0");
    let a = "Str(Ascii([97]), false)";
    assert_eq!(value, format!("Tuple([Tuple([{a}]), Tuple([{a}]), {a}])"));
    // Singletons get no number, even if they are marked.
    let value = show(b")\x03\xd4\xe9\x07\0\0\0r\0\0\0\0");
    assert_eq!(value, "Tuple([Bool(true), Int(7), Int(7)])");
}

#[test]
fn what_is_shared_is_read_once() {
    let Ok(Const::Tuple(items)) = loads(b")\x02\xfa\x01ar\0\0\0\0") else {
        panic!("not a tuple");
    };
    let [Const::Str(first, _), Const::Str(second, _)] = &items[..] else {
        panic!("not two strings");
    };
    assert!(Arc::ptr_eq(first, second));
}

#[test]
fn nothing_contains_itself() {
    for bytes in [
        &b"\xa9\x01r\0\0\0\0"[..],
        b"\xdb\x01\0\0\0r\0\0\0\0",
        b"\xbe\x01\0\0\0r\0\0\0\0",
        b"\xfbNr\0\0\0\x000",
    ] {
        assert_eq!(show(bytes), "bad marshal data (invalid reference)");
    }
}

#[test]
fn nesting_is_limited_as_in_cpython() {
    let nested = |levels: usize| {
        let mut bytes = b")\x01".repeat(levels);
        bytes.push(b'N');
        loads(&bytes)
    };
    assert!(nested(MAX_DEPTH - 1).is_ok());
    assert_eq!(nested(MAX_DEPTH).unwrap_err(), "recursion limit exceeded");
    assert_eq!(nested(1_000_000).unwrap_err(), "recursion limit exceeded");
}

/// What is nested to the limit can also be dropped, on the stack of a test's thread.
#[test]
fn the_limit_is_safe_for_recursion() {
    let (before, after) = split_around_consts(&PARTS.marshalled());
    let code_before = [&before[..], b")\x01"].concat();
    for (before, levels, after) in [
        (&b"[\x01\0\0\0"[..], 1, &b""[..]),
        (b">\x01\0\0\0", 1, b""),
        (b"{N", 1, b"0"),
        (b":NN", 1, b""),
        (&code_before, 2, &after),
    ] {
        let depth = MAX_DEPTH / levels - 1;
        let bytes = [&before.repeat(depth)[..], b"N", &after.repeat(depth)].concat();
        assert!(read(&bytes, Version::V3_14).is_ok());
    }
}

/// A flat list of tuples each of which refers to the one before is deep all the same.
#[test]
fn nesting_by_references_is_limited() {
    let nested = |levels: u32| {
        let mut bytes = b"[".to_vec();
        bytes.extend((levels + 1).to_le_bytes());
        bytes.extend(b"\xa9\0");
        for number in 0..levels {
            bytes.extend(b"\xa9\x01r");
            bytes.extend(number.to_le_bytes());
        }
        loads(&bytes)
    };
    assert!(nested(1998).is_ok());
    assert_eq!(nested(1999).unwrap_err(), "recursion limit exceeded");
    assert_eq!(nested(200_000).unwrap_err(), "recursion limit exceeded");
}

/// The parts of a small code object of 3.12; a test changes one of them.
struct Parts {
    argcount: i32,
    code: &'static [u8],
    names: &'static [u8],
    slots: &'static [u8],
    kinds: &'static [u8],
}

const PARTS: Parts = Parts {
    argcount: 1,
    code: b"s\x02\0\0\0\x53\x00",
    names: b")\x01z\x01n",
    slots: b")\x03z\x01az\x01bz\x01c",
    kinds: b"s\x03\0\0\0\x60\x40\x80",
};

impl Parts {
    fn marshalled(&self) -> Vec<u8> {
        let mut bytes = b"c".to_vec();
        for number in [self.argcount, 0, 0, 5, 3] {
            bytes.extend(number.to_le_bytes());
        }
        for object in [
            self.code, b")\x01N", self.names, self.slots, self.kinds, b"z\x01f",
        ] {
            bytes.extend(object);
        }
        bytes.extend(b"z\x01gz\x01q\x07\0\0\0s\x01\0\0\0\x80s\0\0\0\0");
        bytes
    }

    fn read(&self) -> Result<Arc<Code>, String> {
        match loads(&self.marshalled())? {
            Const::Code(code) => Ok(code),
            other => Err(format!("{other:?}")),
        }
    }
}

/// A code object without its constants.
fn split_around_consts(marshalled: &[u8]) -> (Vec<u8>, Vec<u8>) {
    let numbers = 1 + 5 * 4;
    let (before, rest) = marshalled.split_at(numbers + PARTS.code.len());
    (before.to_vec(), rest[b")\x01N".len()..].to_vec())
}

#[test]
fn code_objects() {
    let code = PARTS.read().unwrap();
    let name = |letter| Arc::new(StrBuf::Ascii(vec![letter]));
    assert_eq!((code.argcount, code.stacksize, code.flags), (1, 5, 3));
    assert_eq!((code.firstlineno, code.nlocals), (7, 1));
    assert_eq!(*code.names, [name(b'n')]);
    assert_eq!(
        (&code.filename, &code.name, &code.qualname),
        (&name(b'f'), &name(b'g'), &name(b'q'))
    );
    let slots = [
        (name(b'a'), SlotKind(0x60)),
        (name(b'b'), SlotKind(0x40)),
        (name(b'c'), SlotKind(0x80)),
    ];
    assert_eq!(*code.localsplus, slots);
    assert_eq!((code.ncells(), code.nfree()), (2, 1));
}

#[test]
fn malformed_code_objects() {
    for (parts, message) in [
        (
            Parts {
                argcount: -1,
                ..PARTS
            },
            "code: co_argcount is negative",
        ),
        (
            Parts {
                argcount: 2,
                ..PARTS
            },
            "code: more parameters than local variables",
        ),
        (
            Parts {
                code: b"N",
                ..PARTS
            },
            "code: co_code is not bytes",
        ),
        (
            Parts {
                names: b")\x01N",
                ..PARTS
            },
            "code: co_names is not a tuple of strings",
        ),
        (
            Parts {
                names: b"0",
                ..PARTS
            },
            "NULL object in marshal data for object",
        ),
        (
            Parts {
                kinds: b"s\x01\0\0\0\x20",
                ..PARTS
            },
            "code: co_localsplusnames and co_localspluskinds differ in length",
        ),
        (
            Parts {
                kinds: b"s\x03\0\0\0\x20\0\x80",
                ..PARTS
            },
            "code: a slot is neither local nor cell nor free",
        ),
        (
            Parts {
                kinds: b"s\x03\0\0\0\x20\x80\x40",
                ..PARTS
            },
            "code: slots are out of order",
        ),
        (
            Parts {
                kinds: b"s\x03\0\0\0\x20\x20\xa0",
                ..PARTS
            },
            "code: a free variable is also local",
        ),
    ] {
        assert_eq!(parts.read().unwrap_err(), message);
    }
}

/// Code objects that refer to one large `co_code` would each hold a copy.
#[test]
fn copies_are_limited() {
    let mut bytes = b")\xff\xf3\0\0\x02\0".to_vec();
    bytes.extend([0; 1 << 17]);
    let sharing = Parts {
        code: b"r\0\0\0\0",
        ..PARTS
    }
    .marshalled();
    bytes.extend(sharing.repeat(254));
    assert_eq!(
        loads(&bytes).unwrap_err(),
        "code: code objects share more than their file could hold"
    );
}
