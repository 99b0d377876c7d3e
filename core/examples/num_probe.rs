//! Answers questions about numbers, one a line, so that `tools/check_num.py` can compare with CPython.
//!
//! A question is an operation and its arguments, separated by tabs: ints as literals, floats as 16 hex digits of
//! their bits, text with `<hex>` for whatever is not printable ASCII. An answer is `= value` or `! message`.

use std::io::{self, BufRead, Write};

use opyc_core::num::complex::{self, Complex, Rules};
use opyc_core::num::float::{self, Power};
use opyc_core::num::float_text;
use opyc_core::num::format_num;
use opyc_core::num::format_spec::{FormatError, FormatSpec, Target};
use opyc_core::num::int::{self, Int, IntRef};
use opyc_core::num::int_bits::{self, ByteOrder};
use opyc_core::num::int_text::{self, Radix};
use opyc_core::num::percent::{PercentArguments, PercentError, PercentReader, Piece};
use opyc_core::num::{DEFAULT_BIT_BUDGET as BUDGET, NumError, int_arith, int_math};
use opyc_core::text::{Str, StrBuf};
use opyc_core::version::Version;

const VERSION: Version = Version::V3_12;
const LIMIT: usize = int_text::DEFAULT_MAX_STR_DIGITS;

type Answer = Result<String, String>;

fn main() -> io::Result<()> {
    let mut out = io::BufWriter::new(io::stdout().lock());
    for line in io::stdin().lock().lines() {
        let line = line?;
        let fields: Vec<&str> = line.split('\t').collect();
        let answer = answer(&fields).unwrap_or_else(|| Err("bad question".to_owned()));
        match answer {
            Ok(value) => writeln!(out, "= {value}")?,
            Err(message) => writeln!(out, "! {message}")?,
        }
    }
    out.flush()
}

fn answer(fields: &[&str]) -> Option<Answer> {
    let (&operation, arguments) = fields.split_first()?;
    let (family, name) = operation.split_once('.')?;
    match family {
        "int" => int_answer(name, arguments),
        "float" => float_answer(name, arguments),
        "complex" => complex_answer(name, arguments),
        "format" => format_answer(name, arguments),
        "percent" => percent_answer(name, arguments),
        _ => None,
    }
}

fn read_int(text: &str) -> Option<Int> {
    int_text::parse(text.as_bytes(), 0, 0).ok()
}

fn read_float(text: &str) -> Option<f64> {
    u64::from_str_radix(text, 16).ok().map(f64::from_bits)
}

/// Undoes the `<hex>` escapes.
fn read_text(text: &str) -> Option<Vec<u32>> {
    let mut result = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        if first == '<' {
            let (code, tail) = rest.get(1..)?.split_once('>')?;
            result.push(u32::from_str_radix(code, 16).ok()?);
            rest = tail;
        } else {
            result.push(u32::from(first));
            rest = rest.get(first.len_utf8()..)?;
        }
    }
    Some(result)
}

fn show_text(codes: impl Iterator<Item = u32>) -> String {
    codes
        .map(|code| match char::from_u32(code) {
            Some(char @ ' '..='~') if char != '<' => char.to_string(),
            _ => format!("<{code:x}>"),
        })
        .collect()
}

fn show_buf(text: &StrBuf) -> String {
    match text.view() {
        Str::Ascii(text) | Str::Latin1(text) => show_text(text.iter().copied().map(u32::from)),
        Str::Ucs2(text) => show_text(text.iter().copied().map(u32::from)),
        Str::Ucs4(text) => show_text(text.iter().copied()),
    }
}

/// Huge ones in hexadecimal, which CPython is quick to write.
fn show_int(value: &Int) -> String {
    match value {
        Int::Small(value) => value.to_string(),
        Int::Big(_) if int_bits::bit_length(value.view()) > 6000 => {
            int_text::to_prefixed(value.view(), Radix::Hex)
        }
        Int::Big(value) => value.to_string(),
    }
}

/// NaNs are all alike to Python.
fn show_float(value: f64) -> String {
    if value.is_nan() {
        "nan".to_owned()
    } else {
        format!("{:016x}", value.to_bits())
    }
}

fn say(error: NumError) -> String {
    error.message(VERSION).into_owned()
}

