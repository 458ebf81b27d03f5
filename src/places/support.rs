//! Whether a name that is also a common word, or a person's, stands for a place.

use super::cues;
use super::marks::UseMarks;
use super::mention::{ChosenBy, Support};
use super::place::{Place, PlaceKind};
use super::read::MentionReader;
use super::scan::{Sighting, WayOfWriting};

/// A place of so many people may count by the place beside it in a list.
const LISTED_TOWN: u32 = 50_000;

/// A city of so many people is written about oftener than persons of its name.
const KNOWN_CITY: u32 = 1_000_000;

impl MentionReader<'_, '_> {
    /// Why the name counts as that of `place`; `None` if it does not.
    pub(super) fn support(&self, at: usize, sighting: &Sighting<'_>, n: usize, chosen: ChosenBy) -> Option<Support> {
        let place = &sighting.places[n];
        if self.is_in_dateline(sighting) {
            return Some(Support::Dateline);
        }
        let is_person = self.is_person(at, sighting, place);
        if !is_person && self.is_sure(at, sighting, n) {
            return Some(Support::Name);
        }
        if matches!(chosen, ChosenBy::Beside(_)) {
            return Some(Support::Beside);
        }
        let (folded, _) = self.texts[sighting.text];
        let (before, after) = (&folded.text()[..sighting.start], &folded.text()[sighting.end..]);
        let is_town =
            !sighting.weak.is_hard() || sighting.writing == WayOfWriting::Cased || after.starts_with(['市', '시']);
        if cues::ends_in_office(before) || is_town && cues::begins_with_office(after) {
            return Some(Support::Office);
        }
        if is_person || sighting.weak.is_hard() {
            return None;
        }
        if self.has_preposition(sighting) && !self.headline[sighting.text] {
            return Some(Support::Preposition);
        }
        if self.is_listed(at, sighting, place) {
            return Some(Support::Listed);
        }
        self.is_named_again(sighting, place).then_some(Support::SecondMention)
    }

    fn is_in_dateline(&self, sighting: &Sighting<'_>) -> bool {
        let dateline = self.around.dateline.as_ref();
        dateline
            .is_some_and(|(text, at)| *text == sighting.text && at.start <= sighting.start && sighting.end <= at.end)
    }

    /// Whether the name alone says that a place is meant.
    fn is_sure(&self, at: usize, sighting: &Sighting<'_>, n: usize) -> bool {
        let place = &sighting.places[n];
        if place.kind.is_country() || sighting.marks[n].has(UseMarks::ADJECTIVE) {
            return true;
        }
        let is_given = sighting.is_given && place.kind.is_city() && place.population < KNOWN_CITY;
        let is_first_name = sighting.is_given && self.word_after_is_capital(at, sighting);
        !sighting.weak.holds(self.around.primary())
            && !sighting.marks[n].has(UseMarks::SLIGHT)
            && !is_given
            && !is_first_name
    }

    /// Whether "and" or a slash joins the name with that of a place that counts by itself:
    /// "Cambridge and Heidelberg".
    fn is_listed(&self, at: usize, sighting: &Sighting<'_>, place: &Place<'_>) -> bool {
        if sighting.is_given || place.population < LISTED_TOWN || self.headline[sighting.text] {
            return false;
        }
        let counts = |other: usize| {
            let beside = &self.sightings[other];
            let is_weak = beside.weak.holds(self.around.primary()) || beside.is_given;
            let is_slight = |marks: &UseMarks| marks.has(UseMarks::SLIGHT) || marks.has(UseMarks::ADJECTIVE);
            !is_weak && !beside.marks.iter().all(is_slight) && !self.is_person(other, beside, &beside.places[0])
        };
        let before = at.checked_sub(1).filter(|last| self.between(*last, at).is_some_and(cues::joins));
        let after = Some(at + 1).filter(|next| self.between(at, *next).is_some_and(cues::joins));
        before.into_iter().chain(after).any(counts)
    }

