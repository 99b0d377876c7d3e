//! Opcodes of one's own on every rung, under every version: with an operand, a jump, an effect that depends on the
//! argument, a call, a yield, an exception.

#[path = "support/assemble.rs"]
mod assemble;

use assemble::{assemble, call};
use opyc::core::code::{Const, flags};
use opyc::core::error::PyResult;
use opyc::core::interp::raw::{Flow, Instr, Op, Step};
use opyc::core::interp::{
    BinaryOperator, CompareOperator, ControlFlow, Dispatch, LinkCx, StackCx, TruthOperator,
};
use opyc::core::inventory;
use opyc::core::opcodes;
use opyc::core::registry::{Effect, OpcodeDef, OpcodeHandler};
use opyc::core::version::VersionInfo;
use opyc::core::vm::{BinOp, CmpOp, Vm};
use opyc::{Machine, Value, Version};
use opyc_double as _;

opcodes! {
    /// The greater of two values.
    X_MAX (a b -- result) in .., binary Max;
    /// Whether the first value divides the second.
    X_DIVIDES (a b -- bool) in .., compare Divides;
    /// Whether a value is empty.
    X_IS_EMPTY (a -- bool) in .., truth IsEmpty;
    /// Adds a constant.
    X_ADD_CONST (a -- sum) in .., stack byte_add_const;
    /// Adds up values.
    X_SUM ["values… -- sum", |i| (i.arg, 1)] in .., control byte_sum;
    /// Jumps and drops the value if it is None.
    X_JUMP_IF_NONE (value -- value) jump (value --) in .., control byte_jump_if_none;
    /// `f(f(x))`
    X_CALL_TWICE (f x -- result) in .., control byte_call_twice;
    /// `yield a`, and gives what is sent.
    X_YIELD (a -- sent) in .., control byte_yield;
    /// As X_YIELD, with an effect that is not so.
    X_YIELD_NOTHING (a --) in .., control byte_yield;
    /// Leaves the function.
    X_RETURN (a --) ends in .., control byte_return;
    /// Raises if the value is not positive.
    X_POSITIVE (a -- a) in .., stack byte_positive;
    /// Copies the value on top.
    X_DUPLICATE (a -- a a) in .., raw Duplicate;
    /// Pops two values although it says one.
    X_WRONG_STACK ["a -- a", |_| (1, 1)] in .., stack byte_second;
    /// An operator of two values that says one.
    X_WRONG_BINARY (a -- a) in .., binary Max;
    /// Leaves, although the stack rung cannot.
    X_WRONG_ENDS (a -- ) ends in .., stack byte_drop;
    /// Pushes nothing although it says so.
    X_WRONG_CONTROL (-- a) in .., control byte_nothing;
    /// Chooses no handler.
    X_WRONG_LINK (--) in .., link link_nothing;
}

struct Max;

impl BinaryOperator for Max {
    fn ints(a: &Value, b: &Value) -> Option<Value> {
        let (x, y) = Value::ints(a, b)?;
        Value::small_int(x.max(y))
    }
    fn floats(a: f64, b: f64) -> Option<f64> {
        Some(if b > a { b } else { a })
    }
    fn slow(vm: &Vm, a: &Value, b: &Value, _: bool) -> PyResult {
        let greater = vm.compare(CmpOp::Gt, b, a)?;
        Ok(if vm.truth(&greater)? {
            b.clone()
        } else {
            a.clone()
        })
    }
}

struct Divides;

impl CompareOperator for Divides {
    fn ints(a: i64, b: i64) -> bool {
        a != 0 && b % a == 0
    }
    fn floats(a: f64, b: f64) -> bool {
        b % a == 0.0
    }
    fn slow(vm: &Vm, a: &Value, b: &Value) -> PyResult {
        let rest = vm.binary_op(BinOp::Mod, b, a)?;
        Ok(Value::bool(!vm.truth(&rest)?))
    }
}

struct IsEmpty;

impl TruthOperator for IsEmpty {
    fn fast(a: &Value) -> Option<bool> {
        a.is_none().then_some(true)
    }
    fn slow(vm: &Vm, a: &Value) -> PyResult<bool> {
        Ok(vm.len(a)? == 0)
    }
}

