//! A source's description of itself.

use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;
use crate::model::{Carrier, bounds};
use crate::store::{Error, Result};

use super::{StoredPerson, broken, people, persons};

#[derive(Serialize, Deserialize, Default)]
#[serde(default)]
struct StoredCarrier {
    #[serde(skip_serializing_if = "Option::is_none")]
    feed_id: Option<String>,
    title: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    link: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rights: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    authors: Vec<StoredPerson>,
    #[serde(skip_serializing_if = "Option::is_none")]
    updated_at: Option<i64>,
}

/// The stored form of a source's description of itself.
///
/// # Errors
/// [`Error::Database`] when it cannot be written as JSON.
pub fn write_carrier(c: &Carrier) -> Result<String> {
    let stored = StoredCarrier {
        feed_id: c.feed_id.clone(),
        title: c.title.clone(),
        link: c.link.clone(),
        language: c.language.clone(),
        rights: c.rights.clone(),
        authors: people(&c.authors),
        updated_at: c.updated_at.map(Timestamp::millis),
    };
    serde_json::to_string(&stored).map_err(broken)
}

/// Reads [`write_carrier`]'s form.
///
/// # Errors
/// [`Error::Corrupt`] when it is none.
pub fn read_carrier(stored: &str) -> Result<Carrier> {
    let c: StoredCarrier =
        serde_json::from_str(stored).map_err(|e| Error::Corrupt(format!("description of a source: {e}")))?;
    let mut carrier = Carrier {
        feed_id: c.feed_id,
        title: c.title,
        link: c.link,
        language: c.language,
        rights: c.rights,
        authors: persons(c.authors),
        updated_at: c.updated_at.map(Timestamp::from_millis),
    };
    // It is cloned for each entry of its source: what an earlier release kept whole,
    // too, is bounded.
    bounds::carrier(&mut carrier);
    Ok(carrier)
}
