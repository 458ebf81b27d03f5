//! Places.

use super::country::Country;

/// What kind of place it is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum PlaceKind {
    /// A country or territory with a code of its own.
    Country,
    /// One that is a city as well: Singapore, Monaco.
    CityState,
    /// A first-level region of a country: state, province, prefecture (ISO 3166-2).
    Region,
    /// The capital of a country.
    Capital,
    /// Another city or town.
    City,
}

impl PlaceKind {
    /// Whether it is a country.
    pub fn is_country(self) -> bool {
        matches!(self, PlaceKind::Country | PlaceKind::CityState)
    }

    /// Whether it is a city or town.
    pub fn is_city(self) -> bool {
        matches!(self, PlaceKind::CityState | PlaceKind::Capital | PlaceKind::City)
    }
}

/// A place by its number in the gazetteer that returned it. Another release or another file
/// of the operator gives other numbers: store names and codes, never these.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct PlaceId(pub(super) u32);

/// Where a place lies, in degrees (WGS 84).
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Coordinates {
    /// North of the equator.
    pub latitude: f64,
    /// East of Greenwich.
    pub longitude: f64,
}

/// A place of the gazetteer.
#[derive(Clone, PartialEq, Debug)]
pub struct Place<'g> {
    /// Its number.
    pub id: PlaceId,
    /// Its usual English name.
    pub name: &'g str,
    /// What it is.
    pub kind: PlaceKind,
    /// The country that it is, or is in.
    pub country: Country,
    /// The first-level region that it is in, if known; `None` for countries and regions.
    pub region: Option<PlaceId>,
    /// How many people live there; of a region, those of its cities.
    pub population: u32,
    /// Where it lies; known of cities.
    pub at: Option<Coordinates>,
}
