//! Mentions of places in the texts of one entry.

use std::ops::Range;

use super::choose;
use super::cues;
use super::gazetteer::Gazetteer;
use super::headline::is_headline;
use super::marks::UseMarks;
use super::mention::{ChosenBy, PlaceContext, PlaceMention};
use super::place::Place;
use super::scan::{Scanner, Sighting};
use crate::text::fold::Folded;

/// How many names are read in the texts of one entry: a longer list is no copy.
const MOST: usize = crate::limits::PLACE_MENTIONS.count();

/// How many places named without doubt decide about others.
const MOST_NAMED: usize = crate::limits::PLACES_NAMED.count();

/// Reads the texts of one entry.
pub(super) struct MentionReader<'r, 'g> {
    pub gazetteer: &'g Gazetteer,
    pub texts: &'r [(&'r Folded, &'r str)],
    pub around: &'r PlaceContext<'r>,
    /// Which texts are written like English headlines.
    pub headline: Vec<bool>,
    pub sightings: Vec<Sighting<'g>>,
    /// Countries and regions that are named without doubt.
    pub named: Vec<Place<'g>>,
}

/// The mentions in these texts.
pub(super) fn mentions(
    gazetteer: &Gazetteer,
    texts: &[(&Folded, &str)],
    around: &PlaceContext<'_>,
) -> Vec<PlaceMention> {
    let mut sightings = Vec::new();
    for (number, (folded, shown)) in texts.iter().enumerate() {
        Scanner { gazetteer, number, folded, shown, around }.sightings(&mut sightings, MOST);
    }
    if sightings.is_empty() {
        return Vec::new();
    }
    let headline = texts.iter().map(|(folded, shown)| is_headline(folded, shown)).collect();
    let mut reader = MentionReader { gazetteer, texts, around, headline, sightings, named: Vec::new() };
    reader.drop_abbreviations();
    reader.named = reader.named();
    (0..reader.sightings.len()).filter_map(|at| reader.mention(at)).collect()
}

/// Capitalised words where a place is expected that begin no known name.
pub(super) fn unknown(
    gazetteer: &Gazetteer,
    (folded, shown): (&Folded, &str),
    around: &PlaceContext<'_>,
) -> Vec<Range<usize>> {
    let scanner = Scanner { gazetteer, number: 0, folded, shown, around };
    let mut known = Vec::new();
    scanner.sightings(&mut known, MOST);
    let text = folded.text();
    let is_met = |start: usize| known.iter().any(|s| s.start <= start && start < s.end);
    let mut last = "";
    let mut out = Vec::new();
    for word in folded.words() {
        let (start, end) = (word.start as usize, word.end as usize);
        let expects = cues::is_preposition(last, around.primary()) || cues::ends_in_office(&text[..start]);
        if expects && text[start..].starts_with(char::is_lowercase) && scanner.is_capital(start) && !is_met(start) {
            out.push(folded.shown(start..end, shown));
        }
        last = &text[start..end];
    }
    out
}

