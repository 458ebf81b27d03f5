//! Evaluates expressions over the hits. Every part gets a verdict, even if the outcome is
//! already decided, because the explanation shows them all.

use std::ops::Range;

use xxhash_rust::xxh3::xxh3_64;

use super::at_least::{PlaceOf, choose};
use super::note::Note;
use super::plan::{ExprNode, Op, Prize};
use crate::filter::language::ast::{FieldName, Order};
use crate::filter::lookup::near::{NearPair, Span, are_cut, is_cut, nearest, within};
use crate::filter::lookup::places::TermOfPlace;
use crate::filter::lookup::scan::Scan;
use crate::filter::lookup::scanned::TermHit;
use crate::filter::lookup::vocabulary::Vocabulary;
use crate::model::{Field, Readable};

/// How many places of one part are shown.
const TOLD: usize = 8;

/// The verdict on one part.
#[derive(Default, Debug)]
pub(super) struct PartVerdict<'s> {
    pub held: bool,
    /// The points of a score.
    pub points: Option<i32>,
    pub note: Option<Note<'s>>,
    /// The range of [`Verdicts::seen`] with its places.
    seen: Range<usize>,
    /// What a regular expression matched: field, byte offset, text.
    pub matched: Vec<(Field, usize, String)>,
    /// How many places there are in all.
    pub places: usize,
}

/// The verdicts on a node and all its parts, in reading order: a flat list, because a tree
/// would cost more than the decisions.
#[derive(Default)]
pub(super) struct Verdicts<'s> {
    of: Vec<PartVerdict<'s>>,
    seen: Vec<SeenHit>,
}

/// An index into [`Scan::found`], with the field to show.
pub(super) type SeenHit = (u32, Field);

impl<'s> Verdicts<'s> {
    /// The verdict at a position in reading order.
    pub fn at(&self, at: usize) -> &PartVerdict<'s> {
        &self.of[at]
    }

    /// The places that count for a verdict.
    pub fn seen(&self, verdict: &PartVerdict<'s>) -> &[SeenHit] {
        &self.seen[verdict.seen.clone()]
    }

    /// The points of the first score in reading order.
    pub fn score(&self) -> Option<i32> {
        self.of.iter().find_map(|verdict| verdict.points)
    }
}

/// A node's parts, each with its position in reading order; `at` is the node's own.
pub(super) fn parts(node: &ExprNode, at: usize) -> impl Iterator<Item = (&ExprNode, usize)> {
    let mut next = at + 1;
    node.parts.iter().map(move |part| {
        let here = next;
        next += part.size;
        (part, here)
    })
}

/// Evaluates expressions over one entry, one after the other.
pub(super) struct Judge<'a> {
    vocabulary: &'a Vocabulary,
    scan: &'a Scan<'a>,
    copy: &'a Readable,
    verdicts: Verdicts<'a>,
    /// Whether the NEAR at hand left places of its chain untried.
    is_cut: bool,
}

impl<'a> Judge<'a> {
    pub fn new(vocabulary: &'a Vocabulary, scan: &'a Scan<'a>, copy: &'a Readable) -> Self {
        Judge { vocabulary, scan, copy, verdicts: Verdicts::default(), is_cut: false }
    }

