//! What was read of wire copy, in the JSON of the command line (product §6).

use serde::Serialize;

use crate::clock::Timestamp;
use crate::model::newswire::{
    CopyPart, Dateline, DatelinePlace, MentionedPlace, Newswire, Notice, NoticeTarget, NoticeUntil,
};

/// The fields of an entry that its wire copy tells.
#[derive(Serialize, Default)]
pub struct NewswireJson {
    pub wire: Option<String>,
    pub dateline: Option<DatelineJson>,
    pub issuer: Option<String>,
    places: Vec<PlaceJson>,
    pub notice: Option<NoticeJson>,
}

#[derive(Serialize)]
pub struct DatelineJson {
    raw: String,
    places: Vec<DatelinePlaceJson>,
    date: Option<String>,
    wire: Option<String>,
    byline: Option<String>,
}

#[derive(Serialize)]
struct DatelinePlaceJson {
    city: Option<String>,
    region: Option<String>,
    country: Option<String>,
}

#[derive(Serialize)]
struct PlaceJson {
    name: String,
    city: Option<String>,
    region: Option<String>,
    country: String,
    at: (&'static str, usize),
    because: String,
}

#[derive(Serialize)]
pub struct NoticeJson {
    kind: &'static str,
    target: Option<String>,
    until: Option<String>,
}

impl From<&Newswire> for NewswireJson {
    fn from(newswire: &Newswire) -> Self {
        NewswireJson {
            wire: newswire.wire.clone(),
            dateline: newswire.dateline.as_ref().map(dateline),
            issuer: newswire.issuer.clone(),
            places: newswire.places.iter().map(place).collect(),
            notice: newswire.notice.as_ref().map(notice),
        }
    }
}

fn dateline(dateline: &Dateline) -> DatelineJson {
    let place = |place: &DatelinePlace| {
        let DatelinePlace { city, region, country, resolved: _, because: _ } = place;
        DatelinePlaceJson {
            city: city.clone(),
            region: region.clone(),
            country: country.map(|country| country.code().to_owned()),
        }
    };
    DatelineJson {
        raw: dateline.raw.clone(),
        places: dateline.places.iter().map(place).collect(),
        date: dateline.date.map(|date| date.to_string()),
        wire: dateline.wire.clone(),
        byline: dateline.byline.clone(),
    }
}

fn place(place: &MentionedPlace) -> PlaceJson {
    let field = match place.part {
        CopyPart::Title => "title",
        CopyPart::Body => "text",
    };
    PlaceJson {
        name: place.name.clone(),
        city: place.city.clone(),
        region: place.region.clone(),
        country: place.country.code().to_owned(),
        at: (field, place.offset),
        because: place.because.clone(),
    }
}

/// Of what names the amended copy, the most exact. A time that cannot be read is none.
fn notice(notice: &Notice) -> NoticeJson {
    let until = match &notice.until {
        Some(NoticeUntil::At(at)) => Some(*at),
        Some(NoticeUntil::Unreadable(_)) | None => None,
    };
    NoticeJson {
        kind: notice.kind.as_str(),
        target: notice.targets.first().map(NoticeTarget::to_string),
        until: until.map(Timestamp::rfc3339),
    }
}
