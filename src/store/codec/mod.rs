//! Stored forms: what a store keeps of domain types that no query looks into.
//!
//! An entry is JSON with short names under zstd, behind a byte that names the
//! codec; a route's evidence and a carrier are plain JSON, for people with a
//! database shell. Unknown fields are ignored and absent ones empty, so that a
//! store of this version can be read by the next.

mod carrier;
mod entry;
mod evidence;
mod newswire;
mod numbers;
mod placement;
mod published;
mod standing;
mod stored;

#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

use crate::model::Person;

use super::Error;

pub use carrier::{read_carrier, write_carrier};
pub use entry::{Decoder, Encoder, ReadingRow};
pub use evidence::{Reasons, RouteRow, Trees, read_evidence, read_reasons, read_route, tree_of, write_evidence};
pub use numbers::{change, change_code, kind, kind_code, placing, placing_code};
pub use placement::{read_placement, relation, write_placement};
pub use published::{PublishedRow, Read, Reader, Surroundings, feed_id, instead_of_key, source_id, whole};
pub use standing::{read_standing, write_standing};

fn broken(e: serde_json::Error) -> Error {
    Error::Database(format!("cannot write the stored form: {e}"))
}

#[derive(Serialize, Deserialize, Default)]
#[serde(default)]
struct StoredPerson {
    #[serde(rename = "n", skip_serializing_if = "String::is_empty")]
    name: String,
    #[serde(rename = "e", skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    #[serde(rename = "u", skip_serializing_if = "Option::is_none")]
    uri: Option<String>,
}

fn people(list: &[Person]) -> Vec<StoredPerson> {
    list.iter().map(|p| StoredPerson { name: p.name.clone(), email: p.email.clone(), uri: p.uri.clone() }).collect()
}

fn persons(list: Vec<StoredPerson>) -> Vec<Person> {
    list.into_iter().map(|p| Person { name: p.name, email: p.email, uri: p.uri }).collect()
}