    /// Whether the name stands behind a given name: "Michael Jordan".
    fn is_person(&self, at: usize, sighting: &Sighting<'_>, place: &Place<'_>) -> bool {
        if sighting.writing != WayOfWriting::Cased || self.headline[sighting.text] && place.kind.is_country() {
            return false;
        }
        let (folded, shown) = self.texts[sighting.text];
        let text = folded.text();
        let words = folded.words();
        let Some(before) = words.partition_point(|w| (w.end as usize) <= sighting.start).checked_sub(1) else {
            return false;
        };
        let (from, to) = (words[before].start as usize, words[before].end as usize);
        if !matches!(&text[to..sighting.start], " " | ". ") {
            return false;
        }
        let follows_place = at.checked_sub(1).is_some_and(|n| {
            let last = &self.sightings[n];
            last.text == sighting.text && last.end == to && last.places.iter().any(|p| p.kind.is_country())
        });
        let shown_at = folded.shown(from..from + 1, shown);
        let is_capital = shown[shown_at].starts_with(char::is_uppercase);
        is_capital && !follows_place && self.gazetteer.is_given(&text[from..to])
    }

    fn word_after_is_capital(&self, at: usize, sighting: &Sighting<'_>) -> bool {
        let (folded, shown) = self.texts[sighting.text];
        let next = sighting.end + 1;
        let is_name = self.sightings.get(at + 1).is_some_and(|s| s.text == sighting.text && s.start == next);
        let follows = folded.text()[sighting.end..].starts_with(' ') && next < folded.text().len();
        if !follows || is_name || !folded.text()[next..].starts_with(char::is_lowercase) {
            return false;
        }
        shown[folded.shown(next..next + 1, shown)].starts_with(char::is_uppercase) && !self.headline[sighting.text]
    }

    fn has_preposition(&self, sighting: &Sighting<'_>) -> bool {
        if !matches!(sighting.writing, WayOfWriting::Cased | WayOfWriting::Caseless) {
            return false;
        }
        let (folded, _) = self.texts[sighting.text];
        let text = folded.text();
        let Some(before) = text[..sighting.start].strip_suffix(' ') else { return false };
        let from = before
            .rfind(|c| !crate::text::script::has_border(c))
            .map_or(0, |at| at + before[at..].chars().next().map_or(0, char::len_utf8));
        cues::is_preposition(&before[from..], self.around.primary())
    }

    /// Whether the region of the place is mentioned elsewhere; or its country, if it is not
    /// that of the source. Where a capital tells nothing this does not count.
    fn is_named_again(&self, sighting: &Sighting<'_>, place: &Place<'_>) -> bool {
        if sighting.writing != WayOfWriting::Cased || self.headline[sighting.text] || self.begins_sentence(sighting) {
            return false;
        }
        if self.is_amid_capitals(sighting) {
            return false;
        }
        let is_region = |named: &Place<'_>| named.kind == PlaceKind::Region && place.region == Some(named.id);
        let abroad = self.around.home != Some(place.country) && place.population >= 50_000;
        self.named.iter().any(is_region) || abroad && self.is_country_named(place)
    }

    /// Whether another capitalised word stands directly before or after the name.
    fn is_amid_capitals(&self, sighting: &Sighting<'_>) -> bool {
        let (folded, shown) = self.texts[sighting.text];
        let text = folded.text();
        let is_capital = |at: usize| shown[folded.shown(at..at + 1, shown)].starts_with(char::is_uppercase);
        let last = text[..sighting.start].strip_suffix(' ').map(|before| {
            before
                .rfind(|c| !crate::text::script::has_border(c))
                .map_or(0, |at| at + before[at..].chars().next().map_or(0, char::len_utf8))
        });
        let next = text[sighting.end..].starts_with(' ').then_some(sighting.end + 1).filter(|at| *at < text.len());
        let is_word = |at: &usize| text[*at..].starts_with(char::is_lowercase);
        last.filter(is_word).is_some_and(is_capital) || next.filter(is_word).is_some_and(is_capital)
    }

    fn is_country_named(&self, place: &Place<'_>) -> bool {
        self.named.iter().any(|named| named.country == place.country)
    }

    fn begins_sentence(&self, sighting: &Sighting<'_>) -> bool {
        let (folded, _) = self.texts[sighting.text];
        let before = folded.text()[..sighting.start].trim_end_matches([' ', '"', '\'', '“', '„', '«', '(']);
        before.is_empty() || before.ends_with(['.', '!', '?', ':', '…', '•', '|'])
    }
}
