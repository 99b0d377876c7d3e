use std::sync::Arc;

use super::*;
use crate::code::{SlotKind, flags};
use crate::decode::{Instruction, decode};
use crate::text::StrBuf;
use crate::version::{Version, info};

fn fixed<const POPS: u32, const PUSHES: u32>(_: &Instruction) -> (u32, u32) {
    (POPS, PUSHES)
}

const fn effect<const POPS: u32, const PUSHES: u32>() -> Effect {
    Effect {
        next: fixed::<POPS, PUSHES>,
        ends: false,
        jump: None,
        block: BlockEffect::None,
    }
}

const fn ends<const POPS: u32>(jump: bool, block: BlockEffect) -> Effect {
    Effect {
        ends: true,
        jump: if jump { Some(fixed::<POPS, 0>) } else { None },
        block,
        ..effect::<POPS, 0>()
    }
}

const fn block<const POPS: u32, const PUSHES: u32>(block: BlockEffect) -> Effect {
    Effect {
        block,
        ..effect::<POPS, PUSHES>()
    }
}

const fn setup(handler: HandlerKind, with: bool) -> BlockEffect {
    BlockEffect::Setup { handler, with }
}

/// The effects of the opcodes that the tests use, written out here so that the tests need no opcode crate.
fn effect_of(name: &str, version: Version) -> Option<&'static Effect> {
    use HandlerKind::{Finally, FinallyAfterNone};
    let old = version <= Version::V3_7;
    Some(match name {
        "NOP" | "RESUME" => const { &effect::<0, 0>() },
        "LOAD_CONST" | "LOAD_FAST" | "LOAD_GLOBAL" | "LOAD_NAME" | "RETURN_GENERATOR" => {
            const { &effect::<0, 1>() }
        }
        "DUP_TOP" => const { &effect::<1, 2>() },
        "POP_TOP" | "STORE_FAST" | "GEN_START" => const { &effect::<1, 0>() },
        "ROT_FOUR" => const { &effect::<4, 4>() },
        "YIELD_VALUE" => const { &effect::<1, 1>() },
        "BINARY_ADD" => const { &effect::<2, 1>() },
        "PUSH_EXC_INFO" => const { &effect::<1, 2>() },
        "BUILD_LIST" => {
            const {
                &Effect {
                    next: |i| (i.arg, 1),
                    ..effect::<0, 1>()
                }
            }
        }
        "UNPACK_SEQUENCE" => {
            const {
                &Effect {
                    next: |i| (1, i.arg),
                    ..effect::<1, 0>()
                }
            }
        }
        "FOR_ITER" => {
            const {
                &Effect {
                    jump: Some(fixed::<1, 0>),
                    ..effect::<1, 2>()
                }
            }
        }
        "POP_JUMP_IF_FALSE" => {
            const {
                &Effect {
                    jump: Some(fixed::<1, 0>),
                    ..effect::<1, 0>()
                }
            }
        }
        "JUMP_ABSOLUTE" | "JUMP_FORWARD" | "JUMP_BACKWARD" => {
            const { &ends::<0>(true, BlockEffect::None) }
        }
        "RETURN_VALUE" => const { &ends::<1>(false, BlockEffect::None) },
        "RERAISE" if version >= Version::V3_11 => const { &ends::<1>(false, BlockEffect::None) },
        "BREAK_LOOP" => const { &ends::<0>(false, BlockEffect::Break) },
        "CONTINUE_LOOP" => const { &ends::<0>(false, BlockEffect::Continue) },
        "SETUP_LOOP" => const { &block::<0, 0>(BlockEffect::SetupLoop) },
        "SETUP_FINALLY" if old => const { &block::<0, 0>(setup(FinallyAfterNone, false)) },
        "SETUP_FINALLY" => const { &block::<0, 0>(setup(Finally, false)) },
        "SETUP_WITH" if old => const { &block::<1, 2>(setup(FinallyAfterNone, true)) },
        "POP_BLOCK" if old => const { &block::<0, 0>(BlockEffect::Pop { trim: true }) },
        "POP_BLOCK" => const { &block::<0, 0>(BlockEffect::Pop { trim: false }) },
        "POP_EXCEPT" if version <= Version::V3_10 => {
            const { &block::<3, 0>(BlockEffect::PopHandler) }
        }
        "BEGIN_FINALLY" => const { &block::<0, 6>(BlockEffect::BeginFinally) },
        "CALL_FINALLY" => const { &block::<0, 0>(BlockEffect::CallFinally) },
        "END_FINALLY" => const { &block::<6, 0>(BlockEffect::EndFinally) },
        "WITH_CLEANUP_START" => const { &block::<7, 8>(BlockEffect::LowerHandler) },
        "WITH_CLEANUP_FINISH" => const { &block::<2, 0>(BlockEffect::Silence) },
        _ => return None,
    })
}

