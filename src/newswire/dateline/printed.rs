//! What a list of places names: city, region and country as printed, and as the gazetteer
//! resolves them.

use super::area::{self, Area};
use super::case::{is_glued, title};
use super::mark;
use super::reading::DatelineDesk;
use crate::model::newswire::DatelinePlace;
use crate::places::{Country, PlaceContext, PlaceKind};

/// Cities of the longest list.
const MOST_CITIES: usize = 8;

/// The places of a list, in its order.
pub(super) fn read(desk: &DatelineDesk<'_>, list: &str) -> Vec<DatelinePlace> {
    let cities = cities_of(desk, list);
    let many = cities.len() > 1;
    let places = cities.iter().take(MOST_CITIES).flat_map(|city| of_city(desk, city, many));
    places.take(MOST_CITIES).map(|place| resolved(desk, place)).collect()
}

/// Whether the first city is known, or a region or country stands beside it.
pub(super) fn is_known(desk: &DatelineDesk<'_>, list: &str) -> bool {
    let cities = cities_of(desk, list);
    let Some(first) = cities.first() else { return false };
    let places = of_city(desk, first, cities.len() > 1);
    places.first().is_some_and(|place| {
        place.country.is_some() || place.city.as_ref().is_some_and(|city| !area::cities(desk, city).is_empty())
    })
}

/// A city as printed, with the parts after its commas.
type CityParts<'t> = Vec<&'t str>;

/// Parts a list at `/ & ; 、 ·` and at words such as "and", and each city at its commas.
fn cities_of<'t>(desk: &DatelineDesk<'_>, list: &'t str) -> Vec<CityParts<'t>> {
    let signs = ['/', '&', ';', '、', '·', 'ㆍ', '‧', '；', '／', '＆'];
    let pieces = by_signs(desk, list, &signs).into_iter().flat_map(|piece| by_words(desk, piece));
    let cities = pieces.map(|piece| {
        let parts = piece.split([',', '،', '，']).flat_map(by_brackets);
        parts.map(trim).filter(|part| !part.is_empty()).collect::<CityParts<'t>>()
    });
    cities.filter(|parts| !parts.is_empty()).collect()
}

/// Parts at signs; "Frankfurt/Oder" is one city, on a river.
fn by_signs<'t>(desk: &DatelineDesk<'_>, list: &'t str, signs: &[char]) -> Vec<&'t str> {
    let (mut pieces, mut from, mut at) = (Vec::new(), 0, 0);
    for piece in list.split(signs) {
        let end = at + piece.len();
        let next = list[end..].char_indices().nth(1).map_or(list.len(), |(sign, _)| end + sign);
        let after = list[next..].split(signs).next().unwrap_or_default().trim();
        let is_river = list[end..].starts_with('/') && desk.tables.words.rivers.contains(&after.to_lowercase());
        if !is_river {
            pieces.extend(by_glued_words(desk, &list[from..end]));
            from = next;
        }
        at = next;
    }
    pieces
}

/// Parts at 和 where both sides are known: 北京和上海, but not 呼和浩特.
fn by_glued_words<'t>(desk: &DatelineDesk<'_>, piece: &'t str) -> Vec<&'t str> {
    let is_place = |text: &str| {
        let (rest, _) = unglued(desk, text.trim());
        !desk.gazetteer.named(rest).is_empty()
    };
    let cut = piece.char_indices().filter(|_| is_glued(piece.trim())).find_map(|(at, c)| {
        let joins = desk.tables.words.glued_conjunctions.iter().any(|word| word.starts_with(c));
        let after = at + c.len_utf8();
        (joins && at > 0 && is_place(&piece[..at]) && is_place(&piece[after..])).then_some((at, after))
    });
    cut.map_or_else(|| vec![piece], |(at, after)| vec![&piece[..at], &piece[after..]])
}

