//! Whether day or month comes first in dates of figures.

use std::sync::LazyLock;

use super::table::SortedTable;

/// Which part of a date in figures comes first.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DateOrder {
    /// 29/11/2026
    Dmy,
    /// 11/29/2026
    Mdy,
    /// 2026/11/29; a date that ends in its year is no native form.
    Ymd,
}

/// Orders by language and region, out of the CLDR; sorted.
static ORDERS: LazyLock<SortedTable> = LazyLock::new(|| SortedTable::of(include_str!("cldr/orders.txt")));

/// The order that is usual in `language` (a tag, its region counts) and `country`.
///
/// English alone says little, and `en-US` is what generators write by default:
/// where the source's zone lies in a country that has days first, it is open.
pub fn likely(language: Option<&str>, country: Option<&str>) -> Option<DateOrder> {
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
            let doubtful = primary == "en" && said == Some(DateOrder::Mdy);
            if doubtful && country.is_some_and(|order| Some(order) != said) { None } else { said }
        }
        (None, Some(country)) => of(country).or_else(|| by(&primary)).or_else(|| there(country)),
        (None, None) => by(&primary),
    }
}

/// What the table has under `key`.
fn by(key: &str) -> Option<DateOrder> {
    let line = ORDERS.get(key)?;
    match line {
        "d" => Some(DateOrder::Dmy),
        "m" => Some(DateOrder::Mdy),
        "y" => Some(DateOrder::Ymd),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn language_and_zone_tell_the_order() {
        use DateOrder::{Dmy, Mdy, Ymd};
        let check = |language: Option<&str>, country: Option<&str>, expected: Option<DateOrder>| {
            assert_eq!(likely(language, country), expected, "{language:?} {country:?}");
        };
        check(Some("en-GB"), Some("GB"), Some(Dmy));
        check(Some("en-gb"), None, Some(Dmy));
        check(Some("en_AU"), None, Some(Dmy));
        check(Some("en"), Some("IN"), Some(Dmy));
        check(Some("en"), Some("US"), Some(Mdy));
        check(Some("en-US"), None, Some(Mdy));
        check(Some("en-US"), Some("US"), Some(Mdy));
        // The generator's default against the operator's word.
        check(Some("en-US"), Some("GB"), None);
        check(Some("en-GB"), Some("US"), Some(Dmy));
        check(Some("en"), None, None);
        check(None, None, None);
        check(None, Some("GB"), Some(Dmy));
        check(None, Some("US"), Some(Mdy));
        check(None, Some("PH"), Some(Mdy));
        check(Some("fr"), Some("US"), Some(Dmy));
        check(Some("fr-FR"), None, Some(Dmy));
        check(Some("pt-BR"), None, Some(Dmy));
        check(Some("es-MX"), Some("MX"), Some(Dmy));
        check(Some("es"), None, Some(Dmy));
        check(Some("es-PR"), None, Some(Mdy));
        check(Some("ja"), None, Some(Ymd));
        check(Some("zh-Hans-CN"), None, Some(Ymd));
        check(Some("sv"), None, Some(Dmy));
        check(Some("tlh"), None, None);
    }
}
