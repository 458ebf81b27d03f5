//! What keeps a desk from being ready, and since when.

use std::fmt;
use std::sync::Arc;

use arc_swap::ArcSwap;

use crate::clock::Timestamp;

/// What keeps a desk from being ready.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Trouble {
    /// What is wrong, in words.
    pub said: String,
    /// Since when something of its kind is.
    pub since: Timestamp,
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (since {})", self.said, self.since)
    }
}

impl Trouble {
    /// The same, said otherwise.
    pub(super) fn saying(self, said: String) -> Trouble {
        Trouble { said, ..self }
    }
}

/// Trouble of one kind, while there is any.
pub(super) struct Troubled(ArcSwap<Option<Trouble>>);

impl Troubled {
    /// None.
    pub fn not() -> Troubled {
        Troubled(ArcSwap::from_pointee(None))
    }

    /// Sets what is wrong at `now`, if anything. What was wrong before began when that did.
    /// Returns whether that is told otherwise than before.
    pub fn set(&self, said: Option<String>, now: Timestamp) -> bool {
        let before = self.0.load();
        if before.as_ref().as_ref().map(|trouble| &trouble.said) == said.as_ref() {
            return false;
        }
        let since = before.as_ref().as_ref().map_or(now, |trouble| trouble.since);
        self.0.store(Arc::new(said.map(|said| Trouble { said, since })));
        true
    }

    /// It, if there is any.
    pub fn get(&self) -> Option<Trouble> {
        (**self.0.load()).clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn trouble_that_is_told_otherwise_began_when_it_did_r95() {
        let at = |seconds| Timestamp::EPOCH.plus(Duration::from_secs(seconds));
        let troubled = Troubled::not();
        let since = |said: Option<&str>, seconds| {
            troubled.set(said.map(str::to_owned), at(seconds));
            troubled.get().map(|trouble| trouble.to_string())
        };
        assert_eq!(since(Some("away"), 1).as_deref(), Some("away (since 1970-01-01T00:00:01Z)"));
        assert_eq!(since(Some("full"), 2).as_deref(), Some("full (since 1970-01-01T00:00:01Z)"));
        assert_eq!(since(None, 3), None);
        assert_eq!(since(Some("full"), 4).as_deref(), Some("full (since 1970-01-01T00:00:04Z)"));
    }

    #[test]
    fn trouble_is_told_as_it_begins_changes_and_ends_r98() {
        let troubled = Troubled::not();
        let told = |said: Option<&str>| troubled.set(said.map(str::to_owned), Timestamp::EPOCH);
        let all = [None, Some("away"), Some("away"), Some("full"), None, None, Some("full")].map(told);
        assert_eq!(all, [false, true, false, true, true, false, true]);
    }
}
