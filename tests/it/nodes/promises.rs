//! What many nodes together promise, looked at from outside: by who asked when, and by what
//! readers find.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use wiredesk::clock::Timestamp;
use wiredesk::model::EntryId;
use wiredesk::store::{ChangeKind, Changes, Continuity, Entries, Outbox, Seq};

use super::origin::{Origin, SOURCES, host_of};
use crate::contract::feed;
use crate::reference::MemStore;

/// Between starts on a site.
pub const GAP: Duration = Duration::from_secs(2);

/// How often a source is asked.
pub const INTERVAL: Duration = Duration::from_secs(900);

/// What is kept of a failed poll brings a source back no sooner than this (check R12).
const UNSTORED: Duration = Duration::from_secs(60);

/// A request leaves so long after its claim at most, unless its node was held up.
const AT_ONCE: Duration = Duration::from_millis(400);

/// Items that came so long ago have been read, whatever failed meanwhile.
const READ_WITHIN: Duration = Duration::from_secs(18 * 3600);

/// A request, as its publisher sees it.
#[derive(Clone, Copy, Debug)]
pub struct Asked {
    /// The node that asked.
    pub desk: usize,
    pub at: Timestamp,
    pub ended_at: Timestamp,
    /// When the claim was taken that it was made under.
    pub claimed_at: Timestamp,
    /// Whether what the one before brought was not stored.
    pub follows_unstored: bool,
}

impl Asked {
    /// Whether its node stood still between its claim and the request, or could not reach
    /// the store: nobody can take back what such a one does when it goes on.
    fn was_held_up(&self) -> bool {
        self.at.since(self.claimed_at) > AT_ONCE
    }
}

/// What was seen so far.
pub struct Promises {
    told_to: Seq,
    entered: BTreeMap<EntryId, u32>,
    /// Holds of hosts: since when and until when.
    held: BTreeMap<String, Vec<(Timestamp, Timestamp)>>,
}

impl Promises {
    pub fn new() -> Promises {
        Promises { told_to: Seq::START, entered: BTreeMap::new(), held: BTreeMap::new() }
    }

    /// A host's wish to be left alone was stored.
    pub fn hold(&mut self, host: &str, at: Timestamp, until: Timestamp) {
        self.held.entry(host.to_owned()).or_default().push((at, until));
    }

    /// Checks a request when it is made.
    pub fn ask(&self, origin: &Origin, source: usize, asked: Asked) -> Result<(), String> {
        let host = host_of(source);
        if let Some(before) = origin.asked.get(&source).and_then(|all| all.last()) {
            let least = if asked.follows_unstored { UNSTORED } else { INTERVAL };
            // Of one that was held up, the interval begins with its claim.
            let since = if before.was_held_up() { before.claimed_at } else { before.at };
            if asked.at < since.plus(least).minus(AT_ONCE) {
                return Err(format!("source {source} is asked twice in an interval: {before:?}, then {asked:?}"));
            }
        }
        let others =
            origin.asked.iter().filter(|(other, _)| host_of(**other) == host).filter_map(|(_, all)| all.last());
        // The turn of one that was held up may end before its response.
        if let Some(other) = others.into_iter().find(|other| other.ended_at > asked.at && !other.was_held_up()) {
            return Err(format!("{host} is asked twice at once: {other:?}, then {asked:?}"));
        }
        let site = |source: usize| host_of(source).split_once('.').unwrap().1.to_owned();
        let on_site = origin.asked.iter().filter(|(other, _)| site(**other) == site(source));
        let last = on_site.filter_map(|(_, all)| all.last()).filter(|other| !other.was_held_up()).map(|o| o.at).max();
        if let Some(last) = last.filter(|last| !asked.was_held_up() && asked.at < last.plus(GAP).minus(AT_ONCE)) {
            return Err(format!("{} is asked at {last} and then {asked:?}", site(source)));
        }
        let holds = self.held.get(&host).into_iter().flatten();
        match holds.into_iter().find(|(since, until)| *since <= asked.claimed_at && asked.at < *until) {
            Some(hold) => Err(format!("{host} is held, {hold:?}, and is asked: {asked:?}")),
            None => Ok(()),
        }
    }

    /// Checks what readers find.
    pub async fn hour(&mut self, store: &MemStore, origin: &Origin, now: Timestamp) -> Result<(), String> {
        self.follow(store).await?;
        let page = store.feed_page(&feed(), None, usize::MAX).await.expect("a page");
        let mut named: BTreeMap<String, EntryId> = BTreeMap::new();
        for published in &page {
            let (name, id) = (published.entry.id.clone().expect("an id"), published.place.entry);
            if let Some(other) = named.insert(name.clone(), id) {
                return Err(format!("{name} is stored twice, as {other} and {id}"));
            }
            if self.entered.get(&id) != Some(&1) {
                return Err(format!("{name} was told of {:?} times", self.entered.get(&id)));
            }
        }
        if self.entered.len() != page.len() {
            return Err(format!("{} were told of, and {} are there", self.entered.len(), page.len()));
        }
        let ids: BTreeSet<&str> = page.iter().map(|published| published.published_id.as_str()).collect();
        if ids.len() != page.len() {
            return Err("an id is published twice".to_owned());
        }
        let read = now.minus(READ_WITHIN);
        for source in 0..SOURCES {
            let all = (0..).take_while(|number| origin.came_at(source, *number) <= read);
            if let Some(lost) = all.map(|n| format!("urn:sim:{source}:{n}")).find(|name| !named.contains_key(name)) {
                return Err(format!("{lost} is lost"));
            }
        }
        Ok(())
    }

    /// Follows what readers are told, as a publisher does.
    async fn follow(&mut self, store: &MemStore) -> Result<(), String> {
        loop {
            let Changes { all, next, continuity } = store.changes(self.told_to, 100).await.expect("changes");
            if continuity == Continuity::Cut {
                return Err(format!("changes behind {:?} are gone", self.told_to));
            }
            if all.is_empty() {
                return Ok(());
            }
            self.told_to = next;
            for change in all.into_iter().filter(|change| change.kind == ChangeKind::Entered) {
                *self.entered.entry(change.entry.expect("an entry")).or_default() += 1;
            }
        }
    }
}