fn byte_add_const(cx: &StackCx<'_>, [a]: [Value; 1]) -> PyResult<[Value; 1]> {
    Ok([cx.vm.binary_op(BinOp::Add, &a, &cx.constant())?])
}

fn byte_sum(d: &mut Dispatch<'_>) -> PyResult<ControlFlow> {
    let mut sum = Value::i32(0);
    for value in d.pop_many(d.arg())? {
        sum = d.vm().binary_op(BinOp::Add, &sum, &value)?;
    }
    d.push(sum)?;
    Ok(ControlFlow::Next)
}

fn byte_jump_if_none(d: &mut Dispatch<'_>) -> PyResult<ControlFlow> {
    if !d.peek(1)?.is_none() {
        return Ok(ControlFlow::Next);
    }
    d.pop()?;
    Ok(ControlFlow::Jump(d.target()?))
}

fn byte_call_twice(d: &mut Dispatch<'_>) -> PyResult<ControlFlow> {
    let (x, f) = (d.pop()?, d.pop()?);
    let once = d.call(&f, &[x])?;
    d.push(f)?;
    d.push(once)?;
    Ok(ControlFlow::Call(1))
}

fn byte_yield(d: &mut Dispatch<'_>) -> PyResult<ControlFlow> {
    Ok(ControlFlow::Yield(d.pop()?))
}

fn byte_return(d: &mut Dispatch<'_>) -> PyResult<ControlFlow> {
    Ok(ControlFlow::Return(d.pop()?))
}

fn byte_positive(cx: &StackCx<'_>, [a]: [Value; 1]) -> PyResult<[Value; 1]> {
    let positive = cx.vm.compare(CmpOp::Gt, &a, &Value::i32(0))?;
    if !cx.vm.truth(&positive)? {
        return Err(cx.vm.value_error("not positive"));
    }
    Ok([a])
}

fn byte_swap(_: &StackCx<'_>, [a, b]: [Value; 2]) -> PyResult<[Value; 2]> {
    Ok([b, a])
}

fn byte_second(_: &StackCx<'_>, [_, b]: [Value; 2]) -> PyResult<[Value; 1]> {
    Ok([b])
}

fn byte_drop(_: &StackCx<'_>, [_]: [Value; 1]) -> PyResult<[Value; 0]> {
    Ok([])
}

fn byte_nothing(_: &mut Dispatch<'_>) -> PyResult<ControlFlow> {
    Ok(ControlFlow::Next)
}

