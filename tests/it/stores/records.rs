//! What the small numbers of a script stand for.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use wiredesk::clock::Timestamp;
use wiredesk::model::{
    Carrier, Change, Content, Entry, EntryId, EntryKey, FeedId, Fingerprint, Hold, HoldScope, Host, Markup, NextPoll,
    Over, Route, SourceId, Validators, digest,
};
use wiredesk::store::rules::first_place;
use wiredesk::store::{
    Claim, Counted, Earlier, Editions, Followed, Found, Labels, NewEntry, PollNote, PollRecord, Revision, RulesId,
    Share, SourcePlan,
};

use super::script::{AsKnown, Item, Poll};
use crate::contract::{now, print, source};

pub const MINUTE: Duration = Duration::from_secs(60);
pub const HOUR: Duration = Duration::from_secs(3600);

/// How many sources there are, and feeds.
pub const SOURCES: u8 = 8;
pub const FEEDS: u8 = 3;

/// Names of entries from this one on are the same entries in all sources.
pub const SHARED: u8 = 6;

const WORDS: [&str; 4] = ["mayor", "harbour", "budget", "ferry"];

pub fn named(n: u8) -> SourceId {
    source(&format!("s{n}"))
}

pub fn feed_of(n: u8) -> FeedId {
    FeedId::new(["city", "port", "world"][usize::from(n % FEEDS)]).unwrap()
}

/// The feeds whose bits are set.
pub fn feeds_in(bits: u8) -> Vec<FeedId> {
    (0..FEEDS).filter(|n| bits & (1 << n) != 0).map(feed_of).collect()
}

pub fn word(n: u8) -> &'static str {
    WORDS[usize::from(n) % WORDS.len()]
}

pub fn host_of(n: u8) -> Host {
    let (name, proxy) = match n {
        0 | 1 => ("one.example", ""),
        2 => ("x.site.example", ""),
        3 => ("y.site.example", ""),
        4 | 5 => ("z.site.example", "http://proxy.example/"),
        _ => return Host { name: format!("s{n}.example"), proxy: String::new() },
    };
    Host { name: name.to_owned(), proxy: proxy.to_owned() }
}

/// A source as it is configured: by the bits of `variant` with another URL, a shorter
/// interval, at another host, with another budget.
pub fn planned_as(n: u8, variant: u8) -> SourcePlan {
    let has = |bit: u8| variant & (1 << bit) != 0;
    let host = if has(2) { host_of(n + SOURCES) } else { host_of(n) };
    let path = if has(0) { "other" } else { "feed" };
    SourcePlan {
        source: named(n),
        url: format!("https://{}/{n}/{path}", host.name),
        host,
        first: NextPoll { at: now().plus(Duration::from_millis(u64::from(n) * 1_700)), because: "first".to_owned() },
        interval: if has(1) { 5 * MINUTE } else { 15 * MINUTE },
        budgets: [if has(3) { "100 entries".to_owned() } else { "1000 entries".to_owned() }, String::new()],
    }
}

fn key_of(source: u8, name: u8) -> EntryKey {
    EntryKey::of("id", &[&id_of(source, name)])
}

fn id_of(source: u8, name: u8) -> String {
    if name < SHARED { format!("urn:x:{source}:{name}") } else { format!("urn:x:shared:{name}") }
}

/// An entry with one of its texts.
pub fn entry_of(source: u8, name: u8, text: u8) -> Entry {
    let mut entry = Entry::new(key_of(source, name));
    entry.id = Some(id_of(source, name));
    entry.title = format!("{source} {name} {} {text}", word(text));
    // Two entries stand on each page.
    entry.link = Some(format!("https://s{source}.example/{}", name / 2));
    let text = format!("<p>{} in full</p>", entry.title);
    entry.content = Some(Content { markup: Markup::Html(text), base: None });
    entry
}

pub fn print_of(entry: &Entry) -> Fingerprint {
    Fingerprint { id: entry.id.as_deref().map(digest), ..print(entry) }
}

/// What feeds say of an entry, two bits for each: nothing, out, in.
pub fn routes_of(bits: u8) -> Vec<Route> {
    let said = (0..FEEDS).map(|n| (n, (bits >> (2 * n)) & 3)).filter(|(_, said)| *said > 0);
    said.map(|(n, said)| Route {
        feed: feed_of(n),
        admitted: said > 1,
        score: None,
        because: vec![format!("said {said}")],
        parts: vec![],
        hits: vec![],
    })
    .collect()
}

pub fn editions(edition: u8, feeds: u8, labels: u8) -> Editions {
    let feeds = feeds_in(feeds).into_iter().map(|feed| (feed, format!("e{edition}"))).collect();
    let of = |n: u8| Labels {
        tags: vec![],
        language: Some(if labels & (1 << (n % 4)) != 0 { "fi" } else { "en" }.to_owned()),
        ..Labels::default()
    };
    Editions { feeds, labels: Arc::new((0..SOURCES).map(|n| (named(n), of(n))).collect()) }
}

