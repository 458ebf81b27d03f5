//! Results to stdout, complaints to stderr. A closed pipe is not an error; a result that could
//! not be written is one, reported at the end.
//!
//! Any text may come from a publisher, so all of it passes [`marked`] here (check B122).

use std::io::{Error, ErrorKind, IsTerminal, Write};
use std::sync::OnceLock;

use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;
use terminal_size::{Width, terminal_size_of};

use crate::clock::{Timestamp, Zone};
use crate::config::Problems;
use crate::text::acting::{EscapeForm, marked};
use crate::text::columns;

use super::moments::Moments;

/// A number of things, in words.
pub fn counted(number: impl Into<u64>, one: &str, many: &str) -> String {
    let number = number.into();
    format!("{number} {}", if number == 1 { one } else { many })
}

/// For whom results are written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ResultForm {
    /// For people.
    Text,
    /// For programs.
    Json,
}

/// How a piece of a line is to strike the eye.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Hue {
    /// As it is.
    Plain,
    /// A heading.
    Bold,
    /// All is well.
    Green,
    /// Worth a look.
    Yellow,
    /// Something is wrong.
    Red,
    /// Less important.
    Faint,
}

impl Hue {
    /// The parameter of the control sequence (ECMA-48 §8.3.117).
    fn code(self) -> Option<u8> {
        Some(match self {
            Hue::Plain => return None,
            Hue::Bold => 1,
            Hue::Faint => 2,
            Hue::Red => 31,
            Hue::Green => 32,
            Hue::Yellow => 33,
        })
    }
}

/// Where a command's output goes.
pub struct Output {
    form: ResultForm,
    moments: Moments,
    /// Why a result was not written.
    unwritten: OnceLock<Error>,
}

impl Output {
    /// An output in this form, with times in `zone` for people.
    pub fn new(form: ResultForm, zone: Zone) -> Self {
        Output { form, moments: Moments(zone), unwritten: OnceLock::new() }
    }

    /// How times are shown to people.
    pub fn moments(&self) -> &Moments {
        &self.moments
    }

    /// An instant as its reader's clocks show it.
    pub fn when(&self, at: Timestamp) -> String {
        self.moments.shown(at)
    }

    /// Columns of the terminal that results are written to; `None` where they go to a file or
    /// another program, which get every line whole.
    pub fn columns(&self) -> Option<usize> {
        terminal_size_of(std::io::stdout())
            .map(|(Width(columns), _)| usize::from(columns))
            .filter(|columns| *columns > 0)
    }

    /// Whether results are coloured: on a terminal, unless `$NO_COLOR` is set
    /// (<https://no-color.org>) or the terminal has none.
    fn paints(&self) -> bool {
        let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
        std::io::stdout().is_terminal() && set("NO_COLOR").is_none() && set("TERM").is_none_or(|term| term != "dumb")
    }

    /// Whether results are JSON.
    pub fn is_json(&self) -> bool {
        self.form == ResultForm::Json
    }

    /// Whether a person watches stderr.
    pub fn is_watched(&self) -> bool {
        !self.is_json() && std::io::stderr().is_terminal()
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

    /// A line in pieces, each in its hue where results are coloured.
    pub fn painted(&self, pieces: &[(Hue, &str)]) {
        let paints = self.paints();
        let piece = |(hue, text): &(Hue, &str)| match hue.code().filter(|_| paints) {
            Some(code) => format!("\u{1b}[{code}m{}\u{1b}[0m", marked(text, EscapeForm::Text)),
            None => marked(text, EscapeForm::Text).into_owned(),
        };
        self.write_line(&pieces.iter().map(piece).collect::<String>());
    }

    /// A text on lines of its own, each behind `indent` blanks and as wide as the terminal.
    pub fn below(&self, hue: Hue, indent: usize, text: &str) {
        let pad = " ".repeat(indent);
        match self.columns() {
            // A terminal that is too narrow for the indentation breaks lines itself.
            Some(width) if width >= indent + 20 => {
                let lines = columns::folded(&marked(text, EscapeForm::Text), width - indent);
                lines.iter().for_each(|line| self.painted(&[(Hue::Plain, &pad), (hue, line)]));
            }
            _ => self.painted(&[(Hue::Plain, &pad), (hue, text)]),
        }
    }

    /// Empties the terminal before the next result.
    pub fn clear(&self) {
        if std::io::stdout().is_terminal() {
            self.own(b"\x1b[H\x1b[2J");
        }
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
            Ok(text) => self.json_line(&text),
            Err(error) => self.note(Err(error.into())),
        }
    }

    /// A result that is a line of JSON already.
    pub fn json_line(&self, text: &str) {
        self.write_line(&marked(text, EscapeForm::Json));
    }

    /// A line on stderr.
    pub fn complain(&self, text: &str) {
        // A closed pipe: the line is not read.
        let _ = writeln!(std::io::stderr().lock(), "{}", marked(text, EscapeForm::Text));
    }

    /// A question on stderr, whose answer stands behind it.
    pub fn prompt(&self, text: &str) {
        let mut stderr = std::io::stderr().lock();
        // A closed pipe: nobody is there to read it.
        let _ = write!(stderr, "{}", marked(text, EscapeForm::Text)).and_then(|()| stderr.flush());
    }

    /// All problems of a configuration: as text on stderr, or as JSON on stdout.
    pub fn problems(&self, problems: &Problems) {
        if !self.is_json() {
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
