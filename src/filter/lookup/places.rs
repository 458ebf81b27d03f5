//! Places of an entry, as filters ask for them. They were read with the rest of the wire copy
//! ([`crate::model::newswire`]): reading them takes several times as long as all filters do,
//! so they are looked for once. Here they only get their positions in the folded texts.

use std::ops::Range;

use super::home::Home;
use super::scanned::{ScannedText, TermHit, offset};
use super::slot::Slot;
use crate::model::Readable;
use crate::model::newswire::{CopyPart, MentionedPlace};
use crate::places::{Country, Gazetteer, Place, PlaceContext, PlaceKind};
use crate::text::script;

/// Which places a filter asks for.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(in crate::filter) enum PlacesWanted {
    /// `@places.city`
    Cities,
    /// `@places.country`: any place, each as its country.
    Countries,
    /// `@places.home`, in a feed of this home.
    Home(Option<Country>),
    /// `@places.abroad`, in a feed of this home.
    Abroad(Option<Country>),
    /// `place:NAME`: those that bear the name.
    Named(Vec<PlaceKey>),
    /// `country:CN`
    In(Country),
}

impl PlacesWanted {
    /// What the built-in list of this name asks for, in a feed of this home.
    pub fn list(name: &str, home: Option<Country>) -> Option<PlacesWanted> {
        Some(match name {
            "places.city" => PlacesWanted::Cities,
            "places.country" => PlacesWanted::Countries,
            "places.home" => PlacesWanted::Home(home),
            "places.abroad" => PlacesWanted::Abroad(home),
            _ => return None,
        })
    }

    /// What asks for the places called `name`; `None` if there are none.
    pub fn named(name: &str, gazetteer: &Gazetteer) -> Option<PlacesWanted> {
        let mut keys: Vec<PlaceKey> =
            gazetteer.named(name).iter().flat_map(|place| PlaceKey::of(place, gazetteer)).collect();
        keys.sort_unstable();
        keys.dedup();
        (!keys.is_empty()).then_some(PlacesWanted::Named(keys))
    }

    /// Whether its terms are countries: all places of one country are one term.
    fn is_by_country(&self) -> bool {
        matches!(self, PlacesWanted::Countries | PlacesWanted::Abroad(_))
    }

    fn wants(&self, place: &MentionedPlace, home: Home) -> bool {
        match self {
            PlacesWanted::Cities => place.city.is_some(),
            PlacesWanted::Countries => true,
            PlacesWanted::Home(_) => home.is(place.country) == Some(true),
            PlacesWanted::Abroad(_) => home.is(place.country) == Some(false),
            PlacesWanted::Named(keys) => keys.iter().any(|key| key.is(place)),
            PlacesWanted::In(country) => place.country == *country,
        }
    }
}

/// A place by its names, as readings keep them.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(in crate::filter) struct PlaceKey {
    city: Option<String>,
    region: Option<String>,
    country: Country,
}

impl PlaceKey {
    /// The keys of a place: one that is a city and a country may be read as either.
    fn of(place: &Place<'_>, gazetteer: &Gazetteer) -> Vec<PlaceKey> {
        let region = match place.kind {
            PlaceKind::Region => Some(place.name),
            _ => place.region.and_then(|region| gazetteer.place(region)).map(|region| region.name),
        };
        let city = place.kind.is_city().then(|| place.name.to_owned());
        let key = PlaceKey { city, region: region.map(str::to_owned), country: place.country };
        let as_country = PlaceKey { city: None, region: None, country: place.country };
        match place.kind {
            PlaceKind::CityState => vec![key, as_country],
            _ => vec![key],
        }
    }

    fn is(&self, place: &MentionedPlace) -> bool {
        self.country == place.country && self.city == place.city && self.region == place.region
    }
}

/// Places that are wanted, by the number of their group.
pub(in crate::filter) struct PlaceGroup {
    pub group: u32,
    pub wanted: PlacesWanted,
}

/// The term that a place is to ATLEAST.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(in crate::filter) enum TermOfPlace<'c> {
    Country(Country),
    Place { city: Option<&'c str>, region: Option<&'c str>, country: Country },
}

/// The places that were read of an entry's headline and text, where they stand.
pub(in crate::filter) struct PlacesRead<'c> {
    places: &'c [MentionedPlace],
    /// Where they are: the number of each, its text, and the bytes of the folded one.
    standing: Vec<StandingPlace>,
}

struct StandingPlace {
    number: u32,
    slot: Slot,
    at: Range<u32>,
    in_lead: bool,
}