/// All feeds' rules of this edition, and the labels that come with it.
pub fn rules_of(edition: u8) -> RulesId {
    RulesId::of(&editions(edition, 7, 0))
}

/// What a poll of `claim` commits.
pub fn record_of(poll: &Poll, claim: Claim, known: &BTreeMap<(u8, u8), EntryId>, at: Timestamp) -> PollRecord {
    let Poll { source, succeeded, .. } = *poll;
    let found = poll
        .found
        .as_ref()
        .map(|items| items.iter().map(|item| found_of(item, source, &claim, known, at)).collect::<Vec<Found>>());
    let hold = poll.hold.map(|(ms, pages)| Hold {
        host: claim.host.clone(),
        scope: if pages { HoldScope::Pages } else { HoldScope::Everything },
        strikes: claim.strikes + 1,
        until: at.plus(Duration::from_millis(ms)),
        because: format!("{} answered 429", claim.host.name),
    });
    let released = poll.released.iter().filter_map(|name| known.get(&(source, *name)).copied()).collect();
    let mut state = claim.state.clone();
    state.polls += 1;
    state.documents += u64::from(found.is_some());
    state.last_poll_at = Some(at);
    state.failures = if succeeded { 0 } else { state.failures + 1 };
    if succeeded {
        state.last_success_at = Some(at);
        state.standing.wait = Some(15 * MINUTE);
    }
    state.last_outcome = format!("ended as {}", poll.title);
    state.validators = Validators { etag: Some(vec![b'"', poll.title, 0xff]), last_modified: None };
    state.validators_url = Some(format!("https://s{source}.example/"));
    state.body_hash = found.is_some().then_some(u128::from(poll.title));
    state.standing.hold = hold.as_ref().map(|hold| NextPoll { at: hold.until, because: hold.because.clone() });
    let over = || Over { since: at, budget: "1000 entries".to_owned(), waiting: 3, first: false };
    state.standing.over = poll.is_over.then(over);
    state.carrier = Carrier { title: format!("Title {}", poll.title), updated_at: Some(at), ..Carrier::default() };
    state.warnings = (0..poll.warnings).map(|n| format!("warning {n}")).collect();
    // No two are due at the same instant.
    let wait = 15 * MINUTE + Duration::from_millis(u64::from(source) * 3);
    state.next = NextPoll { at: at.plus(wait), because: "every 15m".to_owned() };
    let kind = match (&found, succeeded) {
        (Some(_), _) => "document",
        (None, true) => "not-modified",
        (None, false) => "status",
    };
    let text = format!("{kind} {}", poll.title);
    let shares = if poll.has_shares { Share { places: 4, most: 1 } } else { Share { places: 50, most: 10 } };
    PollRecord {
        host: poll.moved_to.map_or_else(|| claim.host.clone(), host_of),
        at,
        note: PollNote { kind, text, status: Some(200), duration: MINUTE, wire_bytes: 9 },
        state,
        found,
        released,
        decided_by: rules_of(poll.rules),
        shares: Arc::new((0..FEEDS).map(|n| (feed_of(n), shares)).collect()),
        hold,
        succeeded,
        warnings_told: poll.warnings.into(),
        counted: if poll.is_over { Counted::Texts } else { Counted::All },
        claim,
    }
}

fn found_of(item: &Item, source: u8, claim: &Claim, known: &BTreeMap<(u8, u8), EntryId>, at: Timestamp) -> Found {
    let Item { name, text, wants_article, .. } = *item;
    let mut entry = entry_of(source, name, text);
    entry.published = item.dated.map(|hours| at.minus(HOUR * hours.into()));
    let (print, routes) = (print_of(&entry), routes_of(item.routes));
    let Some(&id) = known.get(&(source, name)) else {
        let sort_at = first_place(&claim.state, entry.dated(), at);
        return Found::New(Box::new(NewEntry {
            entry,
            print,
            sort_at,
            routes,
            wants_article,
            words: None,
            reading: None,
            copy: None,
        }));
    };
    let (change, earlier) = match item.as_known {
        AsKnown::Same => return Found::Same(id),
        AsKnown::Rekeyed(other) => return Found::Rekeyed { entry: id, key: key_of(source, other), print },
        AsKnown::Followed => {
            return Found::Followed(Box::new(Followed { id, entry: entry.into(), print, routes }));
        }
        AsKnown::Material => (Change::Material, Earlier::Kept),
        AsKnown::Cosmetic => (Change::Cosmetic, Earlier::Kept),
        AsKnown::Replaced => (Change::Material, Earlier::Replaced),
    };
    Found::Revised(Box::new(Revision { id, change, entry: entry.into(), print, routes, wants_article, earlier }))
}
