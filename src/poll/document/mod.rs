//! From a document's bytes to what is stored of it. Nothing here makes a request or uses the
//! store; `poll/read.rs` does, between opening and settling:
//!
//! ```text
//! open::open(body)              -> OpenedDocument    bytes as sent: entries, readings
//! OpenedDocument::join          older pages and sitemaps, where it needs some
//! identity::questions           -> Memory            what the store knows of them
//! settle::settle                -> ReadDocument:
//!     identity::recognise       -> verdicts          which of them are known
//!     Budgeted::of              what the day has room for
//!     warnings::told            what is odd, news that may be lost
//!     Deciding::all             -> Vec<Found>        what each is to the feeds, by the plan
//! ```

mod budgeted;
pub mod deciding;
pub mod older;
pub mod open;
pub mod settle;
mod warnings;
pub mod window;

use std::collections::HashSet;

use crate::clock::Timestamp;
use crate::identity::EntryReading;
use crate::model::bounds::{EntryRoom, no_room};
use crate::model::{
    Backlog, Carrier, EntryId, Hints, Known, MapRead, Over, Parsed, PollState, Unkept, Validators, Warning, WarningKind,
};
use crate::store::Found;
use older::Older;

/// A document, read and compared with what is known.
pub struct ReadDocument {
    pub found: Vec<Found>,
    /// Entries of the document, those that were not taken included.
    pub listed: usize,
    pub new: usize,
    pub revised: usize,
    pub warnings: Vec<String>,
    pub hints: Hints,
    pub carrier: Carrier,
    pub ids_changed: bool,
    /// Known entries whose keys are taken by other entries of the document.
    pub released: Vec<EntryId>,
    /// Entries of which only the URLs changed: number, and each URL as it is now.
    pub adrift: Vec<(EntryId, Addresses)>,
    /// Whether news may have been lost since the document before (R5).
    pub gap: bool,
    /// What it is recognised by when it comes again; `None` if it was not taken whole.
    pub known_by: Option<KnownBy>,
    /// The sitemaps of an index as they were read.
    pub maps: Option<Vec<MapRead>>,
    /// Parameters of its URLs that were seen to change with each document.
    pub fickle: Vec<String>,
    /// Set if it brought more than its source may in a day: it was not taken whole.
    pub over: Option<Over>,
    /// Since when entries wait that its older pages may hold.
    pub behind_since: Option<Timestamp>,
    /// How far those pages were read.
    pub backlog: Backlog,
    /// Earlier versions of entries that were not kept today.
    pub unkept: Option<Unkept>,
}

/// What a document is recognised by when it comes again.
pub struct KnownBy {
    /// The validators that it is requested with.
    pub validators: Validators,
    /// The URL that issued them.
    pub url: String,
    /// The hash of its bytes.
    pub hash: u128,
}

/// The URLs that an entry has: its id and its link.
pub type Addresses = [Option<String>; 2];

/// A document, read.
pub struct OpenedDocument {
    pub parsed: Parsed,
    pub readings: Vec<EntryReading>,
    /// The warnings about further documents that it named.
    pub back: Option<Warning>,
    /// The sitemaps of an index as they are read now; `None` for what is no index.
    pub maps: Option<Vec<MapRead>>,
    /// Whether it must be requested whole next time, because not all that it names was read.
    pub unfinished: bool,
    /// The state of its older pages.
    pub older: Older,
}

/// What decisions need besides the document.
pub struct Memory {
    pub state: PollState,
    pub known: Vec<Known>,
    pub now: Timestamp,
}

impl OpenedDocument {
    /// A document that has named no other yet.
    pub fn of(parsed: Parsed, readings: Vec<EntryReading>) -> Self {
        OpenedDocument { parsed, readings, back: None, maps: None, unfinished: false, older: Older::default() }
    }