impl<'c> PlacesRead<'c> {
    /// Where the places of `copy` stand in its texts.
    pub fn new<'s>(copy: &'c Readable, text: impl Fn(Slot) -> Option<&'s ScannedText<'s>>) -> PlacesRead<'c> {
        let places = &copy.newswire.places[..];
        let mut standing = Vec::with_capacity(places.len());
        for (part, slot) in [(CopyPart::Title, Slot::Title), (CopyPart::Body, Slot::Body)] {
            let Some(text) = text(slot) else { continue };
            let mut shown = CharacterOffsets { text: &text.shown, bytes: 0, characters: 0 };
            for (number, place) in (0_u32..).zip(places).filter(|(_, place)| place.part == part) {
                let Some(start) = shown.byte(place.offset) else { continue };
                // Of another version of the text, it is nothing.
                if !text.shown[start..].starts_with(place.name.as_str()) {
                    continue;
                }
                let at = text.folded().place_of(start)..text.folded().place_of(start + place.name.len());
                let in_lead = text.lead.start <= at.start && at.end <= text.lead.end;
                standing.push(StandingPlace { number, slot, at: offset(at.start)..offset(at.end), in_lead });
            }
        }
        PlacesRead { places, standing }
    }

    /// Adds the hits of `groups`, each a place by its number.
    pub fn hits(&self, groups: &[PlaceGroup], copy: &Readable, out: &mut Vec<TermHit>) {
        for PlaceGroup { group, wanted } in groups {
            let home = match wanted {
                PlacesWanted::Home(feed) | PlacesWanted::Abroad(feed) => Home::of(copy, *feed),
                _ => Home::Unknown,
            };
            let wanted = self.standing.iter().filter(|s| wanted.wants(&self.places[s.number as usize], home));
            out.extend(wanted.map(|StandingPlace { number, slot, at, in_lead }| TermHit {
                group: *group,
                slot: *slot,
                start: at.start,
                end: at.end,
                term: *number,
                in_lead: *in_lead,
            }));
        }
    }

    /// The term that a place is in a group.
    pub fn term(&self, wanted: &PlacesWanted, number: u32) -> TermOfPlace<'c> {
        let MentionedPlace { city, region, country, .. } = &self.places[number as usize];
        match wanted.is_by_country() {
            true => TermOfPlace::Country(*country),
            false => TermOfPlace::Place { city: city.as_deref(), region: region.as_deref(), country: *country },
        }
    }

    /// A place by name and country: `Shenyang, CN`.
    pub fn name(&self, number: u32, gazetteer: &Gazetteer) -> String {
        let MentionedPlace { city, region, country, .. } = &self.places[number as usize];
        match city.as_ref().or(region.as_ref()) {
            Some(name) => format!("{name}, {country}"),
            None => gazetteer.country(*country).map_or_else(|| country.to_string(), |place| place.name.to_owned()),
        }
    }

    /// The same, and why it was taken.
    pub fn told(&self, number: u32, gazetteer: &Gazetteer) -> String {
        format!("{}: {}", self.name(number, gazetteer), self.places[number as usize].because)
    }
}

/// The way from characters to bytes of a text, from the front.
struct CharacterOffsets<'t> {
    text: &'t str,
    bytes: usize,
    characters: usize,
}

impl CharacterOffsets<'_> {
    /// The byte at which character `wanted` begins; they are asked for in order.
    fn byte(&mut self, wanted: usize) -> Option<usize> {
        if wanted < self.characters {
            (self.bytes, self.characters) = (0, 0);
        }
        // By blocks first: counting is cheap where nothing has to be decoded.
        while let Some(block) = self.text.as_bytes().get(self.bytes..self.bytes + 64) {
            let begun = block.iter().filter(|b| (**b).cast_signed() >= -0x40).count();
            if self.characters + begun > wanted {
                break;
            }
            (self.bytes, self.characters) = (self.bytes + 64, self.characters + begun);
        }
        let bytes = self.text.as_bytes();
        while self.bytes < bytes.len() {
            if bytes[self.bytes].cast_signed() >= -0x40 {
                if self.characters == wanted {
                    return Some(self.bytes);
                }
                self.characters += 1;
            }
            self.bytes += 1;
        }
        None
    }
}

/// Words of `shown`, a headline or lead, that stand where a place is expected and are no
/// known name.
pub(super) fn unknown(gazetteer: &Gazetteer, copy: &Readable, shown: &str) -> Option<String> {
    let folded = crate::text::fold::fold(shown);
    let around = PlaceContext { language: copy.language.as_deref(), home: copy.country, dateline: None };
    let words = gazetteer.unknown((&folded, shown), &around).into_iter().next()?;
    let said = shown[words].trim_matches(|c: char| !script::is_word(c));
    (!said.is_empty()).then(|| said.to_owned())
}
