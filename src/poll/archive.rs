//! Reading back through a feed's archives when its window rolled between two
//! polls (R5; RFC 5005 §3 and §4, JSON Feed `next_url`).
//!
//! Publishers that offer older pages offer them for this: so that nobody who
//! was away loses news. They are asked only then, a few at most, each in its turn.
//! What of them the source's budget of a day refuses, or could not be read this time,
//! is asked for again: until it is in, it is remembered since when something waits and
//! where it stands, and pages are read on from there until an entry is met that was known
//! before then (check B141).

use std::sync::Arc;
use std::time::Duration;

use url::Url;

use super::Poller;
use super::attempt::Attempt;
use super::read::{Document, Memory, open};
use super::window::reaches;
use crate::clock::Timestamp;
use crate::fetch;
use crate::identity::{Verdict, recognise};
use crate::model::bounds::{EntryRoom, no_room};
use crate::model::{Backlog, Failure, Link, Outcome, Parsed, Purpose, Warning, WarningKind, Work};
use crate::schedule::lease::BEGUN_WITHIN;

/// Most pages of one poll that bring new entries.
const MOST_PAGES: usize = crate::limits::ARCHIVE_PAGES.count();

/// Most pages of one poll, those included of which all is known; and most of all polls
/// that bring new entries while no budget bounds them.
const MOST_OF_ALL: usize = crate::limits::ARCHIVE_BACKLOG.count();

/// Nor is another one when there are as many entries: they are all in hand.
const MOST_ENTRIES: usize = crate::limits::ARCHIVE_ENTRIES.count();

/// For so long a page that cannot be read is asked for again.
const ASKED_AGAIN: Duration = Duration::from_secs(3 * 86_400);

/// What waits is asked for no more often, however often its source is polled: a page that
/// fails or is cut costs its publisher as much as one that is read.
const PAUSE: Duration = Duration::from_secs(3600);

/// What of a document's older pages waits for another poll.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Outstanding {
    /// Nothing.
    #[default]
    Nothing,
    /// They were not asked for, as the budget of the day is spent.
    Spent,
    /// They are asked for later.
    Later,
}

/// How it stands with a document's older pages.
#[derive(Default)]
pub struct Older {
    /// What of them waits.
    pub waiting: Outstanding,
    /// Those that were read: where the entries of each begin among all.
    starts: Vec<(usize, String)>,
    /// Where they are read on, as far as reading them tells.
    backlog: Backlog,
}

impl Older {
    /// Where they are read on if `refused` is the first entry that the budget had no room
    /// for: at its page, as all before it is in.
    pub fn backlog_at(self, refused: Option<usize>) -> Backlog {
        let Some(refused) = refused else { return self.backlog };
        let until: Vec<String> =
            self.starts.into_iter().take_while(|(start, _)| *start <= refused).map(|(_, url)| url).collect();
        // One before it may have been cut.
        let cut = self.backlog.from.filter(|from| until.contains(from));
        Backlog { from: cut.or(until.into_iter().next_back()), failing_since: None, ..self.backlog }
    }
}

