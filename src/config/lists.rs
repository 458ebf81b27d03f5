//! `[lists]`: named words for filters.
//!
//! A list is an array of terms, the name of a file, or a table with `terms` or `file`, and
//! `not_inside`. A list file holds one term per line; blank lines and lines that begin with
//! `#` are skipped. Its name is relative to the folder of the file that names it.

use std::collections::HashMap;
use std::path::Path;
use std::rc::Rc;

use crate::filter::TermList;
use crate::limits::{CONFIG_LISTS, CONFIG_TERMS};
use crate::text::quote::in_quotes;

use super::reading::files;
use super::reading::reader::{ConfigTable, Value};
use super::reading::report::{Complaint, Report};
use super::reading::spot::{ConfigFile, ConfigSpot};
use super::values;

/// A term as written, with its place.
pub(super) type WrittenTerm = (String, ConfigSpot);

/// A list with the places of its parts.
pub(super) struct ListDraft {
    pub name: String,
    pub key: String,
    pub at: ConfigSpot,
    pub terms: Vec<WrittenTerm>,
    pub not_inside: Vec<WrittenTerm>,
    /// Whether all of it could be read.
    pub whole: bool,
}

impl ListDraft {
    pub fn list(&self) -> TermList {
        let texts = |terms: &[WrittenTerm]| terms.iter().map(|(text, _)| text.clone()).collect();
        TermList { name: self.name.clone(), terms: texts(&self.terms), not_inside: texts(&self.not_inside) }
    }
}

/// The lists of all files so far.
#[derive(Default)]
pub(super) struct ReadLists {
    pub lists: Vec<ListDraft>,
    places: HashMap<String, ConfigSpot>,
    /// The number of terms of all lists.
    terms: usize,
}

impl ReadLists {
    /// Reads one file's lists.
    pub fn gather(&mut self, table: Option<ConfigTable<'_>>, report: &mut Report) {
        let Some(table) = table else { return };
        for (name, at, value) in table.into_entries() {
            if report.is_full() {
                break;
            }
            let draft = read_list(name, at, &value, report);
            if let Some(first) = self.places.get(name) {
                let sentence = format!("the list `{name}` is already defined at {}", first.place());
                report.refuse(&draft.at, &draft.key, Complaint::new(sentence).hint("give one of them another name"));
                continue;
            }
            self.terms += draft.terms.len() + draft.not_inside.len();
            let more = match (self.lists.len() >= CONFIG_LISTS.count(), self.terms > CONFIG_TERMS.count()) {
                (true, _) => Some(format!("there are more than {} lists", CONFIG_LISTS.most)),
                (_, true) => Some(format!("all lists together hold more than {} terms", CONFIG_TERMS.most)),
                _ => None,
            };
            if let Some(sentence) = more {
                report.refuse(&draft.at, &draft.key, Complaint::new(sentence));
                break;
            }
            self.places.insert(name.to_owned(), draft.at.clone());
            self.lists.push(draft);
        }
    }
}

fn read_list(name: &str, at: ConfigSpot, value: &Value<'_>, report: &mut Report) -> ListDraft {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    if name.is_empty() || !name.chars().all(fits) {
        let complaint =
            Complaint::new(format!("{} cannot name a list", in_quotes(name))).hint("use letters, digits, - and _");
        report.refuse(&at, &value.key, complaint);
    }
    let mut draft =
        ListDraft { name: name.to_owned(), key: value.key.clone(), at, terms: vec![], not_inside: vec![], whole: true };
    let terms = if value.is_table() {
        read_table(&mut draft, value, report)
    } else if value.is_text() {
        read_file(value, report)
    } else {
        read_terms(value, report)
    };
    draft.whole &= terms.is_some();
    draft.terms = terms.unwrap_or_default();
    draft
}

/// Reads `not_inside` into `draft`; returns the terms of `terms` or `file`.
fn read_table(draft: &mut ListDraft, value: &Value<'_>, report: &mut Report) -> Option<Vec<WrittenTerm>> {
    let mut table = value.table("[lists.NAME]", report)?;
    let (terms, file) = (table.value("terms"), table.value("file"));
    if let Some(exceptions) = table.value("not_inside") {
        let read = read_terms(&exceptions, report);
        draft.whole &= read.is_some();
        draft.not_inside = read.unwrap_or_default();
    }
    table.finish(&[], report);
    match (terms, file) {
        (Some(terms), None) => read_terms(&terms, report),
        (None, Some(file)) => read_file(&file, report),
        (Some(_), Some(file)) => {
            file.refuse(Complaint::new("a list has terms or a file, not both").hint("move the terms into one"), report);
            None
        }
        (None, None) => {
            let complaint = Complaint::new("the list has neither terms nor a file").hint("write terms = [\"…\"]");
            report.refuse_missing(&draft.at, &draft.key, complaint);
            None
        }
    }
}

/// Reads an array of terms; `None` when any of it is wrong.
fn read_terms(value: &Value<'_>, report: &mut Report) -> Option<Vec<WrittenTerm>> {
    let items = value.items("[\"sister cit{y,ies}\"]", report)?;
    let terms: Vec<Option<WrittenTerm>> = items
        .iter()
        .map(|item| Some((item.read("\"友好城市|友城\"", report, values::some_text)?, item.spot())))
        .collect();
    terms.into_iter().collect()
}

fn read_file(value: &Value<'_>, report: &mut Report) -> Option<Vec<WrittenTerm>> {
    let name = value.read("\"lists/cities.txt\"", report, values::some_text)?;
    let folder = value.document().path.parent().unwrap_or(Path::new(""));
    let path = folder.join(name);
    match files::read(&path, report) {
        Ok(document) => {
            report.files.push(path);
            Some(file_terms(&document))
        }
        Err(complaint) => {
            value.refuse(complaint, report);
            None
        }
    }
}

fn file_terms(document: &Rc<ConfigFile>) -> Vec<WrittenTerm> {
    let term = |(span, line): (std::ops::Range<usize>, &str)| {
        let text = line.trim();
        let start = span.start + (line.len() - line.trim_start().len());
        let is_term = !text.is_empty() && !text.starts_with('#');
        is_term.then(|| (text.to_owned(), ConfigSpot::new(document, start..start + text.len())))
    };
    document.lines().filter_map(term).collect()
}
