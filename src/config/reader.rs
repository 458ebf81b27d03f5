//! A walk through TOML documents that keeps its place: values with their keys
//! and spans, and a report that gathers every problem instead of the first.

use std::ops::{Range, RangeInclusive};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::text::quote::in_quotes;

use super::problem::FileSpan;
use super::report::{Complaint, Report, did_you_mean};
use super::shape;

/// A file as read.
pub(super) struct ConfigFile {
    /// Where it was read from.
    pub path: PathBuf,
    /// All of it.
    pub text: String,
    line_starts: Vec<usize>,
}

impl ConfigFile {
    pub fn new(path: &Path, text: String) -> Rc<ConfigFile> {
        let first = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        let line_starts = std::iter::once(first).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        Rc::new(ConfigFile { path: path.to_owned(), text, line_starts })
    }

    /// The lines with their spans, without line ends.
    pub fn lines(&self) -> impl Iterator<Item = (Range<usize>, &str)> {
        self.line_starts.iter().enumerate().map(|(i, start)| {
            let end = self.line_starts.get(i + 1).copied().unwrap_or(self.text.len());
            let line = self.text[*start..end].trim_end_matches(['\n', '\r']);
            (*start..start + line.len(), line)
        })
    }

    fn place(&self, span: &Range<usize>) -> FileSpan {
        let start = floor_char_boundary(&self.text, span.start);
        let line = self.line_starts.partition_point(|begin| *begin <= start).max(1);
        let begin = self.line_starts[line - 1];
        let end = self.text[begin..].find('\n').map_or(self.text.len(), |at| begin + at);
        let text = self.text[begin..end].trim_end_matches('\r');
        let within = |at: usize| floor_char_boundary(&self.text, at.clamp(begin, begin + text.len()));
        let count = |range: Range<usize>| self.text[range].chars().count();
        FileSpan {
            file: self.path.clone(),
            line,
            column: count(begin..within(start)) + 1,
            width: count(within(start)..within(span.end).max(within(start))).max(1),
            text: if text.len() > SHOWN { String::new() } else { super::problem::masked_in_place(text) },
        }
    }
}

/// Lines longer than this are not shown beside a problem, in bytes.
const SHOWN: usize = 16 * 1024;

fn floor_char_boundary(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

/// A stretch of a document, kept for problems that show only later.
#[derive(Clone)]
pub(super) struct ConfigSpot {
    document: Rc<ConfigFile>,
    span: Range<usize>,
}

impl ConfigSpot {
    pub fn new(document: &Rc<ConfigFile>, span: Range<usize>) -> ConfigSpot {
        ConfigSpot { document: Rc::clone(document), span }
    }

    pub fn place(&self) -> FileSpan {
        self.document.place(&self.span)
    }

    /// The place of byte `offset` of `content`, the string that this stretch
    /// spells; the string's beginning where escapes hide the place.
    pub fn within(&self, content: &str, offset: usize) -> ConfigSpot {
        let raw = self.document.text.get(self.span.clone()).unwrap_or_default();
        let quotes = ["'''", "\"\"\"", "'", "\""].into_iter().find(|q| raw.starts_with(q)).unwrap_or_default();
        let body = &raw[quotes.len()..];
        // A line break right after three quotes is not part of the string.
        let skipped = match quotes.len() {
            3 if body.starts_with("\r\n") => 2,
            3 if body.starts_with('\n') => 1,
            _ => 0,
        };
        let start = self.span.start + quotes.len() + skipped;
        let offset = if body[skipped..].starts_with(content) { offset } else { 0 };
        let end = self.document.text[start..].chars().next().map_or(start, |c| start + c.len_utf8());
        match offset {
            0 => ConfigSpot::new(&self.document, start..end),
            _ => ConfigSpot::new(&self.document, start + offset..start + offset + 1),
        }
    }
}

/// Reads `document`; its syntax errors go to the report, and what could be read
/// all the same is returned.
pub(super) fn parse<'d>(document: &'d Rc<ConfigFile>, report: &mut Report) -> Spanned<DeTable<'d>> {
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
        // The parser's words for `key =` with nothing behind it lead astray.
        let message = match error.message() {
            text if text.starts_with("string values must be quoted") && found.trim().is_empty() => "a value is missing",
            text => text,
        };
        report.syntax(&ConfigSpot::new(document, span), message);
    }
    root
}

/// A table while it is read: remembers which keys were asked for.
pub(super) struct ConfigTable<'d> {
    document: &'d Rc<ConfigFile>,
    /// Path of the table, empty for the whole document.
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

    /// The value of `key`, whose absence is a problem; `example` says what to write.
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
pub(super) struct Value<'d> {
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
            // What stands where a secret should be may be one.
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

    /// A number within `bounds`; hints name the `usual` one, not the least, which
    /// somebody would copy.
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
