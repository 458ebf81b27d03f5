//! The gazetteer as other rooms ask it.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

use super::choose;
use super::country::Country;
use super::layer::Layer;
use super::marks::UseMarks;
use super::mention::{ChosenBy, PlaceMention, Surroundings};
use super::own::{OwnPlace, packed};
use super::place::{Place, PlaceId};
use super::read;
use crate::text::fold::{self, Folded};

/// Countries, regions and cities, as built in.
static BUILT_IN: &[u8] = include_bytes!("../../data/places/places.bin");

/// Places by name, and names of places in texts.
pub struct Gazetteer {
    pub(super) layers: Vec<Layer>,
    /// What the operator corrected of built-in places.
    populations: HashMap<u32, u32>,
}

impl Gazetteer {
    /// The places that the program was built with.
    pub fn built_in() -> Gazetteer {
        let layer = Layer::open(Cow::Borrowed(BUILT_IN), 0).expect("the file of the program is whole");
        Gazetteer { layers: vec![layer], populations: HashMap::new() }
    }

    /// The built-in places with the operator's: `own` adds places, and corrects those of the
    /// same name and country.
    pub fn with(own: &[OwnPlace]) -> Gazetteer {
        let mut gazetteer = Gazetteer::built_in();
        let first = gazetteer.layers.iter().map(Layer::places).sum();
        let (layer, populations) = packed(own, &gazetteer, first);
        gazetteer.layers.extend(Layer::open(Cow::Owned(layer), first));
        gazetteer.populations = populations;
        gazetteer
    }

    /// The day on which the built-in data were taken.
    pub fn taken(&self) -> &str {
        self.layers.first().map_or("", Layer::taken)
    }

    /// How many places it knows.
    pub fn len(&self) -> usize {
        self.layers.iter().map(|layer| layer.places() as usize).sum()
    }

    /// Whether it knows none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// A place; the number must come from this gazetteer.
    pub fn place(&self, id: PlaceId) -> Option<Place<'_>> {
        let mut place = self.layers.iter().find_map(|layer| layer.place(id.0))?;
        if let Some(population) = self.populations.get(&id.0) {
            place.population = *population;
        }
        Some(place)
    }

    /// All places with this name, in any spelling known, the most populous first.
    /// Abbreviations and adjectives count.
    pub fn named(&self, name: &str) -> Vec<Place<'_>> {
        let folded = fold::fold(name);
        let mut places: Vec<(Place<'_>, UseMarks)> = Vec::new();
        for layer in &self.layers {
            let rank = layer.rank(folded.text().trim());
            let uses = rank.into_iter().flat_map(|rank| layer.uses(rank));
            places.extend(uses.filter_map(|(number, marks)| Some((self.place(PlaceId(number))?, marks))));
        }
        places.sort_by_key(|(place, marks)| (std::cmp::Reverse(choose::weight(place, *marks)), place.id));
        places.dedup_by_key(|(place, _)| place.id);
        places.into_iter().map(|(place, _)| place).collect()
    }

    /// The country with this code.
    pub fn country(&self, country: Country) -> Option<Place<'_>> {
        self.named_country(country).and_then(|id| self.place(id))
    }

    fn named_country(&self, country: Country) -> Option<PlaceId> {
        let layer = self.layers.first()?;
        let places = (0..layer.places()).map_while(|number| layer.place(number));
        places.take_while(|p| p.kind.is_country()).find(|p| p.country == country).map(|p| p.id)
    }

    /// Resolves a place as a dateline prints it: its name, and the region or country
    /// `beside` it, in any case. `None` if the name, or what stands beside it, is unknown.
    pub fn resolve(&self, name: &str, beside: &[&str], around: &Surroundings<'_>) -> Option<(Place<'_>, ChosenBy)> {
        let places = self.named(name);
        choose::printed(self, places, beside, around)
    }

    /// The places mentioned in the texts of one entry, in the order of texts and positions.
    /// Each text comes folded, and as shown.
    pub fn mentions(&self, texts: &[(&Folded, &str)], around: &Surroundings<'_>) -> Vec<PlaceMention> {
        read::mentions(self, texts, around)
    }

    /// The same in a single text.
    pub fn mentions_in(&self, text: &str, around: &Surroundings<'_>) -> Vec<PlaceMention> {
        self.mentions(&[(&fold::fold(text), text)], around)
    }

    /// Capitalised words of a text that stand where a place is expected ("mayor of", "in")
    /// and begin no name known: ranges in `shown`.
    pub fn unknown(&self, (folded, shown): (&Folded, &str), around: &Surroundings<'_>) -> Vec<Range<usize>> {
        read::unknown(self, (folded, shown), around)
    }
}
