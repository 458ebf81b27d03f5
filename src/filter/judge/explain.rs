//! From verdicts to what people read: reasons, the tree, the words found.

use std::sync::Arc;

use super::eval::{PartVerdict, SeenHit, Verdicts, parts};
use super::note::{PartNotes, place};
use super::plan::{ExprNode, Op, Prize};
use crate::filter::lookup::scan::Scan;
use crate::filter::lookup::scanned::TermHit;
use crate::filter::lookup::vocabulary::Vocabulary;
use crate::model::{ExprPart, Field, Hit};

const MOST_HITS: usize = 200;
/// Far more than anybody reads or writes by hand.
const MOST_PARTS: usize = 2_000;
const MOST_REASONS: usize = 12;
/// How many characters of a part are quoted in a sentence.
const QUOTED: usize = 80;

/// Puts verdicts into words.
pub(super) struct Explainer<'a, 's> {
    vocabulary: &'a Vocabulary,
    scan: &'a Scan<'a>,
    verdicts: &'a Verdicts<'s>,
    pub parts: Vec<ExprPart>,
    pub hits: Vec<Hit>,
    /// What each hit was made from.
    told: Vec<Option<SeenHit>>,
    notes: &'a mut PartNotes<'s>,
}

impl<'a, 's> Explainer<'a, 's> {
    pub fn new(
        vocabulary: &'a Vocabulary,
        scan: &'a Scan<'a>,
        verdicts: &'a Verdicts<'s>,
        notes: &'a mut PartNotes<'s>,
    ) -> Self {
        let (parts, hits, told) = (Vec::new(), Vec::new(), Vec::new());
        Explainer { vocabulary, scan, verdicts, parts, hits, told, notes }
    }

    /// Adds the decided node and its parts to the tree.
    pub fn tree(&mut self, node: &ExprNode) {
        self.parts.reserve_exact(node.size.min(MOST_PARTS));
        self.part((node, 0), 0, None);
        if node.size > MOST_PARTS {
            let text = format!("and {} more parts", node.size - MOST_PARTS).into();
            self.parts.push(ExprPart { depth: 0, text, held: self.verdicts.at(0).held, note: None, hits: Vec::new() });
        }
    }

    fn part(&mut self, (node, at): (&ExprNode, usize), depth: u16, prize: Option<&Arc<str>>) {
        if self.parts.len() >= MOST_PARTS {
            return;
        }
        let verdict = self.verdicts.at(at);
        let seen = self.verdicts.seen(verdict);
        let mut hits = Vec::with_capacity(seen.len() + verdict.matched.len());
        hits.extend(seen.iter().filter_map(|seen| self.hit(*seen)));
        hits.extend(verdict.matched.iter().filter_map(|matched| self.matched(&node.text, matched)));
        let note = self.notes.text(prize, verdict.note);
        self.parts.push(ExprPart { depth, text: node.text.clone(), held: verdict.held, note, hits });
        for (n, part) in parts(node, at).enumerate() {
            let prize = match &node.op {
                Op::Score { prizes, .. } => Some(&prizes[n].text),
                _ => None,
            };
            self.part(part, depth + 1, prize);
        }
    }

    /// The index of a hit, which is added if it is new and there is room.
    fn hit(&mut self, seen: SeenHit) -> Option<u16> {
        if let Some(number) = self.told.iter().position(|told| *told == Some(seen)) {
            return u16::try_from(number).ok();
        }
        let (found, field) = seen;
        let place = &self.scan.found[found as usize];
        let (range, text) = self.scan.shown(place, field);
        let hit = Hit {
            list: self.vocabulary.groups[place.group as usize].list.clone(),
            term: self.term(place),
            field,
            start: u32::try_from(range.start).ok()?,
            end: u32::try_from(range.end).ok()?,
            text: text.to_owned(),
        };
        self.add(hit, Some(seen))
    }

    /// The term of a hit as written; of a place, which it is and why.
    fn term(&self, hit: &TermHit) -> Arc<str> {
        match (self.vocabulary.places_of(hit.group), &self.scan.places) {
            (Some(_), Some(places)) => places.told(hit.term, &self.vocabulary.gazetteer).into(),
            _ => self.vocabulary.terms[hit.term as usize].written.clone(),
        }
    }

    /// The index of a regular expression's match.
    fn matched(&mut self, written: &Arc<str>, (field, start, text): &(Field, usize, String)) -> Option<u16> {
        let (from, to) = (u32::try_from(*start).ok()?, u32::try_from(start + text.len()).ok()?);
        let (term, text) = (written.clone(), text.clone());
        self.add(Hit { list: None, term, field: *field, start: from, end: to, text }, None)
    }

    fn add(&mut self, hit: Hit, seen: Option<SeenHit>) -> Option<u16> {
        let number = self.hits.len();
        if number >= MOST_HITS {
            return None;
        }
        self.hits.push(hit);
        self.told.push(seen);
        u16::try_from(number).ok()
    }

