//! What may be wrong with `[wires.NAME]` of the configuration, and how it is added.

use std::fmt;

use super::lookup::Tables;
use super::own_wire::OwnWire;
use super::wires::inside;

/// What is wrong with an own wire.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OwnWireError {
    /// Its index in what was handed in.
    pub wire: usize,
    /// The value that is wrong; `None` if something is missing.
    pub value: Option<String>,
    /// What is wrong.
    pub problem: OwnWireProblem,
}

/// How a mark or name can be wrong.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum OwnWireProblem {
    /// It has no letter or digit.
    Empty,
    /// A bracket or slash has no counterpart.
    Unclosed,
    /// Another wire prints this mark or has this name: its usual name.
    Taken(String),
    /// It stands twice.
    Twice,
    /// The wire adds nothing.
    Nothing,
}

impl fmt::Display for OwnWireProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            OwnWireProblem::Empty => f.write_str("has no letter or digit"),
            OwnWireProblem::Unclosed => f.write_str("has a bracket or slash on one side only"),
            OwnWireProblem::Taken(wire) => write!(f, "belongs to {wire}"),
            OwnWireProblem::Twice => f.write_str("stands twice"),
            OwnWireProblem::Nothing => f.write_str("names no mark, name or end mark"),
        }
    }
}

/// Adds own wires to the tables.
pub(super) fn add(tables: &mut Tables, own: &[OwnWire]) -> Result<(), Vec<OwnWireError>> {
    let mut errors = Vec::new();
    for (number, wire) in own.iter().enumerate() {
        let problems = malformed(wire).into_iter().chain(add_one(tables, wire));
        errors.extend(problems.map(|(value, problem)| OwnWireError { wire: number, value, problem }));
    }
    tables.wires.sort();
    if errors.is_empty() { Ok(()) } else { Err(errors) }
}

/// A value, and what is wrong with it.
type WrongValue = (Option<String>, OwnWireProblem);

/// What is wrong with a wire by itself.
fn malformed(wire: &OwnWire) -> Vec<WrongValue> {
    let OwnWire { key: _, names, marks, end_marks } = wire;
    if names.is_empty() && marks.is_empty() && end_marks.is_empty() {
        return vec![(None, OwnWireProblem::Nothing)];
    }
    let mut wrong = Vec::new();
    let lists = [(names, no_letter as fn(&str) -> bool), (marks, no_letter), (end_marks, blank)];
    for (list, is_empty) in lists {
        for (n, value) in list.iter().enumerate() {
            let problem = match value {
                value if is_empty(value) => OwnWireProblem::Empty,
                value if list[..n].contains(value) => OwnWireProblem::Twice,
                _ => continue,
            };
            wrong.push((Some(value.clone()), problem));
        }
    }
    let unclosed = marks.iter().filter(|mark| !no_letter(mark) && !is_closed(mark));
    wrong.extend(unclosed.map(|mark| (Some(mark.clone()), OwnWireProblem::Unclosed)));
    wrong
}

/// Adds a wire; what belongs to another is returned.
fn add_one(tables: &mut Tables, wire: &OwnWire) -> Vec<WrongValue> {
    let mut wrong = Vec::new();
    let id = tables.wires.entry(&wire.key, wire.names.first().unwrap_or(&wire.key));
    if let Some(name) = wire.names.first() {
        tables.wires.rename(id, name);
    }
    for name in wire.names.iter().filter(|name| !no_letter(name)) {
        match tables.wires.named(name).filter(|other| *other != id) {
            Some(other) => wrong.push((Some(name.clone()), OwnWireProblem::Taken(tables.name(other).to_owned()))),
            None => tables.wires.add_name(id, name),
        }
    }
    for mark in wire.marks.iter().filter(|mark| !no_letter(mark) && is_closed(mark)) {
        match tables.wires.owner(mark).filter(|other| *other != id) {
            Some(other) => wrong.push((Some(mark.clone()), OwnWireProblem::Taken(tables.name(other).to_owned()))),
            None => tables.wires.add_mark(id, mark),
        }
    }
    tables.end_marks.extend(wire.end_marks.iter().filter(|mark| !blank(mark)).cloned());
    wrong
}

fn no_letter(text: &str) -> bool {
    !inside(text).chars().any(char::is_alphanumeric)
}

fn blank(text: &str) -> bool {
    text.trim().is_empty()
}

/// Whether each bracket or slash at one end has its counterpart at the other.
fn is_closed(mark: &str) -> bool {
    const PAIRS: [(char, char); 7] =
        [('(', ')'), ('[', ']'), ('/', '/'), ('（', '）'), ('［', '］'), ('【', '】'), ('〔', '〕')];
    let mark = mark.trim();
    let (first, last) = (mark.chars().next(), mark.chars().last());
    PAIRS.iter().all(|(open, close)| (first == Some(*open)) == (last == Some(*close)))
}
