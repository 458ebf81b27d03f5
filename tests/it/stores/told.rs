//! Answers as texts that are the same where stores answer the same.

use std::collections::HashMap;
use std::fmt::Debug;

use wiredesk::model::EntryId;
use wiredesk::store::Error;

/// Numbers of entries, which differ from store to store, by the names that a script gives
/// them.
#[derive(Default)]
pub struct Names {
    by_number: HashMap<i64, String>,
}

/// Numbers that mean nothing outside their store: only their order does.
const UNTOLD: [&str; 2] = ["Seq(", "TextHash("];

/// The same, of fields.
const UNTOLD_FIELDS: [&str; 2] = [" run: ", " lease: "];

impl Names {
    /// Calls an entry so.
    pub fn call(&mut self, id: EntryId, name: String) {
        self.by_number.insert(id.0, name);
    }

    /// A value as it is told of any store.
    pub fn told(&self, value: &impl Debug) -> String {
        let mut told = format!("{value:?}");
        told = replaced(&told, "EntryId(", |number| {
            number.parse().ok().and_then(|number: i64| self.by_number.get(&number).cloned()).unwrap_or_default()
        });
        for kind in UNTOLD {
            told = replaced(&told, kind, |_| String::new());
        }
        for field in UNTOLD_FIELDS {
            told = replaced(&told, field, |_| "_".to_owned());
        }
        told
    }

    /// An answer, or what kind of error there is instead: messages are each store's own.
    pub fn answer<T: Debug>(&self, answer: Result<T, Error>) -> String {
        match answer {
            Ok(value) => self.told(&value),
            Err(Error::StaleClaim(source)) => format!("stale claim on {source}"),
            Err(Error::Replaced(node)) => format!("{node} was replaced"),
            Err(Error::Superseded) => "superseded".to_owned(),
            Err(Error::Database(_)) => "refused by the database".to_owned(),
            Err(other) => format!("failed: {other}"),
        }
    }
}

/// `text` with each number behind `before` replaced.
fn replaced(text: &str, before: &str, by: impl Fn(&str) -> String) -> String {
    let mut pieces = text.split(before);
    let mut out = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let end = piece.find(|c: char| !c.is_ascii_digit() && c != '-').unwrap_or(piece.len());
        out += before;
        out += &by(&piece[..end]);
        out += &piece[end..];
    }
    out
}
