//! One pass over an entry's text that finds all terms in it.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::HashMap;
use std::ops::Range;

use memchr::memmem;

use super::border;
use super::places::{self, PlacesRead};
use super::scanned::{ScannedText, TermHit, offset};
use super::slot::{Needs, SLOTS, Slot};
use super::uses::{LiteralUse, Of};
use super::vocabulary::Vocabulary;
use crate::filter::language::term::Edge;
use crate::model::{Field, Readable};
use crate::text::{fold, script};

/// How many characters `*` and `~` add to a hit at most when it is shown.
const REACH: usize = 64;

/// After `FLOOD` hits in an entry, each list gets at most `EACH` more, and after `MOST`
/// none does: this bounds the work that hostile text can cause, and one feed's frequent
/// terms take nothing from another's.
const FLOOD: usize = 100_000;
const EACH: u32 = 2_000;
const MOST: usize = 1_000_000;

/// A hit that a longer word swallowed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(in crate::filter) struct Swallowed {
    pub group: u32,
    /// The longer word, folded.
    pub by: String,
}

/// What was found in an entry.
pub(in crate::filter) struct Scan<'c> {
    texts: [Option<ScannedText<'c>>; SLOTS],
    /// Sorted by group and place.
    pub found: Vec<TermHit>,
    pub swallowed: Vec<Swallowed>,
    /// Where the lead is in the body as shown, when it is scanned there.
    lead: Option<Range<usize>>,
    /// The places, if some rule asks for them.
    pub places: Option<PlacesRead<'c>>,
    /// A word that stands where a place is expected, and is none that is known.
    unknown: OnceCell<Option<String>>,
}

impl<'c> Scan<'c> {
    /// Looks for all terms in the fields that are needed.
    pub fn new(vocabulary: &Vocabulary, copy: &'c Readable, needs: Needs) -> Self {
        let mut scan = Scan {
            texts: Default::default(),
            found: Vec::new(),
            swallowed: Vec::new(),
            lead: None,
            places: None,
            unknown: OnceCell::new(),
        };
        if needs.has(Slot::Title) {
            scan.read(vocabulary, Slot::Title, Cow::Borrowed(&copy.title));
        }
        if needs.has(Slot::Body) {
            if needs.has(Slot::Lead) && !copy.lead.is_empty() {
                let at = match copy.body.starts_with(&copy.lead) {
                    true => Some(0),
                    false => memmem::find(copy.body.as_bytes(), copy.lead.as_bytes()),
                };
                scan.lead = at.map(|at| at..at + copy.lead.len());
            }
            scan.read(vocabulary, Slot::Body, Cow::Borrowed(&copy.body));
        }
        if needs.has(Slot::Lead) && scan.lead.is_none() {
            scan.read(vocabulary, Slot::Lead, Cow::Borrowed(&copy.lead));
        }
        scan.read_about(vocabulary, copy, needs);
        if needs.has_places() {
            scan.find_places(vocabulary, copy);
        }
        scan.found.sort_unstable();
        scan.found.dedup();
        scan
    }

    /// Reads what stands beside the headline and the text.
    fn read_about(&mut self, vocabulary: &Vocabulary, copy: &'c Readable, needs: Needs) {
        if needs.has(Slot::Author) {
            self.read(vocabulary, Slot::Author, Cow::Owned(copy.authors.join(", ")));
        }
        if needs.has(Slot::Category) {
            self.read(vocabulary, Slot::Category, Cow::Owned(copy.categories.join(", ")));
        }
        if let (true, Some(link)) = (needs.has(Slot::Url), &copy.link) {
            self.read(vocabulary, Slot::Url, Cow::Borrowed(link));
        }
        let newswire = &copy.newswire;
        let dateline = newswire.dateline.as_ref().map(|dateline| &dateline.raw);
        let told = [
            (Slot::Wire, newswire.wire.as_ref()),
            (Slot::Issuer, newswire.issuer.as_ref()),
            (Slot::Dateline, dateline),
        ];
        for (slot, text) in told {
            if let (true, Some(text)) = (needs.has(slot), text) {
                self.read(vocabulary, slot, Cow::Borrowed(text));
            }
        }
    }

