//! Lines of JSON, each an object with keys of a source.

use std::fmt;
use std::ops::Range;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::Value as Json;
use toml::Spanned;
use toml::de::{DeArray, DeTable, DeValue};

use super::super::reading::report::{Complaint, did_you_mean};
use super::keys::{KEYS, Misread, insert};
use crate::text::quote::in_quotes;

/// An object's members in their order, whether or not a key comes twice.
struct JsonMembers(Vec<(String, Json)>);

impl<'de> Deserialize<'de> for JsonMembers {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<JsonMembers, D::Error> {
        struct MembersVisitor;

        impl<'de> Visitor<'de> for MembersVisitor {
            type Value = JsonMembers;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object: {\"url\": \"https://…\"}")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<JsonMembers, A::Error> {
                let mut all = Vec::new();
                while let Some(member) = map.next_entry()? {
                    all.push(member);
                }
                Ok(JsonMembers(all))
            }
        }

        deserializer.deserialize_map(MembersVisitor)
    }
}

/// Reads a line.
pub fn table(line: &str) -> Result<DeTable<'_>, Misread> {
    let JsonMembers(members) = serde_json::from_str(line).map_err(|error| {
        let at = error.column().saturating_sub(1).min(line.len());
        let said = error.to_string();
        let said = said.rsplit_once(" at line ").map_or(said.as_str(), |(said, _)| said).to_owned();
        (at..at, Complaint::new(said).hint("write {\"url\": \"https://…\"} on a line of its own"))
    })?;
    let mut table = DeTable::new();
    let mut from = 0;
    for (name, value) in members {
        let span = place(line, &name, from);
        from = span.end;
        let Some(key) = KEYS.iter().find(|key| **key == name) else {
            let hint = match did_you_mean(&name, KEYS.into_iter()) {
                Some(known) => format!("did you mean `{known}`?"),
                None => format!("known are: {}; the rest stands beside the file's name", KEYS.join(", ")),
            };
            return Err((span, Complaint::new(format!("no key is called {}", in_quotes(&name))).hint(hint)));
        };
        if table.contains_key(*key) {
            return Err((span, Complaint::new(format!("`{key}` is there twice")).hint("leave one out")));
        }
        if value.is_null() {
            continue;
        }
        match written(value, &span) {
            Some(value) => insert(&mut table, key, &span, value),
            None => {
                let complaint = Complaint::new(format!("`{key}` is neither text, true or false, nor a list of texts"));
                return Err((span, complaint.hint("put it in quotes")));
            }
        }
    }
    Ok(table)
}

fn written<'d>(value: Json, span: &Range<usize>) -> Option<DeValue<'d>> {
    match value {
        Json::String(text) => Some(DeValue::String(text.into())),
        Json::Bool(flag) => Some(DeValue::Boolean(flag)),
        Json::Array(items) => {
            let mut array = DeArray::new();
            for item in items {
                match item {
                    Json::String(text) => array.push(Spanned::new(span.clone(), DeValue::String(text.into()))),
                    _ => return None,
                }
            }
            Some(DeValue::Array(array))
        }
        Json::Null | Json::Number(_) | Json::Object(_) => None,
    }
}

/// Where a member stands, from its key on. Where escapes hide it: the whole line.
fn place(line: &str, key: &str, from: usize) -> Range<usize> {
    let quoted = format!("\"{key}\"");
    match line.get(from..).and_then(|rest| rest.find(&quoted)) {
        Some(at) => from + at..from + at + quoted.len(),
        None => 0..line.len(),
    }
}
