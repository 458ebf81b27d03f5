//! Reading back through a feed's archives when its window rolled between two
//! polls (R5; RFC 5005 §3 and §4, JSON Feed `next_url`).
//!
//! Publishers that offer older pages offer them for this: so that nobody who
//! was away loses news. They are asked only then, a few at most, each in its turn.
//! What of them the source's budget of a day refuses, or could not be read this time,
//! is asked for again: until it is in, it is remembered since when something waits, and
//! pages are read until an entry is met that was known before then (check B141).

use std::sync::Arc;
use std::time::Duration;

use url::Url;

use super::Poller;
use super::attempt::Attempt;
use super::read::{Document, Memory, open};
use super::window::reaches;
use crate::fetch;
use crate::identity::{Verdict, recognise};
use crate::model::bounds::{EntryRoom, no_room};
use crate::model::{Failure, Link, Outcome, Parsed, Purpose, Warning, WarningKind};
use crate::schedule::lease::BEGUN_WITHIN;

/// Most pages that are asked for.
const MOST_PAGES: usize = crate::limits::ARCHIVE_PAGES.count();

/// Nor is another one when there are as many entries: they are all in hand.
const MOST_ENTRIES: usize = crate::limits::ARCHIVE_ENTRIES.count();

/// For so long pages that cannot be read are asked for again at each poll.
const ASKED_AGAIN: Duration = Duration::from_secs(3 * 86_400);

/// What the entries of a document are to what is known.
struct Met {
    /// How many of them are new.
    new: usize,
    /// Whether one of them was known before something had to wait.
    reaches: bool,
}

/// Why no further page is asked for.
enum End {
    /// An entry was met that was known before.
    Reached,
    /// There is none.
    Last,
    /// There are as many entries in hand as the source's budget of the day lets in.
    Budget,
    /// There are as many pages, or entries in hand, as one poll takes.
    Enough,
    /// The poll has gone on for long.
    Late,
    /// It could not be read.
    Failed(Failure),
}

/// Whether a document does not go back to what was known before, and offers older pages.
pub fn is_worthwhile(document: &Document, memory: &Memory) -> bool {
    older(&document.parsed).is_some() && !met(document, memory).reaches
}

fn met(document: &Document, memory: &Memory) -> Met {
    // Asked of a copy: to recognise settles keys and dates.
    let mut entries = document.parsed.entries.clone();
    let verdicts = recognise(&mut entries, &document.readings, &memory.known, memory.state.unstable_ids).verdicts;
    let new = verdicts.iter().filter(|verdict| **verdict == Verdict::New).count();
    Met { new, reaches: reaches(&verdicts, &memory.state, &memory.known) }
}

/// Where the entries before those of a document are.
fn older(parsed: &Parsed) -> Option<Url> {
    let link = |rel: &str| parsed.paging.iter().find(|link: &&Link| link.rel == rel);
    let link = link("prev-archive").or_else(|| link("next"))?;
    Url::parse(&link.href).ok()
}

impl Poller {
    /// Adds entries of older pages to `document` until one was known before, or `wanted`
    /// new ones are in hand; gives what is known of all of them.
    pub(super) async fn read_back(
        &self,
        attempt: &Attempt<'_>,
        document: &mut Document,
        mut memory: Memory,
        wanted: u64,
    ) -> Result<Memory, Failure> {
        let (mut pages, mut cut) = (0, false);
        let mut next = older(&document.parsed);
        let mut asked = vec![attempt.url()];
        let before = document.parsed.entries.len();
        let end = loop {
            let Some(url) = next.take().filter(|url| !asked.contains(url)) else { break End::Last };
            if pages == MOST_PAGES || document.parsed.entries.len() > MOST_ENTRIES {
                break End::Enough;
            }
            if self.clock.elapsed().saturating_sub(attempt.started) > BEGUN_WITHIN {
                break End::Late;
            }
            asked.push(url.clone());
            let page = match self.page(attempt, url).await {
                Ok(page) => page,
                Err(failure) => break End::Failed(failure),
            };
            pages += 1;
            next = older(&page.parsed);
            cut |= page.parsed.truncated;
            let left_out = join(document, page);
            memory = self.remember(attempt, document).await?;
            match met(document, &memory) {
                Met { reaches: true, .. } => break End::Reached,
                Met { new, .. } if new as u64 > wanted => break End::Budget,
                _ if left_out > 0 => break End::Enough,
                _ => {}
            }
        };
        let since = attempt.claim.state.standing.behind_since;
        let patient = since.is_none_or(|since| attempt.now.since(since) < ASKED_AGAIN);
        let again = patient
            && match &end {
                End::Reached | End::Last | End::Budget | End::Enough => cut,
                End::Late => true,
                End::Failed(failure) => cut || !failure.is_lasting(),
            };
        document.behind = again;
        document.unfinished |= again;
        let more = document.parsed.entries.len() - before;
        document.back = Some(Warning { kind: WarningKind::Gap, text: said(more, pages, &end, again), entry: None });
        Ok(memory)
    }

