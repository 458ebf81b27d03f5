//! An index of sitemaps: which of them are read, and what they bring.
//!
//! An index names everything a site ever published. Only what changed since it
//! was last read is asked for, the newest first, a few at a poll, each
//! conditionally and in its turn; what is left waits for the next poll.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use url::Url;

use crate::clock::Timestamp;
use crate::fetch::{self, Turns};
use crate::model::{Failure, Map, MapRead, Outcome, PublicUrl, Purpose, Validators, Warning, WarningKind};
use crate::schedule::lease::BEGUN_WITHIN;
use crate::schedule::may_be_validators;

use super::Poller;
use super::archive::{Outstanding, join};
use super::attempt::Attempt;
use super::read::{Document, open};

/// Most sitemaps that are asked for at one poll.
const MOST_MAPS: usize = crate::limits::MAPS_A_POLL.count();
/// Sitemaps that did not change for so long hold no news.
const OLD: Duration = Duration::from_secs(30 * 86_400);
/// Sitemaps that are remembered, those that are not old before others.
const MOST_REMEMBERED: usize = crate::limits::MAPS_KEPT.count();

/// The sitemaps to be read now, the likeliest to hold news first: those that
/// changed, latest first, then those that do not say.
fn wanted<'m>(maps: &'m [Map], read: &[MapRead], now: Timestamp) -> Vec<&'m Map> {
    let unchanged =
        |map: &Map| map.changed.is_some() && read.iter().any(|r| r.url == map.url && r.changed == map.changed);
    let mut wanted: Vec<&Map> = maps.iter().filter(|map| !unchanged(map) && !is_old(map, now)).collect();
    let says_news = |map: &Map| map.url.to_ascii_lowercase().contains("news");
    wanted.sort_by_key(|map| (std::cmp::Reverse(map.changed_at), !says_news(map)));
    if wanted.is_empty() && read.is_empty() {
        // Nothing of late: the latest of all shows that the source is read.
        wanted.extend(maps.iter().max_by_key(|map| map.changed_at));
    }
    wanted
}

fn is_old(map: &Map, now: Timestamp) -> bool {
    map.changed_at.is_some_and(|at| at.plus(OLD) < now)
}

impl Poller {
    /// Reads what changed of the sitemaps that `document` names into it.
    pub(super) async fn read_maps(&self, attempt: &Attempt<'_>, document: &mut Document) -> Result<(), Failure> {
        let maps = std::mem::take(&mut document.parsed.maps);
        let mut read: Vec<MapRead> = attempt.claim.state.standing.maps.clone();
        read.retain(|known| maps.iter().any(|map| map.url == known.url));
        // What waits for another day's budget does not become old by it.
        let since = attempt.claim.state.standing.behind_since.unwrap_or(attempt.now);
        let wanted = wanted(&maps, &read, since);
        if attempt.is_spent() && !wanted.is_empty() {
            // What they would bring has no room today.
            let text = format!("{} sitemaps of the index wait for its budget of another day", wanted.len());
            document.back = Some(Warning { kind: WarningKind::Limit, text, entry: None });
            (document.unfinished, document.older.waiting) = (true, Outstanding::Spent);
            document.maps = Some(attempt.claim.state.standing.maps.clone());
            return Ok(());
        }
        let (mut asked, mut trouble, mut cut, mut is_full) = (0, Vec::new(), Vec::new(), false);
        for map in &wanted {
            let late = self.clock.elapsed().saturating_sub(attempt.started) > BEGUN_WITHIN;
            if asked == MOST_MAPS || late || is_full {
                break;
            }
            asked += 1;
            let before = read.iter().position(|known| known.url == map.url).map(|at| read.remove(at));
            let validators = before.as_ref().filter(|_| attempt.whole.is_none()).map(|known| &known.validators);
            match self.map(attempt, map, validators).await {
                Ok((page, validators)) => {
                    let is_cut = page.is_some_and(|page| {
                        let is_cut = page.parsed.truncated;
                        is_full = join(document, page) > 0;
                        is_cut || is_full
                    });
                    let url = map.url.clone();
                    if is_cut {
                        // It was not read whole: the next poll asks for all of it.
                        cut.push(PublicUrl::read(&map.url).to_string());
                        read.insert(0, MapRead { url, changed: None, validators: Validators::default() });
                    } else {
                        read.insert(0, MapRead { url, changed: map.changed.clone(), validators });
                    }
                }
                Err(failure) => {
                    // Asked again at the next poll, as though it had never been read,
                    // and without validators that may be the reason (P8).
                    trouble.push(format!("{}: {failure}", PublicUrl::read(&map.url)));
                    read.extend(before.map(|known| MapRead {
                        changed: None,
                        validators: if may_be_validators(&failure) { Validators::default() } else { known.validators },
                        ..known
                    }));
                }
            }
        }
        if asked == trouble.len() && asked > 0 {
            return Err(Failure::Unreadable(format!("none of its sitemaps could be read: {}", trouble.join("; "))));
        }
        let left = wanted.len() - asked;
        let all_were_read = left == 0 && trouble.is_empty() && cut.is_empty();
        document.unfinished = !all_were_read || maps.iter().any(|map| map.changed.is_none());
        document.back = said(left, &trouble, &cut);
        let old: HashSet<&str> = maps.iter().filter(|map| is_old(map, since)).map(|map| map.url.as_str()).collect();
        read.sort_by_key(|known| old.contains(known.url.as_str()));
        read.truncate(MOST_REMEMBERED);
        document.maps = Some(read);
        Ok(())
    }

