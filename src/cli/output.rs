//! Results to stdout, complaints to stderr. A reader that has gone away is no
//! error of ours; a result that could not be written is one, told at the end.
//!
//! Whatever is written may be a stranger's: it passes [`marked`] here, on every way
//! (check B122).

use std::io::{Error, ErrorKind, IsTerminal, Write};
use std::sync::OnceLock;

use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;

use crate::config::Problems;
use crate::text::acting::{Form, marked};

/// So many of something, in words.
pub fn counted(number: impl Into<u64>, one: &str, many: &str) -> String {
    let number = number.into();
    format!("{number} {}", if number == 1 { one } else { many })
}

/// Where a command's words go.
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

    /// A progress bar where a person watches, else nothing.
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
        self.write_line(&marked(text, Form::Text));
    }

    fn write_line(&self, text: &str) {
        self.note(writeln!(std::io::stdout().lock(), "{text}"));
    }

    /// A result that is XML.
    pub fn xml(&self, text: &str) {
        self.own(marked(text, Form::Xml).as_bytes());
    }

    /// Bytes of a result that are wiredesk's own words.
    pub fn own(&self, bytes: &[u8]) {
        self.note(std::io::stdout().lock().write_all(bytes));
    }

    fn note(&self, written: std::io::Result<()>) {
        match written {
            // A closed pipe: nobody reads on.
            Err(error) if error.kind() != ErrorKind::BrokenPipe => {
                // The first error is the one that tells.
                let _ = self.unwritten.set(error);
            }
            _ => {}
        }
    }

    /// Writes what is left to be written. Gives why some result was not.
    pub fn end(&self) -> Option<&Error> {
        self.note(std::io::stdout().lock().flush());
        self.unwritten.get()
    }

    /// A result as one line of JSON.
    pub fn json(&self, value: &impl Serialize) {
        match serde_json::to_string(value) {
            Ok(text) => self.write_line(&marked(&text, Form::Json)),
            Err(error) => self.note(Err(error.into())),
        }
    }

    /// A line for whoever watches.
    pub fn complain(&self, text: &str) {
        // A closed pipe: nobody listens.
        let _ = writeln!(std::io::stderr().lock(), "{}", marked(text, Form::Text));
    }

    /// All problems of a configuration: a page on stderr, or JSON on stdout.
    pub fn problems(&self, problems: &Problems) {
        if !self.json {
            problems.0.iter().for_each(|p| self.complain(&p.render("error")));
            return self.complain(&counted(problems.0.len() as u64, "problem", "problems"));
        }
        #[derive(Serialize)]
        struct Line<'a> {
            file: String,
            line: usize,
            column: usize,
            key: &'a str,
            problem: &'a str,
            hint: Option<&'a str>,
        }
        for p in &problems.0 {
            self.json(&Line {
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
