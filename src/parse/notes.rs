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

    /// The same effect on another entry: what is left out adds up.
    fn and(self, other: Effect) -> Option<Effect> {
        match (self, other) {
            (Effect::LeftOut(some), Effect::LeftOut(more)) => Some(Effect::LeftOut(some + more)),
            _ => (self == other).then_some(self),
        }
    }
}

/// A limit that entries have met, told once for all of them.
#[derive(Clone, Debug)]
struct MetLimit {
    limit: &'static Limit,
    effect: Effect,
    /// The beginning of what was too long in the first of them; may be empty.
    example: String,
    /// Their number, and the positions of the first and the last.
    entries: u32,
    first: usize,
    last: usize,
}

impl MetLimit {
    fn told(&self, entries: &[Entry]) -> Warning {
        let said = self.effect.said(self.limit);
        let name = entries.get(self.first).map(named).unwrap_or_default();
        let place = match (self.entries, name.is_empty()) {
            (1, true) => String::new(),
            (1, false) => format!(", in {name}"),
            (many, true) => format!(", in {many} entries"),
            (many, false) => format!(", in {many} entries, the first {name}"),
        };
        let example = if self.example.is_empty() { String::new() } else { format!(": {}", in_quotes(&self.example)) };
        // What many entries have is the document's.
        let entry = (self.entries == 1).then_some(self.first);
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
        let same = self.met.iter_mut().find_map(|met| {
            let both = (met.limit == limit).then(|| met.effect.and(effect)).flatten()?;
            Some((met, both))
        });
        match same {
            Some((met, both)) => {
                met.effect = both;
                met.entries = met.entries.saturating_add(u32::from(met.last != position));
                met.last = position;
            }
            None => {
                let example = excerpt(example).to_owned();
                self.met.push(MetLimit { limit, effect, example, entries: 1, first: position, last: position });
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
        self.met.retain(|met| met.last >= count);
        for met in &mut self.met {
            // The last one is there, whether the first is or not.
            let named = if met.first < count { met.last } else { met.first };
            (met.first, met.last) = (named - count, met.last - count);
        }
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