    /// Finds the places that were read of the copy in its texts as they are folded here.
    fn find_places(&mut self, vocabulary: &Vocabulary, copy: &'c Readable) {
        let read = PlacesRead::new(copy, |slot| self.texts[slot as usize].as_ref());
        read.hits(&vocabulary.places, copy, &mut self.found);
        self.places = Some(read);
    }

    /// A word of the headline or lead that stands where a place is expected, and is none
    /// that is known.
    pub fn unknown_place(&self, vocabulary: &Vocabulary, copy: &Readable) -> Option<&str> {
        let look = |text: &str| places::unknown(&vocabulary.gazetteer, copy, text);
        self.unknown.get_or_init(|| look(&copy.title).or_else(|| look(&copy.lead))).as_deref()
    }

    /// The places of a group's terms, in the order of fields and places.
    pub fn of(&self, group: u32) -> Range<usize> {
        let start = self.found.partition_point(|f| f.group < group);
        start..start + self.found[start..].partition_point(|f| f.group == group)
    }

    fn text(&self, slot: Slot) -> Option<&ScannedText<'c>> {
        self.texts[slot as usize].as_ref()
    }

    /// Where a place is in the text shown as `field`, and the words there.
    pub fn shown(&self, found: &TermHit, field: Field) -> (Range<usize>, &str) {
        let Some(text) = self.text(found.slot) else { return (0..0, "") };
        let range = text.folded.shown(found.start as usize..found.end as usize, &text.shown);
        let words = &text.shown[range.clone()];
        let before = match (&self.lead, field, found.slot) {
            (Some(lead), Field::Lead, Slot::Body) => lead.start,
            _ => 0,
        };
        (range.start.saturating_sub(before)..range.end.saturating_sub(before), words)
    }

    /// The words at a place, folded.
    pub fn words(&self, found: &TermHit) -> &str {
        self.text(found.slot).map_or("", |text| &text.folded.text()[found.start as usize..found.end as usize])
    }

    /// The middles of the first and the last word of a place, in quarter words.
    pub fn middles(&self, slot: Slot, start: u32, end: u32) -> (u32, u32) {
        let Some(text) = self.text(slot) else { return (0, 0) };
        (text.middle(start), text.middle(end.saturating_sub(1).max(start)))
    }

    fn read(&mut self, vocabulary: &Vocabulary, slot: Slot, shown: Cow<'c, str>) {
        let folded = fold::fold(&shown);
        let lead = match (&self.lead, slot) {
            (Some(lead), Slot::Body) => folded.place_of(lead.start)..folded.place_of(lead.end),
            _ => 0..0,
        };
        let text = ScannedText::new(folded, shown, lead);
        let mut reader =
            TermReader { vocabulary, text: &text, slot, fresh: Vec::new(), covers: Vec::new(), counts: None };
        reader.run(self.found.len());
        let TermReader { mut fresh, mut covers, .. } = reader;
        if !covers.is_empty() {
            self.swallow(vocabulary, &mut fresh, &mut covers, text.folded.text());
        }
        self.found.append(&mut fresh);
        self.texts[slot as usize] = Some(text);
    }

    /// Removes from `fresh` the places that lie within an exception.
    fn swallow(&mut self, vocabulary: &Vocabulary, fresh: &mut Vec<TermHit>, covers: &mut [Cover], text: &str) {
        covers.sort_unstable_by_key(|c| (c.group, c.start));
        let mut reach: Vec<usize> = (0..covers.len()).collect();
        for n in 1..covers.len() {
            let before = reach[n - 1];
            if covers[before].group == covers[n].group && covers[before].end >= covers[n].end {
                reach[n] = before;
            }
        }
        fresh.retain(|found| {
            if !vocabulary.groups[found.group as usize].has_exceptions {
                return true;
            }
            let after = covers.partition_point(|c| (c.group, c.start) <= (found.group, found.start));
            let Some(cover) = after.checked_sub(1).map(|n| &covers[reach[n]]) else { return true };
            let covered = cover.group == found.group && cover.end >= found.end;
            if covered && self.swallowed.len() < REACH {
                let by = text[cover.start as usize..cover.end as usize].to_owned();
                self.swallowed.push(Swallowed { group: found.group, by });
            }
            !covered
        });
    }
}

