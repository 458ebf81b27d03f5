//! Which of an entry's dates stands: the first that can be believed.

use crate::clock::Timestamp;
use crate::model::WarningKind;
use crate::parse::date::{DateContext, DateVerdict};
use crate::parse::notes::excerpt;
use crate::text::quote::in_quotes;

use super::Draft;
use super::other_dates::{OtherDates, verdict};

impl Draft<'_> {
    /// Reads the dates of all entries: what one leaves open, the others may tell.
    pub(super) fn date_entries(&mut self) {
        let dates = std::mem::take(&mut self.other_dates);
        let told = dates.iter().flat_map(OtherDates::all);
        let raws = self.parsed.entries.iter().flat_map(|e| [e.published_raw.as_deref(), e.updated_raw.as_deref()]);
        let known = self.known().with_dates(told.chain(raws.flatten()));
        let mut own: Option<(String, DateContext<'_>)> = None;
        for (position, others) in dates.into_iter().enumerate() {
            let entry = &mut self.parsed.entries[position];
            if let Some(language) = entry.language.as_deref()
                && own.as_ref().is_none_or(|(known, _)| known != language)
            {
                own = Some((language.to_owned(), known.in_language(language)));
            }
            let own = own.as_ref().filter(|_| entry.language.is_some());
            let known = own.map_or(&known, |(_, known)| known);
            let (published, updated) = (entry.published_raw.take(), entry.updated_raw.take());
            let further = others.published.into_iter().map(|(_, raw)| raw).collect();
            let published = self.date(position, known, published, others.published_as, further);
            let updated = self.date(position, known, updated, None, others.updated);
            let entry = &mut self.parsed.entries[position];
            (entry.published_raw, entry.published) = published;
            (entry.updated_raw, entry.updated) = updated;
        }
    }

    /// The date among `first` and `others` that can be believed, as written and
    /// as an instant; else the first, with the instant that stands for it.
    /// `read_as` is what a layout made of the first.
    fn date(
        &mut self,
        position: usize,
        known: &DateContext<'_>,
        first: Option<String>,
        read_as: Option<String>,
        others: Vec<String>,
    ) -> (Option<String>, Option<Timestamp>) {
        let (mut ahead, mut unbelieved) = (None, None);
        let mut read_as = read_as.filter(|_| first.is_some());
        for raw in first.into_iter().chain(others) {
            let read_as = read_as.take();
            let read = read_as.as_deref().unwrap_or(&raw);
            let (what, at) = match verdict(read, known, self.now) {
                DateVerdict::Good(at) => return (Some(raw), Some(at)),
                DateVerdict::Ahead(at) => ("a date in the future was set to the time it was seen", Some(at)),
                DateVerdict::TooOld => ("a date before 1990 is not believed", None),
                DateVerdict::Ambiguous => ("nothing tells which number of a date is its month", None),
                DateVerdict::Unreadable => ("a date cannot be read", None),
            };
            self.notes.tell_of(WarningKind::Date, format!("{what}: {}", in_quotes(excerpt(read))), position);
            match at {
                Some(at) => _ = ahead.get_or_insert((raw, at)),
                None => _ = unbelieved.get_or_insert(raw),
            }
        }
        match ahead {
            Some((raw, at)) => (Some(raw), Some(at)),
            None => (unbelieved, None),
        }
    }
}