fn shown(result: Result<Int, NumError>) -> Answer {
    result.map(|value| show_int(&value)).map_err(say)
}

fn int_answer(name: &str, arguments: &[&str]) -> Option<Answer> {
    let first = *arguments.first()?;
    if name == "parse" {
        let base = first.parse().ok()?;
        let text: Vec<u8> = read_text(arguments.get(1)?)?
            .into_iter()
            .map(|code| code as u8)
            .collect();
        return Some(match int_text::parse(&text, base, LIMIT) {
            Ok(value) => Ok(show_int(&value)),
            Err(error) => Err(error.message(VERSION, base, "…")),
        });
    }
    let values: Vec<Int> = arguments.iter().filter_map(|text| read_int(text)).collect();
    let view = |index: usize| values.get(index).map(Int::view);
    let a = view(0);
    Some(match name {
        "from_float" => shown(int::from_f64(read_float(first)?)),
        "round_float" => shown(int::round_f64(read_float(first)?)),
        "floor" => shown(int::floor_f64(read_float(first)?)),
        "ceil" => shown(int::ceil_f64(read_float(first)?)),
        "cmp_float" => Ok(format!(
            "{:?}",
            int::cmp_f64(a?, read_float(arguments.get(1)?)?)
        )),
        "add" => Ok(show_int(&int_arith::add(a?, view(1)?))),
        "sub" => Ok(show_int(&int_arith::sub(a?, view(1)?))),
        "mul" => shown(int_arith::mul(a?, view(1)?, BUDGET)),
        "floordiv" => shown(int_arith::floordiv(a?, view(1)?)),
        "mod" => shown(int_arith::modulo(a?, view(1)?)),
        "divmod" => int_arith::divmod(a?, view(1)?)
            .map(|(quotient, rest)| format!("{} {}", show_int(&quotient), show_int(&rest)))
            .map_err(say),
        "truediv" => int_arith::true_div(a?, view(1)?)
            .map(show_float)
            .map_err(say),
        "pow" => shown(int_arith::pow(a?, view(1)?, BUDGET)),
        "powmod" => shown(int_arith::pow_mod(a?, view(1)?, view(2)?)),
        "lshift" => shown(int_bits::shl(a?, view(1)?, BUDGET)),
        "rshift" => shown(int_bits::shr(a?, view(1)?)),
        "and" => Ok(show_int(&int_bits::and(a?, view(1)?))),
        "or" => Ok(show_int(&int_bits::or(a?, view(1)?))),
        "xor" => Ok(show_int(&int_bits::xor(a?, view(1)?))),
        "invert" => Ok(show_int(&int_bits::invert(a?))),
        "neg" => Ok(show_int(&int_arith::neg(a?))),
        "abs" => Ok(show_int(&int_arith::abs(a?))),
        "cmp" => Ok(format!("{:?}", int::cmp(a?, view(1)?))),
        "hash" => Ok(int::hash(a?).to_string()),
        "float" => int::to_f64(a?).map(show_float).map_err(say),
        "round" => Ok(show_int(&int_arith::round_to_ndigits(a?, view(1)?))),
        "bit_length" => Ok(int_bits::bit_length(a?).to_string()),
        "bit_count" => Ok(int_bits::bit_count(a?).to_string()),
        "gcd" => Ok(show_int(&int_math::gcd(a?, view(1)?))),
        "lcm" => shown(int_math::lcm(a?, view(1)?, BUDGET)),
        "isqrt" => shown(int_math::isqrt(a?)),
        "factorial" => shown(int_math::factorial(a?, BUDGET)),
        "comb" => shown(int_math::comb(a?, view(1)?, BUDGET)),
        "perm" => shown(int_math::perm(a?, view(1)?, BUDGET)),
        "str" => int_text::to_decimal(a?, LIMIT).map_err(|error| error.message(VERSION)),
        "bin" => Ok(int_text::to_prefixed(a?, Radix::Binary)),
        "oct" => Ok(int_text::to_prefixed(a?, Radix::Octal)),
        "hex" => Ok(int_text::to_prefixed(a?, Radix::Hex)),
        "bytes" => bytes_answer(a?, arguments)?,
        _ => return None,
    })
}

