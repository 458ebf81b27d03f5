//! How we stand with a source's server.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;
use crate::model::{
    Address, Backlog, Doubt, FreshBy, Freshness, MapRead, NextPoll, Over, Standing, Trust, Unkept, Validators,
};
use crate::store::{Error, Result};

use super::broken;

#[derive(Serialize, Deserialize, Default)]
#[serde(default)]
struct StoredStanding {
    #[serde(skip_serializing_if = "Option::is_none")]
    fresh: Option<StoredFreshness>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hold: Option<(i64, String)>,
    #[serde(skip_serializing_if = "is_zero")]
    refusals: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    gone_at: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stopped_at: Option<i64>,
    /// Of releases that knew the gap between entries alone.
    #[serde(skip_serializing)]
    pace_ms: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    trust: Option<StoredTrust>,
    #[serde(skip_serializing_if = "Option::is_none")]
    wait_ms: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    whole_at: Option<i64>,
    #[serde(skip_serializing_if = "is_zero")]
    breakdowns: u32,
    #[serde(skip_serializing_if = "is_zero")]
    unstored: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    offline_at: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<StoredAddress>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    maps: Vec<StoredMap>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fickle: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    over: Option<(i64, String, u64)>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    over_first: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    behind_since: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    backlog: Option<StoredBacklog>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unkept: Option<(i64, String, u64)>,
}

#[derive(Serialize, Deserialize, Default)]
#[serde(default)]
struct StoredTrust {
    #[serde(skip_serializing_if = "Option::is_none")]
    gap_ms: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    new_at: Option<i64>,
    #[serde(skip_serializing_if = "is_zero")]
    vain: u32,
    #[serde(skip_serializing_if = "is_zero")]
    hidden: u32,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    doubted: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    plainly: bool,
    #[serde(skip_serializing_if = "is_zero")]
    proofs: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    spent_until: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unsent_until: Option<i64>,
}

#[derive(Serialize, Deserialize)]
struct StoredFreshness {
    lifetime_ms: u64,
    age_ms: u64,
    expires: bool,
}

/// Validators are bytes; each stands as the character of its number.
#[derive(Serialize, Deserialize)]
struct StoredMap {
    url: String,
    changed: Option<String>,
    etag: Option<String>,
    last_modified: Option<String>,
}

fn characters(bytes: &Option<Vec<u8>>) -> Option<String> {
    bytes.as_ref().map(|bytes| bytes.iter().copied().map(char::from).collect())
}

fn bytes(characters: Option<String>) -> Option<Vec<u8>> {
    characters.map(|text| text.chars().filter_map(|c| u8::try_from(c).ok()).collect())
}

#[derive(Serialize, Deserialize, Default)]
#[serde(default)]
struct StoredBacklog {
    asked_at: Option<i64>,
    from: Option<String>,
    failing_since: Option<i64>,
    cut: Vec<String>,
    pages: u32,
}

#[derive(Serialize, Deserialize)]
struct StoredAddress {
    current: Option<String>,
    candidate: Option<String>,
    seen: u32,
    failures: u32,
    configured_asked_at: Option<i64>,
}

fn is_zero(n: &u32) -> bool {
    *n == 0
}

fn millis(d: Duration) -> u64 {
    u64::try_from(d.as_millis()).unwrap_or(u64::MAX)
}

