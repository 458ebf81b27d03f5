//! Rows in a form that both kinds of store can tell, and what of a row another kind of
//! store cannot hold.

use xxhash_rust::xxh3::xxh3_128;

use super::table::{ColumnKind, CopiedTable};
use crate::store::{Error, Result};

/// A value of a row.
#[derive(Clone, PartialEq, Debug)]
pub enum CopiedValue {
    /// None.
    Null,
    /// A number, or a flag as 0 or 1.
    Number(i64),
    /// A number with a fraction.
    Real(f64),
    /// Text, as its bytes: in a damaged store they may be no UTF-8.
    Text(Vec<u8>),
    /// Bytes.
    Bytes(Vec<u8>),
}

/// A row: a value for each column of its table.
pub type CopiedRow = Vec<CopiedValue>;

/// A value that the other store does not hold as it is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Altered {
    /// The table.
    pub table: &'static str,
    /// The row's key.
    pub key: String,
    /// What of it, and what became of that.
    pub what: String,
}

/// Makes a row such as any kind of store can hold, and says what that changed: PostgreSQL
/// has no U+0000 and nothing but UTF-8, and no list of numbers that is cut through one.
pub fn made_fit(table: &'static CopiedTable, row: &mut CopiedRow) -> Vec<Altered> {
    let mut altered = Vec::new();
    for at in 0..table.columns.len() {
        let column = table.columns[at];
        match (column.kind, &mut row[at]) {
            (ColumnKind::Flag, CopiedValue::Number(flag)) => *flag = i64::from(*flag != 0),
            (ColumnKind::Text, CopiedValue::Text(bytes)) => {
                if let Some(fit) = fit_text(bytes) {
                    *bytes = fit;
                    altered.push((column.name, "letters that it cannot hold became U+FFFD"));
                }
            }
            (ColumnKind::Numbers, CopiedValue::Bytes(bytes)) if !bytes.len().is_multiple_of(8) => {
                forget_document(table, row);
                altered.push((column.name, "it is damaged; the source's document is read anew"));
            }
            _ => {}
        }
    }
    let key = || key_text(table, row).unwrap_or_default();
    altered
        .into_iter()
        .map(|(column, what)| Altered { table: table.name, key: key(), what: format!("{column}: {what}") })
        .collect()
}

/// The text without what PostgreSQL cannot hold; `None` where it can hold all of it.
fn fit_text(bytes: &[u8]) -> Option<Vec<u8>> {
    let read = std::str::from_utf8(bytes);
    match read {
        Ok(text) if !text.contains('\0') => None,
        _ => Some(String::from_utf8_lossy(bytes).replace('\0', "\u{fffd}").into_bytes()),
    }
}

/// What an answer "not modified" would leave unread: a source without its window has to be
/// read whole.
const OF_A_DOCUMENT: [&str; 5] = ["window", "etag", "last_modified", "validators_url", "body_hash"];

fn forget_document(table: &CopiedTable, row: &mut CopiedRow) {
    for (column, value) in table.columns.iter().zip(row) {
        if OF_A_DOCUMENT.contains(&column.name) {
            *value = CopiedValue::Null;
        }
    }
}

/// A row's key as text, which [`read_key`] reads.
///
/// # Errors
/// [`Error::Corrupt`] for a key that no row has.
pub fn key_text(table: &CopiedTable, row: &[CopiedValue]) -> Result<String> {
    let values = row[..table.keys].iter().map(|value| match value {
        CopiedValue::Number(number) => Ok(serde_json::Value::from(*number)),
        CopiedValue::Text(bytes) => Ok(match std::str::from_utf8(bytes) {
            Ok(text) => serde_json::Value::from(text),
            // No text, so its bytes.
            Err(_) => serde_json::Value::from(bytes.as_slice()),
        }),
        _ => Err(Error::Corrupt(format!("a row of {} has no key", table.name))),
    });
    Ok(serde_json::Value::from(values.collect::<Result<Vec<_>>>()?).to_string())
}

/// Reads [`key_text`]'s form.
///
/// # Errors
/// [`Error::Corrupt`].
pub fn read_key(table: &CopiedTable, text: &str) -> Result<CopiedRow> {
    let broken = || Error::Corrupt(format!("{text} is no key of {}", table.name));
    let values: Vec<serde_json::Value> = serde_json::from_str(text).map_err(|_| broken())?;
    let value = |value: serde_json::Value| match value {
        serde_json::Value::String(text) => Some(CopiedValue::Text(text.into_bytes())),
        serde_json::Value::Array(bytes) => {
            let byte = |byte: &serde_json::Value| byte.as_u64().and_then(|byte| u8::try_from(byte).ok());
            bytes.iter().map(byte).collect::<Option<Vec<u8>>>().map(CopiedValue::Text)
        }
        other => other.as_i64().map(CopiedValue::Number),
    };
    let key: Option<CopiedRow> = values.into_iter().map(value).collect();
    key.filter(|key| key.len() == table.keys).ok_or_else(broken)
}

