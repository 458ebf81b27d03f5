//! What was read of wire copy, told to people.

use crate::model::masked;

use super::{Dateline, DatelinePlace, MentionedPlace, Newswire, Notice, NoticeUntil};

/// Places that are told of one entry.
const PLACES: usize = 12;

impl Newswire {
    /// What was read, each with its name; nothing for what the copy does not say.
    pub fn told(&self) -> Vec<(&'static str, String)> {
        let tickers: Vec<String> = self.tickers.iter().map(|t| format!("{}: {}", t.exchange, t.symbol)).collect();
        let all = [
            ("notice", self.notice.as_ref().map(Notice::told)),
            ("wire", self.wire.clone()),
            ("dateline", self.dateline.as_ref().map(Dateline::told)),
            ("issuer", self.issuer.clone()),
            ("release", self.release_number.clone()),
            ("securities", Some(tickers.join(", ")).filter(|said| !said.is_empty())),
            ("places", told_places(&self.places)),
        ];
        all.into_iter().filter_map(|(name, said)| Some((name, said?))).collect()
    }
}

impl Dateline {
    fn told(&self) -> String {
        let places = self.places.iter().map(DatelinePlace::told).filter(|place| !place.is_empty());
        let date = self.date.map(|date| date.to_string());
        let read: Vec<String> = places.chain(date).chain(self.byline.clone()).collect();
        match read.is_empty() {
            true => self.raw.clone(),
            false => format!("{} ({})", self.raw, read.join("; ")),
        }
    }
}

impl DatelinePlace {
    /// As it is shown: city, region and country.
    pub fn told(&self) -> String {
        let country = self.country.or(self.resolved).map(|country| country.to_string());
        let parts = [self.city.clone(), self.region.clone(), country];
        parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
    }
}

impl Notice {
    /// What it is and does, in a few words.
    pub fn told(&self) -> String {
        let target =
            self.targets.first().map(|target| format!(" of {}", masked(&target.to_string()))).unwrap_or_default();
        let until = match &self.until {
            None => String::new(),
            Some(NoticeUntil::At(at)) => format!(", until {}", at.rfc3339()),
            Some(NoticeUntil::Unreadable(words)) => format!(", until a time that cannot be read: {words}"),
        };
        format!("{}{target}{until}", self.kind)
    }
}

/// Each place once, by its name and country.
fn told_places(places: &[MentionedPlace]) -> Option<String> {
    let mut told: Vec<String> = Vec::new();
    for place in places {
        let name = place.city.as_ref().or(place.region.as_ref()).unwrap_or(&place.name);
        let said = format!("{name} ({})", place.country);
        if !told.contains(&said) {
            told.push(said);
        }
    }
    let more = told.len().saturating_sub(PLACES);
    told.truncate(PLACES);
    let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
    (!told.is_empty()).then(|| told.join(", ") + &rest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Timestamp;
    use crate::model::newswire::{CopyPart, DatelineDate, NoticeKind, NoticeTarget};
    use crate::places::Country;

    fn mention(city: &str, country: &str) -> MentionedPlace {
        MentionedPlace {
            name: city.to_uppercase(),
            city: Some(city.to_owned()),
            region: None,
            country: Country::new(country).unwrap(),
            part: CopyPart::Body,
            offset: 0,
            because: "a name of places alone".to_owned(),
            at: None,
        }
    }

    #[test]
    fn what_was_read_is_told_and_nothing_else() {
        assert_eq!(Newswire::default().told(), []);
        let place = DatelinePlace {
            city: Some("Shenyang".to_owned()),
            resolved: Country::new("CN"),
            ..DatelinePlace::default()
        };
        let date = DatelineDate { year: None, month: Some(11), day: 21 };
        let raw = "SHENYANG, Nov. 21".to_owned();
        let dateline = Dateline { raw, places: vec![place], date: Some(date), ..Dateline::default() };
        let notice = Notice {
            kind: NoticeKind::Embargo,
            raw: "EMBARGOED".to_owned(),
            targets: vec![NoticeTarget::Number("7".to_owned())],
            until: Some(NoticeUntil::At(Timestamp::EPOCH)),
        };
        let places = vec![mention("Shenyang", "CN"), mention("Lyon", "FR"), mention("Shenyang", "CN")];
        let read = Newswire {
            wire: Some("PR Newswire".to_owned()),
            dateline: Some(dateline),
            notice: Some(notice),
            places,
            ..Newswire::default()
        };
        let told: Vec<String> = read.told().iter().map(|(name, said)| format!("{name}: {said}")).collect();
        let expected = [
            "notice: embargo of 7, until 1970-01-01T00:00:00Z",
            "wire: PR Newswire",
            "dateline: SHENYANG, Nov. 21 (Shenyang, CN; --11-21)",
            "places: Shenyang (CN), Lyon (FR)",
        ];
        assert_eq!(told, expected);
        let many: Vec<MentionedPlace> = (0..14).map(|n| mention(&format!("P{n}"), "CN")).collect();
        let many = Newswire { places: many, ..Newswire::default() };
        assert!(many.told()[0].1.ends_with("P11 (CN) and 2 more"), "{:?}", many.told());
    }
}
