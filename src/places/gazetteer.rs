//! Places by number and by name.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

use xxhash_rust::xxh3::Xxh3;

use super::country::Country;
use super::layer::Layer;
use super::marks::{UseMarks, name};
use super::place::{Place, PlaceId};
use super::weight::{is_accented, weight};
use crate::text::fold;

/// Countries, regions and cities, as built in.
static BUILT_IN: &[u8] = include_bytes!("../../data/places/places.bin");

/// Places by name, and names of places in texts.
pub struct Gazetteer {
    pub(super) layers: Vec<Layer>,
    /// What the operator corrected of built-in places.
    pub(super) populations: HashMap<u32, u32>,
}

impl Gazetteer {
    /// The places that the program was built with.
    pub fn built_in() -> Gazetteer {
        let layer = Layer::open(Cow::Borrowed(BUILT_IN), 0).expect("the file of the program is whole");
        Gazetteer { layers: vec![layer], populations: HashMap::new() }
    }

    /// The gazetteer of another file of the form of the built-in one, with which `benches/`
    /// compare it; `None` if it is none.
    pub fn of(bytes: Vec<u8>) -> Option<Gazetteer> {
        Some(Gazetteer { layers: vec![Layer::open(Cow::Owned(bytes), 0)?], populations: HashMap::new() })
    }

    /// The day on which the built-in data were taken.
    pub fn taken(&self) -> &str {
        self.layers.first().map_or("", Layer::taken)
    }

    /// A number that another gazetteer does not have: what was read by one is read anew by
    /// another.
    pub fn fingerprint(&self) -> u64 {
        let mut hash = Xxh3::new();
        hash.update(self.taken().as_bytes());
        self.layers.iter().skip(1).for_each(|layer| hash.update(layer.bytes()));
        let corrected: BTreeMap<u32, u32> = self.populations.iter().map(|(place, people)| (*place, *people)).collect();
        for (place, people) in corrected {
            hash.update(&place.to_le_bytes());
            hash.update(&people.to_le_bytes());
        }
        hash.digest()
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
        self.marked(name).into_iter().map(|(place, _)| place).collect()
    }

    /// The same, with what is to be known of the name as that of each.
    pub(super) fn marked(&self, name: &str) -> Vec<(Place<'_>, UseMarks)> {
        let folded = fold::fold(name);
        let mut places: Vec<(Place<'_>, UseMarks)> = Vec::new();
        for layer in &self.layers {
            let rank = layer.rank(folded.text().trim());
            let uses = rank.into_iter().flat_map(|rank| layer.uses(rank));
            places.extend(uses.filter_map(|(number, marks)| {
                let place = self.place(PlaceId(number))?;
                let marks = if is_accented(name, &place) { marks | UseMarks::ACCENTED } else { marks };
                Some((place, marks))
            }));
        }
        places.sort_by_key(|(place, marks)| (std::cmp::Reverse(weight(place, *marks)), place.id));
        places.dedup_by_key(|(place, _)| place.id);
        places
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

    /// Whether a folded word is a given name, or a form of address.
    pub(super) fn is_given(&self, folded: &str) -> bool {
        self.layers.first().is_some_and(|layer| layer.rank(folded).is_some_and(|r| layer.marks(r) & name::GIVEN != 0))
    }
}
