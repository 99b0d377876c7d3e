//! JSON text, as far as the commands need it.

use std::fmt;

/// A JSON value.
pub(super) enum Json {
    Null,
    Bool(bool),
    Int(i64),
    Text(String),
    List(Vec<Json>),
    /// Names and values, in this order.
    Object(Vec<(&'static str, Json)>),
}

impl Json {
    /// A list of texts.
    pub(super) fn texts(items: impl IntoIterator<Item = String>) -> Json {
        Json::List(items.into_iter().map(Json::Text).collect())
    }
}

impl<T: Into<i64>> From<Option<T>> for Json {
    fn from(number: Option<T>) -> Json {
        number.map_or(Json::Null, |n| Json::Int(n.into()))
    }
}

impl fmt::Display for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Json::Null => f.write_str("null"),
            Json::Bool(b) => write!(f, "{b}"),
            Json::Int(i) => write!(f, "{i}"),
            Json::Text(s) => text(s, f),
            Json::List(items) => {
                f.write_str("[")?;
                for (i, item) in items.iter().enumerate() {
                    f.write_str(if i == 0 { "" } else { ", " })?;
                    item.fmt(f)?;
                }
                f.write_str("]")
            }
            Json::Object(fields) => {
                f.write_str("{")?;
                for (i, (name, value)) in fields.iter().enumerate() {
                    f.write_str(if i == 0 { "" } else { ", " })?;
                    text(name, f)?;
                    f.write_str(": ")?;
                    value.fmt(f)?;
                }
                f.write_str("}")
            }
        }
    }
}

fn text(s: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    f.write_str("\"")?;
    for c in s.chars() {
        match c {
            '"' => f.write_str("\\\"")?,
            '\\' => f.write_str("\\\\")?,
            '\n' => f.write_str("\\n")?,
            '\t' => f.write_str("\\t")?,
            c if c.is_control() => write!(f, "\\u{:04x}", u32::from(c))?,
            c => write!(f, "{c}")?,
        }
    }
    f.write_str("\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_value() {
        let json = Json::Object(vec![
            (
                "a",
                Json::List(vec![Json::Null, Json::Bool(true), Json::Int(-1)]),
            ),
            ("b", Json::Text("é\"\\\n\u{1}\u{85}".into())),
        ]);
        assert_eq!(
            json.to_string(),
            r#"{"a": [null, true, -1], "b": "é\"\\\n\u0001\u0085"}"#
        );
    }
}