    /// One sitemap, if it is not as it was.
    async fn map(
        &self,
        attempt: &Attempt<'_>,
        map: &Map,
        validators: Option<&Validators>,
    ) -> Result<(Option<Document>, Validators), Failure> {
        let url = Url::parse(&map.url)
            .map_err(|error| Failure::Unreadable(format!("{}: {error}", PublicUrl::read(&map.url))))?;
        let polled = Arc::clone(&attempt.polled);
        let mut request = polled.request(url.clone());
        if let Some(validators) = validators {
            request.validators = validators.clone();
            request.validators_url = Some(url.to_string());
        }
        let heeding = self.heeding(self.turns(attempt.claim, Purpose::Poll), &request, attempt.now);
        let _turn = heeding.turn(&url).await?;
        let answer = fetch::get(&self.net, &request, &heeding, attempt.now).await;
        let now = attempt.now;
        match answer.outcome {
            Outcome::Document(body) => {
                let validators = body.validators.clone();
                let fickle = attempt.claim.state.standing.fickle.clone();
                let host = &attempt.claim.host;
                // The next poll takes its site's lane: this one has taken what comes after it.
                self.readers.weigh(host, &body.bytes);
                match self.readers.read(host, move |work| open(&body, &polled, &fickle, now, work)).await? {
                    Ok(page) => Ok((Some(page), validators)),
                    Err(Failure::Empty(_)) => Ok((None, validators)),
                    Err(failure) => Err(failure),
                }
            }
            Outcome::NotModified { renewed } if renewed.is_empty() => Ok((None, request.validators)),
            Outcome::NotModified { renewed } => Ok((None, renewed)),
            Outcome::Failed(failure) => Err(failure),
        }
    }
}

fn said(left: usize, trouble: &[String], cut: &[String]) -> Option<Warning> {
    let mut text = Vec::new();
    if left > 0 {
        text.push(format!("{left} further sitemaps of the index wait for the next poll"));
    }
    if !trouble.is_empty() {
        text.push(format!("sitemaps that could not be read are asked for again: {}", trouble.join("; ")));
    }
    if !cut.is_empty() {
        text.push(format!("sitemaps that were not read whole are asked for again: {}", cut.join("; ")));
    }
    (!text.is_empty()).then(|| Warning { kind: WarningKind::Limit, text: text.join("; "), entry: None })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_changed_is_read_latest_first() {
        let now = Timestamp::from_millis(1_795_392_000_000);
        let map = |url: &str, days: Option<u64>| Map {
            url: url.to_owned(),
            changed_at: days.map(|days| Timestamp::from_millis(now.millis() - days as i64 * 86_400_000)),
            changed: days.map(|days| format!("{days} days ago")),
        };
        let read = |url: &str, days: u64| MapRead {
            url: url.to_owned(),
            changed: Some(format!("{days} days ago")),
            validators: Validators::default(),
        };
        let check = |maps: &[Map], known: &[MapRead], expected: &[&str]| {
            let urls: Vec<&str> = wanted(maps, known, now).iter().map(|map| map.url.as_str()).collect();
            assert_eq!(urls, expected);
        };
        let maps = [map("old", Some(90)), map("a", Some(2)), map("x", None), map("news", None), map("b", Some(1))];
        check(&maps, &[], &["b", "a", "news", "x"]);
        check(&maps, &[read("b", 1), read("a", 3)], &["a", "news", "x"]);
        check(&maps[..1], &[], &["old"]);
        check(&maps[..1], &[read("old", 90)], &[]);
    }
}
