//! `string.templatelib.Template` and `Interpolation` (3.14): what a t-string makes.

use opyc_core::args::Args;
use opyc_core::error::PyResult;
use opyc_core::linkme::distributed_slice;
use opyc_core::object::{Access, GetSet, MethodDef, Native, NativeType, PyModule, PyTuple};
use opyc_core::registry::{MODULE_DEFS, ModuleDef, TYPE_DEFS, TypeDef};
use opyc_core::value::Value;
use opyc_core::version::{Version, VersionRange};
use opyc_core::vm::{NativeTypeSpec, Vm};

use super::generic_alias::class_getitem;
use crate::util::{payload, split_first};

/// A template: one string more than interpolations.
pub struct Template {
    strings: Value,
    interpolations: Value,
}

impl NativeType for Template {
    fn traverse(&self, visit: &mut dyn FnMut(&Value)) {
        visit(&self.strings);
        visit(&self.interpolations);
    }
}

/// An interpolation: value, expression, conversion and format specifier.
pub struct Interpolation([Value; 4]);

impl NativeType for Interpolation {
    fn traverse(&self, visit: &mut dyn FnMut(&Value)) {
        self.0.iter().for_each(visit);
    }
}

static TEMPLATE: NativeTypeSpec = NativeTypeSpec {
    name: "string.templatelib.Template",
    flags: 0,
    has_dict: false,
    next: None,
};
static INTERPOLATION: NativeTypeSpec = NativeTypeSpec {
    name: "string.templatelib.Interpolation",
    flags: 0,
    has_dict: false,
    next: None,
};

/// Where the opcodes find the classes.
#[distributed_slice(MODULE_DEFS)]
#[linkme(crate = opyc_core::linkme)]
static MODULE: ModuleDef = ModuleDef {
    name: "_templatelib",
    versions: VersionRange::since(Version::V3_14),
    functions: &[],
    init: |vm, module| {
        let dict = &payload::<PyModule>(vm, module)?.dict;
        dict.set_name(
            &vm.intern("Template"),
            vm.native_type::<Template>(&TEMPLATE).into_value(),
        );
        let interpolation = vm.native_type::<Interpolation>(&INTERPOLATION);
        interpolation
            .dict
            .set_name(&vm.names.match_args, match_args(vm));
        dict.set_name(&vm.intern("Interpolation"), interpolation.into_value());
        Ok(())
    },
};

#[distributed_slice(TYPE_DEFS)]
#[linkme(crate = opyc_core::linkme)]
static TEMPLATE_TYPE: TypeDef = TypeDef {
    name: "string.templatelib.Template",
    methods: &[
        MethodDef::raw("__new__", Access::New, new),
        MethodDef::method("__add__", "value, /", add),
        MethodDef::method("__iter__", "", iter),
        MethodDef::method("__repr__", "", |vm, args| {
            let t = template(vm, &args[0])?;
            let (s, i) = (vm.repr_text(&t.strings)?, vm.repr_text(&t.interpolations)?);
            Ok(vm.new_str(&format!("Template(strings={s}, interpolations={i})")))
        }),
        MethodDef::class_method("__class_getitem__", "object, /", class_getitem),
    ],
    getsets: &[
        GetSet::get("strings", |vm, t| Ok(template(vm, t)?.strings.clone())).member(),
        GetSet::get("interpolations", |vm, t| {
            Ok(template(vm, t)?.interpolations.clone())
        })
        .member(),
        GetSet::get("values", |vm, t| {
            let all = items(&template(vm, t)?.interpolations).iter();
            Ok(vm.new_tuple(
                all.filter_map(as_interpolation)
                    .map(|i| i.0[0].clone())
                    .collect(),
            ))
        }),
    ],
};

#[distributed_slice(TYPE_DEFS)]
#[linkme(crate = opyc_core::linkme)]
static INTERPOLATION_TYPE: TypeDef = TypeDef {
    name: "string.templatelib.Interpolation",
    methods: &[
        MethodDef::new_method(
            "value, expression=, conversion=, format_spec=",
            new_interpolation,
        ),
        MethodDef::method("__repr__", "", |vm, args| {
            let mut parts = Vec::new();
            for v in &interpolation(vm, &args[0])?.0 {
                parts.push(vm.repr_text(v)?);
            }
            Ok(vm.new_str(&format!("Interpolation({})", parts.join(", "))))
        }),
        MethodDef::class_method("__class_getitem__", "object, /", class_getitem),
    ],
    getsets: &[
        GetSet::get("value", |vm, i| Ok(interpolation(vm, i)?.0[0].clone())).member(),
        GetSet::get("expression", |vm, i| Ok(interpolation(vm, i)?.0[1].clone())).member(),
        GetSet::get("conversion", |vm, i| Ok(interpolation(vm, i)?.0[2].clone())).member(),
        GetSet::get(
            "format_spec",
            |vm, i| Ok(interpolation(vm, i)?.0[3].clone()),
        )
        .member(),
    ],
};

