//! The publishers: what they list, and how they were asked.

use std::collections::BTreeMap;
use std::time::Duration;

use wiredesk::clock::Timestamp;
use wiredesk::model::{Entry, Fingerprint};

use super::promises::Asked;
use crate::contract::{entry, print};
use crate::dice::Dice;

/// How many sources there are. Two live on each host, and two hosts on each site.
pub const SOURCES: usize = 12;

/// Between two items of a source.
const PERIOD_MS: i64 = 45 * 60_000;

/// An item is corrected once, so long after it came.
const CORRECTED_MS: i64 = 100 * 60_000;

/// An item leaves its document after so long.
pub const LISTED: Duration = Duration::from_secs(24 * 3600);

/// The publishers, since a certain time.
pub struct Origin {
    pub begun_at: Timestamp,
    /// Each request, by source.
    pub asked: BTreeMap<usize, Vec<Asked>>,
}

/// What a publisher answers.
pub enum Reply {
    /// Its items, newest first.
    Document(Vec<Item>),
    /// 429, and perhaps for how long.
    Throttled(Option<Duration>),
    /// 500.
    Broken,
}

/// A numbered item in one of its two versions.
#[derive(Clone, Copy)]
pub struct Item {
    pub number: i64,
    pub version: u8,
}

pub fn host_of(source: usize) -> String {
    format!("h{}.site{}.example", source / 2, source / 4)
}

impl Origin {
    /// When an item of a source came.
    pub fn came_at(&self, source: usize, number: i64) -> Timestamp {
        let first = self.begun_at.millis() + i64::try_from(source).unwrap() * 77_000;
        Timestamp::from_millis(first + number * PERIOD_MS)
    }

    /// What a source lists, newest first.
    pub fn listed(&self, source: usize, at: Timestamp) -> Vec<Item> {
        let last = (at.millis() - self.came_at(source, 0).millis()).div_euclid(PERIOD_MS);
        let oldest = at.minus(LISTED);
        let numbers = (0..=last).rev().take_while(|number| self.came_at(source, *number) > oldest);
        let version = |number| u8::from(at.millis() - self.came_at(source, number).millis() > CORRECTED_MS);
        numbers.map(|number| Item { number, version: version(number) }).collect()
    }

    /// A node is gone: its requests end with its connections.
    pub fn ends(&mut self, desk: usize, at: Timestamp) {
        let last = self.asked.values_mut().filter_map(|all| all.last_mut());
        for asked in last.filter(|asked| asked.desk == desk) {
            asked.ended_at = asked.ended_at.min(at);
        }
    }

    /// How a source answers, and how long that takes.
    pub fn answer(&self, source: usize, at: Timestamp, dice: &mut Dice) -> (Reply, Duration) {
        let takes = Duration::from_millis(match dice.throw(20) {
            0 => dice.throw(60_000) as u64,
            _ => 20 + dice.throw(900) as u64,
        });
        let reply = match dice.throw(200) {
            0 => Reply::Throttled(Some(Duration::from_secs(60 * (1 + dice.throw(90) as u64)))),
            1..=6 => Reply::Broken,
            _ => Reply::Document(self.listed(source, at)),
        };
        (reply, takes)
    }
}

/// An item as an entry, with its hashes.
pub fn entry_of(source: usize, item: Item) -> (Entry, Fingerprint) {
    let name = format!("urn:sim:{source}:{}", item.number);
    let mut entry = entry(&name, &format!("Item {} of {source}, version {}", item.number, item.version));
    entry.link = None;
    let print = print(&entry);
    (entry, print)
}
