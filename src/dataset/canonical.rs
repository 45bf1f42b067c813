//! JSON in one form only: compact, keys sorted, numbers as other languages print them.

use serde_json::Value;

/// Compact JSON with sorted keys; equal values give equal bytes, and a reader that sorts and prints again gets the same.
pub fn to_string(value: &Value) -> String {
    let mut out = String::new();
    write(value, &mut out);
    out
}

fn write(value: &Value, out: &mut String) {
    match value {
        Value::Array(items) => {
            out.push('[');
            for (i, item) in items.iter().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                write(item, out);
            }
            out.push(']');
        }
        Value::Object(members) => {
            let mut keys: Vec<&String> = members.keys().collect();
            keys.sort();
            out.push('{');
            for (i, key) in keys.into_iter().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                out.push_str(&Value::from(key.as_str()).to_string());
                out.push(':');
                write(&members[key], out);
            }
            out.push('}');
        }
        Value::Number(number) if number.is_f64() => out.push_str(&float(number.as_f64().expect("is_f64"))),
        other => out.push_str(&other.to_string()),
    }
}

/// The shortest decimal that reads back as `value`, in the layout of Python's `repr`: exponents of at least two digits, from
/// 1e16 up and below 1e-4.
fn float(value: f64) -> String {
    let scientific = format!("{value:e}");
    let (digits, exponent) = scientific.split_once('e').expect("`{:e}` writes an exponent");
    let exponent: i32 = exponent.parse().expect("`{:e}` writes a whole exponent");
    if (-4..16).contains(&exponent) {
        return format!("{value:?}");
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{digits}e{sign}{:02}", exponent.abs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_sorted_and_floats_are_as_python_prints_them() {
        let value: Value =
            serde_json::from_str(r#"{"b":[1,0.5,1e-5,1e16,1.0,123456789.25],"a":{"ي":null,"c":"\n"}}"#).unwrap();
        assert_eq!(to_string(&value), r#"{"a":{"c":"\n","ي":null},"b":[1,0.5,1e-05,1e+16,1.0,123456789.25]}"#);
    }
}
