//! Results to stdout, complaints to stderr. A closed pipe is not an error; a result that could
//! not be written is one, reported at the end.
//!
//! Any text may come from a publisher, so all of it passes [`marked`] here (check B122).

use std::io::{Error, ErrorKind, IsTerminal, Write};
use std::sync::OnceLock;

use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;

use crate::config::Problems;
use crate::text::acting::{EscapeForm, marked};

/// A number of things, in words.
pub fn counted(number: impl Into<u64>, one: &str, many: &str) -> String {
    let number = number.into();
    format!("{number} {}", if number == 1 { one } else { many })
}

/// Where a command's output goes.
pub struct Output {
    json: bool,
    /// Why a result was not written.
    unwritten: OnceLock<Error>,
}

impl Output {
    /// An output for people, or for programs.
    pub fn new(json: bool) -> Self {
        Output { json, unwritten: OnceLock::new() }
    }

    /// Whether results are JSON.
    pub fn is_json(&self) -> bool {
        self.json
    }

    /// Whether a person watches stderr.
    pub fn is_watched(&self) -> bool {
        !self.json && std::io::stderr().is_terminal()
    }

    /// A progress bar if a person watches, otherwise nothing.
    pub fn bar(&self, length: u64, what: &'static str) -> ProgressBar {
        if !self.is_watched() {
            return ProgressBar::hidden();
        }
        let bar = ProgressBar::new(length).with_message(what);
        match ProgressStyle::with_template("{msg} {bar:32} {pos}/{len} {eta}") {
            Ok(style) => bar.with_style(style),
            Err(_) => bar,
        }
    }

    /// A line of a result.
    pub fn line(&self, text: &str) {
        self.write_line(&marked(text, EscapeForm::Text));
    }

    fn write_line(&self, text: &str) {
        self.note(writeln!(std::io::stdout().lock(), "{text}"));
    }

    /// A result that is XML.
    pub fn xml(&self, text: &str) {
        self.own(marked(text, EscapeForm::Xml).as_bytes());
    }

    /// Bytes of a result that hold no text from outside.
    pub fn own(&self, bytes: &[u8]) {
        self.note(std::io::stdout().lock().write_all(bytes));
    }

    fn note(&self, written: std::io::Result<()>) {
        match written {
            // A closed pipe: the result is not read further.
            Err(error) if error.kind() != ErrorKind::BrokenPipe => {
                // The first error says most.
                let _ = self.unwritten.set(error);
            }
            _ => {}
        }
    }

    /// Flushes the results. Returns why one could not be written, if so.
    pub fn end(&self) -> Option<&Error> {
        self.note(std::io::stdout().lock().flush());
        self.unwritten.get()
    }

    /// A result as one line of JSON.
    pub fn json(&self, value: &impl Serialize) {
        match serde_json::to_string(value) {
            Ok(text) => self.write_line(&marked(&text, EscapeForm::Json)),
            Err(error) => self.note(Err(error.into())),
        }
    }

    /// A line on stderr.
    pub fn complain(&self, text: &str) {
        // A closed pipe: the line is not read.
        let _ = writeln!(std::io::stderr().lock(), "{}", marked(text, EscapeForm::Text));
    }

    /// All problems of a configuration: as text on stderr, or as JSON on stdout.
    pub fn problems(&self, problems: &Problems) {
        if !self.json {
            problems.0.iter().for_each(|p| self.complain(&p.render("error")));
            return self.complain(&counted(problems.0.len() as u64, "problem", "problems"));
        }
        #[derive(Serialize)]
        struct ProblemJson<'a> {
            file: String,
            line: usize,
            column: usize,
            key: &'a str,
            problem: &'a str,
            hint: Option<&'a str>,
        }
        for p in &problems.0 {
            self.json(&ProblemJson {
                file: p.at.file.display().to_string(),
                line: p.at.line,
                column: p.at.column,
                key: &p.key,
                problem: &p.sentence,
                hint: p.hint.as_deref(),
            });
        }
    }
}
