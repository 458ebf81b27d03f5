//! An index of sitemaps: which of them are read, and what they bring.
//!
//! An index names everything a site ever published. Only sitemaps that changed since they were
//! last read are requested, the newest first, a few in each poll, each conditionally and in its
//! turn. The rest wait for the next poll.

use std::collections::HashSet;
use std::time::Duration;

use url::Url;

use crate::clock::Timestamp;
use crate::fetch::Ask;
use crate::model::{Failure, Map, MapRead, Outcome, PublicUrl, Purpose, Validators, Warning, WarningKind};
use crate::schedule::lease::BEGUN_WITHIN;
use crate::schedule::may_be_validators;

use super::attempt::Attempt;
use super::document::OpenedDocument;
use super::document::older::Outstanding;
use super::poller::Poller;

/// Most sitemaps that are requested in one poll.
const MOST_MAPS: usize = crate::limits::MAPS_A_POLL.count();
/// Sitemaps that have not changed for this long hold no news.
const OLD: Duration = Duration::from_secs(30 * 86_400);
/// Sitemaps that are remembered, recent ones before old ones.
const MOST_REMEMBERED: usize = crate::limits::MAPS_KEPT.count();

/// The sitemaps to be read now, the likeliest to hold news first: those that changed, latest
/// first, then those that do not say.
fn wanted<'m>(maps: &'m [Map], read: &[MapRead], now: Timestamp) -> Vec<&'m Map> {
    let unchanged =
        |map: &Map| map.changed.is_some() && read.iter().any(|r| r.url == map.url && r.changed == map.changed);
    let mut wanted: Vec<&Map> = maps.iter().filter(|map| !unchanged(map) && !is_old(map, now)).collect();
    let says_news = |map: &Map| map.url.to_ascii_lowercase().contains("news");
    wanted.sort_by_key(|map| (std::cmp::Reverse(map.changed_at), !says_news(map)));
    if wanted.is_empty() && read.is_empty() {
        // Nothing is recent: the latest of all shows that the source can be read.
        wanted.extend(maps.iter().max_by_key(|map| map.changed_at));
    }
    wanted
}

fn is_old(map: &Map, now: Timestamp) -> bool {
    map.changed_at.is_some_and(|at| at.plus(OLD) < now)
}

/// Results of the sitemaps of an index, one after the other.
#[derive(Default)]
struct Course {
    /// What is remembered of each, those read last first.
    known: Vec<MapRead>,
    /// How many were requested.
    asked: usize,
    /// Those that could not be read, and why.
    trouble: Vec<String>,
    /// Those that were not read whole.
    cut: Vec<String>,
    /// Whether there is no room for entries of another sitemap.
    is_full: bool,
}

impl Course {
    /// Takes out what is remembered of a sitemap that is requested now.
    fn ask(&mut self, map: &Map) -> Option<MapRead> {
        self.asked += 1;
        let at = self.known.iter().position(|known| known.url == map.url)?;
        Some(self.known.remove(at))
    }

    /// Notes a sitemap that came, with its entries unless it is unchanged.
    fn came(&mut self, map: &Map, page: Option<OpenedDocument>, validators: Validators, document: &mut OpenedDocument) {
        let is_cut = page.is_some_and(|page| {
            let is_cut = page.parsed.truncated;
            self.is_full = document.join(page) > 0;
            is_cut || self.is_full
        });
        let url = map.url.clone();
        if is_cut {
            // It was not read whole, so the next poll requests all of it.
            self.cut.push(PublicUrl::read(&map.url).to_string());
            self.known.insert(0, MapRead { url, changed: None, validators: Validators::default() });
        } else {
            self.known.insert(0, MapRead { url, changed: map.changed.clone(), validators });
        }
    }

    /// Notes a sitemap that could not be read. The next poll requests it as though it had never
    /// been read, without validators that may be the reason (P8).
    fn failed(&mut self, map: &Map, failure: &Failure, before: Option<MapRead>) {
        self.trouble.push(format!("{}: {failure}", PublicUrl::read(&map.url)));
        self.known.extend(before.map(|known| MapRead {
            changed: None,
            validators: if may_be_validators(failure) { Validators::default() } else { known.validators },
            ..known
        }));
    }

