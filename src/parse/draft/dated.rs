//! The dates of a document's entries, read together.

use crate::clock::Timestamp;
use crate::model::WarningKind;

use super::super::date::{DateContext, Verdict, judge};
use super::super::notes::excerpt;
use super::Draft;

impl<'d> Draft<'d> {
    /// What is known of the document where its dates are read.
    pub fn known(&self) -> DateContext<'d> {
        DateContext::new(&self.about.timezone, [self.about.language, self.parsed.language.as_deref()])
    }

    /// Reads the dates of all entries: what one leaves open, the others may tell.
    pub(super) fn date_entries(&mut self) {
        let as_read = self.published_as.iter().flatten().map(String::as_str);
        let raws = self.parsed.entries.iter().flat_map(|e| [e.published_raw.as_deref(), e.updated_raw.as_deref()]);
        let known = self.known().with_dates(as_read.chain(raws.flatten()));
        for (position, published_as) in std::mem::take(&mut self.published_as).into_iter().enumerate() {
            let entry = &self.parsed.entries[position];
            let own = entry.language.as_deref().map(|language| known.in_language(language));
            let known = own.as_ref().unwrap_or(&known);
            let published = published_as.or_else(|| entry.published_raw.clone());
            let updated = entry.updated_raw.clone();
            let published = published.and_then(|raw| self.judged(&raw, known, position));
            let updated = updated.and_then(|raw| self.judged(&raw, known, position));
            let entry = &mut self.parsed.entries[position];
            (entry.published, entry.updated) = (published, updated);
        }
    }

    /// The instant of a date in the entry at `position`, if it can be believed.
    fn judged(&mut self, raw: &str, known: &DateContext<'_>, position: usize) -> Option<Timestamp> {
        let (at, what) = match judge(raw, known, self.now) {
            Verdict::Good(at) => return Some(at),
            Verdict::Ahead(at) => (Some(at), "a date in the future was set to the time it was seen"),
            Verdict::TooOld => (None, "a date before 1990 is not believed"),
            Verdict::Ambiguous => (None, "nothing tells which number of a date is its month"),
            Verdict::Unreadable => (None, "a date cannot be read"),
        };
        self.notes.tell_of(WarningKind::Date, format!("{what}: {:?}", excerpt(raw)), position);
        at
    }

    /// The instant of a date in the feed's description; what is odd there matters to nobody.
    pub fn feed_date(&self, raw: &str) -> Option<Timestamp> {
        match judge(raw, &self.known(), self.now) {
            Verdict::Good(at) | Verdict::Ahead(at) => Some(at),
            Verdict::TooOld | Verdict::Ambiguous | Verdict::Unreadable => None,
        }
    }
}
