//! A text as it is scanned, and what is found in it.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::ops::Range;

use super::slot::Slot;
use crate::filter::language::ast::FieldName;
use crate::model::Field;
use crate::text::{fold, script};

/// A place where a term is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(in crate::filter) struct TermHit {
    pub group: u32,
    pub slot: Slot,
    /// Byte offsets in the folded text.
    pub start: u32,
    pub end: u32,
    pub term: u32,
    /// Whether a place in the body is also in the lead.
    pub in_lead: bool,
}

impl TermHit {
    /// Whether it counts for `scope`.
    pub fn is_in(&self, scope: FieldName) -> bool {
        let lead = self.slot == Slot::Lead || self.slot == Slot::Body && self.in_lead;
        match scope {
            FieldName::Title => self.slot == Slot::Title,
            FieldName::Lead => lead,
            FieldName::Body => self.slot == Slot::Body,
            FieldName::Hlead => self.slot == Slot::Title || lead,
            FieldName::Any | FieldName::Place | FieldName::Country => {
                matches!(self.slot, Slot::Title | Slot::Body | Slot::Lead)
            }
            FieldName::Author => self.slot == Slot::Author,
            FieldName::Category => self.slot == Slot::Category,
            FieldName::Url => self.slot == Slot::Url,
            FieldName::Wire => self.slot == Slot::Wire,
            FieldName::Issuer => self.slot == Slot::Issuer,
            FieldName::Dateline => self.slot == Slot::Dateline,
            _ => false,
        }
    }

    /// The field it is shown as, if it was looked for in `scope`.
    pub fn field(&self, scope: FieldName) -> Field {
        match self.slot {
            Slot::Title => Field::Title,
            Slot::Lead => Field::Lead,
            Slot::Body if self.in_lead && scope != FieldName::Body => Field::Lead,
            Slot::Body => Field::Body,
            Slot::Author => Field::Author,
            Slot::Category => Field::Category,
            Slot::Url => Field::Url,
            Slot::Wire => Field::Wire,
            Slot::Issuer => Field::Issuer,
            Slot::Dateline => Field::Dateline,
        }
    }
}

/// A scanned text.
pub(in crate::filter) struct ScannedText<'c> {
    pub shown: Cow<'c, str>,
    pub(super) folded: fold::Folded,
    /// The lead in the folded text.
    pub lead: Range<usize>,
    /// Where the middle of each word is, in quarter words.
    middles: OnceCell<Vec<u32>>,
}

impl<'c> ScannedText<'c> {
    /// A text, folded, with its lead in the folded one.
    pub fn new(folded: fold::Folded, shown: Cow<'c, str>, lead: Range<usize>) -> ScannedText<'c> {
        ScannedText { shown, folded, lead, middles: OnceCell::new() }
    }

    /// The text as it is compared.
    pub fn folded(&self) -> &fold::Folded {
        &self.folded
    }

    /// The middle of the word at `place`, in quarter words: a word is four of them long, a
    /// character of a script without word borders two. Distances from middle to middle are
    /// the same both ways.
    pub(super) fn middle(&self, place: u32) -> u32 {
        let words = self.folded.words();
        let middles = self.middles.get_or_init(|| middles(self.folded.text(), words));
        let next = words.partition_point(|word| word.start <= place);
        next.checked_sub(1).map_or(0, |n| middles[n])
    }
}

fn middles(text: &str, words: &[fold::Word]) -> Vec<u32> {
    let mut before = 0;
    let counted = words.iter().map(|word| {
        let first = text[word.start as usize..].chars().next();
        let half = if first.is_some_and(script::is_unspaced) { 1 } else { 2 };
        before += 2 * half;
        before - half
    });
    counted.collect()
}

pub(super) fn offset(bytes: usize) -> u32 {
    u32::try_from(bytes).expect("texts are bounded by the size limit of documents")
}