/// What the entries of a document are to what is known.
struct Overlap {
    /// How many of them are new.
    new: usize,
    /// Whether one of them is known.
    follows: bool,
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

/// Pages as they are read one after the other.
struct ReadBack {
    /// The page to be asked for next.
    next: Option<Url>,
    /// Where the last poll left off, until it is gone to.
    from: Option<Url>,
    /// All that was asked, the document included.
    asked: Vec<Url>,
    /// Pages that brought new entries.
    fresh: usize,
    /// Those that were read, by where their entries begin.
    starts: Vec<(usize, String)>,
    /// Those that were cut.
    cut: Vec<String>,
    /// How many entries of the last had no room.
    left_out: usize,
}

fn met(document: &Document, memory: &Memory) -> Overlap {
    // Asked of a copy: to recognise settles keys and dates.
    let mut entries = document.parsed.entries.clone();
    let verdicts = recognise(&mut entries, &document.readings, &memory.known, memory.state.unstable_ids).verdicts;
    let new = verdicts.iter().filter(|verdict| **verdict == Verdict::New).count();
    let follows = verdicts.iter().any(|verdict| verdict.known().is_some());
    Overlap { new, follows, reaches: reaches(&verdicts, &memory.state, &memory.known) }
}

/// Where the entries before those of a document are.
fn older(parsed: &Parsed) -> Option<Url> {
    let link = |rel: &str| parsed.paging.iter().find(|link: &&Link| link.rel == rel);
    let link = link("prev-archive").or_else(|| link("next"))?;
    Url::parse(&link.href).ok()
}

impl ReadBack {
    fn of(document: &Document, url: Url, backlog: &Backlog) -> ReadBack {
        let from = backlog.from.as_deref().and_then(|from| Url::parse(from).ok());
        let (starts, cut) = (Vec::new(), Vec::new());
        ReadBack { next: older(&document.parsed), from, asked: vec![url], fresh: 0, starts, cut, left_out: 0 }
    }

    /// The next page, or why none is asked for: `met` is what all so far are.
    fn step(&mut self, met: &Overlap, entries: usize, wanted: u64) -> Result<Url, End> {
        match met {
            Overlap { reaches: true, .. } => return Err(End::Reached),
            Overlap { new, .. } if *new as u64 > wanted => return Err(End::Budget),
            _ if self.left_out > 0 => return Err(End::Enough),
            _ => {}
        }
        // What stands between what is met here and where the last poll left off is in.
        if (met.follows || self.next.is_none())
            && let Some(from) = self.from.take().filter(|from| !self.asked.contains(from))
        {
            self.next = Some(from);
        }
        let Some(url) = self.next.clone().filter(|url| !self.asked.contains(url)) else { return Err(End::Last) };
        let is_enough = self.fresh == MOST_PAGES || self.asked.len() > MOST_OF_ALL || entries > MOST_ENTRIES;
        if is_enough { Err(End::Enough) } else { Ok(url) }
    }

    /// What waits after `end`, and where it is gone on.
    fn ended(self, end: &End, before: &Backlog, now: Timestamp) -> Older {
        let next = self.next.as_ref().map(Url::to_string);
        let failing_since = before.failing_since.filter(|_| before.from == next).unwrap_or(now);
        let patient = now.since(failing_since) < ASKED_AGAIN;
        // The link may be one of those that do not last: the next time all are gone through.
        let is_old = self.starts.is_empty() && next.is_some() && before.from == next;
        let (waits, from, fails) = match end {
            End::Reached | End::Last => (false, None, false),
            End::Budget => (true, None, false),
            End::Enough => (before.pages as usize + self.fresh < MOST_OF_ALL, next, false),
            End::Late if self.starts.is_empty() => (patient, next, true),
            End::Late => (true, next, false),
            End::Failed(failure) if !failure.is_lasting() => (patient, next, true),
            End::Failed(_) => (is_old, None, false),
        };
        // One that is cut whenever it is asked for is as it is.
        let cut: Vec<String> = self.cut.into_iter().filter(|url| !before.cut.contains(url)).collect();
        let (waits, from) = (waits || !cut.is_empty(), cut.first().cloned().or(from));
        let backlog = Backlog {
            asked_at: Some(now),
            from,
            failing_since: Some(failing_since).filter(|_| fails && cut.is_empty()),
            cut: before.cut.iter().cloned().chain(cut).take(MOST_OF_ALL).collect(),
            pages: before.pages.saturating_add(u32::try_from(self.fresh).unwrap_or(u32::MAX)),
        };
        let waiting = if waits { Outstanding::Later } else { Outstanding::Nothing };
        Older { waiting, starts: self.starts, backlog }
    }
}

impl Poller {
    /// The document with entries of its older pages, if it does not go back to what was
    /// known before; and what is known of all of them.
    pub(super) async fn with_older(
        &self,
        attempt: &Attempt<'_>,
        document: Document,
        memory: Memory,
    ) -> Result<(Document, Memory), Failure> {
        let backlog = &attempt.claim.state.standing.backlog;
        if older(&document.parsed).is_none() && backlog.from.is_none() {
            return Ok((document, memory));
        }
        let (mut document, memory, met) = self.met(attempt, document, memory).await?;
        if met.reaches {
            return Ok((document, memory));
        }
        let is_soon = backlog.asked_at.is_some_and(|at| attempt.now.since(at) < PAUSE);
        if !attempt.is_spent() && !is_soon {
            return self.read_back(attempt, document, memory, met).await;
        }
        // What is not read for want of room today is read tomorrow.
        let waiting = if attempt.is_spent() { Outstanding::Spent } else { Outstanding::Later };
        document.older = Older { waiting, starts: Vec::new(), backlog: backlog.clone() };
        document.unfinished = true;
        Ok((document, memory))
    }

