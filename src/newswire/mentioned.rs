//! Places that a headline and text mention, as entries keep them.

use super::copy::WireCopy;
use super::dateline::FoundDateline;
use crate::model::newswire::{CopyPart, MentionedPlace};
use crate::places::{Gazetteer, PlaceContext, PlaceKind, PlaceMention};
use crate::text::fold::fold;

/// The places mentioned, in the order in which they stand. The dateline supports its own.
pub(super) fn read(
    copy: &WireCopy<'_>,
    gazetteer: &Gazetteer,
    dateline: Option<&FoundDateline>,
) -> Vec<MentionedPlace> {
    let (title, text) = (fold(copy.title), fold(copy.text));
    let around = PlaceContext {
        language: copy.language,
        home: copy.home,
        dateline: dateline.map(|found| (1, text.place_of(found.at.start)..text.place_of(found.at.end))),
    };
    let mentions = gazetteer.mentions(&[(&title, copy.title), (&text, copy.text)], &around);
    let mut counted = [CountedCharacters::of(copy.title), CountedCharacters::of(copy.text)];
    mentions.iter().filter_map(|mention| of(mention, gazetteer, copy, &mut counted)).collect()
}

fn of(
    mention: &PlaceMention,
    gazetteer: &Gazetteer,
    copy: &WireCopy<'_>,
    counted: &mut [CountedCharacters<'_>; 2],
) -> Option<MentionedPlace> {
    let place = gazetteer.place(mention.place)?;
    let (part, shown) = if mention.text == 0 { (CopyPart::Title, copy.title) } else { (CopyPart::Body, copy.text) };
    let region = match place.kind {
        PlaceKind::Region => Some(place.name),
        _ => place.region.and_then(|region| gazetteer.place(region)).map(|region| region.name),
    };
    Some(MentionedPlace {
        name: shown.get(mention.shown.clone())?.to_owned(),
        // "Singaporean" is of the country.
        city: (place.kind.is_city() && !mention.is_adjective).then(|| place.name.to_owned()),
        region: region.map(str::to_owned),
        country: mention.country,
        part,
        offset: counted.get_mut(mention.text)?.characters(mention.shown.start),
        because: format!("{}; {}", mention.counts, mention.chosen),
        at: place.at.map(|at| (at.latitude, at.longitude)),
    })
}

/// Characters of a text, counted once from the front.
struct CountedCharacters<'t> {
    text: &'t str,
    bytes: usize,
    characters: usize,
}

impl<'t> CountedCharacters<'t> {
    fn of(text: &'t str) -> CountedCharacters<'t> {
        CountedCharacters { text, bytes: 0, characters: 0 }
    }

    /// How many stand before byte `at`.
    fn characters(&mut self, at: usize) -> usize {
        if at < self.bytes {
            (self.bytes, self.characters) = (0, 0);
        }
        self.characters += self.text.get(self.bytes..at).map_or(0, |passed| passed.chars().count());
        self.bytes = at;
        self.characters
    }
}