    /// Why `node` held or did not.
    pub fn because(&self, node: &ExprNode) -> Vec<String> {
        let mut reasons = Vec::new();
        match self.verdicts.at(0).held {
            true => self.held((node, 0), &mut reasons),
            false => self.failed((node, 0), &mut reasons),
        }
        if reasons.len() > MOST_REASONS {
            let more = reasons.len() - MOST_REASONS;
            reasons.truncate(MOST_REASONS);
            reasons.push(format!("and {more} more reasons"));
        }
        reasons
    }

    fn held(&self, (node, at): (&ExprNode, usize), out: &mut Vec<String>) {
        let parts = || parts(node, at).filter(|(_, at)| self.verdicts.at(*at).held);
        let verdict = self.verdicts.at(at);
        let (seen, note) = (self.verdicts.seen(verdict), verdict.note);
        let words = |most: usize| seen.iter().take(most).map(|seen| self.words(*seen)).collect::<Vec<_>>();
        match &node.op {
            Op::Group { .. } => out.push(self.places(verdict)),
            Op::Near { .. } => {
                let field = seen.first().map_or("text", |(_, field)| place(*field));
                let apart = note.map_or("near".to_owned(), |note| note.to_string());
                out.push(format!("{} {apart} in the {field}", words(2).join(" and ")));
            }
            Op::AtLeast { .. } => {
                let note = note.map_or(String::new(), |note| note.to_string());
                out.push(format!("{note}: {}", words(usize::MAX).join(", ")));
            }
            Op::Score { prizes, .. } => out.extend(self.prizes((node, at), prizes)),
            // Absence is a reason only if there is no other.
            Op::And if parts().any(|(n, _)| !matches!(n.op, Op::Not)) => {
                parts().filter(|(n, _)| !matches!(n.op, Op::Not)).for_each(|part| self.held(part, out));
            }
            Op::And | Op::Or => parts().for_each(|part| self.held(part, out)),
            Op::Matches { .. } => match verdict.matched.first() {
                Some((field, _, text)) => out.push(format!("\"{}\" in the {}", quoted(text), place(*field))),
                None => out.push(quoted(&node.text)),
            },
            Op::When(_) => out.extend(note.map(|note| note.to_string())),
            Op::Not | Op::Exact { .. } => out.push(quoted(&node.text)),
        }
    }

    /// What earned the points of a score.
    fn prizes(&self, (node, at): (&ExprNode, usize), prizes: &[Prize]) -> impl Iterator<Item = String> {
        let held = parts(node, at).zip(prizes).filter(|((_, at), _)| self.verdicts.at(*at).held);
        held.map(|(_, prize)| prize.text.to_string())
    }

    fn failed(&self, (node, at): (&ExprNode, usize), out: &mut Vec<String>) {
        let verdict = self.verdicts.at(at);
        let parts = || parts(node, at).filter(|(_, at)| !self.verdicts.at(*at).held);
        match &node.op {
            Op::Not => {
                let mut vetoes = Vec::new();
                self.held((&node.parts[0], at + 1), &mut vetoes);
                vetoes.truncate(MOST_REASONS);
                out.push(format!("vetoed by {}", vetoes.join("; ")));
            }
            Op::And => parts().for_each(|part| self.failed(part, out)),
            Op::Score { prizes, .. } => {
                out.extend(verdict.note.map(|note| note.to_string()));
                out.extend(self.prizes((node, at), prizes));
            }
            Op::Exact { .. } => out.push(format!("not {}", quoted(&node.text))),
            _ => match verdict.note {
                Some(note) => out.push(format!("{}: {note}", quoted(&node.text))),
                None => out.push(format!("nothing for {}", quoted(&node.text))),
            },
        }
    }

    /// The first place of a part in a sentence, and how many more there are.
    fn places(&self, verdict: &PartVerdict<'s>) -> String {
        let Some(seen) = self.verdicts.seen(verdict).first() else { return String::new() };
        let sentence = format!("{} in the {}", self.words(*seen), place(seen.1));
        match verdict.places {
            0 | 1 => sentence,
            n => format!("{sentence}, and {} more", n - 1),
        }
    }

    fn words(&self, (found, field): SeenHit) -> String {
        let place = &self.scan.found[found as usize];
        let text = self.scan.shown(place, field).1;
        let list = &self.vocabulary.groups[place.group as usize].list;
        if let (Some(_), Some(places)) = (self.vocabulary.places_of(place.group), &self.scan.places) {
            let list = list.as_ref().map(|list| format!("list {list}: ")).unwrap_or_default();
            return format!("\"{text}\" ({list}{})", places.name(place.term, &self.vocabulary.gazetteer));
        }
        match list {
            Some(list) => format!("\"{text}\" (list {list})"),
            None => format!("\"{text}\""),
        }
    }
}

fn quoted(text: &str) -> String {
    match text.char_indices().nth(QUOTED) {
        Some((n, _)) => format!("{} …", text[..n].trim_end()),
        None => text.to_owned(),
    }
}
