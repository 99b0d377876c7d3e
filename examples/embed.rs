//! A Rust program that gives a Python program a function and a type, and calls a function of it:
//! `cargo run --example embed`.
//!
//! `embed.pyc` was made from `embed.py` by CPython 3.12: `python3.12 -m py_compile examples/embed.py`.

#![forbid(unsafe_code)]

use std::cell::Cell;
use std::collections::BTreeMap;
use std::rc::Rc;

use opyc::{ClassBuilder, Code, Error, HostClass, Machine, PyResult};

/// A Rust type that Python sees as `host.Account`.
struct Account {
    owner: String,
    balance: i64,
    deposits: usize,
}

impl HostClass for Account {
    const NAME: &'static str = "host.Account";

    fn define(class: &mut ClassBuilder<'_, Self>) -> PyResult<()> {
        class.set("__doc__", "An account with an owner and a balance.")?;
        class.constructor(|_vm, (owner, balance): (String, Option<i64>)| {
            Ok(Account {
                owner,
                balance: balance.unwrap_or(0),
                deposits: 0,
            })
        });
        class.getter("owner", |_vm, this| Ok(this.owner.clone()));
        class.getter("balance", |_vm, this| Ok(this.balance));
        class.method("__len__", |_vm, this, ()| Ok(this.deposits));
        class.method_mut("deposit", |vm, this, (amount,): (i64,)| {
            let balance = this.balance.checked_add(amount);
            this.balance = balance.ok_or_else(|| vm.overflow_error("too much money"))?;
            this.deposits += 1;
            Ok(())
        });
        class.method_mut("withdraw", |vm, this, (amount,): (i64,)| {
            if amount > this.balance {
                return Err(vm.value_error(&format!("only {} left", this.balance)));
            }
            this.balance -= amount;
            Ok(())
        });
        Ok(())
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let code = Code::from_pyc(include_bytes!("embed.pyc"), "examples/embed.pyc")?;
    let machine = Machine::for_code(&code).build()?;

    // A module with a type, and with a function that has state of its own.
    let conversions = Rc::new(Cell::new(0));
    let count = conversions.clone();
    machine.add_module("host", |m| {
        m.class::<Account>()?;
        m.function("convert", move |vm, (amount, currency): (i64, String)| {
            count.set(count.get() + 1);
            match currency.as_str() {
                "EUR" => Ok(amount * 11 / 10),
                other => Err(vm.value_error(&format!("no rate for {other}"))),
            }
        })
    })?;

    // What the program writes is kept.
    machine.run_code(code)?;
    print!("{}", machine.output());
    assert_eq!(machine.output(), "refused: only 111 left\nAda 111 1\n");
    assert_eq!(conversions.get(), 1);

    // Calling a function of the program, with an object made in Rust, and taking a dict apart.
    let report = machine.global("report")?;
    let bob = machine.instance(Account {
        owner: "Bob".into(),
        balance: 7,
        deposits: 0,
    })?;
    let accounts = vec![machine.global("account")?, bob.as_value().clone()];
    let lines = machine.call_kw(&report, (accounts,), vec![("currency", "EUR")])?;
    for (owner, balance) in lines.extract::<BTreeMap<String, String>>()? {
        println!("{owner}: {balance}");
    }

    // What Python raises is an error with the class, the message and the traceback.
    match machine.call(&report, (12,)) {
        Err(Error::Raised(e)) => println!("{}: {}\n{}", e.class, e.message, e.traceback),
        other => println!("expected a TypeError, got {other:?}"),
    }

    // Machines are independent: here are some on threads of their own.
    let threads: Vec<_> = (1..=3u64)
        .map(|n| {
            std::thread::spawn(move || -> Result<u64, String> {
                let machine = Machine::builder(opyc::Version::V3_13).build();
                let machine = machine.map_err(|e| e.to_string())?;
                let factorial = |m: &Machine| -> Result<u64, Box<dyn std::error::Error>> {
                    let f = m.attr(&m.import("math")?, "factorial")?;
                    Ok(m.call(&f, (n * 5,))?.extract()?)
                };
                factorial(&machine).map_err(|e| e.to_string())
            })
        })
        .collect();
    for thread in threads {
        println!("{:?}", thread.join().expect("no thread panics"));
    }
    Ok(())
}
