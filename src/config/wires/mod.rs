//! `[wires.NAME]`: wires that the built-in tables do not know, or more marks of those they do.

use std::collections::HashMap;

use crate::newswire::{OwnWire, OwnWireError, OwnWireProblem, Tables};
use crate::text::quote::in_quotes;

use super::reading::reader::{ConfigTable, Value};
use super::reading::report::{Complaint, Report};
use super::reading::spot::ConfigSpot;

/// The wires of all files so far.
#[derive(Default)]
pub(super) struct ReadWires {
    wires: Vec<OwnWire>,
    /// Of each wire: where it stands, and its values.
    spots: Vec<(ConfigSpot, String, Vec<WrittenMark>)>,
    first: HashMap<String, ConfigSpot>,
}

/// A name or mark as written, with its place and key.
type WrittenMark = (String, ConfigSpot, String);

impl ReadWires {
    /// Reads one file's wires.
    pub fn gather(&mut self, table: Option<ConfigTable<'_>>, report: &mut Report) {
        let Some(table) = table else { return };
        for (name, at, value) in table.into_entries() {
            if report.is_full() {
                break;
            }
            if let Some(first) = self.first.get(name) {
                let sentence = format!("the wire `{name}` is already defined at {}", first.place());
                report.refuse(&at, &value.key, Complaint::new(sentence).hint("put both into one table"));
                continue;
            }
            self.first.insert(name.to_owned(), at.clone());
            let mut values = Vec::new();
            if let Some(wire) = read(name, &value, &mut values, report) {
                self.wires.push(wire);
                self.spots.push((at, value.key.clone(), values));
            }
        }
    }

    /// The tables with these wires; what is wrong with them is reported.
    pub fn tables(&self, report: &mut Report) -> Tables {
        Tables::with(&self.wires).unwrap_or_else(|errors| {
            errors.iter().for_each(|error| self.refuse(error, report));
            Tables::built_in()
        })
    }

    fn refuse(&self, error: &OwnWireError, report: &mut Report) {
        let Some((spot, key, values)) = self.spots.get(error.wire) else { return };
        let written = error.value.as_ref().map(|value| {
            // Of a value that stands twice, the second is the one too many.
            let place = values.iter().rev().find(|(text, ..)| text == value);
            (in_quotes(value).to_string(), place)
        });
        let (sentence, spot, key) = match &written {
            Some((shown, Some((_, spot, key)))) => (format!("{shown} {}", error.problem), spot, key),
            Some((shown, None)) => (format!("{shown} {}", error.problem), spot, key),
            None => (format!("the wire {}", error.problem), spot, key),
        };
        report.refuse(spot, key, Complaint::new(sentence).hint(remedy(&error.problem)));
    }
}

fn remedy(problem: &OwnWireProblem) -> &'static str {
    match problem {
        OwnWireProblem::Empty | OwnWireProblem::Unclosed => "write it as it is printed, such as \"(MYWIRE)\"",
        OwnWireProblem::Taken(_) => "leave it out, or give the table that wire's name",
        OwnWireProblem::Twice => "leave one of them out",
        OwnWireProblem::Nothing => "write marks = [\"(MYWIRE)\"]",
    }
}

fn read(name: &str, value: &Value<'_>, written: &mut Vec<WrittenMark>, report: &mut Report) -> Option<OwnWire> {
    let mut table = value.table("[wires.NAME]", report)?;
    let mut texts = |table: &mut ConfigTable<'_>, key: &'static str, example: &str| {
        let items = table.value(key).and_then(|list| list.items(&format!("[{example}]"), report)).unwrap_or_default();
        let mut texts = Vec::new();
        for item in items {
            if let Some(text) = item.text(example, report) {
                written.push((text.to_owned(), item.spot(), item.key.clone()));
                texts.push(text.to_owned());
            }
        }
        texts
    };
    let wire = OwnWire {
        key: name.to_owned(),
        names: texts(&mut table, "names", "\"My Wire\""),
        marks: texts(&mut table, "marks", "\"(MYWIRE)\""),
        end_marks: texts(&mut table, "end_marks", "\"###\""),
    };
    table.finish(&[], report);
    Some(wire)
}