/// Code with constants `None` and `1`, two names, a local variable and a cell.
fn code(version: Version, bytecode: Vec<u8>, exceptiontable: &[u8]) -> Code {
    let name = Arc::new(StrBuf::Ascii(b"f".to_vec()));
    let slot = |kind| (name.clone(), SlotKind(kind));
    Code {
        version,
        argcount: 0,
        posonlyargcount: 0,
        kwonlyargcount: 0,
        stacksize: 0,
        flags: 0,
        code: bytecode.into(),
        consts: [Const::None, Const::Int(1)].into(),
        names: [name.clone(), name.clone()].into(),
        localsplus: [slot(SlotKind::LOCAL), slot(SlotKind::CELL)].into(),
        nlocals: 1,
        filename: name.clone(),
        name: name.clone(),
        qualname: name.clone(),
        firstlineno: 1,
        linetable: [].into(),
        exceptiontable: exceptiontable.into(),
    }
}

/// Bytecode of lines `NAME argument`; inline caches are added.
fn assemble(version: Version, text: &str) -> Vec<u8> {
    let info = info(version);
    let mut bytes = Vec::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (name, arg) = line.split_once(' ').unwrap_or((line, "0"));
        let number = info.number(name).unwrap();
        bytes.extend([number, arg.parse().unwrap()]);
        let caches = info.op(number).map_or(0, |op| op.caches);
        bytes.extend([0, 0].repeat(caches.into()));
    }
    bytes
}

fn check(code: &Code) -> Result<Verified, String> {
    let info = info(code.version);
    let decoded = decode(code, info).map_err(|error| error.to_string())?;
    let effects = |op| effect_of(info.op(op)?.name, code.version);
    verify(code, &decoded, effects, info).map_err(|error| error.to_string())
}

fn depths(version: Version, text: &str) -> Result<Vec<u32>, String> {
    check(&code(version, assemble(version, text), b"")).map(|verified| verified.depths.into())
}

fn refused(version: Version, text: &str) -> String {
    depths(version, text).unwrap_err()
}

#[test]
fn straight_code() {
    let text = "LOAD_CONST 1\n DUP_TOP\n BINARY_ADD\n RETURN_VALUE";
    assert_eq!(depths(Version::V3_8, text), Ok(vec![0, 1, 2, 1]));
}

#[test]
fn what_is_never_reached_has_no_depth() {
    let text = "LOAD_CONST 1\n RETURN_VALUE\n POP_TOP";
    assert_eq!(depths(Version::V3_8, text), Ok(vec![0, 1, UNREACHED]));
}

#[test]
fn a_loop() {
    let text =
        "LOAD_CONST 1\n FOR_ITER 4\n STORE_FAST 0\n JUMP_ABSOLUTE 2\n LOAD_CONST 0\n RETURN_VALUE";
    assert_eq!(depths(Version::V3_8, text), Ok(vec![0, 1, 2, 1, 0, 1]));
}

#[test]
fn a_loop_that_grows_the_stack_is_refused() {
    let text = "LOAD_CONST 1\n JUMP_ABSOLUTE 0";
    assert_eq!(
        refused(Version::V3_8, text),
        "f, offset 2: reached with a stack of 0 and with one of 1"
    );
}

