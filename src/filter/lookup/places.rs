//! Places in an entry's texts, as filters ask for them.

use std::sync::Arc;

use super::home::Home;
use super::scan::{ScannedText, TermHit, offset};
use super::slot::Slot;
use super::vocabulary::Vocabulary;
use crate::model::Readable;
use crate::model::newswire::CutKind;
use crate::places::{Country, Gazetteer, PlaceContext, PlaceId, PlaceMention};

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
    Named(Vec<PlaceId>),
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

    /// Whether its terms are countries: all places of one country are one term.
    fn is_by_country(&self) -> bool {
        matches!(self, PlacesWanted::Countries | PlacesWanted::Abroad(_))
    }
}

/// Places that are wanted, by the number of their group.
pub(in crate::filter) struct PlaceGroup {
    pub group: u32,
    pub wanted: PlacesWanted,
}

/// The term that a place is to ATLEAST.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(in crate::filter) enum TermOfPlace {
    Country(Country),
    Place(PlaceId),
}

/// The places of an entry's headline and text.
pub(in crate::filter) struct PlacesRead {
    gazetteer: Arc<Gazetteer>,
    mentions: Vec<PlaceMention>,
}

impl PlacesRead {
    /// Reads the places of `texts`.
    pub fn new(gazetteer: &Arc<Gazetteer>, copy: &Readable, texts: &[(Slot, &ScannedText<'_>)]) -> PlacesRead {
        let handed: Vec<_> = texts.iter().map(|(_, text)| (text.folded(), &*text.shown)).collect();
        let mentions = gazetteer.mentions(&handed, &around(copy, texts));
        PlacesRead { gazetteer: Arc::clone(gazetteer), mentions }
    }

    /// Adds the hits of all groups of `vocabulary`, each a mention by its number.
    pub fn hits(
        &self,
        vocabulary: &Vocabulary,
        copy: &Readable,
        texts: &[(Slot, &ScannedText<'_>)],
        out: &mut Vec<TermHit>,
    ) {
        for PlaceGroup { group, wanted } in &vocabulary.places {
            let home = match wanted {
                PlacesWanted::Home(feed) | PlacesWanted::Abroad(feed) => Home::of(copy, *feed),
                _ => Home::Unknown,
            };
            for (number, mention) in (0_u32..).zip(&self.mentions) {
                let is_wanted = match wanted {
                    PlacesWanted::Cities => self.is_city(mention),
                    PlacesWanted::Countries => true,
                    PlacesWanted::Home(_) => home.is(mention.country) == Some(true),
                    PlacesWanted::Abroad(_) => home.is(mention.country) == Some(false),
                    PlacesWanted::Named(places) => places.contains(&mention.place),
                    PlacesWanted::In(country) => mention.country == *country,
                };
                if is_wanted {
                    let (slot, text) = texts[mention.text];
                    let in_lead = text.lead.start <= mention.folded.start && mention.folded.end <= text.lead.end;
                    let (start, end) = (offset(mention.folded.start), offset(mention.folded.end));
                    out.push(TermHit { group: *group, slot, start, end, term: number, in_lead });
                }
            }
        }
    }

    fn is_city(&self, mention: &PlaceMention) -> bool {
        !mention.is_adjective && self.gazetteer.place(mention.place).is_some_and(|place| place.kind.is_city())
    }

    /// The term that a mention is in a group.
    pub fn term(&self, wanted: &PlacesWanted, mention: u32) -> TermOfPlace {
        let mention = &self.mentions[mention as usize];
        match wanted.is_by_country() {
            true => TermOfPlace::Country(mention.country),
            false => TermOfPlace::Place(mention.place),
        }
    }

    /// A mention's place by name and country: `Shenyang, CN`.
    pub fn name(&self, mention: u32) -> String {
        let mention = &self.mentions[mention as usize];
        match self.gazetteer.place(mention.place) {
            Some(place) if place.kind.is_country() => place.name.to_owned(),
            Some(place) => format!("{}, {}", place.name, place.country),
            None => mention.country.to_string(),
        }
    }

    /// The same, and why it was taken.
    pub fn told(&self, mention: u32) -> String {
        let name = self.name(mention);
        let PlaceMention { counts, chosen, .. } = &self.mentions[mention as usize];
        format!("{name}: {counts}, {chosen}")
    }
}

/// Words of `shown`, a headline or lead, that stand where a place is expected and are no
/// known name.
pub(super) fn unknown(gazetteer: &Gazetteer, copy: &Readable, shown: &str) -> Option<String> {
    let folded = crate::text::fold::fold(shown);
    let words = gazetteer.unknown((&folded, shown), &around(copy, &[])).into_iter().next()?;
    Some(shown[words].to_owned())
}

fn around<'c>(copy: &'c Readable, texts: &[(Slot, &ScannedText<'_>)]) -> PlaceContext<'c> {
    let cut = copy.newswire.cuts.iter().find(|cut| cut.kind == CutKind::Dateline);
    let body = texts.iter().enumerate().find(|(_, (slot, _))| *slot == Slot::Body);
    let dateline = cut.zip(body).map(|(cut, (number, (_, text)))| {
        (number, text.folded().place_of(cut.at.start)..text.folded().place_of(cut.at.end))
    });
    PlaceContext { language: copy.language.as_deref(), home: copy.country, dateline }
}
