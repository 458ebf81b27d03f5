//! Entries read as wire copy, under a configuration.

use std::sync::Arc;

use crate::clock::{Timestamp, Zone};
use crate::config::Config;
use crate::model::newswire::{Newswire, WireEdition, WireReading};
use crate::model::{Entry, Source, digest};
use crate::newswire::{self, Tables, WireCopy};
use crate::places::Gazetteer;

/// How wire copy is read: with a higher number, all that is stored is read again. It counts the
/// rules of [`newswire::read`] and of the gazetteer; changes of tables and places are noticed
/// without.
const RULES: u32 = 1;

/// What reads wire copy under a configuration.
pub struct WireReader {
    tables: Tables,
    places: Arc<Gazetteer>,
    /// Of what is the same for all sources.
    edition: i64,
}

/// An entry to be read, with its plain texts.
pub struct Unread<'a> {
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
    /// What reads under `config`.
    pub fn of(_config: &Config) -> WireReader {
        // The operator's own tables and places come from the configuration here.
        WireReader::built_in()
    }

    /// What reads by the program's own tables and places alone.
    pub fn built_in() -> WireReader {
        let (tables, places) = (Tables::built_in(), Arc::new(Gazetteer::built_in()));
        let edition = digest(&format!("{RULES} {tables:?} {} {}", places.taken(), places.len()));
        WireReader { tables, places, edition }
    }

    /// By which rules entries of `source` are read.
    pub fn edition(&self, source: &Source, zone: Option<&Zone>) -> WireEdition {
        let Source { wire, country, language, .. } = source;
        let own = format!("{} {wire:?} {country:?} {language:?} {:?}", self.edition, zone.map(Zone::name));
        WireEdition(digest(&own))
    }

    /// Reads an entry.
    pub fn read(&self, unread: &Unread<'_>) -> WireReading {
        let edition = self.edition(unread.source, unread.zone);
        WireReading { newswire: Arc::new(self.newswire(unread)), edition }
    }

    /// What an entry says of itself.
    pub fn newswire(&self, unread: &Unread<'_>) -> Newswire {
        let Unread { entry, texts: [title, text], source, zone, published } = *unread;
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
        newswire::read(&copy, &self.tables, &self.places)
    }
}
