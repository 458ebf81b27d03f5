//! One expression on its own, for search.

use std::collections::HashSet;
use std::sync::Arc;

use super::eval::Judge;
use super::explain::Explainer;
use super::note::PartNotes;
use super::plan::{self, ExprNode, ListsByName, Planner};
use crate::filter::TermList;
use crate::filter::language::ast::{Expr, FieldName};
use crate::filter::language::error::{RuleError, SyntaxError};
use crate::filter::language::parser;
use crate::filter::language::term::{self, Edge, Spelling, Term};
use crate::filter::lookup::scan::Scan;
use crate::filter::lookup::slot::Needs;
use crate::filter::lookup::vocabulary::Vocabulary;
use crate::model::{Hit, Readable};
use crate::places::Gazetteer;
use crate::text::quote::in_quotes;
use crate::text::{fold, script};

/// A query of the index that finds at least what an expression matches.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum IndexQuery {
    /// Nothing to look up: every entry is a candidate.
    Everything,
    /// Consecutive words.
    Phrase(Phrase),
    /// Both, with at most this many words between them, in either order.
    Near(Phrase, Phrase, u32),
    /// All of them.
    And(Vec<IndexQuery>),
    /// Any of them.
    Or(Vec<IndexQuery>),
}

/// Consecutive words, as [`crate::text::fold::index_words`] makes them.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Phrase {
    /// The words, at least one.
    pub words: Vec<String>,
    /// Whether the last of them is a prefix.
    pub open: bool,
}

/// One expression on its own, for search.
pub struct Query {
    node: ExprNode,
    vocabulary: Vocabulary,
    needs: Needs,
    index: IndexQuery,
}

impl Query {
    /// Reads a query; `lists` answer its `@names`, `places` are those that it can ask for.
    ///
    /// # Errors
    /// The first mistake in the expression.
    pub fn new(expression: &str, lists: &[TermList], places: &Arc<Gazetteer>) -> Result<Query, SyntaxError> {
        let expr = parser::parse(expression).map_err(|errors| first(errors.into_iter()))?;
        let mut uses = Vec::new();
        expr.lists(&mut uses);
        let used: Vec<TermList> = lists
            .iter()
            .map(|list| match uses.iter().any(|(name, _)| *name == list.name) {
                true => list.clone(),
                false => TermList { name: list.name.clone(), terms: Vec::new(), not_inside: Vec::new() },
            })
            .collect();
        let (lists, flaws) = plan::lists(&used);
        for (name, at) in &uses {
            if let Some(message) = flaws.iter().find_map(|flaw| told(flaw, name)) {
                return Err(SyntaxError::at(expression, *at, message, None));
            }
        }
        let (mut planner, mut errors) = (Planner::new(&lists, places), Vec::new());
        let Some(node) = planner.plan((expression, &expr), None, &mut errors) else {
            return Err(first(errors.into_iter()));
        };
        let (_, needs) = planner.wants(&node);
        let index = index_query(&expr, FieldName::Any, &lists);
        Ok(Query { node, vocabulary: planner.finish(), needs, index })
    }

    /// The candidates to fetch from the index; exactness comes from [`Query::matches`].
    pub fn index_query(&self) -> IndexQuery {
        self.index.clone()
    }

    /// The terms found in `copy`, or `None` if it does not match.
    pub fn matches(&self, copy: &Readable) -> Option<Vec<Hit>> {
        let scan = Scan::new(&self.vocabulary, copy, self.needs);
        let mut judge = Judge::new(&self.vocabulary, &scan, copy);
        let verdicts = judge.decide(&self.node);
        if !verdicts.at(0).held {
            return None;
        }
        let mut notes = PartNotes::default();
        let mut explainer = Explainer::new(&self.vocabulary, &scan, verdicts, &mut notes);
        explainer.tree(&self.node);
        Some(explainer.hits)
    }
}

/// The first of `errors` in the order of the text.
fn first(errors: impl Iterator<Item = SyntaxError>) -> SyntaxError {
    errors.min_by_key(|error| error.offset).expect("what cannot be read or planned has an error")
}

/// What is wrong with the list `name`, if `flaw` is about it.
fn told(flaw: &RuleError, name: &str) -> Option<String> {
    match flaw {
        RuleError::EmptyList { list } if list == name => Some(format!("list {} has no terms", in_quotes(list))),
        RuleError::Term { list, error, .. } if list == name => Some(format!("list {}: {error}", in_quotes(list))),
        _ => None,
    }
}

fn index_query(expr: &Expr, field: FieldName, lists: &ListsByName) -> IndexQuery {
    let same = |expr: &Expr| index_query(expr, field, lists);
    match expr {
        Expr::Term { .. } | Expr::List { .. } if !is_indexed(field) => IndexQuery::Everything,
        Expr::Regex { .. } => IndexQuery::Everything,
        Expr::Term { text, .. } => {
            term::parse(text).map_or(IndexQuery::Everything, |t| any(t.spellings.iter().map(spelling)))
        }
        Expr::List { name, .. } => {
            let terms: &[Term] = lists.get(name).map_or(&[], |list| &list.terms);
            any(terms.iter().flat_map(|t| &t.spellings).map(spelling))
        }
        Expr::In { field, inner, .. } => index_query(inner, *field, lists),
        Expr::Not(_) => IndexQuery::Everything,
        Expr::And(sides) => every(sides.iter().map(same)),
        Expr::Or(sides) => any(sides.iter().map(same)),
        Expr::Near { words, left, right, .. } => near(same(left), same(right), *words),
        Expr::AtLeast { inner, .. } => same(inner),
        Expr::Score { threshold, awards, .. } if *threshold > 0 => {
            any(awards.iter().filter(|a| a.points > 0).map(|a| same(&a.expr)))
        }
        Expr::Score { .. } => IndexQuery::Everything,
    }
}

