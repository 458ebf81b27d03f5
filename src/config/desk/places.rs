//! `[places]`: the operator's own places, in a file of lines (`crate::places::own`).

use std::path::Path;

use crate::places::Gazetteer;
use crate::places::own::{self, OwnPlace};

use crate::config::reading::files;
use crate::config::reading::reader::{ConfigTable, Value};
use crate::config::reading::report::{Complaint, Report};
use crate::config::reading::spot::ConfigSpot;
use crate::config::values;

/// The places of the file that is named; none if none is, or it cannot be read.
pub(in crate::config) fn read(table: Option<ConfigTable<'_>>, report: &mut Report) -> Vec<OwnPlace> {
    let Some(mut table) = table else { return Vec::new() };
    let file = table.required("file", "\"places.csv\"", report);
    table.finish(&[], report);
    file.and_then(|value| read_file(&value, report)).unwrap_or_default()
}

fn read_file(value: &Value<'_>, report: &mut Report) -> Option<Vec<OwnPlace>> {
    let name = value.read("\"places.csv\"", report, values::some_text)?;
    let folder = value.document().path.parent().unwrap_or(Path::new(""));
    let path = folder.join(name);
    let document = match files::read(&path, report) {
        Ok(document) => document,
        Err(complaint) => {
            value.refuse(complaint, report);
            return None;
        }
    };
    report.files.push(path);
    let errors = match own::parse(&document.text, &Gazetteer::built_in()) {
        Ok(places) => return Some(places),
        Err(errors) => errors,
    };
    for error in errors {
        let span = document.lines().nth(error.line - 1).map(|(span, _)| span).unwrap_or_default();
        let complaint = Complaint::new(error.problem.sentence()).hint(error.problem.remedy());
        report.refuse(&ConfigSpot::new(&document, span), &value.key, complaint);
    }
    None
}