fn trim(part: &str) -> &str {
    part.trim_matches(|c: char| c.is_whitespace() || "()[]（）［］\"'“”:".contains(c))
}

/// "New Delhi [India]", `ザントフォールト（オランダ）`: what stands in brackets is a part.
fn by_brackets(part: &str) -> impl Iterator<Item = &str> {
    let open = part.char_indices().find(|(_, c)| *c != '/' && mark::closer(*c).is_some()).map(|(at, _)| at);
    let (before, inside) = part.split_at(open.unwrap_or(part.len()));
    [before, inside].into_iter()
}

/// Parts at "and", unless that is part of a name ("Trinidad and Tobago").
fn by_words<'t>(desk: &DatelineDesk<'_>, piece: &'t str) -> Vec<&'t str> {
    let mut pieces = Vec::new();
    let (mut from, mut at) = (0, 0);
    for word in piece.split_inclusive(char::is_whitespace) {
        let start = at;
        at += word.len();
        let bare = word.trim();
        let small: String = bare.chars().flat_map(char::to_lowercase).collect();
        if start == 0 || at >= piece.len() || !desk.tables.words.conjunctions.contains(&small) {
            continue;
        }
        let around =
            piece[from..].split(',').find(|part| part.split_whitespace().any(|w| w == bare)).map_or("", str::trim);
        let is_name = desk.tables.region(around).is_some() || !desk.gazetteer.named(around).is_empty();
        if !is_name {
            pieces.push(&piece[from..start]);
            from = at;
        }
    }
    pieces.push(&piece[from..]);
    pieces
}

/// The place that a city and its parts name; several where a part is another city.
fn of_city(desk: &DatelineDesk<'_>, parts: &[&str], many: bool) -> Vec<DatelinePlace> {
    let Some((first, rest)) = parts.split_first() else { return Vec::new() };
    let (name, glued) = unglued(desk, without_ending(desk, first));
    let Some((last, middle)) = rest.split_last() else {
        return vec![alone(desk, name, glued)];
    };
    if is_list(desk, name, rest, many) {
        return parts.iter().map(|city| alone(desk, without_ending(desk, city), Glued::default())).collect();
    }
    if let Some(next) = next_city(desk, name, rest) {
        let (this, others) = parts.split_at(next + 1);
        return of_city(desk, this, many).into_iter().chain(of_city(desk, others, many)).collect();
    }
    if let Some(place) = region_alone(desk, name, last) {
        return vec![place];
    }
    let mut place = DatelinePlace { city: Some(titled(desk, name)), ..DatelinePlace::default() };
    let mut regions: Vec<&str> = middle.to_vec();
    match area::of(desk, last, name) {
        Some(Area::Country(country)) => place.country = Some(country),
        Some(Area::Postal(country, code)) => (place.country, place.region) = (Some(country), Some(code)),
        Some(Area::Region) | None => regions.push(last),
    }
    // "ROCKVILLE PIKE SUITE, ROCKVILLE, USA": a street before the city.
    let is_city = |text: &str| !area::cities(desk, text).is_empty();
    let is_street = |city: &&&str| is_city(city) && !is_city(name) && area::of(desk, city, name).is_none();
    if let Some(city) = middle.first().filter(|_| place.region.is_none()).filter(is_street) {
        place.city = Some(titled(desk, city));
        regions.remove(0);
    }
    if let Some(region) = regions.last().filter(|_| place.region.is_none()) {
        place.region = Some(region_as_printed(desk, region, place.country));
    }
    vec![place]
}

/// A city in title case, with the capitals that its name has in the gazetteer: "McAllen".
fn titled(desk: &DatelineDesk<'_>, name: &str) -> String {
    let plain = title(&desk.tables.words, name);
    let same = |a: char, b: char| a.to_lowercase().eq(b.to_lowercase());
    let known = area::cities(desk, name).into_iter().map(|place| place.name).find(|known| {
        known.chars().count() == plain.chars().count() && known.chars().zip(plain.chars()).all(|(a, b)| same(a, b))
    });
    known.filter(|_| plain != name).map_or(plain, str::to_owned)
}

