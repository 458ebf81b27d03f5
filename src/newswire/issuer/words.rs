//! The words by which issuers are known, as `data/newswire/issuers.toml` has them.

use std::collections::HashSet;
use std::sync::LazyLock;

use regex::Regex;

use super::super::built_in::{parsed, strings};
use super::super::notation::{any_of, regex};

static WORDS: LazyLock<IssuerWords> =
    LazyLock::new(|| IssuerWords::read(include_str!("../../../data/newswire/issuers.toml")));

/// The words by which issuers are known.
pub(in crate::newswire) struct IssuerWords {
    /// Labels before an issuer in any copy.
    pub(super) certain: Regex,
    /// Labels that name an agency or the origin of a picture in the copy of agencies.
    pub(super) labels: Regex,
    pub(super) ends: Vec<String>,
    pub(super) joints: HashSet<String>,
    pub(super) says: Vec<String>,
    pub(super) introduced: Vec<String>,
    unnamed: HashSet<String>,
    endings: HashSet<String>,
    release_wires: HashSet<String>,
}

impl IssuerWords {
    /// The words of the built-in table.
    pub fn built_in() -> &'static IssuerWords {
        &WORDS
    }

    fn read(text: &'static str) -> IssuerWords {
        let words = parsed(text);
        let all = |key: &str| strings(&words, key).into_iter().map(str::to_owned);
        let labels = |key: &str| regex(&format!("^{}", any_of(strings(&words, key))));
        IssuerWords {
            certain: labels("certain"),
            labels: labels("labels"),
            ends: all("ends").collect(),
            joints: all("joints").collect(),
            says: all("says").collect(),
            introduced: all("introduced").collect(),
            unnamed: all("unnamed").collect(),
            endings: all("endings").collect(),
            release_wires: all("release_wires").collect(),
        }
    }

    /// Whether a wire of this usual name carries releases of others.
    pub fn is_release_wire(&self, wire: &str) -> bool {
        self.release_wires.contains(wire)
    }

    /// Whether a word ends the name of a company: "Inc."
    pub fn is_ending(&self, word: &str) -> bool {
        word.len() <= 16 && self.endings.contains(&word.to_lowercase())
    }

    /// Whether these words name no body: "the company".
    pub(super) fn is_unnamed(&self, name: &str) -> bool {
        self.unnamed.contains(&name.to_lowercase())
    }
}
