//! A file of the configuration as read, and ranges of it.

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use super::problem::{FileSpan, masked_in_place};

/// A file as read.
pub struct ConfigFile {
    /// Where it was read from.
    pub path: PathBuf,
    /// Its whole text.
    pub text: String,
    line_starts: Vec<usize>,
    /// Lines of the file before this text.
    lines_before: usize,
}

impl ConfigFile {
    pub fn new(path: &Path, text: String) -> Rc<ConfigFile> {
        let first = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        let line_starts = std::iter::once(first).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        Rc::new(ConfigFile { path: path.to_owned(), text, line_starts, lines_before: 0 })
    }

    /// One line of a file that is not kept whole, by its number.
    pub fn line(path: &Path, number: usize, text: String) -> Rc<ConfigFile> {
        let lines_before = number.saturating_sub(1);
        Rc::new(ConfigFile { path: path.to_owned(), text, line_starts: vec![0], lines_before })
    }

    /// The lines with their spans, without line ends.
    pub fn lines(&self) -> impl Iterator<Item = (Range<usize>, &str)> {
        self.line_starts.iter().enumerate().map(|(i, start)| {
            let end = self.line_starts.get(i + 1).copied().unwrap_or(self.text.len());
            let line = self.text[*start..end].trim_end_matches(['\n', '\r']);
            (*start..start + line.len(), line)
        })
    }

    fn place(&self, span: &Range<usize>) -> FileSpan {
        let start = floor_char_boundary(&self.text, span.start);
        let line = self.line_starts.partition_point(|begin| *begin <= start).max(1);
        let begin = self.line_starts[line - 1];
        let end = self.text[begin..].find('\n').map_or(self.text.len(), |at| begin + at);
        let text = self.text[begin..end].trim_end_matches('\r');
        let within = |at: usize| floor_char_boundary(&self.text, at.clamp(begin, begin + text.len()));
        let count = |range: Range<usize>| self.text[range].chars().count();
        FileSpan {
            file: self.path.clone(),
            line: self.lines_before + line,
            column: count(begin..within(start)) + 1,
            width: count(within(start)..within(span.end).max(within(start))).max(1),
            text: if text.len() > SHOWN { String::new() } else { masked_in_place(text) },
        }
    }
}

/// Lines longer than this, in bytes, are not shown with a problem.
const SHOWN: usize = 16 * 1024;

fn floor_char_boundary(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

/// A range of a file, kept for problems that are found only later.
#[derive(Clone)]
pub struct ConfigSpot {
    document: Rc<ConfigFile>,
    span: Range<usize>,
}

impl ConfigSpot {
    pub fn new(document: &Rc<ConfigFile>, span: Range<usize>) -> ConfigSpot {
        ConfigSpot { document: Rc::clone(document), span }
    }

    pub fn place(&self) -> FileSpan {
        self.document.place(&self.span)
    }

    /// Its line and its column, from 1.
    pub fn line_and_column(&self) -> (usize, usize) {
        let (document, start) = (&self.document, floor_char_boundary(&self.document.text, self.span.start));
        let line = document.line_starts.partition_point(|begin| *begin <= start).max(1);
        let before = &document.text[document.line_starts[line - 1].min(start)..start];
        (document.lines_before + line, before.chars().count() + 1)
    }

    /// The place of byte `offset` of `content`, the string that this range spells; the
    /// beginning of the string if escapes hide the place.
    pub fn within(&self, content: &str, offset: usize) -> ConfigSpot {
        let raw = self.document.text.get(self.span.clone()).unwrap_or_default();
        let quotes = ["'''", "\"\"\"", "'", "\""].into_iter().find(|q| raw.starts_with(q)).unwrap_or_default();
        let body = &raw[quotes.len()..];
        // A line break right after three quotes is not part of the string.
        let skipped = match quotes.len() {
            3 if body.starts_with("\r\n") => 2,
            3 if body.starts_with('\n') => 1,
            _ => 0,
        };
        let start = self.span.start + quotes.len() + skipped;
        let offset = if body[skipped..].starts_with(content) { offset } else { 0 };
        let end = self.document.text[start..].chars().next().map_or(start, |c| start + c.len_utf8());
        match offset {
            0 => ConfigSpot::new(&self.document, start..end),
            _ => ConfigSpot::new(&self.document, start + offset..start + offset + 1),
        }
    }
}
