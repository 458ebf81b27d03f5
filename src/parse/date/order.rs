//! Whether day or month comes first in dates of figures.

use super::DateContext;

/// What comes first.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum First {
    /// 29/11/2026
    Day,
    /// 11/29/2026
    Month,
    /// 2026/11/29; a date that ends in its year is no native form.
    Year,
}

/// Orders by language and region, out of the CLDR; sorted.
const ORDERS: &str = include_str!("cldr/orders.txt");

/// The order that all dates of one document show which can be read in one way
/// only. Where they contradict one another, there is none.
pub fn shown<'r>(all: impl IntoIterator<Item = &'r str>, known: &DateContext<'_>) -> Option<First> {
    let mut found = None;
    for raw in all {
        if !may_show(raw) {
            continue;
        }
        let Some(order) = super::parts(raw, known).and_then(|parts| parts.day.shows(known)) else { continue };
        if *found.get_or_insert(order) != order {
            return None;
        }
    }
    found
}

/// Whether figures may be joined in `raw` that end in a year: all other dates
/// are not looked at twice.
fn may_show(raw: &str) -> bool {
    let raw = raw.trim();
    let year_first = raw.len() > 4 && raw.as_bytes()[..4].iter().all(u8::is_ascii_digit);
    raw.len() <= super::LONGEST && !year_first && (are_joined(raw.as_bytes()) || !raw.is_ascii())
}

/// Whether a number of one or two digits is joined to another, as day and month are.
fn are_joined(mut raw: &[u8]) -> bool {
    while let Some(from) = raw.iter().position(u8::is_ascii_digit) {
        let run = raw[from..].iter().take_while(|b| b.is_ascii_digit()).count();
        raw = &raw[from + run..];
        let parted = raw.iter().take_while(|b| b"/-.".contains(b) || b.is_ascii_whitespace()).count();
        if run <= 2 && parted > 0 && raw.get(parted).is_some_and(u8::is_ascii_digit) {
            return true;
        }
    }
    false
}

/// The order that is usual in `language` (a tag, its region counts) and `country`.
///
/// English alone says little, and `en-US` is what generators write by default:
/// where the source's zone lies in a country that has days first, it is open.
pub fn likely(language: Option<&str>, country: Option<&str>) -> Option<First> {
    let there = |country: &str| by(&format!("und-{country}"));
    let Some(tag) = language else { return country.and_then(there) };
    let mut subtags = tag.split(['-', '_']);
    let primary = super::words::primary(subtags.next().unwrap_or_default());
    let region = subtags.find(|part| part.len() == 2).map(str::to_ascii_uppercase);
    let of = |region: &str| by(&format!("{primary}-{region}"));
    match (region, country) {
        (Some(region), _) => {
            let said = of(&region).or_else(|| by(&primary)).or_else(|| there(&region));
            let country = country.and_then(|country| of(country).or_else(|| there(country)));
            let doubtful = primary == "en" && said == Some(First::Month);
            if doubtful && country.is_some_and(|order| Some(order) != said) { None } else { said }
        }
        (None, Some(country)) => of(country).or_else(|| by(&primary)).or_else(|| there(country)),
        (None, None) => by(&primary),
    }
}

/// What the table has under `key`.
fn by(key: &str) -> Option<First> {
    let line = super::words::line(ORDERS, key)?;
    match line {
        "d" => Some(First::Day),
        "m" => Some(First::Month),
        "y" => Some(First::Year),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_joined_figures_can_show_an_order() {
        let check = |raw: &str, expected: bool| assert_eq!(may_show(raw), expected, "{raw}");
        for joined in ["29/11/2026 08:30", "Sun 29.11.26", "5 - 11 - 2026", "29 11\t2026", "٢٩/١١/٢٠٢٦"] {
            check(joined, true);
        }
        for other in ["Sun, 29 Nov 2026 08:30:00 GMT", "2026-11-29T08:30:00Z", "Nov 29, 2026 8:30 AM", "20261129", ""] {
            check(other, false);
        }
    }

    #[test]
    fn language_and_zone_tell_the_order() {
        use First::{Day, Month, Year};
        let check = |language: Option<&str>, country: Option<&str>, expected: Option<First>| {
            assert_eq!(likely(language, country), expected, "{language:?} {country:?}");
        };
        check(Some("en-GB"), Some("GB"), Some(Day));
        check(Some("en-gb"), None, Some(Day));
        check(Some("en_AU"), None, Some(Day));
        check(Some("en"), Some("IN"), Some(Day));
        check(Some("en"), Some("US"), Some(Month));
        check(Some("en-US"), None, Some(Month));
        check(Some("en-US"), Some("US"), Some(Month));
        // The generator's default against the operator's word.
        check(Some("en-US"), Some("GB"), None);
        check(Some("en-GB"), Some("US"), Some(Day));
        check(Some("en"), None, None);
        check(None, None, None);
        check(None, Some("GB"), Some(Day));
        check(None, Some("US"), Some(Month));
        check(None, Some("PH"), Some(Month));
        check(Some("fr"), Some("US"), Some(Day));
        check(Some("fr-FR"), None, Some(Day));
        check(Some("pt-BR"), None, Some(Day));
        check(Some("es-MX"), Some("MX"), Some(Day));
        check(Some("es"), None, Some(Day));
        check(Some("es-PR"), None, Some(Month));
        check(Some("ja"), None, Some(Year));
        check(Some("zh-Hans-CN"), None, Some(Year));
        check(Some("sv"), None, Some(Day));
        check(Some("tlh"), None, None);
    }
}
