//! Appends sources to the configuration file. What is there stays as it is, to the byte, and a
//! result that would not run is not written.

use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, fchown};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use url::Url;

use crate::config::Config;
use crate::config::naming::title;
use crate::model::{Kind, SourceId};
use crate::parse::page::propose::Proposal;
use crate::text::acting::acts;

use super::context::Failed;

/// A source that is to be configured.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewSource {
    /// Its permanent name.
    pub id: SourceId,
    /// Where it is polled.
    pub url: Url,
    /// Which kind of document is there.
    pub kind: Kind,
    /// Its labels.
    pub tags: Vec<String>,
    /// How people see it; may be empty.
    pub title: String,
    /// Further lines of TOML: keys first, then tables as `[source.page]`.
    pub lines: Vec<String>,
}

/// A configuration file with sources appended, not yet written.
#[derive(Debug)]
pub struct Grown {
    path: PathBuf,
    before: String,
    after: String,
}

impl Grown {
    /// The configuration at `path` with `sources` at its end.
    ///
    /// # Errors
    /// The file cannot be read, or the result would not run. Nothing was written.
    pub fn of(path: &Path, sources: &[NewSource]) -> Result<Grown, Failed> {
        let before = fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))?;
        let mut after = before.clone();
        if !after.is_empty() && !after.ends_with('\n') {
            after.push('\n');
        }
        let blocks: String = sources.iter().map(block).collect();
        after.push_str(&if before.contains("\r\n") { blocks.replace('\n', "\r\n") } else { blocks });
        Config::check(path, after.clone()).map_err(Failed::Config)?;
        Ok(Grown { path: path.to_owned(), before, after })
    }

    /// What is appended.
    pub fn added(&self) -> &str {
        &self.after[self.before.len()..]
    }

    /// Replaces the file in one step. Mode and owner stay.
    ///
    /// # Errors
    /// It cannot be written, or the file has been changed since it was read.
    pub fn write(&self) -> anyhow::Result<()> {
        // A symbolic link stays one.
        let target =
            fs::canonicalize(&self.path).with_context(|| format!("{} cannot be found", self.path.display()))?;
        let name = target.file_name().unwrap_or_default().to_string_lossy();
        let new = target.with_file_name(format!(".{name}.{}.new", std::process::id()));
        let done = self.replace(&target, &new);
        if done.is_err() {
            // The new file may not exist at all.
            let _ = fs::remove_file(&new);
        }
        done.with_context(|| format!("{} is as it was", self.path.display()))
    }

    fn replace(&self, target: &Path, new: &Path) -> anyhow::Result<()> {
        let old = fs::metadata(target)?;
        let options = OpenOptions::new().write(true).create_new(true).mode(0o600).clone();
        let mut file = options.open(new).with_context(|| format!("{} cannot be made", new.display()))?;
        file.write_all(self.after.as_bytes())?;
        let made = file.metadata()?;
        if (made.uid(), made.gid()) != (old.uid(), old.gid()) {
            fchown(&file, Some(old.uid()), Some(old.gid())).context("its owner cannot be kept")?;
        }
        file.set_permissions(old.permissions())?;
        file.sync_all()?;
        if fs::read(target)? != self.before.as_bytes() {
            bail!("it was changed meanwhile");
        }
        fs::rename(new, target)?;
        // The new name lasts once the folder is on disk.
        File::open(target.parent().unwrap_or(Path::new("/")))?.sync_all()?;
        Ok(())
    }
}

/// A source as TOML, after an empty line.
pub fn block(source: &NewSource) -> String {
    let mut out = String::from("\n");
    let title = title(&source.title);
    out.push_str(&format!("[[source]]\nid = {}\nurl = {}\n", quoted(source.id.as_str()), quoted(source.url.as_str())));
    if !title.is_empty() {
        out.push_str(&format!("title = {}\n", quoted(&title)));
    }
    if source.kind != Kind::default() {
        out.push_str(&format!("kind = {}\n", quoted(source.kind.as_str())));
    }
    if !source.tags.is_empty() {
        let tags: Vec<String> = source.tags.iter().map(|tag| quoted(tag)).collect();
        out.push_str(&format!("tags = [{}]\n", tags.join(", ")));
    }
    source.lines.iter().for_each(|line| out.push_str(&format!("{line}\n")));
    out
}

