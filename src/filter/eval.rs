//! Expressions over what was found: every part gets its verdict, decided
//! already or not, because the explanation shows them all.

use std::collections::HashSet;

use super::ast::{FieldName, Order};
use super::near::{Pair, Span, nearest};
use super::plan::{Node, Op, Prize};
use super::scan::Scan;
use super::vocabulary::Vocabulary;
use crate::model::{Copy, Field};

/// How many places of one part are told.
const TOLD: usize = 8;

/// What became of one part.
#[derive(Default, Debug)]
pub(super) struct Verdict {
    pub held: bool,
    /// The points of a score.
    pub points: Option<i32>,
    /// What decided it, where that is not plain.
    pub note: Option<String>,
    /// Places that count for it, in [`Scan::found`], with the field to show.
    pub seen: Vec<(u32, Field)>,
    /// What a regular expression met: field, byte offset, text.
    pub matched: Vec<(Field, usize, String)>,
    /// How many places there are in all.
    pub places: usize,
    /// Verdicts of its parts, in the order of [`Node::parts`].
    pub parts: Vec<Verdict>,
}

/// Decides over one entry.
pub(super) struct Judge<'a> {
    pub vocabulary: &'a Vocabulary,
    pub scan: &'a Scan<'a>,
    pub copy: &'a Copy,
}

impl Judge<'_> {
    /// The verdict on `node` and all its parts.
    pub fn judge(&self, node: &Node) -> Verdict {
        let parts: Vec<Verdict> = node.parts.iter().map(|part| self.judge(part)).collect();
        match &node.op {
            Op::Group { group, scope } => self.group(*group, *scope),
            Op::Exact { field, value } => Verdict { held: self.exact(*field, value), ..Verdict::default() },
            Op::When(when) => {
                let note = Some(format!("published {}", self.copy.at));
                Verdict { held: when.holds(self.copy), note, ..Verdict::default() }
            }
            Op::Matches { regex, scope } => self.matches(regex, *scope),
            Op::Not => Verdict { held: !parts[0].held, parts, ..Verdict::default() },
            Op::And => Verdict { held: parts.iter().all(|p| p.held), parts, ..Verdict::default() },
            Op::Or => Verdict { held: parts.iter().any(|p| p.held), parts, ..Verdict::default() },
            Op::Near { order, words } => Verdict { parts, ..self.near(*order, *words, &node.parts) },
            Op::AtLeast { count } => Verdict { parts, ..self.at_least(*count, node) },
            Op::Score { threshold, prizes } => score(*threshold, prizes, parts),
        }
    }

    fn group(&self, group: u32, scope: FieldName) -> Verdict {
        let range = self.scan.of(group);
        let inside = range.clone().filter(|n| self.scan.found[*n].is_in(scope));
        let seen: Vec<_> = inside.clone().take(TOLD).map(|n| (index(n), self.scan.found[n].field(scope))).collect();
        let held = !seen.is_empty();
        let note = if held { None } else { self.miss(group, scope) };
        Verdict { held, note, places: inside.count(), seen, ..Verdict::default() }
    }

    /// Where else the terms of a group are that was not found in `scope`.
    fn miss(&self, group: u32, scope: FieldName) -> Option<String> {
        let found = &self.scan.found[self.scan.of(group)];
        if let Some(elsewhere) = found.first() {
            let there = place(elsewhere.field(FieldName::Any));
            return Some(format!("in the {there}, not in the {}", scope_name(scope)));
        }
        let swallowed = self.scan.swallowed.iter().find(|s| s.group == group)?;
        Some(format!("swallowed by {}", swallowed.by))
    }

    fn exact(&self, field: FieldName, value: &str) -> bool {
        let is = |actual: &str| match value.strip_suffix('*') {
            Some(stem) => actual.starts_with(stem),
            None => actual == value,
        };
        match field {
            FieldName::Lang => self.copy.language.as_deref().is_some_and(|l| speaks(l, value)),
            FieldName::Source => is(self.copy.source.as_str()),
            FieldName::Tag => self.copy.tags.iter().any(|tag| is(tag)),
            _ => false,
        }
    }

    fn matches(&self, regex: &regex::Regex, scope: FieldName) -> Verdict {
        let mut matched = Vec::new();
        for (field, text) in self.texts(scope) {
            let found = regex.find_iter(text).filter(|found| !found.is_empty()).take(TOLD);
            matched.extend(found.map(|found| (field, found.start(), found.as_str().to_owned())));
        }
        matched.truncate(TOLD);
        // One that matches nothing at all, as /^$/ does, holds without a place.
        let held = !matched.is_empty() || self.texts(scope).any(|(_, text)| regex.is_match(text));
        Verdict { held, places: matched.len(), matched, ..Verdict::default() }
    }

    /// The texts of a field as shown.
    fn texts(&self, scope: FieldName) -> impl Iterator<Item = (Field, &str)> {
        let c = self.copy;
        let has = move |all: &[FieldName]| all.contains(&scope);
        let one = |field, text| std::iter::once((field, text));
        use FieldName::{Any, Author, Body, Category, Hlead, Lead, Title, Url};
        one(Field::Title, c.title.as_str())
            .filter(move |_| has(&[Title, Hlead, Any]))
            .chain(one(Field::Lead, c.lead.as_str()).filter(move |_| has(&[Lead, Hlead])))
            .chain(one(Field::Body, c.body.as_str()).filter(move |_| has(&[Body, Any])))
            .chain(c.authors.iter().map(|a| (Field::Author, a.as_str())).filter(move |_| has(&[Author])))
            .chain(c.categories.iter().map(|t| (Field::Category, t.as_str())).filter(move |_| has(&[Category])))
            .chain(c.link.iter().map(|l| (Field::Url, l.as_str())).filter(move |_| has(&[Url])))
    }

    fn near(&self, order: Order, words: u32, sides: &[Node]) -> Verdict {
        let (left, right) = (self.spans(&sides[0]), self.spans(&sides[1]));
        let pairs = nearest(&left, &right, order);
        let fitting = pairs.iter().filter(|p| p.half_words <= 2 * words);
        let best = pairs.iter().min_by_key(|p| p.half_words);
        let mut verdict = Verdict { places: fitting.clone().count(), ..Verdict::default() };
        verdict.held = verdict.places > 0;
        for pair in fitting.take(TOLD / 2) {
            for (side, span) in sides.iter().zip([pair.left, pair.right]) {
                let found = &self.scan.found[span.found as usize];
                verdict.seen.push((span.found, found.field(scope(side))));
            }
        }
        verdict.note = match best {
            Some(best) if verdict.held => Some(format!("{} apart", in_words(best.half_words))),
            Some(best) => Some(format!("{}/{words} missed: {} apart", order.as_str(), in_words(best.half_words))),
            None if left.is_empty() || right.is_empty() => None,
            None if order == Order::AsWritten => Some(format!("ONEAR/{words} missed: not in this order in one field")),
            None => Some(format!("NEAR/{words} missed: not in one field")),
        };
        verdict
    }

    /// The places of a side of a NEAR, sorted.
    fn spans(&self, node: &Node) -> Vec<Span> {
        let mut spans = match &node.op {
            Op::Group { group, scope } => {
                let inside = self.scan.of(*group).filter(|n| self.scan.found[*n].is_in(*scope));
                inside.map(|n| self.span(n)).collect()
            }
            Op::Near { order, words } => {
                let pairs = nearest(&self.spans(&node.parts[0]), &self.spans(&node.parts[1]), *order);
                pairs.iter().filter(|p| p.half_words <= 2 * words).map(Pair::span).collect()
            }
            _ => node.parts.iter().flat_map(|part| self.spans(part)).collect::<Vec<_>>(),
        };
        spans.sort_unstable_by_key(|s| (s.slot, s.start, s.end));
        spans.dedup_by_key(|s| (s.slot, s.start, s.end));
        spans
    }

    fn span(&self, n: usize) -> Span {
        let found = &self.scan.found[n];
        let (first, last) = self.scan.half_words(found.slot, found.start, found.end);
        Span { slot: found.slot, start: found.start, end: found.end, first, last, found: index(n) }
    }

    fn at_least(&self, count: u32, inner: &Node) -> Verdict {
        let mut terms = HashSet::new();
        let mut seen = Vec::new();
        self.count(inner, &mut terms, &mut seen);
        let held = terms.len() >= count as usize;
        let note = format!("{} of {count} terms", terms.len());
        Verdict { held, note: Some(note), places: seen.len(), seen, ..Verdict::default() }
    }

    /// Collects the different terms found, the first place of each in `seen`.
    fn count(&self, node: &Node, terms: &mut HashSet<u32>, seen: &mut Vec<(u32, Field)>) {
        if let Op::Group { group, scope } = node.op {
            for n in self.scan.of(group) {
                let found = &self.scan.found[n];
                let new = found.is_in(scope) && terms.insert(self.vocabulary.terms[found.term as usize].same);
                if new && seen.len() < TOLD {
                    seen.push((index(n), found.field(scope)));
                }
            }
        }
        node.parts.iter().for_each(|part| self.count(part, terms, seen));
    }
}

