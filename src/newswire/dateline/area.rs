//! Regions and countries as datelines print them after a city.

use crate::places::{Country, Place, PlaceKind};

use super::reading::DatelineDesk;

/// What a part of a dateline after the city names.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Area {
    /// A country, in any spelling, or its code.
    Country(Country),
    /// A state or province of the United States or Canada, by postal code.
    Postal(Country, String),
    /// Another region that is known.
    Region,
}

/// A city abroad is meant, not its namesake in America, if it has so many times its people:
/// "Berlin, DE" is not in Delaware.
const FAR_LARGER: u64 = 10;

/// What `text` names as the area of `city`. A code or name may be both a state and a country
/// ("DE", "Georgia"): the city decides.
pub(super) fn of(desk: &DatelineDesk<'_>, text: &str, city: &str) -> Option<Area> {
    let named = desk.gazetteer.named(text);
    let postal = postal(desk, text, &named);
    let country = country(desk, text, &named);
    match (postal, country) {
        (Some((at, code)), country) => {
            let is_territory = country.and_then(|country| desk.gazetteer.country(country)).is_some_and(|country| {
                country.country.code() == code
                    && desk.tables.region(country.name).is_some_and(|(_, other)| other == code)
            });
            let state = Area::Postal(at, code.clone());
            Some(match by_city(desk, city, at, &code, country) {
                Where::There | Where::Unknown => state,
                Where::InCountry if is_territory => state,
                Where::InCountry => country.map_or(state, Area::Country),
                Where::Elsewhere if text.chars().count() == 2 => Area::Region,
                Where::Elsewhere => state,
            })
        }
        (None, Some(country)) => {
            let cities = cities(desk, city);
            let fits = text.chars().count() > 2 || cities.is_empty() || cities.iter().any(|c| c.country == country);
            fits.then_some(Area::Country(country))
        }
        (None, None) => named.iter().any(|place| place.kind == PlaceKind::Region).then_some(Area::Region),
    }
}

/// The country that a text names alone.
pub(super) fn country(desk: &DatelineDesk<'_>, text: &str, named: &[Place<'_>]) -> Option<Country> {
    let by_name = || named.iter().find(|place| place.kind.is_country()).map(|place| place.country);
    let by_code = || {
        let is_code = text.len() == 2 && text.chars().all(|c| c.is_ascii_uppercase());
        Country::new(text).filter(|country| is_code && desk.gazetteer.country(*country).is_some())
    };
    desk.tables.country(text).or_else(by_name).or_else(by_code)
}

/// A state or province by its printed form, or by its name in another language.
fn postal(desk: &DatelineDesk<'_>, text: &str, named: &[Place<'_>]) -> Option<(Country, String)> {
    let printed = desk.tables.region(text);
    let translated = || {
        let regions = named.iter().filter(|place| place.kind == PlaceKind::Region);
        regions.filter_map(|place| desk.tables.region(place.name).filter(|(at, _)| *at == place.country)).next()
    };
    printed.or_else(translated).map(|(country, code)| (country, code.to_owned()))
}

/// Where a city lies, seen from a state and a country of one name.
enum Where {
    There,
    InCountry,
    Elsewhere,
    Unknown,
}

fn by_city(desk: &DatelineDesk<'_>, city: &str, at: Country, code: &str, country: Option<Country>) -> Where {
    let cities = cities(desk, city);
    let lies_there = |place: &&Place<'_>| place.country == at && postal_of(desk, place).is_some_and(|own| own == code);
    if cities.iter().any(|place| lies_there(&place)) {
        return Where::There;
    }
    let most = |fits: &dyn Fn(&Place<'_>) -> bool| {
        cities.iter().filter(|place| fits(place)).map(|place| u64::from(place.population)).max()
    };
    let american = most(&|place| ["US", "CA"].contains(&place.country.code()) && Some(place.country) != country);
    let far = |people: u64| people >= american.unwrap_or(0).saturating_mul(FAR_LARGER);
    if most(&|place| Some(place.country) == country).is_some_and(far) {
        return Where::InCountry;
    }
    // "PERTH, WA" is no place in Washington, nor "CURITIBA, PR" one of Puerto Rico. English
    // copy from America prints towns too small to be known.
    let is_english = desk.copy.language.is_none_or(|tag| tag.to_ascii_lowercase().starts_with("en"));
    let least = if is_english { 500_000 } else { 0 };
    match most(&|place| !["US", "CA"].contains(&place.country.code())) {
        Some(people) if american.is_none() && people >= least => Where::Elsewhere,
        _ => Where::Unknown,
    }
}

/// The postal code of the region in which a city lies.
fn postal_of<'d>(desk: &DatelineDesk<'d>, place: &Place<'_>) -> Option<&'d str> {
    let region = desk.gazetteer.place(place.region?)?;
    desk.tables.region(region.name).map(|(_, code)| code)
}

/// Cities of this name.
pub(super) fn cities<'d>(desk: &DatelineDesk<'d>, name: &str) -> Vec<Place<'d>> {
    let mut places = desk.gazetteer.named(name);
    places.retain(|place| place.kind.is_city());
    places
}