/// `text` as a basic string of TOML 1.0.
pub fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            c if acts(c) => out.push_str(&format!("\\U{:08X}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// The lines of a proposal's `[source.page]` block.
pub fn proposal_lines(proposal: &Proposal) -> impl Iterator<Item = String> {
    let lines = proposal.lines.iter().map(|(key, value)| format!("{key} = {}", quoted(value)));
    std::iter::once("[source.page]".to_owned()).chain(lines)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn source(id: &str, url: &str) -> NewSource {
        let (id, url) = (SourceId::new(id).unwrap(), Url::parse(url).unwrap());
        NewSource { id, url, kind: Kind::Feed, tags: Vec::new(), title: String::new(), lines: Vec::new() }
    }

    #[test]
    fn quoted_text_reads_back() {
        let all: String = (0..0x250).filter_map(char::from_u32).chain("\u{2028}新😀\u{fffe}".chars()).collect();
        for text in ["", "plain", "\"\"\"", "\\", "a\\nb", all.as_str()] {
            let document = format!("a = {}\n", quoted(text));
            let table = toml::de::DeTable::parse(&document).unwrap();
            assert_eq!(table.get_ref()["a"].get_ref().as_str(), Some(text));
        }
    }

    #[test]
    fn a_source_is_written_in_full() {
        let tags = vec!["wire".to_owned(), "a\"b".to_owned()];
        let lines = vec!["republish = \"link\"".to_owned(), "[source.page]".to_owned(), "link = \"a\"".to_owned()];
        let title = "New\n[[source]]\u{7}".to_owned();
        let made = block(&NewSource { tags, title, lines, ..source("x", "https://a.example/?q=%22") });
        let expected = "\n[[source]]\nid = \"x\"\nurl = \"https://a.example/?q=%22\"\ntitle = \"New [[source]]\"\n\
                        tags = [\"wire\", \"a\\\"b\"]\nrepublish = \"link\"\n[source.page]\nlink = \"a\"\n";
        assert_eq!(made, expected);
    }

    #[test]
    fn the_file_grows_at_its_end_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("w.toml");
        let link = folder.path().join("link.toml");
        std::os::unix::fs::symlink(&path, &link).unwrap();
        let check = |before: &str, after: &str| {
            fs::write(&path, before).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
            Grown::of(&link, &[source("x", "http://a.example/")]).unwrap().write().unwrap();
            assert_eq!(fs::read_to_string(&path).unwrap(), format!("{before}{after}"));
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o7777, 0o640);
            assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
            assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2, "nothing is left behind");
        };
        let block = "\n[[source]]\nid = \"x\"\nurl = \"http://a.example/\"\n";
        check("", block);
        check("# no line end", &format!("\n{block}"));
        check("[polling]  # mine\n\tcontact = \"mailto:a@b.example\"\n\n", block);
        check("[server]\r\n", &block.replace('\n', "\r\n"));
    }

    #[test]
    fn what_would_not_run_or_was_changed_is_left() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("w.toml");
        let old = "[[source]]\nid = \"x\"\nurl = \"http://a.example/\"\n";
        fs::write(&path, old).unwrap();
        for wrong in [source("x", "http://b.example/"), source("y", "http://a.example/")] {
            assert!(matches!(Grown::of(&path, &[wrong]), Err(Failed::Config(_))));
        }
        let grown = Grown::of(&path, &[source("y", "http://b.example/")]).unwrap();
        fs::write(&path, "# somebody was faster\n").unwrap();
        let error = format!("{:#}", grown.write().unwrap_err());
        assert!(error.ends_with("is as it was: it was changed meanwhile"), "{error}");
        assert_eq!(fs::read_to_string(&path).unwrap(), "# somebody was faster\n");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