/// The part after which another city begins: "TEL AVIV, Israel, HONG KONG".
fn next_city(desk: &DatelineDesk<'_>, name: &str, rest: &[&str]) -> Option<usize> {
    let ends = |n: &usize| matches!(area::of(desk, rest[*n], name), Some(Area::Country(_) | Area::Postal(..)));
    let begins = |n: &usize| {
        let named = desk.gazetteer.named(rest[*n]);
        let country = area::country(desk, rest[*n], &named);
        let is_region = desk.tables.region(rest[*n]).is_some();
        !is_region && named.iter().any(|place| place.kind.is_city() && country.is_none_or(|c| c == place.country))
    };
    (1..rest.len()).find(|n| begins(n) && ends(&(n - 1)))
}

/// A state or province without a city: "NY, UNITED STATES".
fn region_alone(desk: &DatelineDesk<'_>, name: &str, last: &str) -> Option<DatelinePlace> {
    let (at, code) = desk.tables.region(name).filter(|_| name.chars().count() == 2)?;
    let country = area::country(desk, last, &desk.gazetteer.named(last)).filter(|country| *country == at)?;
    Some(DatelinePlace { region: Some(code.to_owned()), country: Some(country), ..DatelinePlace::default() })
}

/// A region: its postal code in the United States and Canada, else as printed.
fn region_as_printed(desk: &DatelineDesk<'_>, region: &str, country: Option<Country>) -> String {
    let postal = desk.tables.region(region).filter(|(at, _)| Some(*at) == country);
    match postal {
        Some((_, code)) => code.to_owned(),
        None if region.chars().count() <= 3 => region.to_owned(),
        None => title(&desk.tables.words, region),
    }
}

/// Whether the parts after a city are cities too: "LONDON, NEW YORK, SINGAPORE".
fn is_list(desk: &DatelineDesk<'_>, name: &str, rest: &[&str], many: bool) -> bool {
    let lies_in = |area: &str| desk.gazetteer.resolve(name, &[area], &PlaceContext::default()).is_some();
    let is_city = |text: &str| text.chars().count() > 2 && !area::cities(desk, text).is_empty();
    let enough = many || rest.len() > 1 || rest.iter().all(|part| is_city_alone(desk, part));
    enough && is_city(name) && rest.iter().all(|part| is_city(part) && !lies_in(part))
}

/// Whether a text names a city, and neither a state nor a country without cities.
fn is_city_alone(desk: &DatelineDesk<'_>, text: &str) -> bool {
    let named = desk.gazetteer.named(text);
    let is_container = |kind: PlaceKind| matches!(kind, PlaceKind::Country | PlaceKind::Region);
    desk.tables.region(text).is_none()
        && desk.tables.country(text).is_none()
        && named.first().is_some_and(|place| place.kind.is_city())
        && !named.iter().any(|place| is_container(place.kind))
}

/// A place printed alone: a country, a city that is one ("HONG KONG"), or a city.
fn alone(desk: &DatelineDesk<'_>, name: &str, glued: Glued) -> DatelinePlace {
    let named = desk.gazetteer.named(name);
    let country = area::country(desk, name, &named).filter(|_| name.chars().count() > 2);
    let is_city =
        named.iter().any(|place| place.kind.is_city() && country.is_none_or(|country| place.country == country));
    let city = (is_city || country.is_none()).then(|| titled(desk, name));
    DatelinePlace { city, region: glued.region, country: glued.country.or(country), ..DatelinePlace::default() }
}

/// A name without "SAR".
fn without_ending<'t>(desk: &DatelineDesk<'_>, name: &'t str) -> &'t str {
    let endings = desk.tables.words.place_endings.iter();
    let cut =
        endings.filter_map(|ending| name.strip_suffix(ending.as_str())).map(str::trim).find(|name| !name.is_empty());
    cut.unwrap_or(name)
}