impl<'g> MentionReader<'_, 'g> {
    /// The text between two names that follow one another; `None` if they stand in two texts.
    pub(super) fn between(&self, left: usize, right: usize) -> Option<&str> {
        let (l, r) = (self.sightings.get(left)?, self.sightings.get(right)?);
        let (folded, _) = self.texts[l.text];
        (l.text == r.text).then(|| &folded.text()[l.end..r.start])
    }

    /// Whether the name after this one is, by what stands between, its country or region.
    fn is_enclosed(&self, at: usize) -> bool {
        self.between(at, at + 1).is_some_and(cues::encloses)
    }

    /// "Calif." and "OR" count only beside a city of that region.
    fn drop_abbreviations(&mut self) {
        for at in 0..self.sightings.len() {
            let is_beside = |region: &Place<'_>| {
                at > 0
                    && self.is_enclosed(at - 1)
                    && self.sightings[at - 1].places.iter().any(|p| choose::is_in(p, region))
            };
            let sighting = &self.sightings[at];
            let is_kept = |n: usize| !sighting.marks[n].has(UseMarks::ABBREVIATION) || is_beside(&sighting.places[n]);
            let kept: Vec<bool> = (0..sighting.places.len()).map(is_kept).collect();
            let sighting = &mut self.sightings[at];
            let (mut of_place, mut of_mark) = (kept.iter(), kept.iter());
            sighting.places.retain(|_| *of_place.next().unwrap_or(&true));
            sighting.marks.retain(|_| *of_mark.next().unwrap_or(&true));
        }
        self.sightings.retain(|sighting| !sighting.places.is_empty());
    }

    /// Countries and regions that are named without doubt: by names of nothing else.
    fn named(&self) -> Vec<Place<'g>> {
        let mut named: Vec<Place<'g>> = Vec::new();
        for (at, sighting) in self.sightings.iter().enumerate() {
            if named.len() >= MOST_NAMED {
                break;
            }
            // "Atlanta, Georgia" names the state for the rest of the text.
            named.extend(self.around_of_last(at).map(|n| sighting.places[n].clone()));
            let [place] = sighting.places.as_slice() else { continue };
            let is_weak = sighting.weak.holds(self.around.primary()) && place.kind.is_city();
            let container = !place.kind.is_city() || place.kind.is_country();
            let doubtful = is_weak || sighting.is_given || sighting.marks[0].has(UseMarks::SLIGHT);
            if !doubtful && (container || at == 0 || place.population >= 100_000) && !named.contains(place) {
                named.push(place.clone());
            }
        }
        named
    }

    /// The countries and regions beside a name.
    fn beside(&self, at: usize) -> Vec<Place<'g>> {
        let mut beside = Vec::new();
        let is_container = |p: &&Place<'g>| !p.kind.is_city() || p.kind.is_country();
        if self.is_enclosed(at) {
            let next = &self.sightings[at + 1];
            let places =
                next.places.iter().zip(&next.marks).filter(|(_, m)| !m.has(UseMarks::ADJECTIVE)).map(|(p, _)| p);
            beside.extend(places.filter(is_container).cloned());
        }
        if beside.is_empty()
            && let Some(before) = at.checked_sub(1)
            && self.between(before, at).is_some_and(cues::leads_on)
        {
            beside.extend(self.sightings[before].places.iter().filter(is_container).cloned());
        }
        beside
    }

    fn mention(&self, at: usize) -> Option<PlaceMention> {
        let sighting = &self.sightings[at];
        let beside = self.beside(at);
        let (n, chosen) = match self.around_of_last(at) {
            Some(n) => (n, ChosenBy::Beside(sighting.places[n].id)),
            None => choose::choose(&sighting.namesakes(), &beside, &self.named, self.around)?,
        };
        let place = &sighting.places[n];
        let counts = self.support(at, sighting, n, chosen)?;
        let chosen = match chosen {
            ChosenBy::Beside(by) if sighting.places.len() == 1 || by == place.id => ChosenBy::Only,
            chosen => chosen,
        };
        let (folded, shown) = self.texts[sighting.text];
        Some(PlaceMention {
            text: sighting.text,
            folded: sighting.start..sighting.end,
            shown: folded.shown(sighting.start..sighting.end, shown),
            place: place.id,
            country: place.country,
            is_adjective: sighting.marks[n].has(UseMarks::ADJECTIVE),
            counts,
            chosen,
        })
    }

    /// Of a name behind a city ("Atlanta, Georgia"), the country or region that the city is in.
    fn around_of_last(&self, at: usize) -> Option<usize> {
        let last = at.checked_sub(1).filter(|last| self.is_enclosed(*last))?;
        let containers = &self.sightings[at].places;
        let (_, by) = choose::within(&self.sightings[last].namesakes(), containers)?;
        containers.iter().position(|place| place.id == by)
    }
}
