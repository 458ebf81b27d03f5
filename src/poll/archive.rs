//! Reading back through a feed's archives when its window rolled between two
//! polls (R5; RFC 5005 §3 and §4, JSON Feed `next_url`).
//!
//! Publishers offer older pages so that readers who were away lose no news. They are requested
//! only then, a few at most, each in its host's turn. What the source's budget for the day
//! refuses, or what could not be read, is requested again later: until all is in, the source
//! remembers since when entries wait and where they are, and pages are read on from there until
//! an entry turns up that was known before (check B141).

use std::time::Duration;

use url::Url;

use super::attempt::Attempt;
use super::document::older::{Older, Outstanding};
use super::document::window::reaches;
use super::document::{Memory, OpenedDocument};
use super::poller::Poller;
use crate::clock::Timestamp;
use crate::fetch::Ask;
use crate::identity::{Verdict, recognise};
use crate::model::{Backlog, Failure, Link, Parsed, Warning, WarningKind, Work};
use crate::schedule::lease::BEGUN_WITHIN;

/// Most pages of one poll that bring new entries.
const MOST_PAGES: usize = crate::limits::ARCHIVE_PAGES.count();

/// Most pages of one poll in all, with those whose entries are all known. While no budget
/// bounds new entries, it also limits the pages that bring some over all polls.
const MOST_OF_ALL: usize = crate::limits::ARCHIVE_BACKLOG.count();

/// No further page is read once there are this many entries: all of them are in memory.
const MOST_ENTRIES: usize = crate::limits::ARCHIVE_ENTRIES.count();

/// How long a page that cannot be read is tried again.
const ASKED_AGAIN: Duration = Duration::from_secs(3 * 86_400);

/// Waiting pages are requested no more often than this, however often the source is polled: a
/// page that fails or is cut costs its publisher as much as one that is read.
const PAUSE: Duration = Duration::from_secs(3600);

/// How the entries of a document relate to what is known.
struct Overlap {
    /// How many of them are new.
    new: usize,
    /// Whether one of them is known.
    follows: bool,
    /// Whether one of them was known before entries had to wait.
    reaches: bool,
}

/// Why no further page is requested.
enum WalkEnd {
    /// An entry turned up that was known before.
    Reached,
    /// There is no further page.
    Last,
    /// There are as many entries in memory as the source's budget for the day admits.
    Budget,
    /// There are as many pages, or entries in memory, as one poll takes.
    Enough,
    /// The poll has taken long already.
    Late,
    /// It could not be read.
    Failed(Failure),
}

/// Reads pages one after the other.
struct ReadBack {
    /// The next page to be requested.
    next: Option<Url>,
    /// Where the last poll left off, until that page is reached.
    from: Option<Url>,
    /// All URLs that were requested, the document's included.
    asked: Vec<Url>,
    /// Pages that brought new entries.
    fresh: usize,
    /// The pages that were read, each by the position of its first entry.
    starts: Vec<(usize, String)>,
    /// The pages that were cut.
    cut: Vec<String>,
    /// How many entries of the last page had no room.
    left_out: usize,
}

fn met(document: &OpenedDocument, memory: &Memory) -> Overlap {
    // On a copy, because recognising settles keys and dates.
    let mut entries = document.parsed.entries.clone();
    let verdicts = recognise(&mut entries, &document.readings, &memory.known, memory.state.unstable_ids).verdicts;
    let new = verdicts.iter().filter(|verdict| **verdict == Verdict::New).count();
    let follows = verdicts.iter().any(|verdict| verdict.known().is_some());
    Overlap { new, follows, reaches: reaches(&verdicts, &memory.state, &memory.known) }
}

/// Where the entries are that came before those of a document.
fn older(parsed: &Parsed) -> Option<Url> {
    let link = |rel: &str| parsed.paging.iter().find(|link: &&Link| link.rel == rel);
    let link = link("prev-archive").or_else(|| link("next"))?;
    Url::parse(&link.href).ok()
}

impl ReadBack {
    fn of(document: &OpenedDocument, url: Url, backlog: &Backlog) -> ReadBack {
        let from = backlog.from.as_deref().and_then(|from| Url::parse(from).ok());
        let (starts, cut) = (Vec::new(), Vec::new());
        ReadBack { next: older(&document.parsed), from, asked: vec![url], fresh: 0, starts, cut, left_out: 0 }
    }

    /// The next page, or why none is requested; `met` describes all entries so far.
    fn step(&mut self, met: &Overlap, entries: usize, wanted: u64) -> Result<Url, WalkEnd> {
        match met {
            Overlap { reaches: true, .. } => return Err(WalkEnd::Reached),
            Overlap { new, .. } if *new as u64 > wanted => return Err(WalkEnd::Budget),
            _ if self.left_out > 0 => return Err(WalkEnd::Enough),
            _ => {}
        }
        // What lies between the entries met here and where the last poll left off is stored
        // already.
        if (met.follows || self.next.is_none())
            && let Some(from) = self.from.take().filter(|from| !self.asked.contains(from))
        {
            self.next = Some(from);
        }
        let Some(url) = self.next.clone().filter(|url| !self.asked.contains(url)) else { return Err(WalkEnd::Last) };
        let is_enough = self.fresh == MOST_PAGES || self.asked.len() > MOST_OF_ALL || entries > MOST_ENTRIES;
        if is_enough { Err(WalkEnd::Enough) } else { Ok(url) }
    }

