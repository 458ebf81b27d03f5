//! From verdicts to what people read: reasons, the tree, the words found.

use std::collections::HashMap;

use super::eval::{Verdict, place};
use super::plan::{Node, Op};
use super::scan::Scan;
use super::vocabulary::Vocabulary;
use crate::model::{Field, Hit, Part};

const MOST_HITS: usize = 40;
const MOST_PARTS: usize = 200;
const MOST_REASONS: usize = 12;
/// How much of a part is repeated in a sentence, in characters.
const QUOTED: usize = 80;

/// Puts verdicts into words.
pub(super) struct Explainer<'a> {
    vocabulary: &'a Vocabulary,
    scan: &'a Scan<'a>,
    pub parts: Vec<Part>,
    pub hits: Vec<Hit>,
    numbers: HashMap<(u32, Field), u16>,
}

impl<'a> Explainer<'a> {
    pub fn new(vocabulary: &'a Vocabulary, scan: &'a Scan<'a>) -> Self {
        Explainer { vocabulary, scan, parts: Vec::new(), hits: Vec::new(), numbers: HashMap::new() }
    }

    /// Adds `node` and its parts to the tree.
    pub fn tree(&mut self, node: &Node, verdict: &Verdict) {
        self.part(node, verdict, 0, None);
    }

    fn part(&mut self, node: &Node, verdict: &Verdict, depth: u16, prize: Option<&str>) {
        if self.parts.len() >= MOST_PARTS {
            return;
        }
        let mut hits: Vec<u16> = verdict.seen.iter().filter_map(|(found, field)| self.hit(*found, *field)).collect();
        hits.extend(verdict.matched.iter().filter_map(|matched| self.matched(&node.text, matched)));
        let note = match (prize, &verdict.note) {
            (Some(prize), Some(note)) => Some(format!("{prize} ({note})")),
            (prize, note) => prize.or(note.as_deref()).map(str::to_owned),
        };
        self.parts.push(Part { depth, text: node.text.clone(), held: verdict.held, note, hits });
        for (n, (part, verdict)) in node.parts.iter().zip(&verdict.parts).enumerate() {
            let prize = match &node.op {
                Op::Score { prizes, .. } => Some(prizes[n].text.as_str()),
                _ => None,
            };
            self.part(part, verdict, depth + 1, prize);
        }
    }

    /// The number of a hit, added if it is new and there is room.
    fn hit(&mut self, found: u32, field: Field) -> Option<u16> {
        if let Some(number) = self.numbers.get(&(found, field)) {
            return Some(*number);
        }
        if self.hits.len() >= MOST_HITS {
            return None;
        }
        let place = &self.scan.found[found as usize];
        let term = &self.vocabulary.terms[place.term as usize];
        let (range, text) = self.scan.shown(place, field);
        let number = u16::try_from(self.hits.len()).ok()?;
        self.hits.push(Hit {
            list: self.vocabulary.groups[place.group as usize].list.clone(),
            term: term.written.clone(),
            field,
            start: u32::try_from(range.start).ok()?,
            end: u32::try_from(range.end).ok()?,
            text: text.to_owned(),
        });
        self.numbers.insert((found, field), number);
        Some(number)
    }

    /// The number of what a regular expression met.
    fn matched(&mut self, written: &str, (field, start, text): &(Field, usize, String)) -> Option<u16> {
        if self.hits.len() >= MOST_HITS {
            return None;
        }
        let number = u16::try_from(self.hits.len()).ok()?;
        self.hits.push(Hit {
            list: None,
            term: written.to_owned(),
            field: *field,
            start: u32::try_from(*start).ok()?,
            end: u32::try_from(start + text.len()).ok()?,
            text: text.clone(),
        });
        Some(number)
    }

