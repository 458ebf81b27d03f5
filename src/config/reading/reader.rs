//! Reads values from TOML documents, with their keys and spans, and reports every problem
//! instead of only the first.

use std::ops::{Range, RangeInclusive};
use std::rc::Rc;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::text::quote::in_quotes;

use super::report::{Complaint, Report, did_you_mean};
use super::shape;
use super::spot::{ConfigFile, ConfigSpot};

/// Parses `document`. Syntax errors go to the report; whatever could be read despite them
/// is returned.
pub fn parse<'d>(document: &'d Rc<ConfigFile>, report: &mut Report) -> Spanned<DeTable<'d>> {
    if let Err(misshapen) = shape::check(&document.text) {
        match misshapen.at {
            Some(at) => report.misshapen(&ConfigSpot::new(document, at..at), misshapen.complaint),
            None => report.refuse_file(&document.path, misshapen.complaint),
        }
        return Spanned::new(0..0, DeTable::new());
    }
    let (root, errors) = DeTable::parse_recoverable(&document.text);
    for error in errors {
        let end = document.text.len();
        let span = error.span().unwrap_or(end..end);
        let found = document.text.get(span.clone()).unwrap_or_default();
        // The parser's message for `key =` with nothing after it is misleading.
        let message = match error.message() {
            text if text.starts_with("string values must be quoted") && found.trim().is_empty() => "a value is missing",
            text if text.starts_with("string values must be quoted")
                && found.starts_with(['“', '”', '„', '‘', '’']) =>
            {
                "these quotes are a word processor's; write \" on both sides"
            }
            text => text,
        };
        report.syntax(&ConfigSpot::new(document, span), message);
    }
    root
}

/// A table that remembers which of its keys were asked for.
pub struct ConfigTable<'d> {
    document: &'d Rc<ConfigFile>,
    /// Path of the table; empty for the whole document.
    pub key: String,
    span: Range<usize>,
    entries: &'d DeTable<'d>,
    known: Vec<&'static str>,
}