#[test]
fn a_stack_that_is_too_low_is_refused() {
    assert_eq!(
        refused(Version::V3_8, "POP_TOP"),
        "f, offset 0: takes 1 values of a stack of 0"
    );
    // Also where nothing follows.
    assert_eq!(
        refused(Version::V3_8, "RETURN_VALUE"),
        "f, offset 0: takes 1 values of a stack of 0"
    );
    let text = "LOAD_CONST 1\n BUILD_LIST 2\n RETURN_VALUE";
    assert_eq!(
        refused(Version::V3_8, text),
        "f, offset 2: takes 2 values of a stack of 1"
    );
}

#[test]
fn the_end_of_the_code_is_not_passed() {
    assert_eq!(
        refused(Version::V3_8, "LOAD_CONST 0"),
        "f, offset 0: the code ends without returning"
    );
    assert_eq!(
        refused(Version::V3_8, ""),
        "f, offset 0: the code ends without returning"
    );
}

#[test]
fn every_parameter_has_its_slot() {
    let sound = code(
        Version::V3_8,
        assemble(Version::V3_8, "LOAD_CONST 0\n RETURN_VALUE"),
        b"",
    );
    let refused = |change: fn(&mut Code)| {
        let mut code = sound.clone();
        change(&mut code);
        check(&code).err()
    };
    let reason = "f, offset 0: the parameters do not fit the list of variables";
    assert_eq!(refused(|c| c.argcount = 2), None);
    assert_eq!(refused(|c| c.argcount = 3), Some(reason.into()));
    assert_eq!(
        refused(|c| c.kwonlyargcount = u32::MAX),
        Some(reason.into())
    );
    assert_eq!(refused(|c| c.posonlyargcount = 1), Some(reason.into()));
    let both = |c: &mut Code| (c.argcount, c.flags) = (1, flags::VARARGS | flags::VARKEYWORDS);
    assert_eq!(refused(both), Some(reason.into()));
}

#[test]
fn operands_are_within_their_tables() {
    let error = |text| refused(Version::V3_8, text);
    assert_eq!(
        error("LOAD_CONST 2"),
        "f, offset 0: co_consts has no index 2"
    );
    assert_eq!(error("LOAD_NAME 2"), "f, offset 0: co_names has no index 2");
    assert_eq!(
        error("LOAD_FAST 2"),
        "f, offset 0: the list of variables has no index 2"
    );
    assert_eq!(
        error("LOAD_DEREF 1"),
        "f, offset 0: the list of variables has no index 2"
    );
    // Code that is never reached is no exception.
    assert_eq!(
        error("LOAD_CONST 0\n RETURN_VALUE\n LOAD_CONST 9"),
        "f, offset 4: co_consts has no index 9"
    );
}

#[test]
fn an_opcode_without_handler_is_named() {
    assert_eq!(
        refused(Version::V3_8, "PRINT_EXPR"),
        "f, offset 0: no crate that is linked in provides opcode PRINT_EXPR"
    );
}

#[test]
fn a_stack_that_is_too_deep_is_refused() {
    let version = Version::V3_8;
    let number = |name| info(version).number(name).unwrap();
    let mut bytes = assemble(version, "LOAD_CONST 1");
    // UNPACK_SEQUENCE 0xffffffff, seven values of which would be too many.
    for _ in 0..3 {
        bytes.extend([number("EXTENDED_ARG"), 0xff]);
    }
    bytes.extend([number("UNPACK_SEQUENCE"), 0xff]);
    bytes.extend(assemble(version, "RETURN_VALUE"));
    let error = check(&code(version, bytes, b"")).unwrap_err();
    assert_eq!(error, "f, offset 8: needs a stack deeper than 1048576");
}

#[test]
fn a_generator_of_3_10_starts_with_a_value() {
    let text = "GEN_START 0\n LOAD_CONST 0\n RETURN_VALUE";
    let mut generator = code(Version::V3_10, assemble(Version::V3_10, text), b"");
    assert_eq!(
        check(&generator).unwrap_err(),
        "f, offset 0: the code starts as a generator, but is none"
    );
    generator.flags = flags::GENERATOR;
    assert_eq!(*check(&generator).unwrap().depths, [1, 0, 1]);
}

