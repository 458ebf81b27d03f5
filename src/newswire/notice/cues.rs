//! Which words of notices a text may hold, told in one pass: nearly all copy holds none, and a
//! regular expression is asked only where the letters that it cannot do without are there.

use aho_corasick::{AhoCorasick, AhoCorasickKind};

use super::super::copy::WireCopy;
use super::super::notation::needed;
use super::lines::{LONGEST_LINE, NoteLines, clipped};

/// What may stand in a text: a bit for each part of each kind, and one for embargoes.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub(super) struct CueSet(u64);

/// The parts of a kind's words.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum CuePart {
    /// Marks and openings of headlines.
    Front,
    /// Marks and endings that end a headline, or stand in its midst.
    Back,
    /// What begins a line.
    Line,
    /// What stands anywhere.
    Phrase,
    /// What stands at the foot.
    Footer,
}

/// A line or headline, with what may stand in it.
#[derive(Clone, Copy)]
pub(super) struct CuedLine<'t> {
    pub text: &'t str,
    pub cues: CueSet,
}

/// Headline, first and last lines, with what may stand in each.
pub(super) struct CuedCopy<'t> {
    pub title: CuedLine<'t>,
    pub first: Vec<CuedLine<'t>>,
    pub last: Vec<CuedLine<'t>>,
}

/// Parts of one kind.
const PARTS: u32 = 5;
/// The bit of embargoes.
const EMBARGO: u32 = 63;

impl CueSet {
    /// The bit of a part of the kind with this number.
    pub fn of(kind: usize, part: CuePart) -> CueSet {
        let part = match part {
            CuePart::Front => 0,
            CuePart::Back => 1,
            CuePart::Line => 2,
            CuePart::Phrase => 3,
            CuePart::Footer => 4,
        };
        CueSet(1 << (u32::try_from(kind).unwrap_or(0) * PARTS + part))
    }

    /// The bit of embargoes.
    pub fn embargo() -> CueSet {
        CueSet(1 << EMBARGO)
    }

    /// Whether some of `other` is here.
    pub fn has(self, other: CueSet) -> bool {
        self.0 & other.0 != 0
    }

    /// All of both.
    pub fn with(self, other: CueSet) -> CueSet {
        CueSet(self.0 | other.0)
    }
}

/// The letters without which no words of a notice can stand in a text.
pub(super) struct Cues {
    search: AhoCorasick,
    /// Of each pattern of `search`.
    sets: Vec<CueSet>,
    /// What has phrases that consist of no letters of their own.
    always: CueSet,
}

impl Cues {
    /// The cues of these phrases of the tables.
    pub fn of<'p>(phrases: impl IntoIterator<Item = (&'p str, CueSet)>) -> Cues {
        let mut sets: std::collections::BTreeMap<String, CueSet> = std::collections::BTreeMap::new();
        let mut always = CueSet::default();
        for (phrase, set) in phrases {
            match needed(phrase) {
                None => always = always.with(set),
                Some(letters) => letters.into_iter().for_each(|letters| {
                    let all = sets.entry(letters.to_lowercase()).or_default();
                    *all = all.with(set);
                }),
            }
        }
        let search = AhoCorasick::builder().kind(Some(AhoCorasickKind::ContiguousNFA)).build(sets.keys());
        let search = search.expect("the built-in tables are far below the limits of a search");
        Cues { search, sets: sets.into_values().collect(), always }
    }

    /// The copy whose lines these are, with what may stand in each.
    pub fn copy<'t>(&self, copy: &WireCopy<'t>, lines: &NoteLines<'t>) -> CuedCopy<'t> {
        let cued = |line: &&'t str| self.line(line);
        CuedCopy {
            title: self.line(clipped(copy.title, LONGEST_LINE)),
            first: lines.first.iter().map(cued).collect(),
            last: lines.last.iter().map(cued).collect(),
        }
    }

    fn line<'t>(&self, text: &'t str) -> CuedLine<'t> {
        CuedLine { text, cues: self.in_text(text) }
    }

    fn in_text(&self, text: &str) -> CueSet {
        let small = text.to_lowercase();
        let found = self.search.find_overlapping_iter(&small).map(|found| self.sets[found.pattern().as_usize()]);
        found.fold(self.always, CueSet::with)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_a_text_may_hold_is_looked_for() {
        let (kill, update) = (CueSet::of(0, CuePart::Front), CueSet::of(3, CuePart::Phrase));
        let cues = Cues::of([("KILL", kill), ("{new ,}version of", update), ("撤稿", kill)]);
        let check = |text: &str, expected: CueSet| assert_eq!(cues.in_text(text), expected, "{text}");
        check("nothing of that", CueSet::default());
        check("A Kill", kill);
        check("新闻撤稿", kill);
        check("VERSION  of the text, kill", kill.with(update));
        assert_eq!(Cues::of([("{*}{#}", kill)]).in_text(""), kill);
    }
}