    /// An older page, read.
    async fn page(&self, attempt: &Attempt<'_>, url: Url) -> Result<Document, Failure> {
        let polled = Arc::clone(&attempt.polled);
        let turns = self.turns(attempt.claim, Purpose::Poll);
        fetch::Turns::turn(&turns, &url).await?;
        let request = polled.request(url);
        let now = attempt.now;
        let fickle = attempt.claim.state.standing.fickle.clone();
        match fetch::get(&self.net, &request, &turns, now).await.outcome {
            Outcome::Document(body) => {
                let host = &attempt.claim.host;
                self.readers.read(host, move |work| open(&body, &polled, &fickle, now, work)).await?
            }
            Outcome::NotModified { .. } => Err(Failure::Status { status: 304, retry_after: None }),
            Outcome::Failed(failure) => Err(failure),
        }
    }
}

/// What is to be said of pages that were read.
fn said(more: usize, pages: usize, end: &End, again: bool) -> String {
    let mut text =
        format!("the document's window had rolled: {more} further entries were read from {pages} older pages");
    match end {
        End::Failed(failure) => text += &format!("; the next one could not be read: {failure}"),
        End::Enough => text += "; one poll reads no more of them, so what stands in older ones is not read",
        End::Budget => text += "; further ones wait for its budget of another day",
        End::Late => text += "; there was no time for the next one",
        End::Reached | End::Last => {}
    }
    if again {
        text += "; they are asked for again at the next poll";
    }
    text
}

/// Puts the entries of `page` behind those of `document`, each once, as far as all have
/// room together, with what was odd about them; gives how many had none. A page that was
/// cut makes the whole a cut one.
pub fn join(document: &mut Document, page: Document) -> usize {
    let Document { parsed, readings, .. } = page;
    let joined = &mut document.parsed;
    let known: std::collections::HashSet<_> = joined.entries.iter().map(|entry| entry.key).collect();
    let mut room = EntryRoom::beside(&joined.entries);
    let (mut left_out, mut places) = (0, Vec::with_capacity(parsed.entries.len()));
    for (entry, reading) in parsed.entries.into_iter().zip(readings) {
        if known.contains(&entry.key) {
            places.push(None);
        } else if left_out == 0 && room.takes(&entry) {
            places.push(Some(joined.entries.len()));
            joined.entries.push(entry);
            document.readings.push(reading);
        } else {
            places.push(None);
            left_out += 1;
        }
    }
    joined.truncated |= parsed.truncated || left_out > 0;
    // What is said of an entry that is not taken here is said where it is.
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::{Timestamp, Zone};
    use crate::identity;
    use crate::limits::KEPT;
    use crate::model::{Content, Entry, EntryKey, Markup, bounds};
    use crate::parse;

    fn document(entries: Vec<Entry>) -> Document {
        let url = Url::parse("https://wire.example/feed").unwrap();
        let work = crate::model::Work::default();
        let about = parse::About { url: &url, content_type: None, language: None, timezone: Zone::UTC, work };
        let text = "<rss version='2.0'><channel><title>t</title></channel></rss>";
        let mut parsed = parse::document(text.as_bytes(), &about, Timestamp::EPOCH).unwrap();
        let readings = entries.iter().map(|entry| identity::read(entry, &[])).collect();
        parsed.entries = entries;
        Document { parsed, readings, back: None, maps: None, unfinished: false, behind: false }
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
        assert_eq!(join(&mut whole, page), 0);
        assert!(whole.parsed.truncated);
        assert_eq!(whole.parsed.warnings, [warning("page", None), warning("three", Some(2))]);
        assert_eq!((whole.parsed.entries.len(), whole.readings.len()), (3, 3));
    }

    /// B142: all that is joined has room together, and what has none is told.
    #[test]
    fn documents_that_are_joined_have_one_bound_b142() {
        let mut whole = document((0..40).map(|n| entry(n, 1 << 20)).collect());
        assert_eq!(join(&mut whole, document((40..80).map(|n| entry(n, 1 << 20)).collect())), 16);
        let total: usize = whole.parsed.entries.iter().map(bounds::weight).sum();
        assert!(total <= KEPT.count() && whole.parsed.truncated, "{total}");
        assert_eq!(whole.parsed.warnings[0].text, no_room(16, 64));
    }
}