#[test]
fn a_generator_of_3_12_is_resumed_with_a_value() {
    let text = "RETURN_GENERATOR\n POP_TOP\n LOAD_CONST 0\n RETURN_VALUE";
    assert_eq!(depths(Version::V3_12, text), Ok(vec![0, 1, 0, 1]));
}

#[test]
fn exception_table() {
    let version = Version::V3_12;
    let text = "LOAD_CONST 1\n LOAD_FAST 0\n POP_TOP\n RETURN_VALUE\n RERAISE 1";
    let table = |depth_and_lasti| [0x80 | 1, 2, 4, depth_and_lasti];
    let checked = |table: &[u8]| check(&code(version, assemble(version, text), table));
    // One value is kept, then come the index and the exception.
    assert_eq!(
        *checked(&table(1 << 1 | 1)).unwrap().depths,
        [0, 1, 2, 1, 3]
    );
    assert_eq!(*checked(&table(0)).unwrap().depths, [0, 1, 2, 1, 1]);
    assert_eq!(
        checked(&table(2 << 1)).unwrap_err(),
        "f, offset 2: its exception handler keeps 2 values of a stack of 1"
    );
}

/// `try: 1` `finally: 1` of 3.6.
const FINALLY_3_6: &str = "SETUP_FINALLY 8
    LOAD_CONST 1
    POP_TOP
    POP_BLOCK
    LOAD_CONST 0
    LOAD_CONST 1
    POP_TOP
    END_FINALLY
    LOAD_CONST 0
    RETURN_VALUE";

#[test]
fn a_finally_body_has_one_depth() {
    let version = Version::V3_6;
    let verified = check(&code(version, assemble(version, FINALLY_3_6), b"")).unwrap();
    assert_eq!(*verified.depths, [0, 0, 1, 0, 0, 6, 7, 6, 0, 1]);
    assert_eq!(*verified.finally_entries, [4]);
}

#[test]
fn a_finally_body_is_not_fallen_into() {
    let text = FINALLY_3_6.replacen("LOAD_CONST 0", "NOP", 1);
    assert_eq!(
        refused(Version::V3_6, &text),
        "f, offset 8: reached with a stack of 6 and with one of 0"
    );
}

#[test]
fn the_end_of_except_as_is_entered_without_its_handler_in_3_6() {
    let text = "SETUP_FINALLY 4
        LOAD_CONST 0
        RETURN_VALUE
        POP_TOP
        POP_TOP
        POP_TOP
        SETUP_FINALLY 6
        POP_BLOCK
        POP_EXCEPT
        LOAD_CONST 0
        END_FINALLY
        LOAD_CONST 0
        RETURN_VALUE";
    let expected = [0, 0, 1, 6, 5, 4, 3, 3, 3, 0, 9, 0, 1];
    assert_eq!(depths(Version::V3_6, text), Ok(expected.into()));
}

#[test]
fn continue_through_with_drops_the_exit_function() {
    let text = "SETUP_LOOP 28
        LOAD_CONST 1
        FOR_ITER 22
        SETUP_WITH 12
        POP_TOP
        LOAD_FAST 0
        POP_JUMP_IF_FALSE 16
        CONTINUE_LOOP 4
        POP_BLOCK
        LOAD_CONST 0
        WITH_CLEANUP_START
        WITH_CLEANUP_FINISH
        END_FINALLY
        JUMP_ABSOLUTE 4
        POP_BLOCK
        LOAD_CONST 0
        RETURN_VALUE";
    let expected = [0, 0, 1, 2, 3, 2, 3, 2, 2, 2, 8, 9, 7, 1, 0, 0, 1];
    assert_eq!(depths(Version::V3_6, text), Ok(expected.into()));
}

