//! By how much a place is likely to be meant by its bare name.

use super::marks::UseMarks;
use super::place::{Place, PlaceKind};

/// A name of a region and a city means the city if this part of the region's people live there.
const PART_OF_REGION: u64 = 4;

/// A place whose name is written otherwise as a rule counts as one of this part of its people.
const PART_OF_ALIAS: u64 = 20;

/// By how much a place is likely to be meant by its bare name.
pub(super) fn weight(place: &Place<'_>, marks: UseMarks) -> u64 {
    let people = (u64::from(place.population) + 1) * PART_OF_ALIAS;
    let people = if marks.has(UseMarks::ALIAS) { people / PART_OF_ALIAS } else { people };
    match place.kind {
        PlaceKind::Country | PlaceKind::CityState => people << 32,
        PlaceKind::Capital => people * 10 * PART_OF_REGION,
        PlaceKind::City => people * PART_OF_REGION,
        PlaceKind::Region => people,
    }
}
