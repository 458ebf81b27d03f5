//! By how much a place is likely to be meant by its bare name.

use super::marks::UseMarks;
use super::place::{Place, PlaceKind};

/// A name of a region and a city means the city if this part of the region's people live there.
const PART_OF_REGION: u64 = 4;

/// A place whose name is written otherwise as a rule counts as one of this part of its people.
const PART_OF_ALIAS: u64 = 20;

/// A place that is spelled with the accents of the text counts as one of so many times its people.
const ACCENTED: u64 = 4;

/// Whether `shown` has accents, and they are those of the place's own name: "Córdoba".
pub(super) fn is_accented(shown: &str, place: &Place<'_>) -> bool {
    let is_foreign = |c: char| !c.is_ascii() && c.is_alphabetic();
    let same = |a: char, b: char| a == b || a.to_lowercase().eq(b.to_lowercase());
    shown.chars().any(is_foreign)
        && shown.chars().count() == place.name.chars().count()
        && shown.chars().zip(place.name.chars()).all(|(a, b)| same(a, b))
}

/// By how much a place is likely to be meant by its bare name.
pub(super) fn weight(place: &Place<'_>, marks: UseMarks) -> u64 {
    let people = (u64::from(place.population) + 1) * PART_OF_ALIAS;
    let people = if marks.has(UseMarks::ALIAS) { people / PART_OF_ALIAS } else { people };
    let people = if marks.has(UseMarks::ACCENTED) { people * ACCENTED } else { people };
    match place.kind {
        PlaceKind::Country | PlaceKind::CityState => people << 32,
        PlaceKind::Capital => people * 10 * PART_OF_REGION,
        PlaceKind::City => people * PART_OF_REGION,
        PlaceKind::Region => people,
    }
}