    /// Adds the entries of the page at `url` behind those of `document`, as far as there is
    /// room.
    fn take_in(&mut self, document: &mut OpenedDocument, page: OpenedDocument, url: Url) {
        self.starts.push((document.parsed.entries.len(), url.to_string()));
        self.cut.extend(page.parsed.truncated.then(|| url.to_string()));
        let next = older(&page.parsed);
        self.left_out = document.join(page);
        self.next = if self.left_out > 0 { Some(url) } else { next };
    }

    /// What waits after `end`, and where reading goes on.
    fn ended(self, end: &WalkEnd, before: &Backlog, now: Timestamp) -> Older {
        let next = self.next.as_ref().map(Url::to_string);
        let failing_since = before.failing_since.filter(|_| before.from == next).unwrap_or(now);
        let patient = now.since(failing_since) < ASKED_AGAIN;
        // The link may be one that does not last: next time all pages are gone through again.
        let is_old = self.starts.is_empty() && next.is_some() && before.from == next;
        let (waits, from, fails) = match end {
            WalkEnd::Reached | WalkEnd::Last => (false, None, false),
            WalkEnd::Budget => (true, None, false),
            WalkEnd::Enough => (before.pages as usize + self.fresh < MOST_OF_ALL, next, false),
            WalkEnd::Late if self.starts.is_empty() => (patient, next, true),
            WalkEnd::Late => (true, next, false),
            WalkEnd::Failed(failure) if !failure.is_lasting() => (patient, next, true),
            WalkEnd::Failed(_) => (is_old, None, false),
        };
        // A page that is cut each time is taken as it is.
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
    /// The document with entries of its older pages, if it does not reach back to what was
    /// known before, and what is known of all of them.
    pub(super) async fn with_older(
        &self,
        attempt: &Attempt<'_>,
        document: OpenedDocument,
        memory: Memory,
    ) -> Result<(OpenedDocument, Memory), Failure> {
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
        // What does not fit into today's budget is read tomorrow.
        let waiting = if attempt.is_spent() { Outstanding::Spent } else { Outstanding::Later };
        document.older = Older { waiting, starts: Vec::new(), backlog: backlog.clone() };
        document.unfinished = true;
        Ok((document, memory))
    }

    /// Adds entries of older pages to `document` until one was known before, or until there are
    /// as many new ones as the budget admits. Returns what is known of all of them.
    async fn read_back(
        &self,
        attempt: &Attempt<'_>,
        mut document: OpenedDocument,
        mut memory: Memory,
        mut met: Overlap,
    ) -> Result<(OpenedDocument, Memory), Failure> {
        let backlog = &attempt.claim.state.standing.backlog;
        let mut walk = ReadBack::of(&document, attempt.url(), backlog);
        let before = document.parsed.entries.len();
        let end = loop {
            let (url, page) = match self.next_page(attempt, &mut walk, &met, document.parsed.entries.len()).await {
                Ok(next) => next,
                Err(end) => break end,
            };
            walk.take_in(&mut document, page, url);
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

    /// How the entries of `document` relate to what is known.
    async fn met(
        &self,
        attempt: &Attempt<'_>,
        document: OpenedDocument,
        memory: Memory,
    ) -> Result<(OpenedDocument, Memory, Overlap), Failure> {
        let work = move |_: &Work| {
            let met = met(&document, &memory);
            (document, memory, met)
        };
        self.readers.read(&attempt.claim.host, work).await
    }

    /// The page that follows after this many entries, described by `met`, or why there is none.
    async fn next_page(
        &self,
        attempt: &Attempt<'_>,
        walk: &mut ReadBack,
        met: &Overlap,
        entries: usize,
    ) -> Result<(Url, OpenedDocument), WalkEnd> {
        let url = walk.step(met, entries, attempt.ration().entries())?;
        if self.clock.elapsed().saturating_sub(attempt.started) > BEGUN_WITHIN {
            return Err(WalkEnd::Late);
        }
        walk.asked.push(url.clone());
        // Pages of a feed's archive are published for subscribers, as the feed itself is.
        let ask = Ask::free(attempt.polled.request(url.clone()));
        let page = self.document_of(attempt, &ask).await.map_err(WalkEnd::Failed)?;
        Ok((url, page))
    }
}

/// The warning about pages that were read.
fn said(more: usize, pages: usize, end: &WalkEnd, again: bool) -> String {
    let mut text =
        format!("the document's window had rolled: {more} further entries were read from {pages} older pages");
    match end {
        WalkEnd::Failed(failure) => text += &format!("; the next one could not be read: {failure}"),
        WalkEnd::Enough if again => text += "; one poll reads no more of them",
        WalkEnd::Enough => text += "; no more of them are read, nor what stands in older ones",
        WalkEnd::Budget => text += "; further ones wait for its budget of another day",
        WalkEnd::Late => text += "; there was no time for the next one",
        WalkEnd::Reached | WalkEnd::Last => {}
    }
    if again && !matches!(end, WalkEnd::Budget) {
        text += "; what is missing is requested in an hour or later";
    }
    text
}
