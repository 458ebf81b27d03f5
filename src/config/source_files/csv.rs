//! Lines of CSV (RFC 4180), with keys of a source as the names of the columns. Tags are
//! separated by `;`. A field without text says nothing. A quoted field ends on its line.

use std::borrow::Cow;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::super::reading::report::{Complaint, did_you_mean};
use super::keys::{KEYS, Misread, insert};
use crate::text::quote::in_quotes;

/// Which column is which key.
pub struct Columns(Vec<&'static str>);

/// A field with where it stands.
type CsvField<'d> = (Range<usize>, Cow<'d, str>);

impl Columns {
    /// Reads the first line.
    pub fn read(line: &str) -> Result<Columns, Misread> {
        let mut columns: Vec<&'static str> = Vec::new();
        let names = fields(line)?;
        // As spreadsheets write it where a comma stands in numbers.
        if let [(span, name)] = &names[..]
            && name.contains(';')
        {
            return Err((span.clone(), Complaint::new("fields are separated by ;").hint("separate them by commas")));
        }
        for (span, name) in names {
            let name = name.trim();
            let Some(key) = KEYS.iter().find(|key| **key == name) else {
                let hint = match did_you_mean(name, KEYS.into_iter()) {
                    Some(known) => format!("did you mean `{known}`?"),
                    None => format!("the first line names the columns; known are: {}", KEYS.join(", ")),
                };
                return Err((span, Complaint::new(format!("no key is called {}", in_quotes(name))).hint(hint)));
            };
            if columns.contains(key) {
                return Err((span, Complaint::new(format!("there are two columns `{key}`")).hint("leave one out")));
            }
            columns.push(key);
        }
        match columns.contains(&"url") {
            true => Ok(Columns(columns)),
            false => Err((0..line.len(), Complaint::new("no column is called url").hint("write: id,url"))),
        }
    }

    /// Reads a line.
    pub fn table<'d>(&self, line: &'d str) -> Result<DeTable<'d>, Misread> {
        let fields = fields(line)?;
        if fields.len() != self.0.len() {
            let plural = if fields.len() == 1 { "" } else { "s" };
            let sentence = format!("has {} field{plural}, and the first line names {}", fields.len(), self.0.len());
            let hint = match fields.len() < self.0.len() {
                true => "leave a field empty by commas alone; a line cannot be a comment",
                false => "quote a field that holds a comma: \"a, b\"",
            };
            return Err((0..line.len(), Complaint::new(sentence).hint(hint)));
        }
        let mut table = DeTable::new();
        for (key, (span, text)) in self.0.iter().zip(fields) {
            if text.trim().is_empty() {
                continue;
            }
            let value = match (*key, &*text) {
                ("tags", _) => DeValue::Array(tags(&text, &span)),
                // Spreadsheets write them in capitals.
                ("full_text", flag) if flag.eq_ignore_ascii_case("true") => DeValue::Boolean(true),
                ("full_text", flag) if flag.eq_ignore_ascii_case("false") => DeValue::Boolean(false),
                _ => DeValue::String(text),
            };
            insert(&mut table, key, &span, value);
        }
        Ok(table)
    }
}

fn tags<'d>(text: &str, span: &Range<usize>) -> toml::de::DeArray<'d> {
    let mut tags = toml::de::DeArray::new();
    for tag in text.split(';').map(str::trim).filter(|tag| !tag.is_empty()) {
        tags.push(Spanned::new(span.clone(), DeValue::String(tag.to_owned().into())));
    }
    tags
}

/// The fields of a line, each with where it stands.
fn fields(line: &str) -> Result<Vec<CsvField<'_>>, Misread> {
    let mut fields = Vec::new();
    let mut at = 0;
    loop {
        let (field, end) = match line[at..].starts_with('"') {
            true => quoted(line, at)?,
            false => {
                let end = line[at..].find(',').map_or(line.len(), |comma| at + comma);
                ((at..end, Cow::Borrowed(&line[at..end])), end)
            }
        };
        fields.push(field);
        match line[end..].chars().next() {
            None => return Ok(fields),
            Some(',') => at = end + 1,
            Some(_) => {
                let complaint = Complaint::new("something stands behind the quotes of a field");
                return Err((end..end + 1, complaint.hint("write a quote within quotes twice: \"\"")));
            }
        }
    }
}

/// A field in quotes that begins at `at`, and where it ends.
fn quoted(line: &str, at: usize) -> Result<(CsvField<'_>, usize), Misread> {
    let mut from = at + 1;
    loop {
        let Some(quote) = line[from..].find('"').map(|quote| from + quote) else {
            let complaint = Complaint::new("a quoted field does not end on its line");
            return Err((at..line.len(), complaint.hint("close it by \"")));
        };
        if line[quote + 1..].starts_with('"') {
            from = quote + 2;
            continue;
        }
        let inside = &line[at + 1..quote];
        let text = if inside.contains('"') { Cow::Owned(inside.replace("\"\"", "\"")) } else { Cow::Borrowed(inside) };
        return Ok(((at + 1..quote, text), quote + 1));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_read_as_spreadsheets_write_them_b260() {
        let check = |line: &str, expected: &[&str]| {
            let read: Vec<String> = fields(line).unwrap().into_iter().map(|(_, text)| text.into_owned()).collect();
            assert_eq!(read, expected, "{line}");
        };
        check("a,b", &["a", "b"]);
        check(",", &["", ""]);
        check("\"a, b\",\"say \"\"no\"\"\",é", &["a, b", "say \"no\"", "é"]);
        check("\"\"", &[""]);
        check("a\"b,c", &["a\"b", "c"]);
        for (broken, at) in [("a,\"b", 2), ("\"a\"b,c", 3), ("\"", 0)] {
            assert_eq!(fields(broken).unwrap_err().0.start, at, "{broken}");
        }
    }
}
