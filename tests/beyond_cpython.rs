//! Programs that crash CPython, which keeps pointers into classes that others change. What is right stands here.

use opyc::{Code, Machine};

fn output(pyc: &[u8], name: &str) -> Result<String, Box<dyn std::error::Error>> {
    let code = Code::from_pyc(pyc, name)?;
    let machine = Machine::for_code(&code).build()?;
    machine.run_code(code)?;
    Ok(machine.output())
}

#[test]
fn changes_of_a_class_in_a_foreign_mro_are_seen() -> Result<(), Box<dyn std::error::Error>> {
    let pyc = include_bytes!("data/foreign_mro.pyc");
    let expected = "\
0 ('hidden', 'hidden', 'hidden', 'method', 'method', False)
50 ('changed', 'changed', 'changed', 'method', 'method', False)
100 ('changed', 'changed', 'changed', 'new method', 'new method', False)
150 ('own', 'own', 'own', 'new method', 'new method', False)
200 ('changed', 'changed', 'changed', 'new method', 'new method', False)
250 ('changed', 'changed', 'changed', 'new method', 'new method', 'equal')
300 'C' object has no attribute 'value'
";
    assert_eq!(output(pyc, "foreign_mro.pyc")?, expected);
    Ok(())
}

#[test]
fn nobody_gets_the_dict_of_a_class() -> Result<(), Box<dyn std::error::Error>> {
    let pyc = include_bytes!("data/class_dict_escapes.pyc");
    let expected = "True True ([1], 'method')\n";
    assert_eq!(output(pyc, "class_dict_escapes.pyc")?, expected);
    Ok(())
}
