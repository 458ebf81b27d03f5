//! Random sequences of documents of one source against a simple model: items
//! that a publisher adds, edits, moves, renumbers, removes and brings back.
//!
//! `SEQUENCES=100000 cargo test --lib sequences` runs as many by hand.

use std::collections::{HashMap, HashSet};

use super::*;
use crate::model::keys::id_key;

/// How a publisher names its items.
#[derive(Clone, Copy, Debug)]
enum Names {
    /// An id of its own each, for good.
    Stable,
    /// No ids; a page each.
    Missing,
    /// The id is the position in the document.
    Numbered,
    /// One id and one link for all.
    Shared,
    /// No ids, and a link with a token that is new in each document.
    Tokens,
    /// An id that is new in each document.
    Renewed,
    /// No ids, and a link with one of two tokens in turn.
    Turns,
    /// No ids, and a link with a token of one name or another in turn.
    OtherTurns,
    /// A headline alone, and the date of the document's making.
    Headlines,
    /// No ids, and a link whose parameters stand in another order in each document.
    Orders,
    /// No ids, and a link that is the position in the document.
    Positions,
    /// No ids, and an anchor each on one page.
    Anchors,
}

const NAMES: [Names; 12] = [
    Names::Stable,
    Names::Missing,
    Names::Numbered,
    Names::Shared,
    Names::Tokens,
    Names::Renewed,
    Names::Turns,
    Names::OtherTurns,
    Names::Headlines,
    Names::Orders,
    Names::Positions,
    Names::Anchors,
];

impl Names {
    /// Whether an edited item can still be recognised. A headline without a text is all
    /// there is of an item; and when an item leaves a position in a list, or is edited
    /// there, nothing distinguishes it from another one that takes the position.
    fn lets_edit(self) -> bool {
        !matches!(self, Names::Headlines | Names::Positions)
    }

    fn lets_remove(self) -> bool {
        !matches!(self, Names::Positions)
    }

    /// Whether an item that comes back after a while is recognised by its id or URL.
    fn lets_return(self) -> bool {
        !matches!(self, Names::Tokens | Names::Turns | Names::OtherTurns)
    }
}

/// A multiplicative generator: the same numbers for the same seed everywhere.
struct Dice(u64);

impl Dice {
    fn throw(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % sides
    }
}

#[derive(Clone)]
struct Item {
    number: usize,
    edits: usize,
    moves: usize,
}

/// What a store remembers of one source.
#[derive(Default)]
struct Memory {
    entries: Vec<Known>,
    window: Vec<usize>,
}

impl Memory {
    /// What a store answers: the window, and what has one of the keys or pages.
    fn known(&self, entries: &[Entry], readings: &[EntryReading]) -> Vec<Known> {
        let mut found: Vec<usize> = self.window.clone();
        let mut seen: HashSet<usize> = found.iter().copied().collect();
        for asked in questions(entries, readings) {
            let mut of_page = 0;
            for (at, known) in self.entries.iter().enumerate() {
                let page = asked.page.is_some() && known.print.page == asked.page && of_page < 5;
                of_page += usize::from(page);
                if (asked.keys.contains(&known.key) || page) && seen.insert(at) {
                    found.push(at);
                }
            }
        }
        found.into_iter().map(|at| self.entries[at].clone()).collect()
    }

    /// Stores a document as a store does; returns the number of each entry.
    fn commit(&mut self, entries: &[Entry], recognised: &Recognised) -> Vec<usize> {
        for id in &recognised.released {
            self.entries[id.0 as usize].key = EntryKey::of("released", &[&id.to_string()]);
        }
        let mut numbers = Vec::new();
        for ((entry, verdict), print) in entries.iter().zip(&recognised.verdicts).zip(&recognised.prints) {
            let number = match verdict {
                Verdict::New => {
                    let id = EntryId(self.entries.len() as i64);
                    let (key, print) = (EntryKey::of("mine", &[&id.to_string()]), *print);
                    self.entries.push(Known { entry: id, key, print, first_seen_at: SEEN, revisions: 1 });
                    id.0 as usize
                }
                Verdict::Same(id) | Verdict::Rekeyed(id) | Verdict::Followed(id) | Verdict::Revised(id, _) => {
                    id.0 as usize
                }
            };
            if !matches!(verdict, Verdict::Same(_)) {
                let taken = self.entries.iter().any(|k| k.key == entry.key && k.entry.0 as usize != number);
                assert!(!taken, "the key of {entry:?} belongs to another: the poll would be refused");
                self.entries[number].key = entry.key;
                self.entries[number].print = *print;
            }
            numbers.push(number);
        }
        self.window.clone_from(&numbers);
        numbers
    }
}

