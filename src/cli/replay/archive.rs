//! An archive: lines of JSON, an entry each, in whatever order.
//!
//! It is gone through twice: once for the dates, by which its entries are put in order, and then
//! entry by entry. So no more of it is in memory than where each line stands.

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::path::Path;

use serde::Deserialize;

use crate::clock::Timestamp;
use crate::model::{SourceId, digest};
use crate::text::quote::in_quotes;

use super::super::context::Failed;
use super::super::scratch::Scratch;

/// A line of more bytes is no entry: a document may have no more.
const LONGEST: usize = 20 << 20;

/// How a line is written.
const FORM: &str = "an entry is {\"id\": \"…\", \"source\": \"…\", \"title\": \"…\", \"text\": \"…\", \"published\": \
    \"2026-11-21T09:30:00Z\"}";

/// An entry as a line has it.
#[derive(Deserialize)]
pub struct ArchivedLine {
    pub id: String,
    pub source: String,
    #[serde(default)]
    pub title: Option<String>,
    #[serde(default)]
    pub text: Option<String>,
    #[serde(default)]
    pub html: Option<String>,
    #[serde(default)]
    pub link: Option<String>,
    #[serde(default)]
    pub published: Option<String>,
    #[serde(default)]
    pub language: Option<String>,
}

/// Where an entry stands, and when it came.
#[derive(Clone, Copy, Debug)]
pub struct LineAt {
    /// Its place among the lines that can be read, from 0.
    pub nth: usize,
    offset: u64,
    length: usize,
    /// Its date, or that of the entry before in the file.
    pub at: Timestamp,
}

impl LineAt {
    /// Its length in bytes.
    pub fn length(&self) -> usize {
        self.length
    }
}

/// An archive whose lines were looked at.
pub struct Archive {
    file: File,
    /// Its entries, oldest first; of those of one date as they stand.
    pub lines: Vec<LineAt>,
    /// The sources that it names, in the order of their names.
    pub sources: Vec<SourceId>,
    /// What is wrong with lines that cannot be read: number, and what to do about it.
    pub bad: Vec<(usize, String)>,
}

impl Archive {
    /// Looks through the archive at `path`; `-` is standard input, which is kept in `scratch`.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn open(path: &Path, scratch: &Scratch) -> Result<Archive, Failed> {
        let shown = path.display();
        let wrong = |error: std::io::Error| Failed::Usage(format!("{shown} cannot be read: {error}"));
        let file = match path.as_os_str() == "-" {
            true => spooled(std::io::stdin().lock(), scratch).map_err(wrong)?,
            false => File::open(path).map_err(wrong)?,
        };
        Archive::look(file).map_err(wrong)
    }

    fn look(file: File) -> std::io::Result<Archive> {
        let (mut lines, mut bad) = (Vec::new(), Vec::new());
        let mut sources = std::collections::BTreeSet::new();
        let mut reader = BufReader::with_capacity(1 << 20, &file);
        let (mut offset, mut number, mut line) = (0_u64, 0, Vec::new());
        // Entries without a date came with the one before.
        let mut last_date = None;
        loop {
            line.clear();
            let length = reader.by_ref().take(LONGEST as u64 + 1).read_until(b'\n', &mut line)?;
            if length == 0 {
                break;
            }
            number += 1;
            let mut whole = length as u64;
            if length > LONGEST && !line.ends_with(b"\n") {
                bad.push((number, format!("has more than {} MiB; split its text", LONGEST >> 20)));
                whole += rest_of_line(&mut reader)?;
            } else if !line.trim_ascii().is_empty() {
                match read(&line) {
                    Err(said) => bad.push((number, said)),
                    Ok((_, source, date)) => {
                        sources.insert(source);
                        last_date = date.or(last_date);
                        lines.push((LineAt { nth: lines.len(), offset, length, at: UNDATED }, last_date));
                    }
                }
            }
            offset += whole;
        }
        // What stands before the first date came with it.
        let first_date = lines.iter().find_map(|(_, date)| *date).unwrap_or(UNDATED);
        let dated = |(line, date): (LineAt, Option<Timestamp>)| LineAt { at: date.unwrap_or(first_date), ..line };
        let mut lines: Vec<LineAt> = lines.into_iter().map(dated).collect();
        lines.sort_by_key(|line| (line.at, line.nth));
        drop(reader);
        Ok(Archive { file, lines, sources: sources.into_iter().collect(), bad })
    }

    /// The entry of a line.
    ///
    /// # Errors
    /// It cannot be read, or was changed meanwhile.
    pub fn entry(&mut self, line: LineAt) -> std::io::Result<(ArchivedLine, SourceId)> {
        let mut bytes = vec![0; line.length];
        self.file.seek(SeekFrom::Start(line.offset))?;
        self.file.read_exact(&mut bytes)?;
        let (entry, source, _) = read(&bytes).map_err(std::io::Error::other)?;
        Ok((entry, source))
    }
}

