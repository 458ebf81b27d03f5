//! All terms of all expressions in one place to look them up.
//!
//! A text is read once for all feeds. Spellings with a word border on the left can only
//! occur where a word begins and are looked up there: `words.rs`. The others (Han, kana,
//! Hangul, Thai; `~`) may begin anywhere: `anywhere.rs`.

use std::collections::HashMap;
use std::sync::Arc;

use super::anywhere::Anywhere;
use super::places::{PlaceGroup, PlacesWanted};
use super::uses::{LiteralUse, Of};
use super::words::SpellingsByWord;
use crate::filter::language::term::{Edge, Spelling, Term};
use crate::places::Gazetteer;
use crate::text::fold::Word;

/// All terms of all expressions, ready to be looked for.
pub(in crate::filter) struct Vocabulary {
    words: SpellingsByWord,
    anywhere: Anywhere,
    pub terms: Vec<KnownTerm>,
    pub groups: Vec<TermGroup>,
    /// The groups that ask for places, in the order of their numbers.
    pub places: Vec<PlaceGroup>,
    /// Where places are known from.
    pub gazetteer: Arc<Gazetteer>,
}

impl Vocabulary {
    /// The places that a group asks for; `None` for one of terms.
    pub fn places_of(&self, group: u32) -> Option<&PlacesWanted> {
        let at = self.places.binary_search_by_key(&group, |places| places.group).ok()?;
        Some(&self.places[at].wanted)
    }

    /// Calls `meet` for every literal in `text`, with its beginning and end; `words` are
    /// the words of `text`.
    pub fn find(&self, text: &str, words: &[Word], mut meet: impl FnMut(&LiteralUse, usize, usize)) {
        self.words.find(text, words, |uses, start, end| uses.iter().for_each(|wanted| meet(wanted, start, end)));
        self.anywhere.find(text, |uses, start, end| uses.iter().for_each(|wanted| meet(wanted, start, end)));
    }
}

/// A term of a group.
pub(in crate::filter) struct KnownTerm {
    pub group: u32,
    /// As written.
    pub written: Arc<str>,
    /// The same for terms that are spelled the same, whatever their lists.
    pub same: u32,
}

/// A list, or a single term of an expression.
pub(in crate::filter) struct TermGroup {
    /// The list's name.
    pub list: Option<Arc<str>>,
    pub has_exceptions: bool,
}

/// Collects terms and then builds a [`Vocabulary`] of them.
#[derive(Default)]
pub(in crate::filter) struct Builder {
    words: Literals,
    anywhere: Literals,
    /// A number for each term by its spellings.
    numbers: HashMap<Vec<Spelling>, u32>,
    terms: Vec<KnownTerm>,
    groups: Vec<TermGroup>,
    places: Vec<PlaceGroup>,
}

/// Texts to look for, each once, and what a match of each may be.
#[derive(Default)]
struct Literals {
    texts: Vec<String>,
    places: HashMap<String, usize>,
    uses: Vec<Vec<LiteralUse>>,
}

impl Literals {
    fn add(&mut self, text: String, wanted: LiteralUse) {
        let next = self.texts.len();
        let at = *self.places.entry(text.clone()).or_insert(next);
        if at == next {
            self.texts.push(text);
            self.uses.push(Vec::new());
        }
        self.uses[at].push(wanted);
    }
}

impl Builder {
    /// Adds a list or a single term; returns its number.
    pub fn add(&mut self, list: Option<&str>, terms: &[Term], exceptions: &[Term]) -> u32 {
        let group = number(self.groups.len());
        self.groups.push(TermGroup { list: list.map(Arc::from), has_exceptions: !exceptions.is_empty() });
        for term in terms {
            let known = number(self.terms.len());
            term.spellings.iter().for_each(|spelling| self.literal(spelling, Of::Term(known)));
            let next = number(self.numbers.len());
            let same = *self.numbers.entry(term.spellings.clone()).or_insert(next);
            self.terms.push(KnownTerm { group, written: term.written.as_str().into(), same });
        }
        for spelling in exceptions.iter().flat_map(|e| &e.spellings) {
            self.literal(spelling, Of::Exception(group));
        }
        group
    }

    /// Adds places that are asked for, by a built-in list or by name; returns their number.
    pub fn add_places(&mut self, list: Option<&str>, wanted: PlacesWanted) -> u32 {
        let group = number(self.groups.len());
        self.groups.push(TermGroup { list: list.map(Arc::from), has_exceptions: false });
        self.places.push(PlaceGroup { group, wanted });
        group
    }

    /// Whether a group asks for places.
    pub fn asks_places(&self, group: u32) -> bool {
        self.places.iter().any(|places| places.group == group)
    }

    fn literal(&mut self, spelling: &Spelling, of: Of) {
        let Spelling { literal, left, right, rest, exact } = spelling.clone();
        let literals = if left == Edge::Border { &mut self.words } else { &mut self.anywhere };
        literals.add(literal, LiteralUse { left, right, rest, exact, of });
    }

    /// Builds the vocabulary.
    pub fn build(self, gazetteer: Arc<Gazetteer>) -> Vocabulary {
        Vocabulary {
            words: SpellingsByWord::new(self.words.texts, self.words.uses),
            anywhere: Anywhere::new(self.anywhere.texts, self.anywhere.uses),
            terms: self.terms,
            groups: self.groups,
            places: self.places,
            gazetteer,
        }
    }
}

fn number(index: usize) -> u32 {
    u32::try_from(index).expect("fewer than 2^32 terms")
}