    /// Adds the entries of `page` behind its own, each once, as far as there is room for all
    /// together, with the warnings about them. Returns how many had no room. A page that was
    /// cut makes the whole a cut one.
    pub fn join(&mut self, page: OpenedDocument) -> usize {
        let OpenedDocument { parsed, readings, .. } = page;
        let joined = &mut self.parsed;
        let known: HashSet<_> = joined.entries.iter().map(|entry| entry.key).collect();
        let mut room = EntryRoom::beside(&joined.entries);
        let (mut left_out, mut places) = (0, Vec::with_capacity(parsed.entries.len()));
        for (entry, reading) in parsed.entries.into_iter().zip(readings) {
            if known.contains(&entry.key) {
                places.push(None);
            } else if left_out == 0 && room.takes(&entry) {
                places.push(Some(joined.entries.len()));
                joined.entries.push(entry);
                self.readings.push(reading);
            } else {
                places.push(None);
                left_out += 1;
            }
        }
        joined.truncated |= parsed.truncated || left_out > 0;
        // The warning about an entry that is not taken here belongs to the place where it is
        // taken.
        joined.warnings.extend(parsed.warnings.into_iter().filter_map(|warning| match warning.entry {
            None => Some(warning),
            Some(at) => places.get(at).copied().flatten().map(|at| Warning { entry: Some(at), ..warning }),
        }));
        if left_out > 0 {
            let text = no_room(left_out, joined.entries.len());
            joined.warnings.push(Warning { kind: WarningKind::Limit, text, entry: None });
        }
        left_out
    }
}

#[cfg(test)]
mod tests {
    use url::Url;

    use super::*;
    use crate::clock::Zone;
    use crate::identity;
    use crate::limits::KEPT;
    use crate::model::{Content, Entry, EntryKey, Markup, bounds};
    use crate::parse;

    fn document(entries: Vec<Entry>) -> OpenedDocument {
        let url = Url::parse("https://wire.example/feed").unwrap();
        let work = crate::model::Work::default();
        let about = parse::About { url: &url, content_type: None, language: None, timezone: Zone::UTC, work };
        let text = "<rss version='2.0'><channel><title>t</title></channel></rss>";
        let mut parsed = parse::document(text.as_bytes(), &about, Timestamp::EPOCH).unwrap();
        let readings = entries.iter().map(|entry| identity::read(entry, &[])).collect();
        parsed.entries = entries;
        OpenedDocument::of(parsed, readings)
    }

    fn entry(n: u8, bytes: usize) -> Entry {
        let content = Content { markup: Markup::Plain("x".repeat(bytes)), base: None };
        Entry { content: Some(content), ..Entry::new(EntryKey([n; 16])) }
    }

    /// B142: what is joined is told as it was, and a page that was cut makes a cut document.
    #[test]
    fn what_is_odd_about_a_page_is_odd_about_the_whole_b142() {
        let mut whole = document(vec![entry(1, 1), entry(2, 1)]);
        let mut page = document(vec![entry(2, 1), entry(3, 1)]);
        let warning = |text: &str, entry| Warning { kind: WarningKind::Repair, text: text.to_owned(), entry };
        page.parsed.warnings = vec![warning("page", None), warning("two", Some(0)), warning("three", Some(1))];
        page.parsed.truncated = true;
        assert_eq!(whole.join(page), 0);
        assert!(whole.parsed.truncated);
        assert_eq!(whole.parsed.warnings, [warning("page", None), warning("three", Some(2))]);
        assert_eq!((whole.parsed.entries.len(), whole.readings.len()), (3, 3));
    }

    /// B142: all that is joined has room together, and what has none is told.
    #[test]
    fn documents_that_are_joined_have_one_bound_b142() {
        let mut whole = document((0..40).map(|n| entry(n, 1 << 20)).collect());
        assert_eq!(whole.join(document((40..80).map(|n| entry(n, 1 << 20)).collect())), 16);
        let total: usize = whole.parsed.entries.iter().map(bounds::weight).sum();
        assert!(total <= KEPT.count() && whole.parsed.truncated, "{total}");
        assert_eq!(whole.parsed.warnings[0].text, no_room(16, 64));
    }
}
