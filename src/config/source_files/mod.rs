//! `[[sources]]`: many sources at once, in a file with one in each line.
//!
//! ```toml
//! [[sources]]
//! file = "sources.csv"
//! tags = ["bulk"]
//! ```
//!
//! Beside the file's name stand the keys of a `[[source]]` that all of them share. A key of
//! a line counts instead of the same key there, and its tags come on top. The file is read line by line:
//! what is kept of it is its sources. A bad line is refused with its place, and with it the
//! configuration as a whole, like anything else that is wrong with it.

mod bound;
mod csv;
mod json;
mod keys;
mod lines;
mod list;

use std::path::Path;

use toml::Spanned;
use toml::de::DeTable;

use super::reading::reader::{ConfigTable, Value};
use super::reading::report::{Complaint, Report};
use super::reading::spot::{ConfigFile, ConfigSpot};
use super::sources::{SourceFile, Sources};
use super::traits::SharedTraits;
use super::values;
use bound::ProblemBound;
use csv::Columns;
use keys::Misread;
use lines::{FileLine, Lines};

/// How sources are written in a file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum SourceFormat {
    /// RFC 4180, with the keys of a source as the names of the columns.
    Csv,
    /// A JSON object in each line.
    Jsonl,
    /// OPML and what else `wiredesk import` reads.
    Opml,
}

const FORMATS: [(&str, SourceFormat); 3] =
    [("csv", SourceFormat::Csv), ("jsonl", SourceFormat::Jsonl), ("opml", SourceFormat::Opml)];

impl Sources {
    /// Reads one file's `[[sources]]`.
    pub fn gather_files(&mut self, value: Option<Value<'_>>, report: &mut Report) {
        let items = value.and_then(|value| value.items("[[sources]]", report)).unwrap_or_default();
        for item in items {
            if report.is_full() {
                break;
            }
            let folder = item.document().path.parent().unwrap_or(Path::new("")).to_owned();
            if let Some(table) = item.table("[[sources]]", report) {
                self.add_file(table, &folder, report);
            }
        }
    }

    fn add_file(&mut self, mut table: ConfigTable<'_>, folder: &Path, report: &mut Report) {
        const EXAMPLE: &str = "\"sources.csv\"";
        let named = table.required("file", EXAMPLE, report);
        let format = table.value("format");
        let format = format.map(|value| value.read("\"csv\"", report, |text| values::choice(text, &FORMATS)));
        let path = named.as_ref().and_then(|value| value.read(EXAMPLE, report, values::some_text));
        let path = path.map(|name| folder.join(name));
        let before = report.found();
        let shared = SharedTraits::read(path.as_deref().unwrap_or(folder), table, self.budget, report);
        let (Some(named), Some(path)) = (named, path) else { return };
        let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default().to_ascii_lowercase();
        let by_name = FORMATS.iter().find(|(name, _)| *name == ending).map(|(_, format)| *format);
        let format = match (format, by_name) {
            (Some(Some(format)), _) | (None, Some(format)) => format,
            // What stands there was refused.
            (Some(None), _) => return,
            (None, None) => {
                let hint = "name it .csv, .jsonl or .opml, or write format = \"csv\" beside it";
                named.refuse(Complaint::new("the name does not say how sources are written in it").hint(hint), report);
                return;
            }
        };
        // What all lines share would be wrong with each of them.
        if report.found() > before {
            return;
        }
        let first = self.sources.len();
        let read = match format {
            SourceFormat::Opml => list::read(self, &shared, report),
            SourceFormat::Csv | SourceFormat::Jsonl => self.add_lines(format, &shared, report),
        };
        if let Err(complaint) = read {
            named.refuse(complaint, report);
        }
        self.files.push(SourceFile { path, sources: first..self.sources.len() });
    }

    fn add_lines(&mut self, format: SourceFormat, shared: &SharedTraits, report: &mut Report) -> Result<(), Complaint> {
        let mut lines = Lines::open(&shared.file, report)?;
        let mut reading = if format == SourceFormat::Csv { LineReading::Names } else { LineReading::Objects };
        let mut bound = ProblemBound::from(report);
        while let Some(FileLine { number, text }) = lines.next()? {
            bound.last = number;
            let refused = match text {
                Ok(text) => {
                    let document = ConfigFile::line(&shared.file, number, text);
                    match reading.table(&document.text) {
                        Ok(Some(entries)) => {
                            let root = Spanned::new(0..document.text.len(), entries);
                            self.add_line(ConfigTable::root(&document, &root), shared, report);
                            None
                        }
                        Ok(None) => None,
                        Err((span, complaint)) => Some((ConfigSpot::new(&document, span), complaint)),
                    }
                }
                Err(complaint) => {
                    Some((ConfigSpot::new(&ConfigFile::line(&shared.file, number, String::new()), 0..0), complaint))
                }
            };
            if let Some((spot, complaint)) = refused {
                report.refuse(&spot, "", complaint);
                // Without names of columns nothing of what follows means anything.
                if matches!(reading, LineReading::Names) {
                    break;
                }
            }
            if !bound.keep(report) {
                break;
            }
        }
        bound.tell(shared, report);
        end(&lines, shared, (format, bound.last), report)
    }
}

/// Refuses a file of nothing, and warns of one that looks cut short. Both are what a file is
/// while it is being copied.
fn end(
    lines: &Lines,
    shared: &SharedTraits,
    (format, last): (SourceFormat, usize),
    report: &mut Report,
) -> Result<(), Complaint> {
    let name = shared.file.display();
    if lines.told() == 0 {
        let hint = "take its [[sources]] out if it is meant to be empty";
        return Err(Complaint::new(format!("{name} is empty")).hint(hint));
    }
    let spot = ConfigSpot::new(&ConfigFile::line(&shared.file, last, String::new()), 0..0);
    if format == SourceFormat::Csv && lines.told() == 1 {
        report.warn(&spot, "", Complaint::new("the file names no source, but only columns"));
    }
    if !lines.ends() {
        let complaint = Complaint::new("the last line has no end: is the file cut short?");
        report.warn(&spot, "", complaint.hint("end it by a line break"));
    }
    Ok(())
}

/// How the next line is read.
enum LineReading {
    /// As names of columns.
    Names,
    /// As a line of these columns.
    Fields(Columns),
    /// As an object.
    Objects,
}

impl LineReading {
    /// What a line says of a source; `None` where it names the columns.
    fn table<'d>(&mut self, line: &'d str) -> Result<Option<DeTable<'d>>, Misread> {
        match self {
            LineReading::Names => {
                *self = LineReading::Fields(Columns::read(line)?);
                Ok(None)
            }
            LineReading::Fields(columns) => columns.table(line).map(Some),
            LineReading::Objects => json::table(line).map(Some),
        }
    }
}