/// The stored form of a standing.
///
/// # Errors
/// [`Error::Database`] when it cannot be written as JSON.
pub fn write_standing(s: &Standing) -> Result<String> {
    let address = (s.address != Address::default()).then(|| StoredAddress {
        current: s.address.current.clone(),
        candidate: s.address.candidate.clone(),
        seen: s.address.seen,
        failures: s.address.failures,
        configured_asked_at: s.address.configured_asked_at.map(Timestamp::millis),
    });
    let stored = StoredStanding {
        fresh: s.freshness.map(|f| StoredFreshness {
            lifetime_ms: millis(f.lifetime),
            age_ms: millis(f.age),
            expires: f.by == FreshBy::Expires,
        }),
        hold: s.hold.as_ref().map(|hold| (hold.at.millis(), hold.because.clone())),
        refusals: s.refusals,
        gone_at: s.gone_at.map(Timestamp::millis),
        stopped_at: s.stopped_at.map(Timestamp::millis),
        pace_ms: None,
        trust: (s.trust != Trust::default()).then(|| stored_trust(&s.trust)),
        wait_ms: s.wait.map(millis),
        whole_at: s.whole_at.map(Timestamp::millis),
        breakdowns: s.breakdowns,
        unstored: s.unstored,
        offline_at: s.offline_at.map(Timestamp::millis),
        address,
        maps: s.maps.iter().map(stored_map).collect(),
        fickle: s.fickle.clone(),
        over: s.over.as_ref().map(|over| (over.since.millis(), over.budget.clone(), over.waiting)),
        over_first: s.over.as_ref().is_some_and(|over| over.first),
        behind_since: s.behind_since.map(Timestamp::millis),
        backlog: (s.backlog != Backlog::default()).then(|| stored_backlog(&s.backlog)),
        unkept: s.unkept.as_ref().map(|lost| (lost.since.millis(), lost.budget.clone(), lost.versions)),
    };
    serde_json::to_string(&stored).map_err(broken)
}

fn address(stored: StoredAddress) -> Address {
    let StoredAddress { current, candidate, seen, failures, configured_asked_at } = stored;
    let configured_asked_at = configured_asked_at.map(Timestamp::from_millis);
    Address { current, candidate, seen, failures, configured_asked_at }
}

fn stored_backlog(b: &Backlog) -> StoredBacklog {
    let Backlog { asked_at, from, failing_since, cut, pages } = b.clone();
    let [asked_at, failing_since] = [asked_at, failing_since].map(|at| at.map(Timestamp::millis));
    StoredBacklog { asked_at, from, failing_since, cut, pages }
}

fn backlog(stored: StoredBacklog) -> Backlog {
    let StoredBacklog { asked_at, from, failing_since, cut, pages } = stored;
    let [asked_at, failing_since] = [asked_at, failing_since].map(|at| at.map(Timestamp::from_millis));
    Backlog { asked_at, from, failing_since, cut, pages }
}

fn stored_trust(t: &Trust) -> StoredTrust {
    let Trust { gap, new_at, vain, hidden, doubt, proofs, spent_until, unsent_until } = *t;
    let instant = |at: Option<Timestamp>| at.map(Timestamp::millis);
    StoredTrust {
        gap_ms: gap.map(millis),
        new_at: instant(new_at),
        vain,
        hidden,
        doubted: doubt != Doubt::None,
        plainly: doubt == Doubt::Plain,
        proofs,
        spent_until: instant(spent_until),
        unsent_until: instant(unsent_until),
    }
}

/// Documents come no more often than their entries, and nobody counted them
/// before: a day is what was waited for then.
fn trust(t: StoredTrust, pace_ms: Option<u64>) -> Trust {
    const DAY_MS: u64 = 86_400_000;
    let gap = t.gap_ms.or(pace_ms.map(|pace| pace.max(DAY_MS))).map(Duration::from_millis);
    let instant = |at: Option<i64>| at.map(Timestamp::from_millis);
    Trust {
        gap,
        new_at: instant(t.new_at),
        vain: t.vain,
        hidden: t.hidden,
        doubt: match (t.doubted, t.plainly) {
            (false, _) => Doubt::None,
            (true, false) => Doubt::Perhaps,
            (true, true) => Doubt::Plain,
        },
        proofs: t.proofs,
        spent_until: instant(t.spent_until),
        unsent_until: instant(t.unsent_until),
    }
}

fn stored_map(map: &MapRead) -> StoredMap {
    let (etag, last_modified) = (characters(&map.validators.etag), characters(&map.validators.last_modified));
    StoredMap { url: map.url.clone(), changed: map.changed.clone(), etag, last_modified }
}

fn map_read(map: StoredMap) -> MapRead {
    let validators = Validators { etag: bytes(map.etag), last_modified: bytes(map.last_modified) };
    MapRead { url: map.url, changed: map.changed, validators }
}

