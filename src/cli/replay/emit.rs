//! Results in the order of the input, whatever order they are made in.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};

use super::super::output::Output;
use super::super::scratch::Scratch;

/// Prints lines in the order of their numbers. What comes too early waits in a file.
pub struct Emitter<'o> {
    out: &'o Output,
    waiting: File,
    end: u64,
    /// Where lines stand there.
    early: BTreeMap<usize, (u64, usize)>,
    next: usize,
}

impl<'o> Emitter<'o> {
    /// Nothing is printed yet.
    ///
    /// # Errors
    /// The file cannot be made.
    pub fn new(out: &'o Output, scratch: &Scratch) -> std::io::Result<Self> {
        let path = scratch.path().join("early.jsonl");
        let waiting = File::options().create(true).truncate(true).read(true).write(true).open(path)?;
        Ok(Emitter { out, waiting, end: 0, early: BTreeMap::new(), next: 0 })
    }

    /// Takes the line of that number, and prints all whose turn has come.
    ///
    /// # Errors
    /// The file cannot be written or read.
    pub fn take(&mut self, nth: usize, line: &str) -> std::io::Result<()> {
        if nth != self.next {
            self.waiting.seek(SeekFrom::Start(self.end))?;
            self.waiting.write_all(line.as_bytes())?;
            self.early.insert(nth, (self.end, line.len()));
            self.end += line.len() as u64;
            return Ok(());
        }
        self.out.json_line(line);
        self.next += 1;
        while let Some((offset, length)) = self.early.remove(&self.next) {
            let mut bytes = vec![0; length];
            self.waiting.seek(SeekFrom::Start(offset))?;
            self.waiting.read_exact(&mut bytes)?;
            self.out.json_line(&String::from_utf8_lossy(&bytes));
            self.next += 1;
        }
        Ok(())
    }
}