impl<'d> ConfigTable<'d> {
    pub fn root(document: &'d Rc<ConfigFile>, root: &'d Spanned<DeTable<'d>>) -> ConfigTable<'d> {
        ConfigTable { document, key: String::new(), span: 0..0, entries: root.get_ref(), known: Vec::new() }
    }

    pub fn spot(&self) -> ConfigSpot {
        ConfigSpot::new(self.document, self.span.clone())
    }

    /// Path of one of its keys.
    pub fn path(&self, key: &str) -> String {
        if self.key.is_empty() { key.to_owned() } else { format!("{}.{key}", self.key) }
    }

    pub fn value(&mut self, key: &'static str) -> Option<Value<'d>> {
        self.known.push(key);
        let value = self.entries.get(key)?;
        Some(Value { document: self.document, key: self.path(key), span: value.span(), value: value.get_ref() })
    }

    /// The value of `key`; reports its absence, with `example` as what to write.
    pub fn required(&mut self, key: &'static str, example: &str, report: &mut Report) -> Option<Value<'d>> {
        let value = self.value(key);
        if value.is_none() {
            let complaint = Complaint::new("is missing").hint(format!("write {key} = {example}"));
            report.refuse_missing(&self.spot(), &self.path(key), complaint);
        }
        value
    }

    /// The value of `key` as `parse` reads its text.
    pub fn read<T>(
        &mut self,
        key: &'static str,
        example: &str,
        report: &mut Report,
        parse: impl FnOnce(&str) -> Result<T, Complaint>,
    ) -> Option<T> {
        self.value(key)?.read(example, report, parse)
    }

    /// The table under `key`, if there is one.
    pub fn table(&mut self, key: &'static str, report: &mut Report) -> Option<ConfigTable<'d>> {
        self.value(key)?.table(&format!("[{key}]"), report)
    }

    /// All entries, for tables whose keys are the operator's own words.
    pub fn into_entries(self) -> impl Iterator<Item = (&'d str, ConfigSpot, Value<'d>)> {
        self.entries.iter().map(move |(name, value)| {
            let key = self.path(name.get_ref());
            let spot = ConfigSpot::new(self.document, name.span());
            (
                &**name.get_ref(),
                spot,
                Value { document: self.document, key, span: value.span(), value: value.get_ref() },
            )
        })
    }

    /// Refuses every key that was not asked for; `planned` are keys that later
    /// versions know.
    pub fn finish(self, planned: &[&str], report: &mut Report) {
        for name in self.entries.keys() {
            let key: &str = name.get_ref();
            if self.known.contains(&key) {
                continue;
            }
            if report.is_full() {
                break;
            }
            let spot = ConfigSpot::new(self.document, name.span());
            let complaint = match planned.contains(&key) {
                true => Complaint::new(format!("`{key}` is not available in this version")).hint("leave it out"),
                false => Complaint::new(format!("unknown key `{key}`")).hint(self.known_instead(key)),
            };
            report.refuse(&spot, &self.path(key), complaint);
        }
    }

    fn known_instead(&self, key: &str) -> String {
        match did_you_mean(key, self.known.iter().copied()) {
            Some(known) => format!("did you mean `{known}`?"),
            None => format!("known here: {}", self.known.join(", ")),
        }
    }
}

/// Keys whose values are not shown.
const SECRET_KEYS: [&str; 5] = [".headers", ".basic_auth", ".proxy", ".url", "token"];

/// A value with its key and place.
#[derive(Clone)]
pub struct Value<'d> {
    document: &'d Rc<ConfigFile>,
    /// Path of its key.
    pub key: String,
    span: Range<usize>,
    value: &'d DeValue<'d>,
}

impl<'d> Value<'d> {
    pub fn spot(&self) -> ConfigSpot {
        ConfigSpot::new(self.document, self.span.clone())
    }

    pub fn document(&self) -> &'d Rc<ConfigFile> {
        self.document
    }

    pub fn refuse(&self, complaint: Complaint, report: &mut Report) {
        report.refuse(&self.spot(), &self.key, complaint);
    }

    fn wrong_type(&self, wanted: &str, example: &str, report: &mut Report) {
        let found = match self.value {
            // A value in the place of a secret may be a secret.
            DeValue::String(_) if SECRET_KEYS.iter().any(|key| self.key.contains(key)) => "a string".to_owned(),
            DeValue::String(text) => format!("the string {}", in_quotes(text)),
            DeValue::Integer(number) => format!("the number {number}"),
            DeValue::Float(number) => format!("the number {number}"),
            DeValue::Boolean(flag) => flag.to_string(),
            DeValue::Datetime(at) => format!("the date {at}"),
            DeValue::Array(_) => "an array".to_owned(),
            DeValue::Table(_) => "a table".to_owned(),
        };
        self.refuse(Complaint::new(format!("must be {wanted}, not {found}")).hint(format!("write {example}")), report);
    }

    pub fn is_table(&self) -> bool {
        self.value.is_table()
    }

    pub fn is_array(&self) -> bool {
        matches!(self.value, DeValue::Array(_))
    }

    pub fn is_text(&self) -> bool {
        self.value.is_str()
    }

    pub fn text(&self, example: &str, report: &mut Report) -> Option<&'d str> {
        if let DeValue::String(text) = self.value {
            return Some(text);
        }
        self.wrong_type("a string", example, report);
        None
    }

    pub fn read<T>(
        &self,
        example: &str,
        report: &mut Report,
        parse: impl FnOnce(&str) -> Result<T, Complaint>,
    ) -> Option<T> {
        let read = parse(self.text(example, report)?);
        read.map_err(|complaint| self.refuse(complaint, report)).ok()
    }

    /// A number within `bounds`; hints name the `usual` value rather than the least,
    /// because hints are copied.
    pub fn number(&self, bounds: RangeInclusive<u64>, usual: u64, report: &mut Report) -> Option<u64> {
        let DeValue::Integer(written) = self.value else {
            self.wrong_type("a whole number", &usual.to_string(), report);
            return None;
        };
        let number = u64::from_str_radix(written.as_str(), written.radix()).ok().filter(|n| bounds.contains(n));
        if number.is_none() {
            let sentence = format!("{written} is not between {} and {}", bounds.start(), bounds.end());
            self.refuse(Complaint::new(sentence).hint(format!("{usual} is the default")), report);
        }
        number
    }

    pub fn flag(&self, report: &mut Report) -> Option<bool> {
        let flag = self.value.as_bool();
        if flag.is_none() {
            self.wrong_type("true or false", "true", report);
        }
        flag
    }

    /// The values of an array.
    pub fn items(&self, example: &str, report: &mut Report) -> Option<Vec<Value<'d>>> {
        let DeValue::Array(items) = self.value else {
            self.wrong_type("an array", example, report);
            return None;
        };
        let item = |(i, item): (usize, &'d Spanned<DeValue<'d>>)| Value {
            document: self.document,
            key: format!("{}[{}]", self.key, i + 1),
            span: item.span(),
            value: item.get_ref(),
        };
        Some(items.iter().enumerate().map(item).collect())
    }

    pub fn table(&self, example: &str, report: &mut Report) -> Option<ConfigTable<'d>> {
        let DeValue::Table(entries) = self.value else {
            self.wrong_type("a table", example, report);
            return None;
        };
        let (document, key, span) = (self.document, self.key.clone(), self.span.clone());
        Some(ConfigTable { document, key, span, entries, known: Vec::new() })
    }
}
