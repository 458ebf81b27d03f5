//! Which of several places of one name is meant.

use super::gazetteer::Gazetteer;
use super::marks::UseMarks;
use super::mention::{ChosenBy, PlaceContext};
use super::place::{Place, PlaceId, PlaceKind};
use super::weight::weight;

/// A place in the source's own country is taken before one abroad, unless that one has more
/// than so many times its people: an American source means Paris in France.
const FAR_LARGER: u64 = 25;

/// The same of a place in a country that is merely named elsewhere in the text.
const LARGER: u64 = 4;

/// Whether `place` lies in the country or region `around`.
pub(super) fn is_in(place: &Place<'_>, around: &Place<'_>) -> bool {
    match around.kind {
        PlaceKind::Country | PlaceKind::CityState => place.country == around.country && !place.kind.is_country(),
        PlaceKind::Region => place.region == Some(around.id) || is_own_city(place, around),
        _ => false,
    }
}

/// The operator's cities name no region: their country is all that is known of them.
fn is_own_city(place: &Place<'_>, region: &Place<'_>) -> bool {
    place.region.is_none() && place.kind == PlaceKind::City && place.country == region.country
}

/// Places of one name, each with what is to be known of the name.
pub(super) struct Namesakes<'n, 'g> {
    pub places: &'n [Place<'g>],
    pub marks: &'n [UseMarks],
}

impl Namesakes<'_, '_> {
    fn weight(&self, n: usize) -> u64 {
        weight(&self.places[n], self.marks.get(n).copied().unwrap_or_default())
    }
}

/// The place that is meant, by what is beside it, what else is named, the source's country,
/// and the number of people; `None` if there is none to choose from.
pub(super) fn choose(
    namesakes: &Namesakes<'_, '_>,
    beside: &[Place<'_>],
    named: &[Place<'_>],
    around: &PlaceContext<'_>,
) -> Option<(usize, ChosenBy)> {
    let places = namesakes.places;
    let heaviest = |fits: &dyn Fn(&Place<'_>) -> bool| {
        let fitting = (0..places.len()).filter(|n| fits(&places[*n]));
        fitting.max_by_key(|n| (namesakes.weight(*n), std::cmp::Reverse(*n)))
    };
    let (largest, most) = heaviest(&|_| true).map(|n| (n, namesakes.weight(n)))?;
    if let Some((n, by)) = within(namesakes, beside) {
        return Some((n, ChosenBy::Beside(by)));
    }
    if places.len() == 1 {
        return Some((0, ChosenBy::Only));
    }
    let rivals = |n: usize, times: u64| namesakes.weight(n).saturating_mul(times) >= most;
    let is_named = |place: &Place<'_>| named.iter().any(|one| one.id == place.id);
    if let Some(n) = heaviest(&is_named) {
        return Some((n, if n == largest { ChosenBy::Population } else { ChosenBy::Named(places[n].id) }));
    }
    let times = |by: PlaceId| {
        let region = named.iter().any(|one| one.id == by && one.kind == PlaceKind::Region);
        if region { FAR_LARGER } else { LARGER }
    };
    if let Some((n, by)) = within(namesakes, named).filter(|(n, by)| rivals(*n, times(*by))) {
        return Some((n, if n == largest { ChosenBy::Population } else { ChosenBy::Named(by) }));
    }
    let at_home = |place: &Place<'_>| around.home == Some(place.country);
    if let Some(n) = heaviest(&at_home).filter(|n| rivals(*n, FAR_LARGER)) {
        return Some((n, ChosenBy::Home));
    }
    Some((largest, ChosenBy::Population))
}

/// The heaviest place that lies in one of `containers`, the narrowest container first.
pub(super) fn within(namesakes: &Namesakes<'_, '_>, containers: &[Place<'_>]) -> Option<(usize, PlaceId)> {
    let pairs = containers.iter().flat_map(|around| {
        let places = namesakes.places.iter().enumerate();
        places.filter(|(_, place)| is_in(place, around)).map(move |(n, place)| (n, place, around))
    });
    let best = pairs.max_by_key(|(n, place, around)| {
        (
            around.kind == PlaceKind::Region && place.region == Some(around.id),
            namesakes.weight(*n),
            std::cmp::Reverse(*n),
        )
    });
    best.map(|(n, _, around)| (n, around.id))
}

/// The place that a dateline prints.
pub(super) fn printed<'g>(
    gazetteer: &'g Gazetteer,
    mut places: Vec<(Place<'g>, UseMarks)>,
    beside: &[&str],
    around: &PlaceContext<'_>,
) -> Option<(Place<'g>, ChosenBy)> {
    places.retain(|(place, _)| place.kind.is_city() || beside.is_empty());
    let mut containers: Vec<Place<'g>> = Vec::new();
    for text in beside {
        let known = gazetteer.named(text);
        let fitting: Vec<Place<'g>> = known.into_iter().filter(|p| !p.kind.is_city() || p.kind.is_country()).collect();
        if fitting.is_empty() {
            return None;
        }
        // Of "Reading, Pa." only the place in Pennsylvania is left.
        places.retain(|(place, _)| fitting.iter().any(|around| is_in(place, around)));
        containers.extend(fitting);
    }
    let (mut places, marks): (Vec<_>, Vec<_>) = places.into_iter().unzip();
    let (n, by) = choose(&Namesakes { places: &places, marks: &marks }, &containers, &[], around)?;
    Some((places.swap_remove(n), by))
}
