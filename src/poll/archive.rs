//! Reading back through a feed's archives when its window rolled between two
//! polls (R5; RFC 5005 §3 and §4, JSON Feed `next_url`).
//!
//! Publishers that offer older pages offer them for this: so that nobody who
//! was away loses news. They are asked only then, a few at most, each in its turn.

use std::sync::Arc;

use url::Url;

use super::Poller;
use super::attempt::Attempt;
use super::read::{Document, Memory, open, overrun};
use crate::fetch;
use crate::identity::recognise;
use crate::model::{Failure, Link, Outcome, Parsed, Purpose, Warning, WarningKind};
use crate::schedule::lease::BEGUN_WITHIN;

/// Most pages that are asked for.
const MOST_PAGES: usize = 10;

/// Nor is another one when there are as many entries: they are all in hand.
const MOST_ENTRIES: usize = 20_000;

/// Whether a document shares nothing with the one before and offers older pages.
pub fn is_worthwhile(document: &Document, memory: &Memory) -> bool {
    older(&document.parsed).is_some() && is_overrun(document, memory)
}

fn is_overrun(document: &Document, memory: &Memory) -> bool {
    // Asked of a copy: to recognise settles keys and dates.
    let mut entries = document.parsed.entries.clone();
    overrun(&recognise(&mut entries, &document.readings, &memory.known, memory.state.unstable_ids).verdicts, memory)
}

/// Where the entries before those of a document are.
fn older(parsed: &Parsed) -> Option<Url> {
    let link = |rel: &str| parsed.paging.iter().find(|link: &&Link| link.rel == rel);
    let link = link("prev-archive").or_else(|| link("next"))?;
    Url::parse(&link.href).ok()
}

impl Poller {
    /// Adds entries of older pages to `document` until one is known; gives what
    /// is known of all of them.
    pub(super) async fn read_back(
        &self,
        attempt: &Attempt<'_>,
        document: &mut Document,
        mut memory: Memory,
    ) -> Result<Memory, Failure> {
        let (mut pages, mut trouble) = (0, None);
        let mut next = older(&document.parsed);
        let mut asked = vec![attempt.url()];
        let before = document.parsed.entries.len();
        while let Some(url) = next.take() {
            let late = self.clock.elapsed().saturating_sub(attempt.started) > BEGUN_WITHIN;
            let many = document.parsed.entries.len() > MOST_ENTRIES;
            if pages == MOST_PAGES || late || many || asked.contains(&url) {
                break;
            }
            asked.push(url.clone());
            match self.page(attempt, url).await {
                Err(failure) => trouble = Some(failure),
                Ok(page) => {
                    pages += 1;
                    next = older(&page.parsed);
                    join(document, page);
                    memory = self.remember(attempt, document).await?;
                    if !is_overrun(document, &memory) {
                        break;
                    }
                }
            }
        }
        let more = document.parsed.entries.len() - before;
        let mut text =
            format!("the document's window had rolled: {more} further entries were read from {pages} older pages");
        if let Some(failure) = trouble {
            text += &format!("; the next one could not be read: {failure}");
        }
        document.back = Some(Warning { kind: WarningKind::Gap, text, entry: None });
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

/// Puts the entries of `page` behind those of `document`, each once.
pub fn join(document: &mut Document, page: Document) {
    let known: std::collections::HashSet<_> = document.parsed.entries.iter().map(|entry| entry.key).collect();
    let new = page.parsed.entries.into_iter().zip(page.readings).filter(|(entry, _)| !known.contains(&entry.key));
    let (entries, readings): (Vec<_>, Vec<_>) = new.unzip();
    document.parsed.entries.extend(entries);
    document.readings.extend(readings);
}
