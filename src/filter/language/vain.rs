//! Terms of a list that stand there in vain: another finds all that they find, or an exception
//! takes it away.

use std::collections::{BTreeSet, HashMap};

use crate::filter::TermList;
use crate::text::quote::in_quotes;
use crate::text::script;

use super::error::SyntaxError;
use super::term::{self, Edge, Spelling};

/// In longer lists only terms that are spelled alike are told.
const MOST_COMPARED: usize = 20_000;

/// The longest spelling, in bytes, within which others are looked for.
const LONGEST: usize = 120;

/// A term that stands in its list in vain.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct VainTerm {
    /// Its position in the list's `terms`.
    pub index: usize,
    /// Why, at the beginning of the term.
    pub doubt: SyntaxError,
}

/// The terms of `list` that stand in it in vain. What cannot be read is an error of its own.
pub fn vain_terms(list: &TermList) -> Vec<VainTerm> {
    let read = |texts: &[String]| {
        let terms = texts.iter().map(|text| term::parse(text).map_or(Vec::new(), |term| term.spellings));
        terms.collect::<Vec<Vec<Spelling>>>()
    };
    let (terms, exceptions) = (read(&list.terms), read(&list.not_inside));
    let (by_terms, by_exceptions) = (KnownSpellings::of(&terms), KnownSpellings::of(&exceptions));
    let mut vain = Vec::new();
    for (index, spellings) in terms.iter().enumerate().filter(|(_, spellings)| !spellings.is_empty()) {
        let text = &list.terms[index];
        let mut tell = |message: String, hint: Option<String>| {
            vain.push(VainTerm { index, doubt: SyntaxError::at(text, 0, message, hint) });
        };
        let excepted = |spelling: &Spelling| by_exceptions.finding(spelling, usize::MAX);
        if let Some(Some(exception)) = all(spellings.iter().map(excepted)) {
            let by = in_quotes(&list.not_inside[exception]);
            tell(format!("{} is never found, because not_inside has {by}", in_quotes(text)), None);
            continue;
        }
        let found = |spelling: &Spelling| by_terms.finding(spelling, index);
        if let Some(Some(other)) = all(spellings.iter().map(found)) {
            let by = in_quotes(&list.terms[other]);
            tell(format!("{} adds nothing to {by}, which finds all of it", in_quotes(text)), None);
        }
    }
    vain
}

/// The first of `found`, if all of them are there.
fn all(found: impl Iterator<Item = Option<usize>>) -> Option<Option<usize>> {
    let found: Option<Vec<usize>> = found.collect();
    found.map(|found| found.first().copied())
}

/// Spellings by their texts, each with the number of its term.
struct KnownSpellings<'s> {
    by_text: HashMap<&'s str, Vec<(usize, &'s Spelling)>>,
    /// How long they are, in bytes; none where there are too many to be compared.
    lengths: BTreeSet<usize>,
    all: &'s [Vec<Spelling>],
}

impl<'s> KnownSpellings<'s> {
    fn of(terms: &'s [Vec<Spelling>]) -> KnownSpellings<'s> {
        let mut by_text: HashMap<&str, Vec<(usize, &Spelling)>> = HashMap::new();
        for (number, spelling) in terms.iter().enumerate().flat_map(|(n, all)| all.iter().map(move |s| (n, s))) {
            by_text.entry(&spelling.literal).or_default().push((number, spelling));
        }
        let lengths = match by_text.len() > MOST_COMPARED {
            true => BTreeSet::new(),
            false => by_text.keys().map(|text| text.len()).filter(|length| *length <= LONGEST).collect(),
        };
        KnownSpellings { by_text, lengths, all: terms }
    }

    /// The term, other than `own`, that is found wherever `wanted` is. Of two that find the
    /// same, the later one is in vain.
    fn finding(&self, wanted: &Spelling, own: usize) -> Option<usize> {
        let same = self.by_text.get(wanted.literal.as_str()).into_iter().flatten();
        let fits = |(number, spelling): &&(usize, &Spelling)| {
            *number != own && covers(spelling, wanted, 0) && (*number < own || !self.finds_back(own, *number))
        };
        if let Some((number, _)) = same.clone().find(fits) {
            return Some(*number);
        }
        if !wanted.rest.is_empty() || wanted.literal.len() > LONGEST {
            return None;
        }
        let starts = wanted.literal.char_indices().map(|(start, _)| start);
        let pieces = starts.flat_map(|start| self.lengths.iter().map(move |length| (start, start + length)));
        let shorter = pieces.filter(|(start, end)| (*start, *end) != (0, wanted.literal.len()));
        let known =
            shorter.filter_map(|(start, end)| Some((start, self.by_text.get(wanted.literal.get(start..end)?)?)));
        let mut covering = known.flat_map(|(start, all)| all.iter().map(move |known| (start, known)));
        covering
            .find(|(start, (number, s))| *number != own && covers(s, wanted, *start))
            .map(|(_, (number, _))| *number)
    }

    /// Whether a term finds all that another does, by the same letters.
    fn finds_back(&self, own: usize, other: usize) -> bool {
        let Some(own) = self.all.get(own) else { return false };
        let is_found =
            |wanted: &Spelling| own.iter().any(|known| known.literal == wanted.literal && covers(known, wanted, 0));
        self.all[other].iter().all(is_found)
    }
}

/// Whether `short` is found within every hit of `long`, where its text stands at byte `at`.
fn covers(short: &Spelling, long: &Spelling, at: usize) -> bool {
    let end = at + short.literal.len();
    if short.exact.is_some() || !short.rest.is_empty() {
        return short == long;
    }
    if !long.rest.is_empty() && end == long.literal.len() && short.right != Edge::Open {
        return false;
    }
    let ends = |edge: Edge, outer: Edge, beside: Option<char>| match (edge, beside) {
        (Edge::Free | Edge::Open, _) => true,
        (Edge::Border, Some(c)) => !script::has_border(c),
        (Edge::Border, None) => outer == Edge::Border,
    };
    ends(short.left, long.left, long.literal[..at].chars().next_back())
        && ends(short.right, long.right, long.literal[end..].chars().next())
}