fn entry(item: &Item, at: usize, poll: usize, names: Names) -> Entry {
    let n = item.number;
    let page = match names {
        Names::Shared => "https://c.example/board".to_owned(),
        Names::Tokens => format!("https://c.example/{n}?tid={poll}"),
        Names::Turns => format!("https://c.example/{n}?tid={}", poll % 2),
        Names::OtherTurns => format!("https://c.example/{n}?{}={poll}", ["sid", "ts"][poll % 2]),
        Names::Headlines => String::new(),
        Names::Orders if poll.is_multiple_of(2) => format!("https://c.example/n?id={n}&lang=en&x=%2c"),
        Names::Orders => format!("https://c.example/n?x=%2C&lang=en&id={n}"),
        Names::Positions => format!("https://c.example/latest/{at}"),
        Names::Anchors => format!("https://c.example/live#p{n}"),
        _ => format!("https://c.example/{n}{}", "/".repeat(item.moves % 2)),
    };
    let id = match names {
        Names::Stable => format!("urn:x:{n}"),
        Names::Numbered => at.to_string(),
        Names::Shared => "urn:x:board".to_owned(),
        Names::Renewed => format!("urn:x:{n}:{poll}"),
        _ => String::new(),
    };
    // An edit changes the headline of one item, the text of the next.
    let version = |of| if item.edits > 0 && n % 2 == of { format!(", version {}", item.edits) } else { String::new() };
    let (title, text) = (format!("Item {n}{}", version(0)), format!("The text of {n}{}.", version(1)));
    let (text, hour) = if matches!(names, Names::Headlines) { ("", 1000 + poll) } else { (text.as_str(), n + 1) };
    let mut e = item_of(&id, &page, &title, text, hour as i64);
    e.key = id_key(&e).unwrap_or(e.key);
    e
}

fn item_of(id: &str, page: &str, title: &str, text: &str, hour: i64) -> Entry {
    super::item(id, page, title, text, hour)
}

fn sequence(seed: u64) {
    let mut dice = Dice(seed);
    let names = NAMES[dice.throw(NAMES.len())];
    // Whether the only headline of a document is dated by it cannot be known.
    let least = if matches!(names, Names::Headlines) { 2 } else { 1 };
    let (mut memory, mut list, mut gone): (Memory, Vec<Item>, Vec<Item>) = Default::default();
    let (mut next, mut owner): (usize, HashMap<usize, usize>) = Default::default();
    for poll in 0..8 {
        for _ in 0..=dice.throw(3) {
            match dice.throw(6) {
                0 | 1 => {
                    list.insert(0, Item { number: next, edits: 0, moves: 0 });
                    next += 1;
                }
                2 if !list.is_empty() && names.lets_edit() => {
                    let at = dice.throw(list.len());
                    list[at].edits += 1;
                }
                3 if list.len() > 1 => {
                    let (a, b) = (dice.throw(list.len()), dice.throw(list.len()));
                    list.swap(a, b);
                }
                4 if list.len() > least && names.lets_remove() => gone.push(list.remove(dice.throw(list.len()))),
                5 if !gone.is_empty() && names.lets_return() => {
                    let item = gone.swap_remove(dice.throw(gone.len()));
                    list.push(item);
                }
                _ => {}
            }
        }
        if list.len() < least {
            continue;
        }
        let mut entries: Vec<Entry> = list.iter().enumerate().map(|(at, i)| entry(i, at, poll, names)).collect();
        drop_repeated(&mut entries, Format::Rss2);
        assert_eq!(entries.len(), list.len(), "seed {seed}, {names:?}: nothing is dropped");
        let readings: Vec<EntryReading> = entries.iter().map(|e| read(e, &[])).collect();
        let known = memory.known(&entries, &readings);
        let recognised = recognise(&mut entries, &readings, &known, 0);
        let numbers = memory.commit(&entries, &recognised);
        for (item, number) in list.iter().zip(numbers) {
            let before = owner.iter().find(|(_, n)| **n == number).map(|(item, _)| *item);
            let of = *owner.entry(item.number).or_insert(number);
            assert_eq!(of, number, "seed {seed}, {names:?}, poll {poll}: item {} was published anew", item.number);
            assert!(before.is_none_or(|b| b == item.number), "seed {seed}, {names:?}: an id changed hands");
        }
    }
}

#[test]
fn ids_never_change_hands_and_no_poll_is_refused_r1() {
    let count = std::env::var("SEQUENCES").ok().and_then(|n| n.parse().ok()).unwrap_or(600);
    (0..count).for_each(sequence);
}