/// The rows of a table as a number and a hash: two stores that agree in both hold the same.
#[derive(Default)]
pub struct Tallied {
    /// How many rows were added.
    pub rows: u64,
    hash: u128,
}

impl Tallied {
    /// Adds a row, as far as it is compared.
    pub fn add(&mut self, table: &CopiedTable, row: &[CopiedValue]) {
        self.rows += 1;
        let mut all = Vec::new();
        for value in &row[..table.compared().len()] {
            let (kind, bytes): (u8, &[u8]) = match value {
                CopiedValue::Null => (0, &[]),
                CopiedValue::Number(number) => (1, &number.to_be_bytes()),
                CopiedValue::Real(real) => (2, &real.to_bits().to_be_bytes()),
                CopiedValue::Text(text) => (3, text),
                CopiedValue::Bytes(bytes) => (4, bytes),
            };
            all.push(kind);
            all.extend((bytes.len() as u64).to_be_bytes());
            all.extend(bytes);
        }
        self.hash = self.hash.wrapping_add(xxh3_128(&all));
    }

    /// The hash of all of them, in whatever order they came.
    pub fn hash(&self) -> u128 {
        self.hash
    }
}

#[cfg(test)]
mod tests {
    use super::super::table::COPIED;
    use super::*;

    fn named(name: &str) -> &'static CopiedTable {
        COPIED.iter().find(|table| table.name == name).unwrap()
    }

    fn text(text: &str) -> CopiedValue {
        CopiedValue::Text(text.as_bytes().to_vec())
    }

    #[test]
    fn what_the_other_store_cannot_hold_is_changed_with_a_word_o62() {
        let tree = named("tree");
        let mut row = vec![CopiedValue::Number(-7), CopiedValue::Text(b"a\0b\xff\xc3\xa9".to_vec())];
        let altered = made_fit(tree, &mut row);
        assert_eq!(row[1], text("a\u{fffd}b\u{fffd}é"));
        assert_eq!((altered.len(), altered[0].key.as_str()), (1, "[-7]"));
        assert!(made_fit(tree, &mut row).is_empty(), "and then it is whole");
    }

    #[test]
    fn a_source_whose_window_is_damaged_is_read_anew_o62() {
        let source = named("source");
        let mut row: CopiedRow = source
            .columns
            .iter()
            .map(|column| match column.kind {
                ColumnKind::Text => text("x"),
                ColumnKind::Bytes => CopiedValue::Bytes(vec![1; 16]),
                ColumnKind::Numbers => CopiedValue::Bytes(vec![1; 15]),
                _ => CopiedValue::Number(7),
            })
            .collect();
        let altered = made_fit(source, &mut row);
        let left: Vec<&str> =
            source.columns.iter().zip(&row).filter(|(_, v)| **v == CopiedValue::Null).map(|(c, _)| c.name).collect();
        assert_eq!(left, ["etag", "last_modified", "validators_url", "body_hash", "window"]);
        assert_eq!((altered.len(), altered[0].table), (1, "source"));
    }

    #[test]
    fn keys_are_read_as_they_were_written() {
        let hold = named("hold");
        let row = vec![text("a.example"), text(""), text("\"é")];
        let written = key_text(hold, &row).unwrap();
        assert_eq!(written, "[\"a.example\",\"\",\"\\\"é\"]");
        assert_eq!(read_key(hold, &written).unwrap(), row);
        let row = vec![text("a\0b"), CopiedValue::Text(vec![b'a', 0xff]), text("")];
        let written = key_text(hold, &row).unwrap();
        assert!(!written.contains('\0') && read_key(hold, &written).unwrap() == row, "{written}");
        for broken in ["", "[]", "[1]", "[1,2,null]", "{}"] {
            assert!(read_key(hold, broken).is_err(), "{broken}");
        }
    }

    #[test]
    fn rows_that_differ_anywhere_differ_in_their_hash_o60() {
        let table = named("tree");
        let hash = |rows: &[CopiedRow]| {
            let mut tallied = Tallied::default();
            rows.iter().for_each(|row| tallied.add(table, row));
            (tallied.rows, tallied.hash())
        };
        let row = |key, value: CopiedValue| vec![CopiedValue::Number(key), value];
        let all = [
            hash(&[]),
            hash(&[row(1, text("a"))]),
            hash(&[row(1, text("b"))]),
            hash(&[row(1, CopiedValue::Bytes(b"a".to_vec()))]),
            hash(&[row(1, CopiedValue::Null)]),
            hash(&[row(1, text("a")), row(2, text(""))]),
            hash(&[row(2, text("a")), row(1, text(""))]),
        ];
        assert_eq!(hash(&[row(2, text("")), row(1, text("a"))]), all[5], "in whatever order");
        let different: std::collections::HashSet<_> = all.iter().collect();
        assert_eq!(different.len(), all.len());
    }
}
