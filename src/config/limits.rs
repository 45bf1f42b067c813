//! Tables of limits: `[filter.<rule>] <limit> = <number or "off">`.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{self, Deserialize, Deserializer, Visitor};
use serde::{Serialize, Serializer};

/// Limits of one rule by name.
pub type LimitsOf = BTreeMap<String, LimitValue>;

/// Limits by rule and name.
#[derive(Clone, Debug, Default, PartialEq, Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct LimitTable(pub BTreeMap<String, LimitsOf>);

impl LimitTable {
    /// The limit `name` of `rule`, where the table says something of it.
    pub fn get(&self, rule: &str, name: &str) -> Option<LimitValue> {
        self.0.get(rule)?.get(name).copied()
    }
}

/// A limit; none where it is off.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LimitValue(pub Option<f64>);

/// How a recipe turns a limit off.
const OFF: &str = "off";

impl Serialize for LimitValue {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Some(value) => serializer.serialize_f64(value),
            None => serializer.serialize_str(OFF),
        }
    }
}

impl<'de> Deserialize<'de> for LimitValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct LimitVisitor;
        impl Visitor<'_> for LimitVisitor {
            type Value = LimitValue;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number of 0 or more, or \"off\"")
            }

            fn visit_f64<E: de::Error>(self, v: f64) -> Result<LimitValue, E> {
                if v.is_finite() && v >= 0.0 {
                    Ok(LimitValue(Some(v)))
                } else {
                    Err(E::invalid_value(de::Unexpected::Float(v), &self))
                }
            }

            fn visit_i64<E: de::Error>(self, v: i64) -> Result<LimitValue, E> {
                self.visit_f64(v as f64)
            }

            fn visit_u64<E: de::Error>(self, v: u64) -> Result<LimitValue, E> {
                Ok(LimitValue(Some(v as f64)))
            }

            fn visit_str<E: de::Error>(self, v: &str) -> Result<LimitValue, E> {
                if v == OFF { Ok(LimitValue(None)) } else { Err(E::invalid_value(de::Unexpected::Str(v), &self)) }
            }
        }
        deserializer.deserialize_any(LimitVisitor)
    }
}
