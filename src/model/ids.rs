//! Identifiers, each of its own type so that none can be mistaken for another.

use std::fmt;
use std::sync::Arc;

use xxhash_rust::xxh3::{xxh3_64, xxh3_128};

use crate::text::quote::in_quotes;

/// Why a text cannot be the id of a source, feed or node.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{} is not an id: use 1 to 64 of a-z, 0-9 and -", in_quotes(.0))]
pub struct InvalidId(pub String);

macro_rules! slug {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Arc<str>);

        impl $name {
            /// Reads an id of 1 to 64 characters out of `a-z`, `0-9` and `-`.
            ///
            /// # Errors
            /// [`InvalidId`] names the text that is not an id.
            pub fn new(text: &str) -> Result<Self, InvalidId> {
                let fits = (1..=64).contains(&text.len())
                    && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
                if fits { Ok($name(text.into())) } else { Err(InvalidId(text.to_owned())) }
            }

            /// The id as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Debug::fmt(&*self.0, f)
            }
        }
    };
}

slug!(
    /// The permanent name of a source, from the configuration.
    SourceId
);
slug!(
    /// The permanent name of a published feed, from the configuration.
    FeedId
);
slug!(
    /// The name of a node: who works on a store.
    NodeId
);

/// An entry's number in one store: ascending by arrival, never used again.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct EntryId(pub i64);

impl fmt::Display for EntryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What makes an entry the same entry within its source (product §3.1): a
/// 128-bit hash of its id, else of its canonical link, else of title and date.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntryKey(pub [u8; 16]);

impl EntryKey {
    /// The key of an entry that is identified by `parts`; `kind` keeps keys of different
    /// origin apart (`id`, `link`, `text`).
    pub fn of(kind: &str, parts: &[&str]) -> Self {
        let mut text = String::from(kind);
        for part in parts {
            text.push('\n');
            text.push_str(part);
        }
        EntryKey(xxh3_128(text.as_bytes()).to_be_bytes())
    }

    /// The key as 32 lower-case hexadecimal digits. Published ids and spare keys are made
    /// from it, so this never changes.
    pub fn hex(self) -> String {
        self.0.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

impl fmt::Debug for EntryKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// In hexadecimal digits.
impl fmt::Display for EntryKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.hex())
    }
}

/// A 64-bit hash of `text`, the same on every machine and in every version.
pub fn digest(text: &str) -> i64 {
    i64::from_ne_bytes(xxh3_64(text.as_bytes()).to_ne_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_slugs() {
        assert_eq!(SourceId::new("shenyang-fao").unwrap().as_str(), "shenyang-fao");
        for bad in ["", "A", "a b", "ä", &"x".repeat(65)] {
            assert_eq!(FeedId::new(bad), Err(InvalidId(bad.to_owned())));
        }
    }

    #[test]
    fn keys_and_digests_stay_as_they_are() {
        assert_eq!(EntryKey::of("id", &["urn:x:1"]).hex(), "275cb6504ec882dc439ed7e30dc70c32");
        assert_eq!(
            EntryKey([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 254, 255]).hex(),
            "000102030405060708090a0b0c0dfeff"
        );
        assert_eq!(digest("https://city.example/"), 5_206_540_720_465_565_676);
    }

    #[test]
    fn keys_of_different_makings_differ() {
        assert_ne!(EntryKey::of("id", &["a"]), EntryKey::of("link", &["a"]));
        assert_ne!(EntryKey::of("id", &["a", "b"]), EntryKey::of("id", &["ab"]));
        assert_eq!(EntryKey::of("id", &["a"]), EntryKey::of("id", &["a"]));
    }
}