/// To bytes, and back again.
fn bytes_answer(value: IntRef<'_>, arguments: &[&str]) -> Option<Answer> {
    let length = arguments.get(1)?.parse().ok()?;
    let order = if *arguments.get(2)? == "big" {
        ByteOrder::Big
    } else {
        ByteOrder::Little
    };
    let signed = *arguments.get(3)? == "True";
    Some(
        match int_bits::to_bytes(value, length, order, signed, BUDGET) {
            Ok(bytes) => {
                let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
                Ok(format!(
                    "{hex} {}",
                    show_int(&int_bits::from_bytes(&bytes, order, signed))
                ))
            }
            Err(error) => Err(say(error)),
        },
    )
}

fn float_answer(name: &str, arguments: &[&str]) -> Option<Answer> {
    let first = *arguments.first()?;
    let text = || -> Option<Vec<u8>> {
        Some(
            read_text(first)?
                .into_iter()
                .map(|code| code as u8)
                .collect(),
        )
    };
    match name {
        "parse" => {
            return Some(match float_text::parse(&text()?) {
                Some(value) => Ok(show_float(value)),
                None => Err("could not convert string to float".to_owned()),
            });
        }
        "fromhex" => return Some(float_text::from_hex(&text()?).map(show_float).map_err(say)),
        _ => {}
    }
    let a = read_float(first)?;
    let b = arguments.get(1).and_then(|text| read_float(text));
    let float = |result: Result<f64, NumError>| result.map(show_float).map_err(say);
    Some(match name {
        "repr" => Ok(float_text::repr(a)),
        "hex" => Ok(float_text::hex(a)),
        "hash" => Ok(float::hash(a).to_string()),
        "div" => float(float::div(a, b?)),
        "floordiv" => float(float::floordiv(a, b?)),
        "mod" => float(float::modulo(a, b?)),
        "divmod" => float::divmod(a, b?)
            .map(|(quotient, rest)| format!("{} {}", show_float(quotient), show_float(rest)))
            .map_err(say),
        "pow" => match float::pow(a, b?) {
            Ok(Power::Real(value)) => Ok(show_float(value)),
            Ok(Power::Complex(value)) => Ok(show_complex(value)),
            Err(error) => Err(say(error)),
        },
        "round" => float(float::round_to_ndigits(a, arguments.get(1)?.parse().ok()?)),
        "ratio" => float::as_integer_ratio(a)
            .map(|(top, bottom)| format!("{}/{}", show_int(&top), show_int(&bottom)))
            .map_err(say),
        "is_integer" => Ok(float::is_integer(a).to_string()),
        _ => return None,
    })
}

fn show_complex(value: Complex) -> String {
    format!("{} {}", show_float(value.re), show_float(value.im))
}

fn complex_answer(name: &str, arguments: &[&str]) -> Option<Answer> {
    let (version, arguments) = arguments.split_first()?;
    let rules = Rules::of(Version::new(version.parse().ok()?)?);
    let first = *arguments.first()?;
    if name == "parse" {
        let text: Vec<u8> = read_text(first)?
            .into_iter()
            .map(|code| code as u8)
            .collect();
        return Some(
            complex::parse(&text)
                .map(show_complex)
                .map_err(|error| format!("{error:?}")),
        );
    }
    let parts: Vec<f64> = arguments
        .iter()
        .filter_map(|text| read_float(text))
        .collect();
    let number = |index: usize| {
        Some(Complex {
            re: *parts.get(index)?,
            im: *parts.get(index + 1)?,
        })
    };
    let a = number(0)?;
    Some(match name {
        "repr" => Ok(complex::repr(a)),
        "hash" => Ok(complex::hash(a).to_string()),
        "abs" => complex::abs(a).map(show_float).map_err(say),
        "mul_real" => Ok(show_complex(complex::mul_real(a, *parts.get(2)?))),
        "div_real" => complex::div_real(a, *parts.get(2)?)
            .map(show_complex)
            .map_err(say),
        "real_div" => complex::real_div(*parts.get(2)?, a)
            .map(show_complex)
            .map_err(say),
        "real_sub" => Ok(show_complex(complex::real_sub(*parts.get(2)?, a))),
        "add" => Ok(show_complex(complex::add(a, number(2)?))),
        "sub" => Ok(show_complex(complex::sub(a, number(2)?))),
        "mul" => Ok(show_complex(complex::mul(a, number(2)?, rules))),
        "div" => complex::div(a, number(2)?, rules)
            .map(show_complex)
            .map_err(say),
        "pow" => complex::pow(a, number(2)?, rules)
            .map(show_complex)
            .map_err(say),
        _ => return None,
    })
}

