//! A class in an MRO that is no base: caches must notice its changes. CPython crashes on this program, so what is right
//! stands here.

use opyc::{Code, Machine};

const EXPECTED: &str = "\
0 ('hidden', 'hidden', 'hidden', 'method', 'method', False)
50 ('changed', 'changed', 'changed', 'method', 'method', False)
100 ('changed', 'changed', 'changed', 'new method', 'new method', False)
150 ('own', 'own', 'own', 'new method', 'new method', False)
200 ('changed', 'changed', 'changed', 'new method', 'new method', False)
250 ('changed', 'changed', 'changed', 'new method', 'new method', 'equal')
300 'C' object has no attribute 'value'
";

#[test]
fn changes_of_a_class_in_a_foreign_mro_are_seen() -> Result<(), Box<dyn std::error::Error>> {
    let code = Code::from_pyc(include_bytes!("data/foreign_mro.pyc"), "foreign_mro.pyc")?;
    let machine = Machine::for_code(&code).build()?;
    machine.run_code(code)?;
    assert_eq!(machine.output(), EXPECTED);
    Ok(())
}
