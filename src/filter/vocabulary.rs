//! All terms of all expressions in one automaton.

use std::collections::HashMap;

use aho_corasick::AhoCorasick;

use super::term::{Edge, Spelling, Term};

/// All terms of all expressions, ready to be looked for.
pub(super) struct Vocabulary {
    /// `None` when there are no terms.
    pub automaton: Option<AhoCorasick>,
    /// By the automaton's pattern: what a match may be a hit of.
    pub uses: Vec<Vec<Use>>,
    pub terms: Vec<Known>,
    pub groups: Vec<Group>,
}

/// What a match of a literal may be a hit of.
pub(super) struct Use {
    pub left: Edge,
    pub right: Edge,
    pub rest: Vec<String>,
    pub exact: Option<String>,
    pub of: Of,
}

/// A term, or an exception of a group.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Of {
    Term(u32),
    Exception(u32),
}

/// A term of a group.
pub(super) struct Known {
    pub group: u32,
    /// As written.
    pub written: String,
    /// The same for terms that are spelled the same, whatever their lists.
    pub same: u32,
}

/// A list, or a term that stands in an expression by itself.
pub(super) struct Group {
    /// The list's name.
    pub list: Option<String>,
    pub has_exceptions: bool,
}

/// Collects terms before the automaton is built.
#[derive(Default)]
pub(super) struct Builder {
    literals: Vec<String>,
    by_literal: HashMap<String, u32>,
    uses: Vec<Vec<Use>>,
    terms: Vec<Known>,
    groups: Vec<Group>,
}

impl Builder {
    /// Adds a list, or a single term; gives its number.
    pub fn add(&mut self, list: Option<&str>, terms: &[Term], exceptions: &[Term]) -> u32 {
        let group = number(self.groups.len());
        self.groups.push(Group { list: list.map(str::to_owned), has_exceptions: !exceptions.is_empty() });
        for term in terms {
            let known = number(self.terms.len());
            let mut same = None;
            for spelling in &term.spellings {
                let literal = self.literal(spelling, Of::Term(known));
                same.get_or_insert(literal);
            }
            self.terms.push(Known { group, written: term.written.clone(), same: same.unwrap_or(u32::MAX) });
        }
        for spelling in exceptions.iter().flat_map(|e| &e.spellings) {
            self.literal(spelling, Of::Exception(group));
        }
        group
    }

    fn literal(&mut self, spelling: &Spelling, of: Of) -> u32 {
        let next = number(self.literals.len());
        let at = *self.by_literal.entry(spelling.literal.clone()).or_insert_with(|| {
            self.literals.push(spelling.literal.clone());
            self.uses.push(Vec::new());
            next
        });
        let Spelling { left, right, rest, exact, .. } = spelling.clone();
        self.uses[at as usize].push(Use { left, right, rest, exact, of });
        at
    }

    /// Builds the automaton.
    pub fn build(self) -> Vocabulary {
        let automaton = (!self.literals.is_empty())
            .then(|| AhoCorasick::new(&self.literals).expect("terms are far below the automaton's limits"));
        Vocabulary { automaton, uses: self.uses, terms: self.terms, groups: self.groups }
    }
}

fn number(index: usize) -> u32 {
    u32::try_from(index).expect("fewer than 2^32 terms")
}
