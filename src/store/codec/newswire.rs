//! What was read of wire copy: JSON with short names, as an entry's text.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;
use crate::model::newswire::{
    CopyPart, Cut, CutKind, Dateline, DatelineDate, DatelinePlace, MentionedPlace, Newswire, Notice, NoticeKind,
    NoticeTarget, NoticeUntil, Ticker,
};
use crate::places::Country;

#[derive(Serialize, Deserialize, Default)]
#[serde(default)]
pub(super) struct StoredNewswire {
    #[serde(rename = "w", skip_serializing_if = "Option::is_none")]
    wire: Option<String>,
    #[serde(rename = "n", skip_serializing_if = "Option::is_none")]
    release_number: Option<String>,
    #[serde(rename = "d", skip_serializing_if = "Option::is_none")]
    dateline: Option<StoredDateline>,
    #[serde(rename = "i", skip_serializing_if = "Option::is_none")]
    issuer: Option<String>,
    #[serde(rename = "no", skip_serializing_if = "Option::is_none")]
    notice: Option<StoredNotice>,
    /// Exchange and symbol.
    #[serde(rename = "t", skip_serializing_if = "Vec::is_empty")]
    tickers: Vec<(String, String)>,
    #[serde(rename = "p", skip_serializing_if = "Vec::is_empty")]
    places: Vec<StoredPlace>,
    #[serde(rename = "ph", skip_serializing_if = "std::ops::Not::not")]
    is_photo_only: bool,
    /// Where it begins and ends, and what it is.
    #[serde(rename = "c", skip_serializing_if = "Vec::is_empty")]
    cuts: Vec<(usize, usize, u8)>,
}

#[derive(Serialize, Deserialize, Default)]
#[serde(default)]
struct StoredDateline {
    #[serde(rename = "r")]
    raw: String,
    #[serde(rename = "p", skip_serializing_if = "Vec::is_empty")]
    places: Vec<StoredDatelinePlace>,
    /// Year, month and day.
    #[serde(rename = "d", skip_serializing_if = "Option::is_none")]
    date: Option<(Option<i16>, Option<u8>, u8)>,
    #[serde(rename = "w", skip_serializing_if = "Option::is_none")]
    wire: Option<String>,
    #[serde(rename = "b", skip_serializing_if = "Option::is_none")]
    byline: Option<String>,
}

#[derive(Serialize, Deserialize, Default)]
#[serde(default)]
struct StoredDatelinePlace {
    #[serde(rename = "c", skip_serializing_if = "Option::is_none")]
    city: Option<String>,
    #[serde(rename = "r", skip_serializing_if = "Option::is_none")]
    region: Option<String>,
    #[serde(rename = "k", skip_serializing_if = "Option::is_none")]
    country: Option<String>,
    #[serde(rename = "z", skip_serializing_if = "Option::is_none")]
    resolved: Option<String>,
    #[serde(rename = "b", skip_serializing_if = "Option::is_none")]
    because: Option<String>,
}

#[derive(Serialize, Deserialize, Default)]
#[serde(default)]
struct StoredNotice {
    #[serde(rename = "k")]
    kind: String,
    #[serde(rename = "r")]
    raw: String,
    /// What names it, and how.
    #[serde(rename = "t", skip_serializing_if = "Vec::is_empty")]
    targets: Vec<(char, String)>,
    #[serde(rename = "u", skip_serializing_if = "Option::is_none")]
    until: Option<i64>,
    /// A time that cannot be read.
    #[serde(rename = "uw", skip_serializing_if = "Option::is_none")]
    until_words: Option<String>,
}

#[derive(Serialize, Deserialize, Default)]
#[serde(default)]
struct StoredPlace {
    #[serde(rename = "n")]
    name: String,
    #[serde(rename = "c", skip_serializing_if = "Option::is_none")]
    city: Option<String>,
    #[serde(rename = "r", skip_serializing_if = "Option::is_none")]
    region: Option<String>,
    #[serde(rename = "k")]
    country: String,
    /// Whether it stands in the headline.
    #[serde(rename = "h", skip_serializing_if = "std::ops::Not::not")]
    in_title: bool,
    #[serde(rename = "o")]
    offset: usize,
    #[serde(rename = "b")]
    because: String,
    /// Latitude and longitude.
    #[serde(rename = "g", skip_serializing_if = "Option::is_none")]
    at: Option<(f64, f64)>,
}

/// Codes of kinds of cuts: their places here.
const CUTS: [CutKind; 7] = [
    CutKind::Dateline,
    CutKind::Preface,
    CutKind::About,
    CutKind::Caution,
    CutKind::Contacts,
    CutKind::EndMark,
    CutKind::Tail,
];

