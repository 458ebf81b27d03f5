//! Names that are but a part of something longer.

use super::marks::UseMarks;
use super::scan::{Scanner, Sighting, WayOfWriting};
use super::weight::weight;

/// A place of so many people may stand in a pair of names: "Moscow-Beijing".
const KNOWN_TOWN: u32 = 100_000;

impl<'g> Scanner<'_, 'g> {
    /// Whether a name is but a part of something longer.
    pub fn is_part(&self, sighting: &Sighting<'g>) -> bool {
        match sighting.writing {
            WayOfWriting::Unspaced => self.is_crossed(sighting),
            WayOfWriting::Cased => {
                self.is_in_url(sighting) || self.is_joined(sighting) || self.is_before_longer(sighting)
            }
            WayOfWriting::Caseless | WayOfWriting::Hangul => false,
        }
    }

    /// Whether a name without borders is crossed by a longer one, or one that more people
    /// live under: 向日 in 面向日本.
    fn is_crossed(&self, sighting: &Sighting<'g>) -> bool {
        let text = self.folded.text();
        let heaviest = |sighting: &Sighting<'g>| {
            sighting.places.iter().zip(&sighting.marks).map(|(place, marks)| weight(place, *marks)).max()
        };
        let inner = text[sighting.start..sighting.end].char_indices().skip(1).map(|(at, _)| sighting.start + at);
        for start in inner {
            if !self.may_begin(start) {
                continue;
            }
            let mut ends = Vec::new();
            for (n, layer) in self.gazetteer.layers.iter().enumerate() {
                layer.names_of(&text.as_bytes()[start..], |length, rank| ends.push((start + length, (n, rank))));
            }
            let Some((end, rank)) = ends.into_iter().max_by_key(|(end, _)| *end) else { continue };
            let length = (end - start, sighting.end - sighting.start);
            if end > sighting.end
                && length.0 >= length.1
                && let Some(other) = self.sighting(start, end, &[rank], WayOfWriting::Unspaced)
                && (length.0 > length.1 || heaviest(&other) > heaviest(sighting))
            {
                return true;
            }
        }
        false
    }

    /// Whether a rare spelling of a small place is but the words before a longer name:
    /// "La Côte" in "La Côte d'Ivoire".
    fn is_before_longer(&self, sighting: &Sighting<'g>) -> bool {
        if !sighting.marks.iter().all(|marks| marks.has(UseMarks::SLIGHT)) {
            return false;
        }
        let text = self.folded.text();
        let inner = text[sighting.start..sighting.end].match_indices(' ').map(|(at, _)| sighting.start + at + 1);
        inner.filter(|start| self.may_begin(*start)).any(|start| {
            let mut longest = 0;
            for layer in &self.gazetteer.layers {
                layer.names_of(&text.as_bytes()[start..], |length, _| longest = longest.max(length));
            }
            let end = start + longest;
            end > sighting.end && !text[end..].starts_with(crate::text::script::has_border)
        })
    }

    /// Whether it stands in a URL or an e-mail address.
    fn is_in_url(&self, sighting: &Sighting<'g>) -> bool {
        let shown = self.folded.shown(sighting.start..sighting.end, self.shown);
        let before = &self.shown[..shown.start];
        let token = &before[before.rfind(char::is_whitespace).unwrap_or(0)..];
        token.contains("://")
            || token.contains("www.")
            || token.contains('@')
            || self.shown[shown.end..].starts_with('@')
    }

    /// Whether a hyphen joins a small place's name to another capitalised word: Saint-Amans, Saint-Jean-Bonnefonds.
    fn is_joined(&self, sighting: &Sighting<'g>) -> bool {
        let shown = self.folded.shown(sighting.start..sighting.end, self.shown);
        let mut after = self.shown[shown.end..].chars();
        let is_joined = after.next() == Some('-') && after.next().is_some_and(char::is_uppercase)
            || ends_joined(&self.shown[..shown.start]);
        let mut uses = sighting.places.iter().zip(&sighting.marks);
        is_joined && uses.all(|(place, marks)| place.population < KNOWN_TOWN || marks.has(UseMarks::ALIAS))
    }
}

/// Whether `before` ends in a capitalised word and a hyphen.
fn ends_joined(before: &str) -> bool {
    let Some(before) = before.strip_suffix('-') else { return false };
    let word = before
        .rfind(|c: char| !c.is_alphabetic())
        .map_or(before, |at| before[at..].trim_start_matches(|c: char| !c.is_alphabetic()));
    word.starts_with(char::is_uppercase)
}