/// Reads [`write_standing`]'s form.
///
/// # Errors
/// [`Error::Corrupt`] when it is none.
pub fn read_standing(stored: &str) -> Result<Standing> {
    let s: StoredStanding =
        serde_json::from_str(stored).map_err(|e| Error::Corrupt(format!("standing of a source: {e}")))?;
    let instant = |at: Option<i64>| at.map(Timestamp::from_millis);
    Ok(Standing {
        freshness: s.fresh.map(|f| Freshness {
            lifetime: Duration::from_millis(f.lifetime_ms),
            age: Duration::from_millis(f.age_ms),
            by: if f.expires { FreshBy::Expires } else { FreshBy::MaxAge },
        }),
        hold: s.hold.map(|(at, because)| NextPoll { at: Timestamp::from_millis(at), because }),
        refusals: s.refusals,
        gone_at: instant(s.gone_at),
        stopped_at: instant(s.stopped_at),
        trust: trust(s.trust.unwrap_or_default(), s.pace_ms),
        wait: s.wait_ms.map(Duration::from_millis),
        whole_at: instant(s.whole_at),
        breakdowns: s.breakdowns,
        unstored: s.unstored,
        offline_at: instant(s.offline_at),
        address: s.address.map(address).unwrap_or_default(),
        maps: s.maps.into_iter().map(map_read).collect(),
        fickle: s.fickle,
        over: s.over.map(|(since, budget, waiting)| {
            let since = Timestamp::from_millis(since);
            Over { since, budget, waiting, first: s.over_first }
        }),
        behind_since: instant(s.behind_since),
        backlog: s.backlog.map(backlog).unwrap_or_default(),
        unkept: s.unkept.map(|(since, budget, versions)| {
            let since = Timestamp::from_millis(since);
            Unkept { since, budget, versions }
        }),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_standing_comes_back_as_it_was() {
        let at = Timestamp::from_millis(1_795_392_000_123);
        let full = Standing {
            freshness: Some(Freshness {
                lifetime: Duration::from_secs(600),
                age: Duration::from_secs(3),
                by: FreshBy::Expires,
            }),
            hold: Some(NextPoll { at, because: "asked".to_owned() }),
            refusals: 3,
            gone_at: Some(at),
            stopped_at: Some(at),
            trust: Trust {
                gap: Some(Duration::from_millis(7)),
                new_at: Some(at),
                vain: 1,
                hidden: 2,
                doubt: Doubt::Plain,
                proofs: 3,
                spent_until: Some(at),
                unsent_until: Some(at),
            },
            wait: Some(Duration::from_millis(8)),
            whole_at: Some(at),
            breakdowns: 2,
            unstored: 4,
            offline_at: Some(at),
            address: Address {
                current: Some("https://a.example/".to_owned()),
                candidate: Some("https://b.example/".to_owned()),
                seen: 1,
                failures: 2,
                configured_asked_at: Some(at),
            },
            maps: vec![MapRead {
                url: "https://a.example/1.xml".to_owned(),
                changed: Some("2026-11-21".to_owned()),
                validators: Validators { etag: Some(b"\"\xe9\"".to_vec()), last_modified: None },
            }],
            fickle: vec!["tid".to_owned()],
            over: Some(Over { since: at, budget: "3 new entries a day".to_owned(), waiting: 2, first: true }),
            behind_since: Some(at),
            backlog: Backlog {
                asked_at: Some(at),
                from: Some("https://a.example/back/3".to_owned()),
                failing_since: Some(at),
                cut: vec!["https://a.example/back/4".to_owned()],
                pages: 7,
            },
            unkept: Some(Unkept { since: at, budget: "4 MiB of text a day".to_owned(), versions: 5 }),
        };
        for standing in [full, Standing::default()] {
            assert_eq!(read_standing(&write_standing(&standing).unwrap()).unwrap(), standing);
        }
        assert_eq!(write_standing(&Standing::default()).unwrap(), "{}");
        let old = read_standing("{\"pace_ms\":60000,\"whole_at\":5}").unwrap();
        assert_eq!(old.trust, Trust { gap: Some(Duration::from_secs(86_400)), ..Trust::default() });
        assert!(matches!(read_standing("["), Err(Error::Corrupt(_))));
    }
}
