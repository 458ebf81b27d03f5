//! A file of any length, line by line.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use super::super::reading::files;
use super::super::reading::report::{Complaint, Report};
use crate::limits::{SOURCES_FILE, SOURCES_LINE};

/// The lines of a file that are not blank.
pub struct Lines {
    reader: BufReader<File>,
    name: String,
    number: usize,
    bytes: u64,
    line: Vec<u8>,
    told: usize,
    ends: bool,
}

/// A line.
pub struct FileLine {
    /// Its number, from 1.
    pub number: usize,
    /// Its text, or why it is none.
    pub text: Result<String, Complaint>,
}

fn unread(name: &str, error: &std::io::Error) -> Complaint {
    Complaint::new(format!("{name} cannot be read: {error}"))
}

impl Lines {
    /// Opens a file.
    pub fn open(path: &Path, report: &mut Report) -> Result<Lines, Complaint> {
        let reader = BufReader::new(files::open_regular(path, report)?);
        Ok(Lines {
            reader,
            name: path.display().to_string(),
            number: 0,
            bytes: 0,
            line: Vec::new(),
            told: 0,
            ends: true,
        })
    }

    /// How many lines there were so far that are not blank.
    pub fn told(&self) -> usize {
        self.told
    }

    /// Whether the line that was read last has an end: the last one of a file that is cut
    /// short, or still being written, mostly has none.
    pub fn ends(&self) -> bool {
        self.ends
    }

    /// The next line; `None` at the end.
    ///
    /// # Errors
    /// The file cannot be read on, or has no end.
    pub fn next(&mut self) -> Result<Option<FileLine>, Complaint> {
        loop {
            self.line.clear();
            let read = (&mut self.reader).take(SOURCES_LINE.most + 2).read_until(b'\n', &mut self.line);
            let read = read.map_err(|error| unread(&self.name, &error))?;
            if read == 0 {
                return Ok(None);
            }
            self.number += 1;
            self.bytes += read as u64;
            if self.bytes > SOURCES_FILE.most {
                return Err(Complaint::new(format!("{} is larger than {}", self.name, SOURCES_FILE.shown())));
            }
            let is_at_its_end = self.line.ends_with(b"\n");
            self.ends = is_at_its_end;
            while self.line.last().is_some_and(|byte| matches!(byte, b'\n' | b'\r')) {
                self.line.pop();
            }
            if self.line.len() > SOURCES_LINE.count() {
                self.told += 1;
                if !is_at_its_end {
                    self.pass_over().map_err(|error| unread(&self.name, &error))?;
                }
                let complaint = Complaint::new(format!("the line is longer than {}", SOURCES_LINE.shown()));
                return Ok(Some(FileLine { number: self.number, text: Err(complaint) }));
            }
            if self.line.iter().all(u8::is_ascii_whitespace) {
                continue;
            }
            self.told += 1;
            let mark = if self.number == 1 && self.line.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
            let text = std::str::from_utf8(&self.line[mark..]).map(str::to_owned).map_err(|error| {
                let complaint = Complaint::new(format!("the line is not UTF-8 from byte {}", error.valid_up_to() + 1));
                complaint.hint("save the file as UTF-8")
            });
            return Ok(Some(FileLine { number: self.number, text }));
        }
    }

    /// Reads to the end of a line that is too long.
    fn pass_over(&mut self) -> std::io::Result<()> {
        loop {
            let held = self.reader.fill_buf()?;
            let end = held.iter().position(|byte| *byte == b'\n');
            let used = end.map_or(held.len(), |at| at + 1);
            self.bytes += used as u64;
            self.reader.consume(used);
            if end.is_some() || used == 0 {
                return Ok(());
            }
        }
    }
}