    /// Adds entries of older pages to `document` until one was known before, or as many new
    /// ones are in hand as its budget lets in; gives what is known of all of them.
    async fn read_back(
        &self,
        attempt: &Attempt<'_>,
        mut document: Document,
        mut memory: Memory,
        mut met: Overlap,
    ) -> Result<(Document, Memory), Failure> {
        let (backlog, wanted) = (&attempt.claim.state.standing.backlog, attempt.ration().entries());
        let mut walk = ReadBack::of(&document, attempt.url(), backlog);
        let before = document.parsed.entries.len();
        let end = loop {
            let url = match walk.step(&met, document.parsed.entries.len(), wanted) {
                Ok(url) => url,
                Err(end) => break end,
            };
            if self.clock.elapsed().saturating_sub(attempt.started) > BEGUN_WITHIN {
                break End::Late;
            }
            walk.asked.push(url.clone());
            let page = match self.page(attempt, url.clone()).await {
                Ok(page) => page,
                Err(failure) => break End::Failed(failure),
            };
            walk.starts.push((document.parsed.entries.len(), url.to_string()));
            walk.cut.extend(page.parsed.truncated.then(|| url.to_string()));
            let next = older(&page.parsed);
            walk.left_out = join(&mut document, page);
            walk.next = if walk.left_out > 0 { Some(url) } else { next };
            memory = self.remember(attempt, &document).await?;
            let new = met.new;
            (document, memory, met) = self.met(attempt, document, memory).await?;
            walk.fresh += usize::from(met.new > new);
        };
        let pages = walk.starts.len();
        document.older = walk.ended(&end, backlog, attempt.now);
        let again = document.older.waiting == Outstanding::Later;
        document.unfinished |= again;
        let more = document.parsed.entries.len() - before;
        document.back = Some(Warning { kind: WarningKind::Gap, text: said(more, pages, &end, again), entry: None });
        Ok((document, memory))
    }

    /// What the entries of `document` are to what is known.
    async fn met(
        &self,
        attempt: &Attempt<'_>,
        document: Document,
        memory: Memory,
    ) -> Result<(Document, Memory, Overlap), Failure> {
        let work = move |_: &Work| {
            let met = met(&document, &memory);
            (document, memory, met)
        };
        self.readers.read(&attempt.claim.host, work).await
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
                // The next poll takes its site's lane: this one has taken what comes after it.
                self.readers.weigh(host, &body.bytes);
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
        End::Enough if again => text += "; one poll reads no more of them",
        End::Enough => text += "; no more of them are read, nor what stands in older ones",
        End::Budget => text += "; further ones wait for its budget of another day",
        End::Late => text += "; there was no time for the next one",
        End::Reached | End::Last => {}
    }
    if again && !matches!(end, End::Budget) {
        text += "; what is missing is asked for an hour later or more";
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
        Document { parsed, readings, back: None, maps: None, unfinished: false, older: Older::default() }
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