    /// Why `node` held or did not.
    pub fn because(&self, node: &Node, verdict: &Verdict) -> Vec<String> {
        let mut reasons = Vec::new();
        match verdict.held {
            true => self.held(node, verdict, &mut reasons),
            false => self.failed(node, verdict, &mut reasons),
        }
        if reasons.len() > MOST_REASONS {
            let more = reasons.len() - MOST_REASONS;
            reasons.truncate(MOST_REASONS);
            reasons.push(format!("and {more} more reasons"));
        }
        reasons
    }

    fn held(&self, node: &Node, verdict: &Verdict, out: &mut Vec<String>) {
        let parts = || node.parts.iter().zip(&verdict.parts).filter(|(_, v)| v.held);
        match &node.op {
            Op::Group { .. } => out.push(self.places(verdict)),
            Op::Near { .. } => {
                let words: Vec<String> = verdict.seen.iter().take(2).map(|s| self.words(s.0, s.1)).collect();
                let field = verdict.seen.first().map_or("text", |(_, field)| place(*field));
                let apart = verdict.note.as_deref().unwrap_or("near");
                out.push(format!("{} {apart} in the {field}", words.join(" and ")));
            }
            Op::AtLeast { .. } => {
                let words: Vec<String> = verdict.seen.iter().map(|s| self.words(s.0, s.1)).collect();
                let note = verdict.note.as_deref().unwrap_or_default();
                out.push(format!("{note}: {}", words.join(", ")));
            }
            Op::Score { prizes, .. } => {
                let held = prizes.iter().zip(&verdict.parts).filter(|(_, v)| v.held);
                out.extend(held.map(|(prize, _)| prize.text.clone()));
            }
            // What is absent explains only where nothing else does.
            Op::And if parts().any(|(n, _)| !matches!(n.op, Op::Not)) => {
                parts().filter(|(n, _)| !matches!(n.op, Op::Not)).for_each(|(n, v)| self.held(n, v, out));
            }
            Op::And | Op::Or => parts().for_each(|(n, v)| self.held(n, v, out)),
            Op::Matches { .. } => match verdict.matched.first() {
                Some((field, _, text)) => out.push(format!("\"{}\" in the {}", quoted(text), place(*field))),
                None => out.push(quoted(&node.text)),
            },
            Op::When(_) => out.push(verdict.note.clone().unwrap_or_default()),
            Op::Not | Op::Exact { .. } => out.push(quoted(&node.text)),
        }
    }

    fn failed(&self, node: &Node, verdict: &Verdict, out: &mut Vec<String>) {
        let parts = || node.parts.iter().zip(&verdict.parts).filter(|(_, v)| !v.held);
        match &node.op {
            Op::Not => {
                let mut vetoes = Vec::new();
                self.held(&node.parts[0], &verdict.parts[0], &mut vetoes);
                vetoes.truncate(MOST_REASONS);
                out.push(format!("vetoed by {}", vetoes.join("; ")));
            }
            Op::And => parts().for_each(|(n, v)| self.failed(n, v, out)),
            Op::Score { prizes, .. } => {
                out.extend(verdict.note.clone());
                let held = prizes.iter().zip(&verdict.parts).filter(|(_, v)| v.held);
                out.extend(held.map(|(prize, _)| prize.text.clone()));
            }
            Op::Exact { .. } => out.push(format!("not {}", quoted(&node.text))),
            _ => match &verdict.note {
                Some(note) => out.push(format!("{}: {note}", quoted(&node.text))),
                None => out.push(format!("nothing for {}", quoted(&node.text))),
            },
        }
    }

    /// The first place of a part in a sentence, and how many more there are.
    fn places(&self, verdict: &Verdict) -> String {
        let Some((found, field)) = verdict.seen.first() else { return String::new() };
        let sentence = format!("{} in the {}", self.words(*found, *field), place(*field));
        match verdict.places {
            0 | 1 => sentence,
            n => format!("{sentence}, and {} more", n - 1),
        }
    }

    fn words(&self, found: u32, field: Field) -> String {
        let place = &self.scan.found[found as usize];
        let text = self.scan.shown(place, field).1;
        match &self.vocabulary.groups[place.group as usize].list {
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