/// Country and region printed before a city without a space: `中国沈阳`, `美国加州旧金山`.
#[derive(Default)]
struct Glued {
    country: Option<Country>,
    region: Option<String>,
}

fn unglued<'t>(desk: &DatelineDesk<'_>, name: &'t str) -> (&'t str, Glued) {
    let mut glued = Glued::default();
    if !is_glued(name) {
        return (name, glued);
    }
    let is_known = !desk.gazetteer.named(name).is_empty();
    let is_city = |text: &str| !area::cities(desk, text).is_empty();
    let mut rest = name;
    if let Some((country, bytes)) = prefix(rest, |text| area::country(desk, text, &desk.gazetteer.named(text))) {
        if is_known && !is_city(&rest[bytes..]) {
            return (name, glued);
        }
        (glued.country, rest) = (Some(country), &rest[bytes..]);
    } else if is_known {
        return (name, glued);
    }
    if desk.gazetteer.named(rest).is_empty() {
        let region = prefix(rest, |text| {
            let named = desk.gazetteer.named(text);
            named.iter().find(|place| place.kind == PlaceKind::Region).map(|place| (place.name, place.country))
        });
        if let Some(((english, country), bytes)) = region.filter(|(_, bytes)| is_city(&rest[*bytes..])) {
            let postal = desk.tables.region(english).filter(|(at, _)| *at == country);
            glued.region = Some(postal.map_or_else(|| rest[..bytes].to_owned(), |(_, code)| code.to_owned()));
            glued.country = glued.country.or(postal.map(|(at, _)| at));
            rest = &rest[bytes..];
        }
    }
    (rest, glued)
}

/// What `get` knows of the longest beginning of two to eight characters that leaves two.
fn prefix<T>(text: &str, get: impl Fn(&str) -> Option<T>) -> Option<(T, usize)> {
    let ends: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
    let most = ends.len().saturating_sub(2).min(8);
    (2..=most).rev().find_map(|letters| Some((get(&text[..ends[letters]])?, ends[letters])))
}

/// Adds what the gazetteer takes the place for.
fn resolved(desk: &DatelineDesk<'_>, mut place: DatelinePlace) -> DatelinePlace {
    let around = PlaceContext { language: desk.copy.language, home: desk.copy.home, dateline: None };
    let country = place.country.and_then(|country| desk.gazetteer.country(country));
    let Some(city) = place.city.as_deref() else {
        place.resolved = place.country;
        place.because = country.map(|country| format!("{}: the country is printed alone", country.name));
        return place;
    };
    let country = country.map(|country| country.name);
    let region = place.region.as_deref();
    // "Frankfurt/Oder" is "Frankfurt (Oder)" in the gazetteer.
    let on_river = city.split_once('/').map(|(town, river)| format!("{town} ({river})"));
    let city = on_river.as_deref().filter(|name| !desk.gazetteer.named(name).is_empty()).unwrap_or(city);
    let city = city.split_once('/').map_or(city, |(town, _)| town);
    let tries: [Vec<&str>; 2] = [region.into_iter().chain(country).collect(), country.into_iter().collect()];
    let found = tries.iter().find_map(|beside| desk.gazetteer.resolve(city, beside, &around));
    // A city that is a country of its own lies in none.
    let found =
        found.or_else(|| desk.gazetteer.resolve(city, &[], &around).filter(|(p, _)| Some(p.country) == place.country));
    let because = found.as_ref().map(|(found, chosen)| format!("{}, {}: {chosen}", found.name, found.country));
    (place.resolved, place.because) = match (found, country) {
        (Some((found, _)), _) => (Some(found.country), because),
        (None, Some(country)) => (place.country, Some(format!("{country} is printed beside a name that is not known"))),
        (None, None) => (None, None),
    };
    place
}