impl StoredNewswire {
    pub(super) fn of(newswire: &Newswire) -> StoredNewswire {
        let Newswire { wire, release_number, dateline, issuer, notice, tickers, places, is_photo_only, cuts } =
            newswire;
        let cut = |cut: &Cut| {
            let code = CUTS.iter().position(|kind| *kind == cut.kind).unwrap_or_default();
            (cut.at.start, cut.at.end, u8::try_from(code).unwrap_or_default())
        };
        StoredNewswire {
            wire: wire.clone(),
            release_number: release_number.clone(),
            dateline: dateline.as_ref().map(stored_dateline),
            issuer: issuer.clone(),
            notice: notice.as_ref().map(stored_notice),
            tickers: tickers.iter().map(|t| (t.exchange.clone(), t.symbol.clone())).collect(),
            places: places.iter().map(stored_place).collect(),
            is_photo_only: *is_photo_only,
            cuts: cuts.iter().map(cut).collect(),
        }
    }

    pub(super) fn read(self) -> Arc<Newswire> {
        let StoredNewswire { wire, release_number, dateline, issuer, notice, tickers, places, is_photo_only, cuts } =
            self;
        let cut =
            |(start, end, code): (usize, usize, u8)| Some(Cut { at: start..end, kind: *CUTS.get(usize::from(code))? });
        Arc::new(Newswire {
            wire,
            release_number,
            dateline: dateline.map(read_dateline),
            issuer,
            notice: notice.and_then(read_notice),
            tickers: tickers.into_iter().map(|(exchange, symbol)| Ticker { exchange, symbol }).collect(),
            places: places.into_iter().filter_map(read_place).collect(),
            is_photo_only,
            cuts: cuts.into_iter().filter_map(cut).collect(),
        })
    }
}

fn code_of(country: Option<Country>) -> Option<String> {
    country.map(|country| country.code().to_owned())
}

fn country(code: Option<String>) -> Option<Country> {
    Country::new(&code?)
}

fn stored_dateline(dateline: &Dateline) -> StoredDateline {
    let Dateline { raw, places, date, wire, byline } = dateline;
    let place = |place: &DatelinePlace| {
        let DatelinePlace { city, region, country, resolved, because } = place.clone();
        StoredDatelinePlace { city, region, country: code_of(country), resolved: code_of(resolved), because }
    };
    StoredDateline {
        raw: raw.clone(),
        places: places.iter().map(place).collect(),
        date: date.map(|DatelineDate { year, month, day }| (year, month, day)),
        wire: wire.clone(),
        byline: byline.clone(),
    }
}

fn read_dateline(stored: StoredDateline) -> Dateline {
    let StoredDateline { raw, places, date, wire, byline } = stored;
    let place = |place: StoredDatelinePlace| {
        let StoredDatelinePlace { city, region, country: printed, resolved, because } = place;
        DatelinePlace { city, region, country: country(printed), resolved: country(resolved), because }
    };
    Dateline {
        raw,
        places: places.into_iter().map(place).collect(),
        date: date.map(|(year, month, day)| DatelineDate { year, month, day }),
        wire,
        byline,
    }
}

fn stored_notice(notice: &Notice) -> StoredNotice {
    let Notice { kind, raw, targets, until } = notice;
    let target = |target: &NoticeTarget| match target {
        NoticeTarget::Number(text) => ('n', text.clone()),
        NoticeTarget::Link(text) => ('l', text.clone()),
        NoticeTarget::Slug(text) => ('s', text.clone()),
        NoticeTarget::Headline(text) => ('h', text.clone()),
    };
    let (until, until_words) = match until {
        None => (None, None),
        Some(NoticeUntil::At(at)) => (Some(at.millis()), None),
        Some(NoticeUntil::Unreadable(words)) => (None, Some(words.clone())),
    };
    let targets = targets.iter().map(target).collect();
    StoredNotice { kind: kind.as_str().to_owned(), raw: raw.clone(), targets, until, until_words }
}

/// `None` for a kind that a later release knows.
fn read_notice(stored: StoredNotice) -> Option<Notice> {
    let StoredNotice { kind, raw, targets, until, until_words } = stored;
    let target = |(how, text): (char, String)| match how {
        'n' => Some(NoticeTarget::Number(text)),
        'l' => Some(NoticeTarget::Link(text)),
        's' => Some(NoticeTarget::Slug(text)),
        'h' => Some(NoticeTarget::Headline(text)),
        _ => None,
    };
    let at = until.map(|at| NoticeUntil::At(Timestamp::from_millis(at)));
    Some(Notice {
        kind: NoticeKind::named(&kind)?,
        raw,
        targets: targets.into_iter().filter_map(target).collect(),
        until: at.or(until_words.map(NoticeUntil::Unreadable)),
    })
}

fn stored_place(place: &MentionedPlace) -> StoredPlace {
    let MentionedPlace { name, city, region, country, part, offset, because, at } = place.clone();
    let country = country.code().to_owned();
    StoredPlace { name, city, region, country, in_title: part == CopyPart::Title, offset, because, at }
}

fn read_place(stored: StoredPlace) -> Option<MentionedPlace> {
    let StoredPlace { name, city, region, country, in_title, offset, because, at } = stored;
    let (country, part) = (Country::new(&country)?, if in_title { CopyPart::Title } else { CopyPart::Body });
    Some(MentionedPlace { name, city, region, country, part, offset, because, at })
}