/// Version, specifier, value.
fn format_answer(name: &str, arguments: &[&str]) -> Option<Answer> {
    let version = Version::new(arguments.first()?.parse().ok()?)?;
    let shown_spec = *arguments.get(1)?;
    let codes = read_text(shown_spec)?;
    let value = *arguments.get(2)?;
    let target = match name {
        "str" => Target::Str,
        "int" => Target::Int,
        "float" => Target::Float,
        "complex" => Target::Complex,
        _ => return None,
    };
    let result = FormatSpec::parse(Str::Ucs4(&codes), target, version).and_then(|spec| {
        let float = |text: &str| read_float(text).ok_or(FormatError::Invalid);
        match target {
            Target::Str => {
                let text = read_text(value).ok_or(FormatError::Invalid)?;
                format_num::format_str(Str::Ucs4(&text), &spec)
            }
            Target::Int => {
                let value = read_int(value).ok_or(FormatError::Invalid)?;
                format_num::format_int(value.view(), &spec, || LIMIT)
            }
            Target::Float => format_num::format_float(float(value)?, &spec),
            Target::Complex => {
                let im = float(arguments.get(3).copied().unwrap_or(""))?;
                format_num::format_complex(
                    Complex {
                        re: float(value)?,
                        im,
                    },
                    &spec,
                )
            }
        }
    });
    Some(match result {
        Ok(text) => Ok(show_buf(&text)),
        Err(error) => Err(error.message(version, shown_spec, name)),
    })
}

/// Arguments that are all ints or floats.
struct Numbers<'a> {
    left: &'a [&'a str],
}

impl<'a> Numbers<'a> {
    fn next(&mut self) -> Result<&'a str, PercentError> {
        let (first, rest) = self
            .left
            .split_first()
            .ok_or(PercentError::NotEnoughArguments)?;
        self.left = rest;
        Ok(first)
    }
}

impl PercentArguments for Numbers<'_> {
    type Error = PercentError;

    fn mapping_key(&mut self, _: std::ops::Range<usize>) -> Result<(), PercentError> {
        Err(PercentError::RequiresMapping)
    }

    fn star(&mut self) -> Result<i64, PercentError> {
        self.next()?.parse().map_err(|_| PercentError::StarWantsInt)
    }
}

/// Version, format, arguments: `f` and bits for a float.
fn percent_answer(_: &str, arguments: &[&str]) -> Option<Answer> {
    let version = Version::new(arguments.first()?.parse().ok()?)?;
    let format = read_text(arguments.get(1)?)?;
    let mut numbers = Numbers {
        left: arguments.get(2..)?,
    };
    let result = percent(&format, version, &mut numbers);
    Some(result.map_err(|error| error.message(version)))
}

fn percent(
    format: &[u32],
    version: Version,
    numbers: &mut Numbers<'_>,
) -> Result<String, PercentError> {
    let mut reader = PercentReader::new(Str::Ucs4(format), version);
    let mut text = String::new();
    while let Some(piece) = reader.next_piece(numbers)? {
        match piece {
            Piece::Literal(range) => {
                text.push_str(&show_text(
                    format.get(range).unwrap_or_default().iter().copied(),
                ));
            }
            Piece::Percent => text.push('%'),
            Piece::Conversion(conversion) => {
                let argument = numbers.next()?;
                let float = argument.strip_prefix('f').and_then(read_float);
                text.push_str(&match (float, read_int(argument)) {
                    (Some(value), _) => conversion.format_float(value)?,
                    (_, Some(value)) => conversion.format_int(value.view(), || LIMIT)?,
                    _ => return Err(PercentError::StarWantsInt),
                });
            }
        }
    }
    if numbers.left.is_empty() {
        Ok(text)
    } else {
        Err(PercentError::NotAllConverted)
    }
}