#[test]
fn return_through_finally_in_3_8() {
    let text = "SETUP_FINALLY 8
        LOAD_CONST 1
        POP_BLOCK
        CALL_FINALLY 2
        RETURN_VALUE
        END_FINALLY
        LOAD_CONST 0
        RETURN_VALUE";
    // The body is only called, so its end does not go on behind it.
    let expected = [0, 0, 1, 1, 1, 6, UNREACHED, UNREACHED];
    assert_eq!(depths(Version::V3_8, text), Ok(expected.into()));
    let deeper = text
        .replacen("LOAD_CONST 1", "LOAD_CONST 1\n DUP_TOP", 1)
        .replacen("FINALLY 8", "FINALLY 10", 1);
    assert_eq!(
        refused(Version::V3_8, &deeper),
        "f, offset 8: enters a finally body with a stack that does not fit it"
    );
}

#[test]
fn blocks_come_in_pairs() {
    let error = |text| refused(Version::V3_8, text);
    assert_eq!(error("POP_BLOCK"), "f, offset 0: not inside a block");
    assert_eq!(
        error("END_FINALLY"),
        "f, offset 0: takes 6 values of a stack of 0"
    );
    let text = "LOAD_CONST 0\n DUP_TOP\n DUP_TOP\n POP_EXCEPT";
    assert_eq!(error(text), "f, offset 6: not inside a handler");
    let text = "LOAD_FAST 0\n POP_JUMP_IF_FALSE 6\n SETUP_FINALLY 2\n NOP\n JUMP_ABSOLUTE 6";
    assert_eq!(error(text), "f, offset 4: reached inside different blocks");
    assert_eq!(
        refused(Version::V3_6, "BREAK_LOOP"),
        "f, offset 0: not inside a loop"
    );
    assert_eq!(
        error("SETUP_FINALLY 2\n JUMP_ABSOLUTE 0\n NOP"),
        "f, offset 2: reached inside different blocks"
    );
}

#[test]
fn nested_blocks_have_a_limit() {
    // Handlers far away, so that they do not matter.
    let text = "EXTENDED_ARG 8\n SETUP_LOOP 0\n".repeat(300) + &"NOP\n".repeat(2000);
    assert_eq!(
        refused(Version::V3_6, &text).split(": ").last(),
        Some("more than 256 nested blocks")
    );
}

#[test]
fn long_code_is_verified_quickly() {
    let version = Version::V3_8;
    let body = "LOAD_CONST 1
        SETUP_FINALLY 4
        POP_BLOCK
        BEGIN_FINALLY
        END_FINALLY
        POP_TOP
        ";
    let text = body.repeat(50_000) + "LOAD_CONST 0\n RETURN_VALUE";
    let code = code(version, assemble(version, &text), b"");
    let start = std::time::Instant::now();
    assert_eq!(check(&code).unwrap().max_depth, 7 + SCRATCH);
    // Far more than it takes even in a build without optimisation.
    assert!(start.elapsed().as_secs() < 10);
}

/// Numbers that look random and are the same in every run.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u8 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 24) as u8
    }
}

#[test]
fn any_bytes_end_in_a_verdict() {
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let mut accepted = 0;
    for version in Version::ALL {
        let info = info(version);
        // Opcodes that the tests know, so that more than the first instruction is looked at.
        let known = |op: &u8| {
            info.op(*op)
                .is_some_and(|op| effect_of(op.name, version).is_some())
        };
        let numbers: Vec<u8> = (0..=u8::MAX).filter(known).collect();
        for _ in 0..2000 {
            let mut bytes = Vec::new();
            for _ in 0..random.next() % 24 {
                let op = numbers[usize::from(random.next()) % numbers.len()];
                let arg = random.next() % 12;
                bytes.extend([op, if arg == 11 { random.next() } else { arg & !1 }]);
                let caches = info.op(op).map_or(0, |op| op.caches);
                bytes.extend([0, 0].repeat(caches.into()));
            }
            bytes.extend(assemble(version, "LOAD_CONST 0\n RETURN_VALUE"));
            let table: Vec<u8> = (0..random.next() % 9)
                .map(|i| random.next() & 0x0f | if i % 4 == 0 { 0x80 } else { 0 })
                .collect();
            let mut code = code(version, bytes, &table);
            code.flags = u32::from(random.next());
            accepted += u32::from(check(&code).is_ok());
        }
    }
    assert!(accepted > 10, "the bytes are too wild to tell anything");
}
