//! What would be lost with a new configuration.

use std::collections::HashSet;
use std::fmt;
use std::hash::Hash;
use std::path::{Path, PathBuf};

use super::{Config, SourceFile};
use crate::model::SourceId;

/// How many files are named where more may lose sources.
const SHOWN: usize = 10;

/// How many of them would go, and out of how many.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct LossShare {
    lost: usize,
    of: usize,
}

/// What of a file of sources a new configuration lacks.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FileLoss {
    /// The file.
    pub file: PathBuf,
    share: LossShare,
    /// Whether its sources are the first ones of those before: a copy of it that is not at its
    /// end yet looks like that, wherever it stopped.
    is_cut: bool,
}

/// The sources and feeds of the configuration in force that a new one lacks.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Losses {
    sources: LossShare,
    feeds: LossShare,
    /// The files of sources that lack some.
    files: Vec<FileLoss>,
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
            files: file_losses(old, new),
            empty: empty.map(Path::to_owned),
        }
    }

    /// Whether they suggest a file that was cut short or is being copied: more than half of
    /// the sources, of those of a file, or of the feeds are lost; a file of sources is the
    /// beginning of what it was; or anything at all is lost while a file is empty.
    pub fn are_grave(&self) -> bool {
        let some = self.sources.lost + self.feeds.lost > 0;
        let of_a_file = self.files.iter().any(|loss| loss.share.is_most() || loss.is_cut);
        self.sources.is_most() || self.feeds.is_most() || of_a_file || some && self.empty.is_some()
    }

    /// The files of sources that lack some.
    pub fn files(&self) -> &[FileLoss] {
        &self.files
    }
}

fn file_losses(old: &Config, new: &Config) -> Vec<FileLoss> {
    if old.source_files.is_empty() {
        return Vec::new();
    }
    let ids = |config: &Config, file: &SourceFile| -> Vec<SourceId> {
        config.sources[file.sources.clone()].iter().map(|s| s.source.id.clone()).collect()
    };
    let kept: HashSet<&SourceId> = new.sources.iter().map(|s| &s.source.id).collect();
    let loss = |file: &SourceFile| {
        let before = ids(old, file);
        let lost = before.iter().filter(|id| !kept.contains(id)).count();
        let now = new.source_files.iter().find(|now| now.path == file.path).map(|now| ids(new, now));
        // The last line of a file that is cut may be cut itself.
        let is_cut = now.is_some_and(|now| {
            now.len() <= before.len() && now.split_last().is_none_or(|(_, whole)| before.starts_with(whole))
        });
        let share = LossShare { lost, of: before.len() };
        (lost > 0).then(|| FileLoss { file: file.path.clone(), share, is_cut })
    };
    old.source_files.iter().filter_map(loss).collect()
}

/// How many of how many, and of which file.
impl fmt::Display for FileLoss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {} of {}", self.share.lost, self.share.of, self.file.display())
    }
}

impl fmt::Display for Losses {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let said =
            |share: LossShare, what: &str| (share.lost > 0).then(|| format!("{} of {} {what}", share.lost, share.of));
        let all: Vec<String> =
            [said(self.sources, "sources"), said(self.feeds, "feeds")].into_iter().flatten().collect();
        f.write_str(&all.join(" and "))?;
        let empty = self.empty.iter().map(|path| format!("{} is empty", path.display()));
        let more: Vec<String> = self.files.iter().take(SHOWN).map(FileLoss::to_string).chain(empty).collect();
        if more.is_empty() { Ok(()) } else { write!(f, " ({})", more.join(", ")) }
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
    fn a_file_of_sources_loses_little_without_a_wait_b292() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("w.toml");
        let read = |few: &[&str], many: usize| {
            let tables = "[[sources]]\nfile = \"few.csv\"\n[[sources]]\nfile = \"many.csv\"\n";
            std::fs::write(&path, tables).unwrap();
            let lines: String = few.iter().map(|url| format!("https://{url}\n")).collect();
            std::fs::write(folder.path().join("few.csv"), format!("url\n{lines}")).unwrap();
            let lines: String = (0..many).map(|n| format!("https://many.example/{n}\n")).collect();
            std::fs::write(folder.path().join("many.csv"), format!("url\n{lines}")).unwrap();
            Config::load(&path).unwrap_or_else(|problems| panic!("{problems}"))
        };
        let whole = ["a.example/1", "a.example/2", "a.example/3", "a.example/4"];
        let old = read(&whole, 30);
        let check = |new: Config, grave: bool, expected: &str| {
            let losses = Losses::between(&old, &new, None);
            let said = losses.to_string().replace(&format!("{}/", folder.path().display()), "");
            assert_eq!((losses.are_grave(), said.as_str()), (grave, expected));
        };
        check(read(&["a.example/2", "a.example/1", "a.example/4", "a.example/3", "a.example/5"], 30), false, "");
        // Most of a file, though few of all sources.
        check(read(&["a.example/4"], 30), true, "3 of 34 sources (3 of 4 of few.csv)");
        // As a copy looks that has not come to its end: between two lines, and within one.
        check(read(&whole[..3], 30), true, "1 of 34 sources (1 of 4 of few.csv)");
        check(read(&["a.example/1", "a.example/2", "a.exam"], 30), true, "2 of 34 sources (2 of 4 of few.csv)");
        check(read(&whole, 29), true, "1 of 34 sources (1 of 30 of many.csv)");
        // As an edit looks.
        check(read(&["a.example/1", "a.example/3", "a.example/4"], 30), false, "1 of 34 sources (1 of 4 of few.csv)");
        // What another file has now is not lost.
        let moved = |url: &&str| {
            format!(
                "[[source]]\nid = \"{}\"\nurl = \"https://{url}\"\n",
                crate::config::naming::id_of(&url::Url::parse(&format!("https://{url}")).unwrap())
            )
        };
        let many = "[[sources]]\nfile = \"many.csv\"\n".to_owned();
        std::fs::write(&path, many + &whole.iter().map(moved).collect::<String>()).unwrap();
        check(Config::load(&path).unwrap_or_else(|problems| panic!("{problems}")), false, "");
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
