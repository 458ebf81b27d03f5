//! Where an entry is at home, so that filters can tell places abroad.

use crate::model::Readable;
use crate::places::Country;

/// Where an entry is at home.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Home {
    /// In this country: its source's, else its dateline's, else the feed's.
    In(Country),
    /// Somewhere among these, by their codes: where its language is the usual one.
    Among(&'static [&'static str]),
    /// Nothing is known.
    Unknown,
}

/// The countries in which a language is the usual one of news.
const SPOKEN: [(&str, &[&str]); 27] = [
    (
        "ar",
        &[
            "AE", "BH", "DZ", "EG", "IQ", "JO", "KW", "LB", "LY", "MA", "MR", "OM", "PS", "QA", "SA", "SD", "SY", "TN",
            "YE",
        ],
    ),
    ("cs", &["CZ"]),
    ("da", &["DK", "GL", "FO"]),
    ("de", &["DE", "AT", "CH", "LI", "LU"]),
    ("el", &["GR", "CY"]),
    ("en", &["US", "GB", "IE", "CA", "AU", "NZ"]),
    (
        "es",
        &[
            "ES", "MX", "AR", "BO", "CL", "CO", "CR", "CU", "DO", "EC", "GT", "HN", "NI", "PA", "PE", "PR", "PY", "SV",
            "UY", "VE",
        ],
    ),
    ("fi", &["FI"]),
    ("fr", &["FR", "BE", "CH", "CA", "LU", "MC"]),
    ("he", &["IL"]),
    ("hu", &["HU"]),
    ("id", &["ID"]),
    ("it", &["IT", "CH", "SM", "VA"]),
    ("ja", &["JP"]),
    ("ko", &["KR", "KP"]),
    ("nb", &["NO"]),
    ("nl", &["NL", "BE"]),
    ("no", &["NO"]),
    ("pl", &["PL"]),
    ("pt", &["PT", "BR", "AO", "MZ", "CV"]),
    ("ro", &["RO", "MD"]),
    ("ru", &["RU", "BY", "KZ", "KG"]),
    ("sv", &["SE", "FI"]),
    ("th", &["TH"]),
    ("tr", &["TR", "CY"]),
    ("uk", &["UA"]),
    ("zh", &["CN", "HK", "MO", "TW"]),
];

impl Home {
    /// Where `copy` is at home in a feed whose entries are at home in `feed` if they do not
    /// tell.
    pub fn of(copy: &Readable, feed: Option<Country>) -> Home {
        let dateline = copy.newswire.dateline.as_ref().and_then(|dateline| dateline.places.first());
        let told = || dateline.and_then(|place| place.country.or(place.resolved));
        if let Some(country) = copy.country.or_else(told).or(feed) {
            return Home::In(country);
        }
        let language = copy.language.as_deref().unwrap_or_default().to_ascii_lowercase();
        let language = language.split(['-', '_']).next().unwrap_or_default();
        let spoken = SPOKEN.iter().find(|(known, _)| *known == language);
        spoken.map_or(Home::Unknown, |(_, countries)| Home::Among(countries))
    }

    /// Whether `country` is home; `None` where nothing is known.
    pub fn is(self, country: Country) -> Option<bool> {
        match self {
            Home::In(home) => Some(home == country),
            Home::Among(countries) => Some(countries.contains(&country.code())),
            Home::Unknown => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::SourceId;
    use crate::model::newswire::{Dateline, DatelinePlace, Newswire};

    #[test]
    fn home_is_told_by_the_source_the_dateline_the_feed_and_the_language_b340() {
        let country = |code: &str| Country::new(code).unwrap();
        let mut copy = Readable::of(SourceId::new("a").unwrap(), "", "");
        let check = |copy: &Readable, feed: Option<&str>, expected: Home| {
            assert_eq!(Home::of(copy, feed.map(country)), expected, "{feed:?}");
        };
        check(&copy, None, Home::Unknown);
        check(&copy, Some("CN"), Home::In(country("CN")));
        copy.language = Some("ja-JP".to_owned());
        check(&copy, None, Home::Among(&["JP"]));
        check(&copy, Some("CN"), Home::In(country("CN")));
        let place = DatelinePlace { resolved: Some(country("FR")), ..DatelinePlace::default() };
        let dateline = Some(Dateline { places: vec![place], ..Dateline::default() });
        copy.newswire = Newswire { dateline, ..Newswire::default() }.into();
        check(&copy, Some("CN"), Home::In(country("FR")));
        copy.country = Some(country("BR"));
        check(&copy, Some("CN"), Home::In(country("BR")));
        assert_eq!(Home::Among(&["JP"]).is(country("JP")), Some(true));
        assert_eq!(Home::Among(&["JP"]).is(country("CN")), Some(false));
        assert_eq!(Home::Unknown.is(country("CN")), None);
    }
}