/// The time of an archive without any date: whenever it is replayed, the result is the same.
const UNDATED: Timestamp = Timestamp::from_millis(1_767_225_600_000);

/// Keeps all of standard input in a file.
fn spooled(mut from: impl Read, scratch: &Scratch) -> std::io::Result<File> {
    let path = scratch.path().join("input.jsonl");
    let mut file = File::options().create(true).truncate(true).read(true).write(true).open(&path)?;
    // However this ends, nothing of it stays.
    std::fs::remove_file(&path)?;
    std::io::copy(&mut from, &mut file)?;
    file.flush()?;
    file.seek(SeekFrom::Start(0))?;
    Ok(file)
}

/// Goes past the rest of a line. Returns how many bytes that was.
fn rest_of_line(reader: &mut impl BufRead) -> std::io::Result<u64> {
    let mut passed = 0;
    loop {
        let some = reader.fill_buf()?;
        if some.is_empty() {
            return Ok(passed);
        }
        let (length, ends) = match some.iter().position(|byte| *byte == b'\n') {
            Some(at) => (at + 1, true),
            None => (some.len(), false),
        };
        reader.consume(length);
        passed += length as u64;
        if ends {
            return Ok(passed);
        }
    }
}

/// Reads a line; says what is wrong with it, and what to do.
fn read(line: &[u8]) -> Result<(ArchivedLine, SourceId, Option<Timestamp>), String> {
    let line = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line);
    let entry: ArchivedLine = serde_json::from_slice(line).map_err(|error| {
        // The line's number is told already.
        let said = error.to_string();
        let said = said.split(" at line 1 ").next().unwrap_or_default();
        format!("{said}; {FORM}")
    })?;
    if entry.id.trim().is_empty() {
        return Err(format!("its id is empty; {FORM}"));
    }
    let is_blank = |text: &Option<String>| text.as_ref().is_none_or(|text| text.trim().is_empty());
    if [&entry.title, &entry.text, &entry.html].into_iter().all(is_blank) {
        return Err(format!("has neither a title nor a text; {FORM}"));
    }
    let source = source(&entry.source).ok_or_else(|| format!("its source is empty; {FORM}"))?;
    let date = entry.published.as_deref().map(date).transpose()?;
    Ok((entry, source, date))
}

/// The source of a name: the one of that id, or one whose id is made of the name. Archives call
/// theirs as they like.
fn source(name: &str) -> Option<SourceId> {
    let name = name.trim();
    if name.is_empty() {
        return None;
    }
    let made = || {
        let plain = name.to_ascii_lowercase().replace(|c: char| !c.is_ascii_alphanumeric(), "-");
        let plain: String = plain.chars().take(LONGEST_NAME).collect();
        // Two names that differ in what an id cannot hold stay two.
        SourceId::new(&format!("{plain}-{:08x}", digest(name) as u32)).ok()
    };
    SourceId::new(name).ok().or_else(made)
}

/// How much of a name an id is made of.
const LONGEST_NAME: usize = 40;

fn date(text: &str) -> Result<Timestamp, String> {
    let day = || Timestamp::from_rfc3339(&format!("{text}T00:00:00Z"));
    let wrong =
        || format!("its date {} cannot be read; write it as 2026-11-21T09:30:00Z, or leave it out", in_quotes(text));
    Timestamp::from_rfc3339(text).or_else(day).ok_or_else(wrong)
}