    /// The verdicts on `node` and all its parts.
    pub fn decide(&mut self, node: &ExprNode) -> &Verdicts<'a> {
        self.verdicts.of.clear();
        self.verdicts.seen.clear();
        self.judge(node);
        &self.verdicts
    }

    fn judge(&mut self, node: &ExprNode) {
        let at = self.verdicts.of.len();
        self.verdicts.of.push(PartVerdict::default());
        node.parts.iter().for_each(|part| self.judge(part));
        let mut held = parts(node, at).map(|(_, part)| self.verdicts.of[part].held);
        let plain = |held| PartVerdict { held, ..PartVerdict::default() };
        self.verdicts.of[at] = match &node.op {
            Op::Not => plain(!held.any(|held| held)),
            Op::And => plain(held.all(|held| held)),
            Op::Or => plain(held.any(|held| held)),
            Op::Score { threshold, prizes } => score(*threshold, prizes, held),
            Op::Group { group, scope } => self.group(*group, *scope),
            Op::Exact { field, value } => plain(self.exact(*field, value)),
            Op::When(when) => PartVerdict { note: Some(Note::Published(self.copy.at)), ..plain(when.holds(self.copy)) },
            Op::Matches { regex, scope } => self.matches(regex, *scope),
            Op::Near { order, words } => self.near(*order, *words, &node.parts),
            Op::AtLeast { count } => self.at_least(*count, node),
        };
    }

    fn group(&mut self, group: u32, scope: FieldName) -> PartVerdict<'a> {
        let scan = self.scan;
        let before = self.verdicts.seen.len();
        let mut places = 0;
        for n in scan.of(group).filter(|n| scan.found[*n].is_in(scope)) {
            places += 1;
            if places <= TOLD {
                self.verdicts.seen.push((index(n), scan.found[n].field(scope)));
            }
        }
        let note = if places > 0 { None } else { self.miss(group, scope) };
        PartVerdict { held: places > 0, note, places, seen: before..self.verdicts.seen.len(), ..PartVerdict::default() }
    }

    /// Where else a group's terms are, when none was found in `scope`.
    fn miss(&self, group: u32, scope: FieldName) -> Option<Note<'a>> {
        let found = &self.scan.found[self.scan.of(group)];
        if let Some(elsewhere) = found.first() {
            return Some(Note::Elsewhere { there: elsewhere.field(FieldName::Any), scope });
        }
        if let Some(swallowed) = self.scan.swallowed.iter().find(|s| s.group == group) {
            return Some(Note::Swallowed { by: &swallowed.by });
        }
        self.vocabulary.places_of(group)?;
        self.scan.unknown_place(self.vocabulary, self.copy).map(|word| Note::Unknown { word })
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
            FieldName::Notice => self.copy.newswire.notice.as_ref().is_some_and(|notice| is(notice.kind.as_str())),
            _ => false,
        }
    }

    fn matches(&self, regex: &regex::Regex, scope: FieldName) -> PartVerdict<'a> {
        let mut matched = Vec::new();
        for (field, text) in self.texts(scope) {
            let found = regex.find_iter(text).filter(|found| !found.is_empty()).take(TOLD);
            matched.extend(found.map(|found| (field, found.start(), found.as_str().to_owned())));
        }
        matched.truncate(TOLD);
        // One that matches the empty string, as /^$/ does, holds without a place.
        let held = !matched.is_empty() || self.texts(scope).any(|(_, text)| regex.is_match(text));
        PartVerdict { held, places: matched.len(), matched, ..PartVerdict::default() }
    }

    /// The texts of a field as shown.
    fn texts(&self, scope: FieldName) -> impl Iterator<Item = (Field, &str)> {
        let (c, wire) = (self.copy, &self.copy.newswire);
        let has = move |all: &[FieldName]| all.contains(&scope);
        let one = |field, text| std::iter::once((field, text));
        use FieldName::{Any, Author, Body, Category, Dateline, Hlead, Issuer, Lead, Title, Url, Wire};
        one(Field::Title, c.title.as_str())
            .filter(move |_| has(&[Title, Hlead, Any]))
            .chain(one(Field::Lead, c.lead.as_str()).filter(move |_| has(&[Lead, Hlead])))
            .chain(one(Field::Body, c.body.as_str()).filter(move |_| has(&[Body, Any])))
            .chain(c.authors.iter().map(|a| (Field::Author, a.as_str())).filter(move |_| has(&[Author])))
            .chain(c.categories.iter().map(|t| (Field::Category, t.as_str())).filter(move |_| has(&[Category])))
            .chain(c.link.iter().map(|l| (Field::Url, l.as_str())).filter(move |_| has(&[Url])))
            .chain(wire.wire.iter().map(|w| (Field::Wire, w.as_str())).filter(move |_| has(&[Wire])))
            .chain(wire.issuer.iter().map(|i| (Field::Issuer, i.as_str())).filter(move |_| has(&[Issuer])))
            .chain(wire.dateline.iter().map(|d| (Field::Dateline, d.raw.as_str())).filter(move |_| has(&[Dateline])))
    }

    fn near(&mut self, order: Order, words: u32, sides: &[ExprNode]) -> PartVerdict<'a> {
        self.is_cut = false;
        let (left, right) = (self.spans(&sides[0]), self.spans(&sides[1]));
        self.is_cut |= is_cut(&left, &right);
        let pairs = nearest(&left, &right, order);
        let best = pairs.iter().map(|p| p.quarter_words).min();
        let before = self.verdicts.seen.len();
        let mut places = 0;
        for pair in pairs.iter().filter(|p| p.quarter_words <= words.saturating_mul(4)) {
            places += 1;
            if places > TOLD / 2 {
                continue;
            }
            for (side, span) in sides.iter().zip([pair.left, pair.right]) {
                let field = self.scan.found[span.found as usize].field(scope(side));
                self.verdicts.seen.push((span.found, field));
            }
        }
        let note = match best {
            Some(quarter_words) if places > 0 => Some(Note::Apart { quarter_words }),
            _ if self.is_cut => Some(Note::Untried { order, words }),
            Some(quarter_words) => Some(Note::Missed { order, words, quarter_words }),
            None if left.is_empty() || right.is_empty() => None,
            None => Some(Note::Apiece { order, words }),
        };
        PartVerdict { held: places > 0, note, places, seen: before..self.verdicts.seen.len(), ..PartVerdict::default() }
    }

    /// The places of a side of a NEAR, sorted.
    fn spans(&mut self, node: &ExprNode) -> Vec<Span> {
        let mut spans = match &node.op {
            Op::Group { group, scope } => {
                let inside = self.scan.of(*group).filter(|n| self.scan.found[*n].is_in(*scope));
                inside.map(|n| self.span(n)).collect()
            }
            Op::Near { order, words } => {
                let (left, right) = (self.spans(&node.parts[0]), self.spans(&node.parts[1]));
                let pairs = within(&left, &right, *order, words.saturating_mul(4));
                self.is_cut |= are_cut(&left, &right, &pairs);
                pairs.iter().map(NearPair::span).collect()
            }
            _ => node.parts.iter().flat_map(|part| self.spans(part)).collect::<Vec<_>>(),
        };
        spans.sort_unstable_by_key(|s| (s.slot, s.start, s.end));
        spans.dedup_by_key(|s| (s.slot, s.start, s.end));
        spans
    }

    fn span(&self, n: usize) -> Span {
        let found = &self.scan.found[n];
        let (first, last) = self.scan.middles(found.slot, found.start, found.end);
        Span { slot: found.slot, start: found.start, end: found.end, first, last, between: None, found: index(n) }
    }

    fn at_least(&mut self, asked: u32, inner: &ExprNode) -> PartVerdict<'a> {
        let mut places = Vec::new();
        self.collect(inner, &mut places);
        let counted = choose(&places.iter().map(|(place, _)| *place).collect::<Vec<_>>());
        let before = self.verdicts.seen.len();
        let field = |number: u32| places.iter().find(|(place, _)| place.number == number).map(|(_, field)| *field);
        let shown = counted.iter().take(TOLD).filter_map(|place| Some((place.number, field(place.number)?)));
        self.verdicts.seen.extend(shown);
        let (found, seen) = (counted.len(), before..self.verdicts.seen.len());
        let note = Some(Note::Terms { found, asked });
        PartVerdict { held: found >= asked as usize, note, places: seen.len(), seen, ..PartVerdict::default() }
    }

    /// Collects the places of all terms, each with the field to show.
    fn collect(&self, node: &ExprNode, places: &mut Vec<(PlaceOf<TermSort<'a>>, Field)>) {
        if let Op::Group { group, scope } = node.op {
            let inside = self.scan.of(group).filter(|n| self.scan.found[*n].is_in(scope));
            places.extend(inside.map(|n| {
                let TermHit { slot, start, end, .. } = self.scan.found[n];
                let term = self.sort(&self.scan.found[n]);
                let words = xxh3_64(self.scan.words(&self.scan.found[n]).as_bytes());
                (PlaceOf { term, slot, start, end, words, number: index(n) }, self.scan.found[n].field(scope))
            }));
        }
        node.parts.iter().for_each(|part| self.collect(part, places));
    }

    fn sort(&self, hit: &TermHit) -> TermSort<'a> {
        match (self.vocabulary.places_of(hit.group), &self.scan.places) {
            (Some(wanted), Some(places)) => TermSort::Place(places.term(wanted, hit.term)),
            _ => TermSort::Written(self.vocabulary.terms[hit.term as usize].same),
        }
    }
}

