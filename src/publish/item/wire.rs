//! What an item says of itself as wire copy.

use std::borrow::Cow;

use crate::model::Stored;
use crate::model::newswire::{Dateline, MentionedPlace, Newswire, Notice};
use crate::publish::Channel;

use super::ItemCategory;

/// Points of one item: a reader's map, not a list of all that a text names.
const POINTS: usize = 10;

/// What was read of an item as wire copy; what the copy does not say is `None`, or empty.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct ItemWire<'a> {
    /// The usual name of the service that carried it.
    pub wire: Option<&'a str>,
    /// Where and when it was written.
    pub dateline: Option<&'a Dateline>,
    /// The body on whose behalf it was issued.
    pub issuer: Option<&'a str>,
    /// What it changes of other copy.
    pub notice: Option<&'a Notice>,
    /// Places whose coordinates are known: the dateline's first, each once.
    pub points: Vec<ItemPoint<'a>>,
}

/// A place on the map.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct ItemPoint<'a> {
    /// Its name, as the gazetteer has it, else as printed.
    pub name: &'a str,
    /// The code of its country: ISO 3166-1 alpha-2.
    pub country: &'a str,
    /// Degrees north of the equator (WGS 84).
    pub latitude: f64,
    /// Degrees east of Greenwich.
    pub longitude: f64,
}

impl ItemPoint<'_> {
    /// As GeoRSS-Simple writes it: latitude and longitude in WGS 84.
    pub fn simple(&self) -> String {
        format!("{} {}", self.latitude, self.longitude)
    }
}

impl<'a> ItemWire<'a> {
    /// What was read of an entry; nothing where that has not been done yet.
    pub fn of(e: &'a Stored) -> ItemWire<'a> {
        let Some(reading) = &e.reading else { return ItemWire::default() };
        let Newswire { wire, dateline, issuer, notice, places, .. } = &*reading.newswire;
        ItemWire {
            wire: wire.as_deref(),
            dateline: dateline.as_ref(),
            issuer: issuer.as_deref(),
            notice: notice.as_ref(),
            points: points(places, dateline.as_ref()),
        }
    }

    /// The wire, the places of the dateline and the issuer as categories, each under a scheme of
    /// its own.
    pub fn categories(&self, channel: &Channel) -> Vec<ItemCategory<'a>> {
        let of = |path: &str, term: &'a str| {
            let scheme = Some(Cow::Owned(channel.address(path)));
            (!term.trim().is_empty()).then_some(ItemCategory { term, scheme, label: None })
        };
        let places = self.dateline.map(|dateline| dateline.places.as_slice()).unwrap_or_default();
        let places = places.iter().filter_map(|place| {
            let country = place.country.as_ref().map(|country| country.code());
            place.city.as_deref().or(place.region.as_deref()).or(country)
        });
        let wire = self.wire.and_then(|wire| of("wires", wire));
        let issuer = self.issuer.and_then(|issuer| of("issuers", issuer));
        wire.into_iter().chain(places.filter_map(|place| of("datelines", place))).chain(issuer).collect()
    }
}

fn points<'a>(places: &'a [MentionedPlace], dateline: Option<&Dateline>) -> Vec<ItemPoint<'a>> {
    let cities = || dateline.into_iter().flat_map(|dateline| &dateline.places).filter_map(|place| place.city.as_ref());
    let is_dateline = |place: &&MentionedPlace| {
        let name = place.name.to_lowercase();
        cities().any(|city| city.to_lowercase() == name || Some(city) == place.city.as_ref())
    };
    let first = places.iter().filter(is_dateline);
    let mut points: Vec<ItemPoint<'a>> = Vec::new();
    for place in first.chain(places) {
        let Some((latitude, longitude)) = place.at else { continue };
        let is_met = |point: &ItemPoint<'_>| (point.latitude, point.longitude) == (latitude, longitude);
        if points.len() < POINTS && !points.iter().any(is_met) {
            let name = place.city.as_ref().or(place.region.as_ref()).unwrap_or(&place.name);
            points.push(ItemPoint { name, country: place.country.code(), latitude, longitude });
        }
    }
    points
}