fn score(threshold: i32, prizes: &[Prize], parts: Vec<Verdict>) -> Verdict {
    let held = prizes.iter().zip(&parts).filter(|(_, part)| part.held);
    let points: i32 = held.map(|(prize, _)| prize.points).sum();
    let note = Some(format!("{points} of {threshold} points"));
    Verdict { held: points >= threshold, points: Some(points), note, parts, ..Verdict::default() }
}

/// Whether `language` is `wanted` or a variety of it (RFC 4647 §3.3.1).
pub(super) fn speaks(language: &str, wanted: &str) -> bool {
    let language = language.to_ascii_lowercase().replace('_', "-");
    language.strip_prefix(wanted).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
}

/// The field in which the terms of a side of a NEAR are looked for.
fn scope(node: &Node) -> FieldName {
    match &node.op {
        Op::Group { scope, .. } => *scope,
        _ => node.parts.first().map_or(FieldName::Any, scope),
    }
}

fn in_words(half_words: u32) -> String {
    match half_words.div_ceil(2) {
        1 => "1 word".to_owned(),
        n => format!("{n} words"),
    }
}

/// How a field is called in a sentence.
pub(super) fn place(field: Field) -> &'static str {
    match field {
        Field::Title => "headline",
        Field::Lead => "lead",
        Field::Body => "body",
        Field::Author => "authors",
        Field::Category => "categories",
        Field::Url => "address",
    }
}

fn scope_name(scope: FieldName) -> &'static str {
    match scope {
        FieldName::Title => "headline",
        FieldName::Hlead => "headline or lead",
        FieldName::Any => "text",
        FieldName::Author => "authors",
        FieldName::Category => "categories",
        FieldName::Url => "address",
        _ => scope.as_str(),
    }
}

fn index(n: usize) -> u32 {
    u32::try_from(n).expect("hits are bounded by the text's length")
}

impl Verdict {
    /// The points of the first score in reading order.
    pub fn score(&self) -> Option<i32> {
        self.points.or_else(|| self.parts.iter().find_map(Verdict::score))
    }
}