fn match_args(vm: &Vm) -> Value {
    let names = ["value", "expression", "conversion", "format_spec"];
    vm.new_tuple(names.iter().map(|n| vm.intern(n)).collect())
}

fn template<'a>(vm: &Vm, v: &'a Value) -> PyResult<&'a Template> {
    Ok(&payload::<Native<Template>>(vm, v)?.data)
}

fn interpolation<'a>(vm: &Vm, v: &'a Value) -> PyResult<&'a Interpolation> {
    Ok(&payload::<Native<Interpolation>>(vm, v)?.data)
}

fn as_interpolation(v: &Value) -> Option<&Interpolation> {
    v.downcast::<Native<Interpolation>>().map(|n| &n.data)
}

fn items(v: &Value) -> &[Value] {
    v.downcast::<PyTuple>().map_or(&[][..], PyTuple::items)
}

/// `Template(*parts)`: neighbouring strings are joined, and an empty one stands between interpolations.
fn new(vm: &Vm, args: &Args<'_>) -> PyResult {
    let (_, rest) = split_first(vm, args)?;
    if rest.has_keywords() {
        return Err(vm.type_error("Template.__new__ only accepts *args arguments"));
    }
    let (mut strings, mut interpolations): (Vec<Value>, Vec<Value>) =
        (vec![vm.new_str("")], Vec::new());
    for part in rest.pos() {
        if as_interpolation(part).is_some() {
            interpolations.push(part.clone());
            strings.push(vm.new_str(""));
        } else if vm.is_str(part) {
            let last = strings.pop().unwrap_or_else(|| vm.new_str(""));
            strings.push(vm.concat_strings(&[last, part.clone()])?);
        } else {
            return Err(vm.type_error(&format!(
                "Template.__new__ *args need to be of type 'str' or 'Interpolation', got {}",
                vm.type_name(part)
            )));
        }
    }
    Ok(make(vm, strings, interpolations))
}

fn make(vm: &Vm, strings: Vec<Value>, interpolations: Vec<Value>) -> Value {
    let ty = vm.native_type::<Template>(&TEMPLATE);
    let data = Template {
        strings: vm.new_tuple(strings),
        interpolations: vm.new_tuple(interpolations),
    };
    vm.new_native(&ty, &TEMPLATE, data)
}

/// The last string of one and the first of the other become one.
fn add(vm: &Vm, args: &[Value]) -> PyResult {
    let a = template(vm, &args[0])?;
    let Some(b) = args[1].downcast::<Native<Template>>() else {
        let t = vm.full_type_name(vm.type_of(&args[1]));
        return Err(vm.type_error(&format!(
            "can only concatenate string.templatelib.Template (not \"{t}\") to string.templatelib.Template"
        )));
    };
    let mut strings = items(&a.strings).to_vec();
    let mut others = items(&b.data.strings).iter().cloned();
    if let (Some(last), Some(first)) = (strings.pop(), others.next()) {
        strings.push(vm.concat_strings(&[last, first])?);
    }
    strings.extend(others);
    let interpolations = items(&a.interpolations)
        .iter()
        .chain(items(&b.data.interpolations))
        .cloned()
        .collect();
    Ok(make(vm, strings, interpolations))
}

/// Strings (but no empty ones) and interpolations in turn.
fn iter(vm: &Vm, args: &[Value]) -> PyResult {
    let t = template(vm, &args[0])?;
    let mut out = Vec::new();
    let mut interpolations = items(&t.interpolations).iter().cloned();
    for s in items(&t.strings) {
        if vm.truth(s)? {
            out.push(s.clone());
        }
        out.extend(interpolations.next());
    }
    vm.get_iter(&vm.new_list(out))
}

fn new_interpolation(vm: &Vm, args: &[Value]) -> PyResult {
    let text = |i: usize, name: &str| match args[i].opt() {
        None => Ok(vm.new_str("")),
        Some(v) if vm.is_str(v) => Ok(v.clone()),
        Some(v) => {
            let t = vm.type_name(v);
            Err(vm.type_error(&format!(
                "Interpolation() argument '{name}' must be str, not {t}"
            )))
        }
    };
    let conversion = args[3].opt().cloned().unwrap_or(Value::NONE);
    if !conversion.is_none() {
        if !vm.is_str(&conversion) {
            let t = vm.type_name(&conversion);
            return Err(vm.type_error(&format!(
                "Interpolation() argument 'conversion' must be str, not {t}"
            )));
        }
        if !matches!(vm.str_lossy(&conversion).as_str(), "s" | "r" | "a") {
            return Err(vm.value_error(
                "Interpolation() argument 'conversion' must be one of 's', 'a' or 'r'",
            ));
        }
    }
    let data = Interpolation([
        args[1].clone(),
        text(2, "expression")?,
        conversion,
        text(4, "format_spec")?,
    ]);
    let ty = vm.native_type::<Interpolation>(&INTERPOLATION);
    Ok(vm.new_native(&ty, &INTERPOLATION, data))
}
