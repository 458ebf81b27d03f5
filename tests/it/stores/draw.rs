//! Scripts out of a seed. Whoever draws knows no store: what may be answered is no part of
//! what is drawn.

use super::records::{FEEDS, SHARED, SOURCES};
use super::script::{AsKnown, Deciding, Item, Page, Poll, Script, Step, Under};
use crate::dice::Dice;

const SECOND: u64 = 1_000;
const MINUTE: u64 = 60 * SECOND;
const DAY: u64 = 24 * 60 * MINUTE;

/// Names of entries of one source.
const NAMES: u8 = 9;

/// What is drawn.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Topics {
    All,
    /// What the reference store knows: no rematches, and no clock that is set back.
    OfReference,
}

/// The script of a seed, with so many steps behind its first ones.
pub fn script(seed: u64, steps: usize, topics: Topics) -> Script {
    let mut drawing = Drawing { dice: Dice::of(seed), polled: None };
    let gap_ms = [0, SECOND][drawing.dice.throw(2)];
    let all = (0..SOURCES).map(|n| (n, 0)).collect();
    let mut script = vec![Step::Configure { sources: all, feeds: 7 }, Step::Join { node: 0 }, Step::Join { node: 1 }];
    while script.len() < steps + 3 {
        let step = drawing.step();
        let is_known = match &step {
            Step::SetBack { .. }
            | Step::TakeRules { .. }
            | Step::OfferRules { .. }
            | Step::BeginRematch { .. }
            | Step::Settle => topics == Topics::All,
            Step::Reroute { by, .. } => topics == Topics::All || *by != Deciding::Step,
            _ => true,
        };
        if is_known {
            script.push(step);
        }
    }
    Script { gap_ms, steps: script }
}

struct Drawing {
    dice: Dice,
    /// A source that was claimed a moment ago.
    polled: Option<u8>,
}

impl Drawing {
    fn step(&mut self) -> Step {
        // Most of what is claimed is polled.
        if let Some(source) = self.polled.take()
            && self.dice.happens(80)
        {
            return Step::Commit(self.poll(source, Under::Latest));
        }
        match self.dice.throw(100) {
            0..=13 => self.wait(),
            14..=40 => self.claim(),
            41..=52 => self.of_claims(),
            53..=58 => self.of_configuration(),
            59..=62 => self.of_nodes(),
            63..=72 => self.article(),
            73..=88 => self.past(),
            _ => self.upkeep(),
        }
    }

    fn source(&mut self) -> u8 {
        self.dice.small(SOURCES)
    }

    fn some_of(&mut self, all: u8, percent: usize) -> Vec<u8> {
        (0..all).filter(|_| self.dice.happens(percent)).collect()
    }

    fn wait(&mut self) -> Step {
        let most = match self.dice.throw(12) {
            0..=3 => 2 * SECOND,
            4..=6 => 3 * MINUTE,
            7..=10 => 20 * MINUTE,
            _ => 2 * DAY,
        };
        Step::Wait { ms: 1 + self.dice.throw(usize::try_from(most).unwrap()) as u64 }
    }

    fn claim(&mut self) -> Step {
        let node = self.dice.small(2);
        if self.dice.happens(25) {
            return Step::ClaimDue { node, limit: 1 + self.dice.throw(6) };
        }
        let source = self.source();
        self.polled = Some(source);
        let mut sources = vec![source];
        if self.dice.happens(20) {
            sources.extend(self.some_of(SOURCES + 1, 25).into_iter().filter(|other| *other != source));
        }
        let floor_ms = if self.dice.happens(30) { MINUTE } else { 0 };
        Step::ClaimNamed { node, sources, floor_ms }
    }

    fn of_claims(&mut self) -> Step {
        let source = self.source();
        match self.dice.throw(8) {
            0 => Step::Turn { source, host: self.dice.small(2 * SOURCES), is_page: self.dice.happens(40) },
            1 => Step::Renew { source },
            2 => Step::Release { source },
            3 | 4 => Step::Commit(self.poll(source, Under::Latest)),
            5 => Step::Commit(self.poll(source, Under::Former)),
            6 => Step::NextDue,
            _ => {
                let names = self.some_of(NAMES, 40);
                Step::Known { source, names }
            }
        }
    }

    fn of_configuration(&mut self) -> Step {
        match self.dice.throw(8) {
            0..=2 => {
                let kept = self.some_of(SOURCES, 85);
                let sources =
                    kept.into_iter().map(|n| (n, if self.dice.happens(30) { self.dice.small(16) } else { 0 }));
                let sources = sources.collect();
                Step::Configure { sources, feeds: if self.dice.happens(30) { self.dice.small(8) } else { 7 } }
            }
            3 => Step::Overdue { limit: 1 + self.dice.throw(3) },
            4 => Step::Respread { sources: self.some_of(SOURCES + 1, 30), ms: self.dice.throw(600_000) as u64 },
            5 => Step::Absolve { sources: self.some_of(SOURCES, 30), ms: self.dice.throw(600_000) as u64 },
            6 => Step::SetBack { ms: self.dice.throw(7_200_000) as u64 },
            _ => Step::Reopen,
        }
    }

