//! What was odd about a document, gathered while it is read.

use crate::limits::{CONTENT, Limit, TITLE, WARNINGS};
use crate::model::{Entry, Warning, WarningKind};
use crate::text::quote::in_quotes;

/// Warnings in the making. What recurs (a bare ampersand, a tag closed in the
/// wrong place) is counted and told once.
#[derive(Clone, Debug, Default)]
pub struct Notes {
    told: Vec<Warning>,
    left_out: usize,
    counted: Vec<(WarningKind, &'static str, u32)>,
    met: Vec<MetLimit>,
}

/// What a limit does to a field or a list of an entry.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Effect {
    /// A field is cut or dropped, as the limit says.
    Bounded,
    /// A link is dropped.
    LinkDropped,
    /// So many things of a list are left out; no more are kept than the limit says.
    LeftOut(usize),
}

impl Effect {
    /// The sentence about it, of one entry or of all that met the limit.
    pub fn said(self, limit: &Limit) -> String {
        match self {
            Effect::Bounded if limit == &TITLE => format!("the title was cut at {}", limit.shown()),
            Effect::Bounded if limit == &CONTENT => format!("the text was cut at {}", limit.shown()),
            Effect::Bounded => {
                let made = limit.beyond.trim_end_matches(", with a warning");
                format!("over the limit of {}: {}, {made}", limit.shown(), limit.name)
            }
            Effect::LinkDropped => format!("dropped a link, longer than {}", limit.shown()),
            Effect::LeftOut(things) => {
                format!("left out over the limit: {things} {} ({} kept)", limit.name, limit.shown())
            }
        }
    }

    /// How many things of a list it leaves out.
    fn left_out(self) -> usize {
        if let Effect::LeftOut(things) = self { things } else { 0 }
    }
}

/// A limit that entries have met, told once for all of them.
#[derive(Clone, Debug)]
struct MetLimit {
    limit: &'static Limit,
    effect: Effect,
    /// The beginning of what was too long in the first of them; may be empty.
    example: String,
    /// The position of each, with how many things of its list were left out.
    entries: Vec<(usize, usize)>,
}

impl MetLimit {
    fn told(&self, entries: &[Entry]) -> Warning {
        let effect = match self.effect {
            Effect::LeftOut(_) => Effect::LeftOut(self.entries.iter().map(|(_, things)| things).sum()),
            other => other,
        };
        let said = effect.said(self.limit);
        let first = self.entries.first().map(|(at, _)| *at);
        let name = first.and_then(|at| entries.get(at)).map(named).unwrap_or_default();
        let place = match (self.entries.len(), name.is_empty()) {
            (1, true) => String::new(),
            (1, false) => format!(", in {name}"),
            (many, true) => format!(", in {many} entries"),
            (many, false) => format!(", in {many} entries, the first {name}"),
        };
        let example = if self.example.is_empty() { String::new() } else { format!(": {}", in_quotes(&self.example)) };
        // What many entries have is the document's.
        let entry = first.filter(|_| self.entries.len() == 1);
        Warning { kind: WarningKind::Limit, text: format!("{said}{place}{example}"), entry }
    }
}

/// What an entry is called in a warning: its title, its link or its id.
fn named(entry: &Entry) -> String {
    let name = [Some(&entry.title), entry.link.as_ref(), entry.id.as_ref()];
    let name = name.into_iter().flatten().find(|name| !name.is_empty());
    name.map_or_else(String::new, |name| in_quotes(cut_at(name, NAMED)))
}

/// So many bytes of an entry's title name it in a warning.
const NAMED: usize = 80;

impl Notes {
    /// Notes something about the whole document.
    pub fn tell(&mut self, kind: WarningKind, text: impl Into<String>) {
        self.push(Warning { kind, text: text.into(), entry: None });
    }

    /// Notes something about the entry at `position`.
    pub fn tell_of(&mut self, kind: WarningKind, text: impl Into<String>, position: usize) {
        self.push(Warning { kind, text: text.into(), entry: Some(position) });
    }