/// Whether the index holds the words of `field`.
fn is_indexed(field: FieldName) -> bool {
    use FieldName::{Any, Author, Body, Category, Dateline, Hlead, Issuer, Lead, Title};
    // An issuer and a dateline are printed in the text, or among the authors; a wire may be
    // known by the link alone, and a place by any of its spellings.
    matches!(field, Title | Lead | Body | Hlead | Any | Author | Category | Issuer | Dateline)
}

/// What a text must hold in order to hold `spelling`.
fn spelling(spelling: &Spelling) -> IndexQuery {
    let pieces: Vec<&str> = std::iter::once(&spelling.literal).chain(&spelling.rest).map(String::as_str).collect();
    let last = pieces.len() - 1;
    every(pieces.iter().enumerate().map(|(n, piece)| {
        let left = if n == 0 { spelling.left } else { Edge::Border };
        let right = if n == last { spelling.right } else { Edge::Open };
        phrase(piece, left, right).map_or(IndexQuery::Everything, IndexQuery::Phrase)
    }))
}

/// The words of a piece of a term, without outer ones that its edges leave open; `None` if
/// no word remains.
fn phrase(piece: &str, left: Edge, right: Edge) -> Option<Phrase> {
    let mut text = String::new();
    fold::index_words(piece, &mut text);
    let mut words: Vec<String> = text.split(' ').filter(|w| !w.is_empty()).map(str::to_owned).collect();
    let mut open = right == Edge::Open;
    if piece.chars().next_back().is_some_and(script::is_unspaced) {
        // The run may go on in the text: its last character is either the second of a pair
        // already, or the first of one.
        match words.iter().rev().nth(1).is_some_and(|before| is_pair(before)) {
            true => drop(words.pop()),
            false => open = true,
        }
    }
    if left == Edge::Open {
        words.remove(0);
    }
    (!words.is_empty()).then_some(Phrase { words, open })
}

fn is_pair(word: &str) -> bool {
    word.chars().all(script::is_unspaced) && word.chars().count() == 2
}

/// More pairs than this are not worth looking up.
const MOST_PAIRS: usize = 64;

/// Both sides near one another, if each consists of phrases only.
fn near(left: IndexQuery, right: IndexQuery, words: u32) -> IndexQuery {
    // A character counts half a word, but is a word in the index; the rest allows for what
    // lies between title and text.
    let between = words.saturating_mul(2).saturating_add(4);
    let pairs: Option<Vec<IndexQuery>> = phrases(&left).zip(phrases(&right)).and_then(|(left, right)| {
        let pair = |l: &Phrase, r: &Phrase| IndexQuery::Near(l.clone(), r.clone(), between);
        let pairs = || left.iter().flat_map(|l| right.iter().map(move |r| pair(l, r)));
        (left.len() * right.len() <= MOST_PAIRS).then(|| pairs().collect())
    });
    match pairs {
        Some(pairs) => any(pairs),
        None => every([left, right]),
    }
}

fn phrases(query: &IndexQuery) -> Option<Vec<&Phrase>> {
    match query {
        IndexQuery::Phrase(phrase) => Some(vec![phrase]),
        IndexQuery::Or(parts) => {
            parts.iter().map(|part| if let IndexQuery::Phrase(phrase) = part { Some(phrase) } else { None }).collect()
        }
        _ => None,
    }
}

fn every(queries: impl IntoIterator<Item = IndexQuery>) -> IndexQuery {
    let mut all = Vec::new();
    for query in queries {
        match query {
            IndexQuery::Everything => {}
            IndexQuery::And(inner) => all.extend(inner),
            other => all.push(other),
        }
    }
    distinct(&mut all);
    match all.len() {
        0 => IndexQuery::Everything,
        1 => all.remove(0),
        _ => IndexQuery::And(all),
    }
}

fn any(queries: impl IntoIterator<Item = IndexQuery>) -> IndexQuery {
    let mut all = Vec::new();
    for query in queries {
        match query {
            IndexQuery::Everything => return IndexQuery::Everything,
            IndexQuery::Or(inner) => all.extend(inner),
            other => all.push(other),
        }
    }
    distinct(&mut all);
    match all.len() {
        // Nothing can match; the exact test finds that cheaply enough.
        0 => IndexQuery::Everything,
        1 => all.remove(0),
        _ => IndexQuery::Or(all),
    }
}

fn distinct(queries: &mut Vec<IndexQuery>) {
    let mut seen = HashSet::with_capacity(queries.len());
    queries.retain(|query| seen.insert(query.clone()));
}
