//! Entries read under a configuration: by its tables and its places.

use std::sync::Arc;

use crate::clock::{Timestamp, Zone};
use crate::limits::PLACES_KEPT;
use crate::model::newswire::{Newswire, WireEdition, WireReading};
use crate::model::{Entry, Source, digest};
use crate::places::Gazetteer;

use super::{Tables, WireCopy, read};

/// The edition of [`read`] and of the gazetteer's rules: with a higher number, all that is stored
/// is read again. Changes of tables and places are noticed without.
const RULES: u32 = 2;

/// What reads wire copy under a configuration.
pub struct WireReader {
    tables: Tables,
    places: Arc<Gazetteer>,
    rules: i64,
}

/// An entry to be read, with its plain texts.
#[derive(Clone, Copy)]
pub struct UnreadCopy<'a> {
    /// The entry.
    pub entry: &'a Entry,
    /// Its headline and its whole text, as filters read them.
    pub texts: [&'a str; 2],
    /// Its source.
    pub source: &'a Source,
    /// The zone of its source, for times without one.
    pub zone: Option<&'a Zone>,
    /// When it was published, else first seen; `None` where neither is known, and dates stay
    /// without a year.
    pub published: Option<Timestamp>,
}

impl WireReader {
    /// What reads by these tables and places.
    pub fn new(tables: Tables, places: Arc<Gazetteer>) -> WireReader {
        let rules = digest(&format!("{RULES} {} {}", tables.edition(), places.fingerprint()));
        WireReader { tables, places, rules }
    }

    /// What reads by the program's own tables and places alone.
    pub fn built_in() -> WireReader {
        WireReader::new(Tables::built_in(), Arc::new(Gazetteer::built_in()))
    }

    /// The tables by which it reads.
    pub fn tables(&self) -> &Tables {
        &self.tables
    }

    /// Which rules it reads by, whatever the source.
    pub fn rules(&self) -> i64 {
        self.rules
    }

    /// By which rules entries of `source`, whose dates are of `zone`, are read.
    pub fn edition(&self, source: &Source, zone: Option<&Zone>) -> WireEdition {
        let country = source.country.as_ref().map(|country| country.code());
        let said = [source.wire.as_deref(), country, source.language.as_deref(), zone.map(Zone::name)];
        let said = said.map(Option::unwrap_or_default).join("\n");
        WireEdition(digest(&format!("{}\n{said}", self.rules)))
    }

    /// Reads an entry.
    pub fn read(&self, unread: &UnreadCopy<'_>) -> WireReading {
        let edition = self.edition(unread.source, unread.zone);
        WireReading { newswire: Arc::new(self.newswire(unread)), edition }
    }

    /// What an entry says of itself.
    pub fn newswire(&self, unread: &UnreadCopy<'_>) -> Newswire {
        let UnreadCopy { entry, texts: [title, text], source, zone, published } = *unread;
        let [authors, contributors] = [&entry.authors, &entry.contributors]
            .map(|people| people.iter().map(|person| person.name.as_str()).collect::<Vec<&str>>());
        let copy = WireCopy {
            title,
            text,
            link: entry.link.as_deref(),
            id: entry.id.as_deref(),
            contributors: &contributors,
            authors: &authors,
            language: entry.language.as_deref().or(source.language.as_deref()),
            published,
            source_wire: source.wire.as_deref(),
            home: source.country,
            zone,
        };
        let mut newswire = read(&copy, &self.tables, &self.places);
        newswire.places.truncate(PLACES_KEPT.count());
        newswire
    }

    /// What a headline and a text say that came as `source` would bring them.
    pub fn of_text(&self, [title, text]: [&str; 2], language: Option<&str>, source: Option<&Source>) -> Arc<Newswire> {
        let copy = WireCopy {
            title,
            text,
            language,
            source_wire: source.and_then(|source| source.wire.as_deref()),
            home: source.and_then(|source| source.country),
            ..WireCopy::default()
        };
        Arc::new(read(&copy, &self.tables, &self.places))
    }
}
