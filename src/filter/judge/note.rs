//! What decided a part, put into words only where somebody reads them.

use std::fmt::{self, Write as _};
use std::sync::Arc;

use crate::clock::Timestamp;
use crate::filter::language::ast::{FieldName, Order};
use crate::model::Field;

/// What decided a part, if that is not obvious.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Note<'s> {
    /// A term stands in another field than the one asked for.
    Elsewhere { there: Field, scope: FieldName },
    /// A term stands inside a longer word that is excepted.
    Swallowed { by: &'s str },
    /// No place was found, and this word stands where one is expected.
    Unknown { word: &'s str },
    /// Both sides of a NEAR are near enough.
    Apart { quarter_words: u32 },
    /// They are not.
    Missed { order: Order, words: u32, quarter_words: u32 },
    /// They never stand in one field, or not in the order asked for.
    Apiece { order: Order, words: u32 },
    /// A chain of NEAR has more places than are tried, and those that were tried are not near.
    Untried { order: Order, words: u32 },
    /// Of an ATLEAST.
    Terms { found: usize, asked: u32 },
    /// Of a score.
    Points { points: i32, threshold: i32 },
    /// When the entry was published.
    Published(Timestamp),
}

impl fmt::Display for Note<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Note::Elsewhere { there, scope } => write!(f, "in the {}, not in the {}", place(there), scope_name(scope)),
            Note::Swallowed { by } => write!(f, "swallowed by {by}"),
            Note::Unknown { word } => {
                write!(f, "\"{word}\" stands where a place is expected, and is none that is known")
            }
            Note::Apart { quarter_words } => apart(f, quarter_words),
            Note::Missed { order, words, quarter_words } => {
                write!(f, "{}/{words} missed: ", order.as_str())?;
                apart(f, quarter_words)
            }
            Note::Apiece { order: Order::AsWritten, words } => {
                write!(f, "ONEAR/{words} missed: not in this order in one field")
            }
            Note::Apiece { order: Order::Any, words } => write!(f, "NEAR/{words} missed: not in one field"),
            Note::Untried { order, words } => write!(
                f,
                "{}/{words} not found among the first {} places; the others were not tried",
                order.as_str(),
                crate::limits::FILTER_NEAR.count()
            ),
            Note::Terms { found, asked } => write!(f, "{found} of {asked} terms"),
            Note::Points { points, threshold } => write!(f, "{points} of {threshold} points"),
            Note::Published(at) => write!(f, "published {at}"),
        }
    }
}

/// The notes of one entry as texts: many parts of many feeds share one.
#[derive(Default)]
pub(super) struct PartNotes<'s> {
    known: Vec<(Note<'s>, Arc<str>)>,
    line: String,
}

/// How many are remembered; they are searched one by one.
const REMEMBERED: usize = 24;

impl<'s> PartNotes<'s> {
    /// The text of a part's note: its prize, and what decided it.
    pub fn text(&mut self, prize: Option<&Arc<str>>, note: Option<Note<'s>>) -> Option<Arc<str>> {
        let (Some(note), Some(prize)) = (note, prize) else {
            return note.map(|note| self.plain(note)).or_else(|| prize.cloned());
        };
        Some(self.write(format_args!("{prize} ({note})")))
    }

    fn plain(&mut self, note: Note<'s>) -> Arc<str> {
        if let Some((_, text)) = self.known.iter().find(|(known, _)| *known == note) {
            return text.clone();
        }
        let text = self.write(format_args!("{note}"));
        if self.known.len() < REMEMBERED {
            self.known.push((note, text.clone()));
        }
        text
    }

    fn write(&mut self, text: fmt::Arguments<'_>) -> Arc<str> {
        self.line.clear();
        self.line.write_fmt(text).expect("a string takes all");
        self.line.as_str().into()
    }
}

fn apart(f: &mut fmt::Formatter<'_>, quarter_words: u32) -> fmt::Result {
    match quarter_words.div_ceil(4) {
        1 => f.write_str("1 word apart"),
        n => write!(f, "{n} words apart"),
    }
}

/// A field's name in a sentence.
pub(super) fn place(field: Field) -> &'static str {
    match field {
        Field::Title => "headline",
        Field::Lead => "lead",
        Field::Body => "body",
        Field::Author => "authors",
        Field::Category => "categories",
        Field::Url => "address",
        Field::Wire => "wire",
        Field::Issuer => "issuer",
        Field::Dateline => "dateline",
    }
}

fn scope_name(scope: FieldName) -> &'static str {
    match scope {
        FieldName::Title => "headline",
        FieldName::Hlead => "headline or lead",
        FieldName::Any | FieldName::Place | FieldName::Country => "text",
        FieldName::Author => "authors",
        FieldName::Category => "categories",
        FieldName::Url => "address",
        _ => scope.as_str(),
    }
}
