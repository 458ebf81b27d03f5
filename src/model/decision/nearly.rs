//! What of a filter nearly held of an entry.

use std::sync::Arc;

use super::{ExprPart, Route};

impl Route {
    /// The parts that nearly held, a sentence each: both sides stand in the text but too far
    /// apart, one term of several is there, all but one of the conditions are met, the word
    /// stands in another field or inside a longer one. Of a score, its parts that would have
    /// given points; what vetoed the entry comes first.
    pub fn nearly(&self) -> Vec<String> {
        let mut told = Vec::new();
        if !self.parts.is_empty() {
            self.look(0, &mut told);
        }
        told
    }

    fn look(&self, at: usize, told: &mut Vec<String>) {
        let part = &self.parts[at];
        if part.threshold().is_some() {
            for child in self.children(at) {
                let award = &self.parts[child];
                if let Some(prize) = award.note.as_ref().filter(|note| !award.held && note.starts_with('+')) {
                    // The note of a term or a NEAR tells already.
                    let tells = |why: Arc<str>| match without_prize(prize) {
                        "" => format!("{prize}: {why}"),
                        _ => prize.to_string(),
                    };
                    told.extend(self.lacking(child).map(tells));
                }
            }
            return;
        }
        if part.held {
            return;
        }
        let children = self.children(at);
        let (vetoes, others): (Vec<usize>, Vec<usize>) =
            children.iter().filter(|child| !self.parts[**child].held).partition(|child| self.is_not(**child));
        told.extend(vetoes.iter().map(|veto| format!("kept out by {}", self.parts[*veto].text)));
        let within = others.iter().find(|child| self.parts[**child].threshold().is_some());
        match within {
            Some(score) => self.look(*score, told),
            None => told.extend(self.lacking(at).filter(|_| vetoes.is_empty()).map(|why| why.to_string())),
        }
    }

    /// Why a part that did not hold nearly did.
    fn lacking(&self, at: usize) -> Option<Arc<str>> {
        let part = &self.parts[at];
        let children = self.children(at);
        let own = part.note.as_deref().map(without_prize).filter(|note| !note.is_empty());
        if children.is_empty() {
            return own.map(|note| format!("{} {note}", part.text).into());
        }
        let (held, failed): (Vec<usize>, Vec<usize>) = children.iter().partition(|child| self.parts[**child].held);
        match own {
            // Of a NEAR, whose sides are there, or an ATLEAST.
            Some(note) if failed.is_empty() => Some(note.into()),
            // Of an OR, or a NEAR that lacks a side.
            _ if held.is_empty() => failed.iter().find_map(|child| self.lacking(*child)),
            _ => {
                let [one] = failed[..] else { return None };
                let is_reason = held.iter().any(|child| !self.is_not(*child));
                let text = &self.parts[one].text;
                let why = || self.lacking(one).unwrap_or_else(|| format!("lacks {text}").into());
                match self.is_not(one) {
                    true => Some(format!("kept out by {text}").into()),
                    false => is_reason.then(why),
                }
            }
        }
    }

    fn is_not(&self, at: usize) -> bool {
        self.parts[at].text.starts_with("NOT ") && self.children(at).len() == 1
    }

    /// The parts right below one.
    fn children(&self, at: usize) -> Vec<usize> {
        let depth = self.parts[at].depth;
        let below = self.parts.iter().enumerate().skip(at + 1).take_while(|(_, part)| part.depth > depth);
        below.filter(|(_, part): &(usize, &ExprPart)| part.depth == depth + 1).map(|(n, _)| n).collect()
    }
}

/// What a note says beside the points of a part and their reason.
fn without_prize(note: &str) -> &str {
    if !note.starts_with(['+', '-']) {
        return note;
    }
    note.strip_suffix(')').and_then(|note| note.rsplit_once(" (")).map_or("", |(_, said)| said)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::FeedId;

    /// What is said of parts written as depth, verdict, text and note.
    fn check(parts: &[(u16, bool, &str, &str)], expected: &[&str]) {
        let part = |(depth, held, text, note): &(u16, bool, &str, &str)| ExprPart {
            depth: *depth,
            text: (*text).into(),
            held: *held,
            note: Some(*note).filter(|note| !note.is_empty()).map(Arc::from),
            hits: Vec::new(),
        };
        let parts = parts.iter().map(part).collect();
        let feed = FeedId::new("f").unwrap();
        let route = Route { feed, admitted: false, score: None, because: vec![], parts, hits: vec![] };
        assert_eq!(route.nearly(), expected);
    }

    #[test]
    fn what_nearly_held_is_told_b356() {
        check(&[(0, false, "a", "in the body, not in the headline")], &["a in the body, not in the headline"]);
        check(&[(0, false, "a", "")], &[]);
        check(
            &[(0, false, "a NEAR/2 b", "NEAR/2 missed: 4 words apart"), (1, true, "a", ""), (1, true, "b", "")],
            &["NEAR/2 missed: 4 words apart"],
        );
        check(&[(0, false, "a AND b", ""), (1, true, "a", ""), (1, false, "b", "")], &["lacks b"]);
        check(&[(0, false, "a AND b", ""), (1, false, "a", ""), (1, false, "b", "")], &[]);
        check(&[(0, false, "a AND NOT b", ""), (1, false, "a", ""), (1, true, "NOT b", ""), (2, false, "b", "")], &[]);
        check(
            &[(0, false, "a AND NOT b", ""), (1, true, "a", ""), (1, false, "NOT b", ""), (2, true, "b", "")],
            &["kept out by NOT b"],
        );
        check(
            &[
                (0, false, "SCORE/6(…) AND NOT c", ""),
                (1, false, "SCORE/6(…)", "2 of 6 points"),
                (2, true, "a", "+2 a thing"),
                (2, false, "a AND b", "+4 two things"),
                (3, true, "a", ""),
                (3, false, "b", ""),
                (2, false, "title:d", "+4 a title (in the body, not in the headline)"),
                (2, false, "e", "-4 against"),
                (1, false, "NOT c", ""),
                (2, true, "c", ""),
            ],
            &["kept out by NOT c", "+4 two things: lacks b", "+4 a title (in the body, not in the headline)"],
        );
    }
}
