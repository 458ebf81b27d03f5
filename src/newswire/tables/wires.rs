//! WireNames and their marks.

use std::collections::HashMap;

use super::words::{key, mark_key, narrow};
use crate::text::script::{is_unspaced, is_word};

/// The number of a wire in the tables that returned it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct WireNumber(pub(super) u16);

/// All wires, by everything by which they are found.
#[derive(Default)]
pub(super) struct WireNames {
    names: Vec<String>,
    named: HashMap<String, WireNumber>,
    hosts: HashMap<String, WireNumber>,
    enclosed: HashMap<String, WireNumber>,
    /// Marks that may stand free, by their first letter; the longest first.
    free: HashMap<char, Vec<(String, WireNumber)>>,
    /// Those of scripts without borders, by their last character.
    glued: HashMap<char, Vec<(String, WireNumber)>>,
}

impl WireNames {
    /// The wire with this key, or a new one.
    pub fn entry(&mut self, name: &str, usual: &str) -> WireNumber {
        if let Some(known) = self.named.get(&key(name)) {
            return *known;
        }
        let number = WireNumber(u16::try_from(self.names.len()).unwrap_or(u16::MAX));
        self.names.push(usual.to_owned());
        self.named.insert(key(name), number);
        number
    }

    pub fn rename(&mut self, wire: WireNumber, usual: &str) {
        if let Some(name) = self.names.get_mut(usize::from(wire.0)) {
            usual.clone_into(name);
        }
    }

    /// Adds a name; the first wire of a name keeps it.
    pub fn add_name(&mut self, wire: WireNumber, name: &str) {
        self.named.entry(key(name)).or_insert(wire);
    }

    pub fn add_host(&mut self, wire: WireNumber, host: &str) {
        self.hosts.insert(host.to_owned(), wire);
    }

    /// Adds a mark as printed.
    pub fn add_mark(&mut self, wire: WireNumber, mark: &str) {
        let inner = inside(mark);
        self.enclosed.insert(mark_key(inner), wire);
        let (Some(first), Some(last)) = (inner.chars().next(), inner.chars().last()) else { return };
        if inner.len() != mark.trim().len() {
            return;
        }
        self.free.entry(small(first)).or_default().push((inner.to_owned(), wire));
        if is_unspaced(last) {
            self.glued.entry(last).or_default().push((inner.to_owned(), wire));
        }
    }

    /// Puts longer marks before shorter ones.
    pub fn sort(&mut self) {
        for marks in self.free.values_mut().chain(self.glued.values_mut()) {
            marks.sort_by_key(|(mark, _)| std::cmp::Reverse(mark.len()));
        }
    }

    /// The wire that prints this mark already.
    pub fn owner(&self, mark: &str) -> Option<WireNumber> {
        self.enclosed.get(&mark_key(inside(mark))).copied()
    }

    pub fn name(&self, wire: WireNumber) -> &str {
        self.names.get(usize::from(wire.0)).map_or("", String::as_str)
    }

    pub fn named(&self, name: &str) -> Option<WireNumber> {
        self.named.get(&key(name)).copied()
    }

    pub fn hosted(&self, host: &str) -> Option<WireNumber> {
        let mut rest = host;
        loop {
            if let Some(wire) = self.hosts.get(rest) {
                return Some(*wire);
            }
            rest = rest.split_once('.')?.1;
        }
    }

    pub fn marked(&self, text: &str) -> Option<WireNumber> {
        // Longer than any mark: not worth a look.
        if text.len() > 120 {
            return None;
        }
        self.enclosed.get(&mark_key(text)).copied()
    }

    pub fn free_mark(&self, text: &str) -> Option<(WireNumber, usize)> {
        let marks = self.free.get(&small(text.chars().next()?))?;
        marks.iter().find_map(|(mark, wire)| Some((*wire, begins(text, mark)?)))
    }

    pub fn glued_mark(&self, text: &str) -> Option<(WireNumber, usize)> {
        let marks = self.glued.get(&text.chars().last()?)?;
        marks.iter().find(|(mark, _)| text.ends_with(mark.as_str())).map(|(mark, wire)| (*wire, mark.len()))
    }
}

/// The mark without its brackets, slashes or dashes.
pub(super) fn inside(mark: &str) -> &str {
    let is_sign = |c: char| "()/[]【】〔〕（）［］-–— ".contains(c);
    mark.trim().trim_matches(is_sign)
}

fn small(c: char) -> char {
    narrow(c).to_lowercase().next().unwrap_or(c)
}

/// The bytes of `text` that `mark` takes, if `text` begins with it and the word ends there.
/// Marks of four letters or less keep their case.
fn begins(text: &str, mark: &str) -> Option<usize> {
    let keeps_case = mark.chars().filter(|c| c.is_alphanumeric()).count() <= 4;
    let mut rest = text.char_indices();
    for expected in mark.chars() {
        let (_, c) = rest.next()?;
        let c = narrow(c);
        let same = c == expected || (!keeps_case && small(c) == small(expected));
        if !same {
            return None;
        }
    }
    let end = rest.offset();
    let ends = mark.chars().last().is_some_and(is_unspaced) || !text[end..].chars().next().is_some_and(is_word);
    ends.then_some(end)
}