/// A place of an exception.
struct Cover {
    group: u32,
    start: u32,
    end: u32,
}

struct TermReader<'r, 'c> {
    vocabulary: &'r Vocabulary,
    text: &'r ScannedText<'c>,
    slot: Slot,
    fresh: Vec<TermHit>,
    covers: Vec<Cover>,
    /// The number of hits of each group, counted only in a text of many hits.
    counts: Option<HashMap<u32, u32>>,
}

impl TermReader<'_, '_> {
    fn run(&mut self, already: usize) {
        let (vocabulary, text) = (self.vocabulary, self.text);
        vocabulary.find(text.folded.text(), text.folded.words(), |wanted, start, end| {
            if let Some(reached) = self.reached(wanted, start, end) {
                self.take(wanted, start..end, reached, already);
            }
        });
    }

    /// The whole of a hit at `start..end`, if its surroundings are as `wanted` requires.
    fn reached(&self, wanted: &LiteralUse, start: usize, end: usize) -> Option<Range<usize>> {
        let text = self.text.folded.text();
        let (mut from, mut to) = (start, end);
        match wanted.left {
            Edge::Border if text[..start].chars().next_back().is_some_and(script::has_border) => return None,
            Edge::Open => from -= rest_of_word(text[..start].chars().rev()),
            _ => {}
        }
        for piece in &wanted.rest {
            to += rest_of_word(text[to..].chars());
            if !text[to..].starts_with(piece.as_str()) {
                return None;
            }
            to += piece.len();
        }
        match wanted.right {
            Edge::Border if text[to..].chars().next().is_some_and(script::has_border) => return None,
            Edge::Open => to += rest_of_word(text[to..].chars()),
            _ => {}
        }
        if text[from..to].contains(' ') && self.has_border(from..to) {
            return None;
        }
        if let Some(exact) = &wanted.exact {
            let shown = self.text.folded.shown(start..end, &self.text.shown);
            if fold::keep(&self.text.shown[shown]).trim() != exact {
                return None;
            }
        }
        Some(from..to)
    }

    /// Whether a phrase runs across something that ends it: a headline has but one line.
    fn has_border(&self, phrase: Range<usize>) -> bool {
        let shown = self.text.folded.shown(phrase, &self.text.shown);
        let of_lines = matches!(self.slot, Slot::Body | Slot::Lead);
        border::has_dash(&self.text.shown[shown.clone()]) || of_lines && border::has_line_end(&self.text.shown, shown)
    }

    fn take(&mut self, wanted: &LiteralUse, literal: Range<usize>, reached: Range<usize>, already: usize) {
        match wanted.of {
            Of::Exception(group) if self.covers.len() < 10 * FLOOD => {
                self.covers.push(Cover { group, start: offset(reached.start), end: offset(reached.end) });
            }
            Of::Exception(_) => {}
            Of::Term(term) => {
                let group = self.vocabulary.terms[term as usize].group;
                if already + self.fresh.len() >= FLOOD && !self.has_room(group, already) {
                    return;
                }
                let lead = &self.text.lead;
                let in_lead = lead.start <= literal.start && literal.end <= lead.end;
                let (start, end) = (offset(reached.start), offset(reached.end));
                self.fresh.push(TermHit { group, slot: self.slot, start, end, term, in_lead });
            }
        }
    }

    /// Whether a group has room for one more hit in this text of many hits.
    fn has_room(&mut self, group: u32, already: usize) -> bool {
        if already + self.fresh.len() >= MOST {
            return false;
        }
        let fresh = &self.fresh;
        let counts = self.counts.get_or_insert_with(|| {
            let mut counts = HashMap::new();
            fresh.iter().for_each(|f| *counts.entry(f.group).or_insert(0) += 1);
            counts
        });
        let count = counts.entry(group).or_insert(0);
        *count += 1;
        *count <= EACH
    }
}

/// The length in bytes of the part of a word that `chars` begin with.
fn rest_of_word(chars: impl Iterator<Item = char>) -> usize {
    chars.take_while(|c| script::has_border(*c)).take(REACH).map(char::len_utf8).sum()
}