    fn of_nodes(&mut self) -> Step {
        let node = self.dice.small(3);
        match self.dice.throw(4) {
            0 => Step::Leave { node },
            1 => Step::Beat { node },
            _ => Step::Join { node },
        }
    }

    fn poll(&mut self, source: u8, under: Under) -> Poll {
        let read = self.dice.happens(80);
        let mut names = self.some_of(NAMES, 40);
        if self.dice.happens(50) {
            names.reverse();
        }
        let found = names.into_iter().map(|name| self.item(name)).collect();
        let held_ms = self.dice.throw(7_200_000) as u64;
        Poll {
            source,
            under,
            found: Some(found).filter(|_| read),
            released: if self.dice.happens(10) { self.some_of(NAMES, 30) } else { vec![] },
            succeeded: read || self.dice.happens(50),
            hold: self.dice.happens(10).then(|| (held_ms, self.dice.happens(30))),
            moved_to: self.dice.happens(5).then(|| self.dice.small(SOURCES)),
            rules: self.dice.small(2),
            title: self.dice.small(3),
            is_over: self.dice.happens(8),
            has_shares: self.dice.happens(40),
            warnings: self.dice.small(3),
        }
    }

    fn item(&mut self, name: u8) -> Item {
        let as_known = match self.dice.throw(10) {
            0..=3 => AsKnown::Same,
            4 | 5 => AsKnown::Material,
            6 => AsKnown::Cosmetic,
            7 => AsKnown::Replaced,
            8 => AsKnown::Followed,
            _ => AsKnown::Rekeyed(self.dice.small(SHARED)),
        };
        Item {
            name,
            text: self.dice.small(8),
            as_known,
            routes: self.routes(),
            wants_article: self.dice.happens(25),
            dated: self.dice.happens(40).then(|| self.dice.small(48)),
        }
    }

    fn routes(&mut self) -> u8 {
        (0..FEEDS).fold(0, |all, n| all | ([0, 1, 2, 2][self.dice.throw(4)] << (2 * n)))
    }

    fn article(&mut self) -> Step {
        let (source, nth) = (self.source(), self.dice.throw(3));
        match self.dice.throw(8) {
            0..=2 => Step::ClaimArticles { node: self.dice.small(2) },
            3 => Step::BeginArticle { source, nth, ms: self.dice.throw(600_000) as u64 },
            4..=6 => {
                let came = match self.dice.throw(4) {
                    0 => Page::Nothing,
                    1 => Page::Later,
                    _ => Page::Text(self.routes()),
                };
                Step::CommitArticle { source, nth, came, rules: self.dice.small(2) }
            }
            _ => Step::EndArticles { source },
        }
    }

    fn past(&mut self) -> Step {
        let (edition, feeds, labels) = (self.dice.small(2), self.dice.small(8), self.dice.small(2));
        let feeds = if self.dice.happens(50) { 7 } else { feeds };
        match self.dice.throw(10) {
            0 | 1 => Step::TakeRules { edition, feeds, labels },
            2 => Step::OfferRules { edition, feeds, labels },
            3 | 4 => Step::BeginRematch { feeds, edition, labels, as_new: self.dice.happens(50) },
            5 => Step::Settle,
            _ => Step::Reroute {
                feeds,
                entries: 1 + self.dice.throw(20),
                routes: (0..=self.dice.throw(3)).map(|_| self.routes()).collect(),
                as_new: self.dice.happens(50),
                by: match self.dice.throw(8) {
                    0..=2 => Deciding::Freely,
                    3..=5 => Deciding::Step,
                    6 => Deciding::Again(self.dice.small(2)),
                    _ => Deciding::OldText,
                },
            },
        }
    }

    fn upkeep(&mut self) -> Step {
        match self.dice.throw(9) {
            0 | 1 => Step::Index,
            2 | 3 => Step::Search { word: self.dice.small(4) },
            4 | 5 => Step::DateDocument {
                feed: self.dice.small(4),
                format: self.dice.small(2),
                document: self.dice.small(3),
            },
            6 => Step::Prune { days: [400, 40][self.dice.throw(2)] },
            7 => Step::PruneChanges { ms: self.dice.throw(7_200_000) as u64, limit: 1 + self.dice.throw(20) },
            _ => Step::NoteLine { since_ms: self.dice.happens(50).then(|| self.dice.throw(60_000) as u64) },
        }
    }
}
