//! What would be lost with a new configuration.

use std::collections::HashSet;
use std::fmt;
use std::hash::Hash;
use std::path::{Path, PathBuf};

use super::Config;

/// How many of them would go, and out of how many.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct LossShare {
    lost: usize,
    of: usize,
}

/// The sources and feeds of the configuration in force that a new one lacks.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Losses {
    sources: LossShare,
    feeds: LossShare,
    /// An empty file of the new one.
    empty: Option<PathBuf>,
}

impl LossShare {
    fn between<T: Eq + Hash>(old: impl Iterator<Item = T>, new: impl Iterator<Item = T>) -> LossShare {
        let (old, new): (HashSet<T>, HashSet<T>) = (old.collect(), new.collect());
        LossShare { lost: old.difference(&new).count(), of: old.len() }
    }

    fn is_most(self) -> bool {
        self.lost * 2 > self.of
    }
}

impl Losses {
    /// What `new` lacks of `old`; `empty` is an empty file that `new` was read from.
    pub fn between(old: &Config, new: &Config, empty: Option<&Path>) -> Losses {
        let sources = |config: &'_ Config| -> Vec<_> { config.sources.iter().map(|s| s.source.id.clone()).collect() };
        let feeds = |config: &'_ Config| -> Vec<_> { config.feeds.iter().map(|f| f.channel.id.clone()).collect() };
        Losses {
            sources: LossShare::between(sources(old).into_iter(), sources(new).into_iter()),
            feeds: LossShare::between(feeds(old).into_iter(), feeds(new).into_iter()),
            empty: empty.map(Path::to_owned),
        }
    }

    /// Whether they suggest a file that was cut short or is being copied: more than half of
    /// the sources or feeds are lost, or any at all while a file is empty.
    pub fn are_grave(&self) -> bool {
        let some = self.sources.lost + self.feeds.lost > 0;
        self.sources.is_most() || self.feeds.is_most() || some && self.empty.is_some()
    }
}

impl fmt::Display for Losses {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let said =
            |share: LossShare, what: &str| (share.lost > 0).then(|| format!("{} of {} {what}", share.lost, share.of));
        let all: Vec<String> =
            [said(self.sources, "sources"), said(self.feeds, "feeds")].into_iter().flatten().collect();
        f.write_str(&all.join(" and "))?;
        match &self.empty {
            Some(path) => write!(f, " ({} is empty)", path.display()),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(sources: &[&str], feeds: &[&str]) -> Config {
        let source = |id: &&str| format!("[[source]]\nid = \"{id}\"\nurl = \"https://{id}.example/\"\n");
        let feed = |id: &&str| format!("[[feed]]\nid = \"{id}\"\n");
        let text = sources.iter().map(source).chain(feeds.iter().map(feed)).collect();
        Config::check(Path::new("w.toml"), text).unwrap()
    }

    #[test]
    fn losses_of_more_than_half_are_grave() {
        let check = |new: (&[&str], &[&str]), grave, expected: &str| {
            let losses = Losses::between(&config(&["a", "b", "c", "d"], &["x", "y"]), &config(new.0, new.1), None);
            assert_eq!((losses.are_grave(), losses.to_string().as_str()), (grave, expected), "{new:?}");
        };
        check((&["a", "b", "c", "d"], &["x", "y"]), false, "");
        check((&["a", "b", "e"], &["x", "z"]), false, "2 of 4 sources and 1 of 2 feeds");
        check((&["a"], &["x", "y"]), true, "3 of 4 sources");
        check((&["a", "b", "c", "d"], &[]), true, "2 of 2 feeds");
        check((&["e", "f", "g", "h"], &["x", "y"]), true, "4 of 4 sources");
        check((&[], &[]), true, "4 of 4 sources and 2 of 2 feeds");
    }

    #[test]
    fn any_loss_is_grave_beside_an_empty_file() {
        let (old, empty) = (config(&["a", "b", "c"], &["x"]), Some(Path::new("feeds/x.toml")));
        let losses = Losses::between(&old, &config(&["a", "b"], &["x"]), empty);
        assert!(losses.are_grave());
        assert_eq!(losses.to_string(), "1 of 3 sources (feeds/x.toml is empty)");
        assert!(!Losses::between(&old, &config(&["a", "b", "c"], &["x"]), empty).are_grave());
        assert!(!Losses::between(&config(&[], &[]), &config(&["a"], &["x"]), None).are_grave());
    }
}