/// What terms have in common that count as one.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
enum TermSort<'c> {
    /// Their spellings.
    Written(u32),
    /// The country or the place.
    Place(TermOfPlace<'c>),
}

fn score<'s>(threshold: i32, prizes: &[Prize], held: impl Iterator<Item = bool>) -> PartVerdict<'s> {
    let held = prizes.iter().zip(held).filter(|(_, held)| *held);
    let points = held.fold(0_i32, |points, (prize, _)| points.saturating_add(prize.points));
    let note = Some(Note::Points { points, threshold });
    PartVerdict { held: points >= threshold, points: Some(points), note, ..PartVerdict::default() }
}

/// Whether `language` is `wanted` or a variety of it (RFC 4647 §3.3.1).
pub(super) fn speaks(language: &str, wanted: &str) -> bool {
    let language = language.to_ascii_lowercase().replace('_', "-");
    language.strip_prefix(wanted).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
}

/// The field in which the terms of a side of a NEAR are looked for.
fn scope(node: &ExprNode) -> FieldName {
    match &node.op {
        Op::Group { scope, .. } => *scope,
        _ => node.parts.first().map_or(FieldName::Any, scope),
    }
}

fn index(n: usize) -> u32 {
    u32::try_from(n).expect("hits are bounded by the text's length")
}