fn link_nothing(_: &mut LinkCx<'_>) {}

struct Duplicate;

// SAFETY: one value was on top, a new reference to it is pushed; the verifier has seen to the room.
unsafe impl Op for Duplicate {
    #[inline(always)]
    unsafe fn exec(_: &Vm, pc: *mut Instr, sp: *mut Value, _: *mut Value) -> Flow {
        // SAFETY: as for the implementation.
        unsafe {
            sp.write((*sp.sub(1)).clone());
            Flow::to(pc.add(1), sp.add(1))
        }
    }

    unsafe fn cold(_: &Vm, pc: *mut Instr, sp: *mut Value, _: *mut Value) -> Step {
        Step { pc, sp }
    }
}

/// Without the macro.
struct Swap;

impl OpcodeHandler for Swap {
    const NAME: &'static str = "X_SWAP";
    const DOC: &'static str = "Exchanges the two values on top.";
    const EFFECT_TEXT: &'static str = "(a b -- b a)";
    const EFFECT: Effect = Effect::fixed::<2, 2>();
    const PROVIDER: &'static str = env!("CARGO_PKG_NAME");
    fn link(l: &mut LinkCx<'_>) {
        l.stack(byte_swap);
    }
}

inventory::submit! { OpcodeDef::of::<Swap>() }

/// Every version, with numbers for the opcodes above: those of opcodes that these tests do not use.
fn numberings() -> impl Iterator<Item = VersionInfo> {
    Version::ALL.into_iter().map(|version| {
        let mut map = format!("base = {version}\n");
        let free = [
            "UNARY_INVERT",
            "UNARY_NOT",
            "GET_ITER",
            "LOAD_BUILD_CLASS",
            "BUILD_TUPLE",
            "BUILD_LIST",
            "BUILD_SET",
            "BUILD_MAP",
            "BUILD_STRING",
            "BUILD_SLICE",
            "STORE_ATTR",
            "DELETE_ATTR",
            "STORE_GLOBAL",
            "DELETE_GLOBAL",
            "STORE_NAME",
            "DELETE_NAME",
            "LOAD_NAME",
            "LOAD_DEREF",
            "STORE_DEREF",
            "DELETE_DEREF",
        ];
        let info = opyc::core::version::info(version);
        let mut numbers = Vec::new();
        for name in free {
            map += &format!("{name} -\n");
            numbers.push(info.number(name).expect("in every version"));
        }
        let kind = |name: &str| match name {
            "X_ADD_CONST" => "const",
            "X_SUM" => "count",
            "X_JUMP_IF_NONE" => "jump-forward",
            _ => "none",
        };
        let own = opyc::core::registry::opcodes();
        let own = own
            .iter()
            .filter(|d| d.name.starts_with("X_") || d.name == "DOUBLE");
        for (def, number) in own.zip(numbers) {
            map += &format!("{} {number} {}\n", def.name, kind(def.name));
        }
        VersionInfo::from_opcode_map(&map).unwrap_or_else(|e| panic!("{version}: {e}"))
    })
}

/// Runs lines under every version; the function's arguments are made by `args`.
fn check(lines: &str, args: impl Fn(&Vm) -> [Value; 3], expected: &str) {
    for info in numberings() {
        let version = info.version;
        let code = assemble(&info, lines, &[Const::None, Const::Int(7)], 0);
        let machine = Machine::for_code(&code).opcode_map(info).build();
        let machine = machine.unwrap_or_else(|e| panic!("{version}: {e}"));
        let args = machine.enter(&args);
        assert_eq!(call(&machine, &code, args), expected, "{version}: {lines}");
    }
}

fn ints(a: i64, b: i64) -> impl Fn(&Vm) -> [Value; 3] {
    move |vm| [vm.new_int(a), vm.new_int(b), Value::NONE]
}

#[test]
fn value_rung_takes_operands_from_anywhere_and_puts_results_anywhere() {
    // Stack to stack; slot to stack; constant to stack; slot to slot; constant to slot.
    check(
        "LOAD_FAST 0\n X_DUPLICATE\n X_MAX\n DOUBLE\n RETURN_VALUE",
        ints(21, 0),
        "42",
    );
    check("LOAD_FAST 0\n DOUBLE\n RETURN_VALUE", ints(21, 0), "42");
    check("LOAD_CONST 1\n DOUBLE\n RETURN_VALUE", ints(0, 0), "14");
    check(
        "LOAD_FAST 0\n DOUBLE\n STORE_FAST 1\n LOAD_FAST 1\n RETURN_VALUE",
        ints(21, 0),
        "42",
    );
    check(
        "LOAD_CONST 1\n DOUBLE\n STORE_FAST 1\n LOAD_FAST 1\n RETURN_VALUE",
        ints(0, 0),
        "14",
    );
    check(
        "LOAD_FAST 0\n LOAD_FAST 1\n X_MAX\n RETURN_VALUE",
        ints(3, 8),
        "8",
    );
    check(
        "LOAD_FAST 0\n LOAD_CONST 1\n X_MAX\n STORE_FAST 2\n LOAD_FAST 2\n RETURN_VALUE",
        ints(3, 8),
        "7",
    );
    // The double of the greater one: the unary operator must not take the first load for its own.
    check(
        "LOAD_FAST 1\n LOAD_FAST 0\n DOUBLE\n X_MAX\n RETURN_VALUE",
        ints(3, 8),
        "8",
    );
}

#[test]
fn value_rung_specialises_and_gives_it_up() {
    // One function for all calls: ints, then floats, then strings, ints beyond 63 bits, and ints again.
    for info in numberings() {
        let code = assemble(&info, "LOAD_FAST 0\n DOUBLE\n RETURN_VALUE", &[], 0);
        let machine = Machine::for_code(&code).opcode_map(info).build().unwrap();
        machine.enter(|vm| {
            let f = vm.new_py_function(vm.new_code(code.clone()), vm.new_dict(), None);
            let values = || {
                [
                    vm.new_int(2),
                    vm.new_float(1.5),
                    vm.new_str("ab"),
                    vm.new_int(1 << 61),
                    Value::TRUE,
                    vm.new_float(1e308),
                ]
            };
            let doubled = ["4", "3.0", "'abab'", "4611686018427387904", "2", "inf"];
            for round in 0..100 {
                for (value, doubled) in values().into_iter().zip(doubled) {
                    let result = vm
                        .call(f.as_value(), &[value, Value::NONE, Value::NONE])
                        .unwrap();
                    assert_eq!(vm.repr_text(&result).unwrap(), doubled, "round {round}");
                }
            }
        });
    }
}

#[test]
fn value_rung_knows_unbound_variables_and_errors() {
    let delete = "DELETE_FAST 0\n LOAD_FAST 0\n DOUBLE\n RETURN_VALUE";
    for info in numberings() {
        let name = if info.number("LOAD_FAST_CHECK").is_some() {
            "LOAD_FAST_CHECK"
        } else {
            "LOAD_FAST"
        };
        let code = assemble(&info, &delete.replace("LOAD_FAST", name), &[], 0);
        let machine = Machine::for_code(&code).opcode_map(info).build().unwrap();
        let result = call(&machine, &code, [Value::NONE; 3]);
        assert!(result.starts_with("UnboundLocalError: "), "{result}");
    }
    let none = |_: &Vm| [const { Value::NONE }; 3];
    check(
        "LOAD_FAST 0\n DOUBLE\n RETURN_VALUE",
        none,
        "TypeError: unsupported operand type(s) for +: 'NoneType' and 'NoneType'",
    );
}

#[test]
fn comparisons_and_tests_fold_jumps() {
    for test in [
        "LOAD_FAST 0\n LOAD_FAST 1\n X_DIVIDES",
        "LOAD_FAST 2\n X_IS_EMPTY",
    ] {
        check(&format!("{test}\n RETURN_VALUE"), ints(3, 9), "True");
        for (jump, expected) in [("FALSE", "7"), ("TRUE", "None")] {
            for info in numberings() {
                let plain = format!("POP_JUMP_IF_{jump}");
                let forward = format!("POP_JUMP_FORWARD_IF_{jump}");
                let relative = info.number("JUMP_ABSOLUTE").is_none();
                let jump = if info.number(&plain).is_some() {
                    plain
                } else {
                    forward
                };
                // Absolute before 3.11: all of the code before the target counts.
                let size = test.lines().count();
                let target = size + 3;
                let argument = if relative {
                    ">".into()
                } else {
                    (target * 2 / usize::from(info.jump_unit)).to_string()
                };
                let lines = format!(
                    "{test}\n {jump} {argument}\n LOAD_CONST 1\n RETURN_VALUE\n > LOAD_CONST 0\n RETURN_VALUE"
                );
                let code = assemble(&info, &lines, &[Const::None, Const::Int(7)], 0);
                let version = info.version;
                let machine = Machine::for_code(&code).opcode_map(info).build().unwrap();
                for args in [
                    [Value::i32(3), Value::i32(9), Value::NONE],
                    [Value::i32(3), Value::i32(9), machine.new_str("")],
                ] {
                    assert_eq!(call(&machine, &code, args), expected, "{version}: {lines}");
                }
            }
        }
    }
    let text = |vm: &Vm| [vm.new_int(1), vm.new_int(1), vm.new_str("text")];
    check("LOAD_FAST 2\n X_IS_EMPTY\n RETURN_VALUE", text, "False");
    check(
        "LOAD_FAST 0\n X_IS_EMPTY\n RETURN_VALUE",
        text,
        "TypeError: object of type 'int' has no len()",
    );
}

#[test]
fn stack_rung() {
    check(
        "LOAD_FAST 0\n X_ADD_CONST 1\n RETURN_VALUE",
        ints(3, 0),
        "10",
    );
    // The macro is not needed: X_SWAP has an implementation of `OpcodeHandler`.
    check(
        "LOAD_FAST 0\n LOAD_FAST 1\n X_SWAP\n POP_TOP\n RETURN_VALUE",
        ints(3, 8),
        "8",
    );
    check("LOAD_FAST 0\n X_POSITIVE\n RETURN_VALUE", ints(3, 0), "3");
    check(
        "LOAD_FAST 0\n X_POSITIVE\n RETURN_VALUE",
        ints(-3, 0),
        "ValueError: not positive",
    );
}

#[test]
fn control_rung() {
    check(
        "LOAD_FAST 0\n LOAD_FAST 1\n LOAD_CONST 1\n X_SUM 3\n RETURN_VALUE",
        ints(3, 8),
        "18",
    );
    check("X_SUM 0\n X_RETURN", ints(3, 8), "0");
    let jump = "LOAD_FAST 2\n X_JUMP_IF_NONE >\n X_RETURN\n > LOAD_FAST 0\n X_RETURN";
    check(jump, ints(3, 8), "3");
    check(
        jump,
        |vm| [vm.new_int(3), vm.new_int(8), vm.new_int(5)],
        "5",
    );
    let call_twice = "LOAD_FAST 0\n LOAD_FAST 1\n X_CALL_TWICE\n RETURN_VALUE";
    check(
        call_twice,
        |vm| [vm.types.list.value(), vm.new_str("ab"), Value::NONE],
        "['a', 'b']",
    );
    check(
        call_twice,
        ints(3, 8),
        "TypeError: 'int' object is not callable",
    );
}

/// Python code is called, with a frame of its own for each call.
#[test]
fn control_rung_calls_python_functions() {
    for info in numberings() {
        let version = info.version;
        let add = assemble(
            &info,
            "LOAD_FAST 0\n X_ADD_CONST 1\n RETURN_VALUE",
            &[Const::None, Const::Int(7)],
            0,
        );
        let twice = assemble(
            &info,
            "LOAD_FAST 0\n LOAD_FAST 1\n X_CALL_TWICE\n RETURN_VALUE",
            &[],
            0,
        );
        let machine = Machine::for_code(&add).opcode_map(info).build().unwrap();
        let f = machine.enter(|vm| {
            let f = vm.new_py_function(vm.new_code(add), vm.new_dict(), None);
            f.defaults.set(vm.new_tuple(vec![Value::NONE, Value::NONE]));
            f.into_value()
        });
        assert_eq!(
            call(&machine, &twice, [f, Value::i32(1), Value::NONE]),
            "15",
            "{version}"
        );
    }
}

#[test]
fn control_rung_yields() {
    for info in numberings() {
        let version = info.version;
        // 3.11 and later make the generator by an opcode, which leaves what is sent first on the stack.
        let start = match (info.number("RETURN_GENERATOR"), info.number("GEN_START")) {
            (Some(_), _) => "RETURN_GENERATOR\n POP_TOP\n",
            (_, Some(_)) => "GEN_START 0\n",
            _ => "",
        };
        let lines = format!("{start} LOAD_FAST 0\n X_YIELD\n DOUBLE\n X_YIELD\n X_RETURN");
        let code = assemble(&info, &lines, &[], flags::GENERATOR);
        let wrong = assemble(
            &info,
            &format!("{start} LOAD_FAST 0\n X_YIELD_NOTHING\n LOAD_FAST 0\n X_RETURN"),
            &[],
            flags::GENERATOR,
        );
        let outside = assemble(&info, "LOAD_FAST 0\n X_YIELD\n X_RETURN", &[], 0);
        let machine = Machine::for_code(&code).opcode_map(info).build().unwrap();
        machine.enter(|vm| {
            let generator = |code: &std::sync::Arc<opyc::Code>| {
                let f = vm.new_py_function(vm.new_code(code.clone()), vm.new_dict(), None);
                vm.call(f.as_value(), &[Value::i32(5), Value::NONE, Value::NONE])
                    .unwrap()
            };
            let g = generator(&code);
            let send = |v: Value| vm.call_method_str(&g, "send", &[v]);
            assert_eq!(send(Value::NONE).unwrap().as_int(), Some(5), "{version}");
            assert_eq!(
                send(Value::i32(21)).unwrap().as_int(),
                Some(42),
                "{version}"
            );
            let end = send(Value::i32(6)).unwrap_err();
            assert!(vm.is_stop_iteration(&end), "{version}");
            assert_eq!(vm.stop_value(&end).as_int(), Some(6), "{version}");
            let raised = vm
                .call_method_str(&generator(&wrong), "send", &[Value::NONE])
                .unwrap_err();
            assert_eq!(
                vm.describe_exception(raised.value()).split(" (").next(),
                Some("SystemError: a yield does not fit the stack")
            );
        });
        assert_eq!(
            call(&machine, &outside, [Value::NONE; 3]),
            "SystemError: yield outside of a generator",
            "{version}"
        );
    }
}

#[test]
fn an_exception_is_caught_by_python_code() {
    for info in numberings() {
        let version = info.version;
        let file = format!(
            "{}/tests/fixtures/{version}/opcodes/loop.pyc",
            env!("CARGO_MANIFEST_DIR")
        );
        // The program catches what `~` raises. It uses opcodes that the other tests do without.
        let number = opyc::core::version::info(version)
            .number("UNARY_INVERT")
            .unwrap();
        let map = format!("base = {version}\nUNARY_INVERT -\nX_RAISE {number} none");
        let code = opyc::Code::from_pyc(&std::fs::read(&file).unwrap(), &file).unwrap();
        let machine = Machine::for_code(&code)
            .opcode_map(VersionInfo::from_opcode_map(&map).unwrap())
            .opcode(&RAISE)
            .build()
            .unwrap();
        machine.run_code(code).unwrap();
        let caught = "['no 1', 'no -2', 'no 1180591620717411303424', 'no text', 'no 1.5']";
        assert_eq!(machine.output(), format!("10\n{caught}\n"), "{version}");
    }
}

static RAISE: OpcodeDef = opyc::core::opcode! {
    /// Raises TypeError.
    X_RAISE (a -- a) in .., stack byte_raise;
};

fn byte_raise(cx: &StackCx<'_>, [a]: [Value; 1]) -> PyResult<[Value; 1]> {
    let text = cx.vm.str_of(&a)?;
    Err(cx.vm.type_error(&format!("no {}", cx.vm.str_lossy(&text))))
}

#[test]
fn raw_rung() {
    check(
        "LOAD_FAST 0\n X_DUPLICATE\n X_SUM 2\n RETURN_VALUE",
        ints(3, 0),
        "6",
    );
}

#[test]
fn declared_effects_are_proven() {
    let none = |_: &Vm| [const { Value::NONE }; 3];
    check(
        "DOUBLE\n RETURN_VALUE",
        none,
        "assembled: in f: f, offset 0: takes 1 values of a stack of 0",
    );
    check(
        "LOAD_FAST 0\n X_SUM 2\n X_RETURN",
        none,
        "assembled: in f: f, offset 2: takes 2 values of a stack of 1",
    );
    check(
        "LOAD_FAST 0\n X_SWAP\n X_RETURN",
        none,
        "assembled: in f: f, offset 2: takes 2 values of a stack of 1",
    );
    check(
        "LOAD_FAST 2\n X_JUMP_IF_NONE >\n LOAD_FAST 0\n > X_RETURN",
        none,
        "assembled: in f: f, offset 4: reached with a stack of 0 and with one of 2",
    );
    check(
        "LOAD_FAST 0\n X_YIELD",
        none,
        "assembled: in f: f, offset 2: the code ends without returning",
    );
}

#[test]
fn a_handler_that_does_not_keep_its_effect_is_refused() {
    let none = |_: &Vm| [const { Value::NONE }; 3];
    for (name, effect) in [
        ("X_WRONG_STACK", "(a -- a)"),
        ("X_WRONG_BINARY", "(a -- a)"),
        ("X_WRONG_LINK", "(--)"),
    ] {
        let text = format!(
            "assembled: in f: crate opyc links opcode {name} with a handler that does not keep the stack effect \
             {effect} of {name} (offset 4)"
        );
        check(
            &format!("LOAD_FAST 0\n LOAD_FAST 1\n {name}\n X_RETURN"),
            none,
            &text,
        );
    }
    check(
        "LOAD_FAST 0\n X_WRONG_ENDS",
        none,
        "assembled: in f: crate opyc links opcode X_WRONG_ENDS with a handler that does not keep the stack effect \
         (a --) of X_WRONG_ENDS (offset 2)",
    );
    check(
        "X_WRONG_CONTROL\n X_RETURN",
        none,
        "SystemError: the opcode did not keep its stack effect (offset 0)",
    );
}