    /// Counts one more (or `times` more) of `what`.
    pub fn count(&mut self, kind: WarningKind, what: &'static str, times: u32) {
        if times == 0 {
            return;
        }
        match self.counted.iter_mut().find(|(k, w, _)| *k == kind && *w == what) {
            Some((_, _, n)) => *n = n.saturating_add(times),
            None => self.counted.push((kind, what, times)),
        }
    }

    /// Notes that the entry at `position` met `limit`; `example` is what was too long.
    pub fn meet(&mut self, limit: &'static Limit, effect: Effect, example: &str, position: usize) {
        let is_same = |met: &&mut MetLimit| {
            met.limit == limit && std::mem::discriminant(&met.effect) == std::mem::discriminant(&effect)
        };
        let things = effect.left_out();
        match self.met.iter_mut().find(is_same).map(|met| &mut met.entries) {
            Some(entries) => match entries.last_mut().filter(|(at, _)| *at == position) {
                Some((_, so_far)) => *so_far += things,
                None => entries.push((position, things)),
            },
            None => {
                let example = excerpt(example).to_owned();
                self.met.push(MetLimit { limit, effect, example, entries: vec![(position, things)] });
            }
        }
    }

    /// Takes over what `other` notes have counted.
    pub fn add(&mut self, other: Notes) {
        other.counted.into_iter().for_each(|(kind, what, times)| self.count(kind, what, times));
    }

    /// Forgets what was noted of the first `count` entries, which are no longer there: the
    /// positions of the others are by so many less.
    pub fn forget_first(&mut self, count: usize) {
        if count == 0 {
            return;
        }
        self.told.retain_mut(|warning| match &mut warning.entry {
            Some(at) if *at < count => false,
            Some(at) => {
                *at -= count;
                true
            }
            None => true,
        });
        for met in &mut self.met {
            if met.entries.first().is_some_and(|(at, _)| *at < count) {
                met.example.clear();
            }
            met.entries.retain_mut(|(at, _)| {
                let stays = *at >= count;
                *at = at.saturating_sub(count);
                stays
            });
        }
        self.met.retain(|met| !met.entries.is_empty());
    }

    fn push(&mut self, warning: Warning) {
        if self.told.len() < WARNINGS.count() { self.told.push(warning) } else { self.left_out += 1 }
    }

    /// All of them; `entries` are those of the document, which name the ones that are meant.
    pub fn finish(mut self, entries: &[Entry]) -> Vec<Warning> {
        self.told.extend(self.met.iter().map(|met| met.told(entries)));
        for (kind, what, times) in self.counted {
            let text = if times == 1 { what.to_owned() } else { format!("{what} ({times} times)") };
            self.told.push(Warning { kind, text, entry: None });
        }
        if self.left_out > 0 {
            let text = format!("{} further warnings left out", self.left_out);
            self.told.push(Warning { kind: WarningKind::Limit, text, entry: None });
        }
        self.told
    }
}

/// The first characters of `text`, for naming it in a warning.
pub fn excerpt(text: &str) -> &str {
    cut_at(text, 120)
}

/// `text` up to `most` bytes, ending at a character border.
pub fn cut_at(text: &str, most: usize) -> &str {
    let mut end = most.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::{CATEGORIES, LINK};
    use crate::model::EntryKey;

    /// B140, B160: what is told counts the entries that are there, and nothing of those that
    /// were let go of.
    #[test]
    fn what_was_let_go_of_is_in_no_sum_b140_b160() {
        let mut notes = Notes::default();
        for at in 0..5 {
            notes.meet(&CATEGORIES, Effect::LeftOut(10), "", at);
            notes.meet(&LINK, Effect::LinkDropped, &format!("https://a.example/{at}"), at);
        }
        notes.meet(&CATEGORIES, Effect::LeftOut(1), "", 4);
        notes.forget_first(3);
        let entry = |n: u8| Entry { title: format!("Entry {n}"), ..Entry::new(EntryKey([n; 16])) };
        let said: Vec<String> = notes.finish(&[entry(3), entry(4)]).into_iter().map(|warning| warning.text).collect();
        assert!(said[0].starts_with("left out over the limit: 21 categories"), "{said:?}");
        assert!(said.iter().all(|text| text.ends_with(", in 2 entries, the first \"Entry 3\"")), "{said:?}");
    }
}