    /// What is remembered of the sitemaps of an index, recent ones before old ones.
    fn remembered(mut self, maps: &[Map], now: Timestamp) -> Vec<MapRead> {
        let old: HashSet<&str> = maps.iter().filter(|map| is_old(map, now)).map(|map| map.url.as_str()).collect();
        self.known.sort_by_key(|known| old.contains(known.url.as_str()));
        self.known.truncate(MOST_REMEMBERED);
        self.known
    }

    /// The warnings if `left` sitemaps were not requested.
    fn told(&self, left: usize) -> Option<Warning> {
        let mut text = Vec::new();
        if left > 0 {
            text.push(format!("{left} further sitemaps of the index wait for the next poll"));
        }
        if !self.trouble.is_empty() {
            text.push(format!("sitemaps that could not be read are requested again: {}", self.trouble.join("; ")));
        }
        if !self.cut.is_empty() {
            text.push(format!("sitemaps that were not read whole are requested again: {}", self.cut.join("; ")));
        }
        (!text.is_empty()).then(|| Warning { kind: WarningKind::Limit, text: text.join("; "), entry: None })
    }
}

impl Poller {
    /// Adds to `document` what changed in the sitemaps that it names.
    pub(super) async fn read_maps(&self, attempt: &Attempt<'_>, document: &mut OpenedDocument) -> Result<(), Failure> {
        let maps = std::mem::take(&mut document.parsed.maps);
        let standing = &attempt.claim.state.standing;
        let mut course = Course { known: standing.maps.clone(), ..Course::default() };
        course.known.retain(|known| maps.iter().any(|map| map.url == known.url));
        // What waits for another day's budget does not age meanwhile.
        let since = standing.behind_since.unwrap_or(attempt.now);
        let wanted = wanted(&maps, &course.known, since);
        if attempt.is_spent() && !wanted.is_empty() {
            // Their entries would not fit today's budget.
            let text = format!("{} sitemaps of the index wait for its budget of another day", wanted.len());
            document.back = Some(Warning { kind: WarningKind::Limit, text, entry: None });
            (document.unfinished, document.older.waiting) = (true, Outstanding::Spent);
            document.maps = Some(standing.maps.clone());
            return Ok(());
        }
        for map in &wanted {
            let late = self.clock.elapsed().saturating_sub(attempt.started) > BEGUN_WITHIN;
            if course.asked == MOST_MAPS || late || course.is_full {
                break;
            }
            let before = course.ask(map);
            let validators = before.as_ref().filter(|_| attempt.whole.is_none()).map(|known| &known.validators);
            match self.map(attempt, map, validators).await {
                Ok((page, validators)) => course.came(map, page, validators, document),
                Err(failure) => course.failed(map, &failure, before),
            }
        }
        if course.asked == course.trouble.len() && course.asked > 0 {
            let why = course.trouble.join("; ");
            return Err(Failure::Unreadable(format!("none of its sitemaps could be read: {why}")));
        }
        let left = wanted.len() - course.asked;
        let all_were_read = left == 0 && course.trouble.is_empty() && course.cut.is_empty();
        document.unfinished = !all_were_read || maps.iter().any(|map| map.changed.is_none());
        document.back = course.told(left);
        document.maps = Some(course.remembered(&maps, since));
        Ok(())
    }

    /// One sitemap, if it changed.
    async fn map(
        &self,
        attempt: &Attempt<'_>,
        map: &Map,
        validators: Option<&Validators>,
    ) -> Result<(Option<OpenedDocument>, Validators), Failure> {
        let url = Url::parse(&map.url)
            .map_err(|error| Failure::Unreadable(format!("{}: {error}", PublicUrl::read(&map.url))))?;
        let mut request = attempt.polled.request(url.clone());
        if let Some(validators) = validators {
            request.validators = validators.clone();
            request.validators_url = Some(url.to_string());
        }
        let ask = Ask::bound(request);
        let response = self.response_to(attempt.claim, &ask, Purpose::Poll, attempt.now).await;
        if let Outcome::NotModified { renewed } = response.outcome {
            return Ok((None, if renewed.is_empty() { ask.request.validators } else { renewed }));
        }
        let received = response.document()?;
        let validators = received.body.validators.clone();
        match self.opened(attempt, received).await {
            Ok(page) => Ok((Some(page), validators)),
            Err(Failure::Empty(_)) => Ok((None, validators)),
            Err(failure) => Err(failure),
        }
    }
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
