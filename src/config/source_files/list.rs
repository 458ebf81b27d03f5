//! Sources of a list of feeds as other readers write one: OPML and its kin. Folders become
//! tags. Such a file is read whole. Whatever it names that would be no source is refused by
//! name, as a bad line is.

use std::path::Path;

use toml::Spanned;
use toml::de::{DeArray, DeTable, DeValue};

use super::super::naming::{tag, title};
use super::super::reading::files;
use super::super::reading::reader::ConfigTable;
use super::super::reading::report::{Complaint, Report};
use super::super::reading::spot::{ConfigFile, ConfigSpot};
use super::super::sources::Sources;
use super::super::traits::SharedTraits;
use super::bound::ProblemBound;
use super::keys::insert;
use crate::limits::SOURCES_LIST;
use crate::model::{WarningKind, redacted};
use crate::opml::{self, List, Listed};
use crate::text::quote::in_quotes;

/// Most tags of one source.
const MOST_TAGS: usize = 16;

/// Reads the list that `shared` names.
pub fn read(sources: &mut Sources, shared: &SharedTraits, report: &mut Report) -> Result<(), Complaint> {
    let text = files::read_list(&shared.file, &SOURCES_LIST, report)?;
    let name = shared.file.display();
    let list = opml::read(&text).map_err(|error| Complaint::new(format!("{name}: {error}")))?;
    if let Some(root) = &list.unended {
        let complaint = Complaint::new(format!("{name} does not end: its </{root}> is missing"));
        return Err(complaint.hint("copy it anew: it is cut short, or still being written"));
    }
    let mut bound = ProblemBound::from(report);
    refuse_left_out(&list, &text, &shared.file, &mut bound, report);
    let mut places = FeedLines { text: &text, at: 0, line: 1 };
    for listed in &list.feeds {
        let line = places.line_of(listed);
        let document = ConfigFile::line(&shared.file, line, listed.url.as_str().to_owned());
        let span = 0..document.text.len();
        if listed.by.is_some() {
            let complaint = Complaint::new("a page that is read by selectors does not stand in a list");
            let hint = "take it over by wiredesk import, and out of the list";
            report.refuse(&ConfigSpot::new(&document, span), "", complaint.hint(hint));
        } else {
            let mut table = DeTable::new();
            insert(&mut table, "url", &span, DeValue::String(listed.url.as_str().into()));
            insert(&mut table, "tags", &span, DeValue::Array(tags(listed)));
            insert(&mut table, "title", &span, DeValue::String(title(&listed.title).into()));
            for (key, said) in [("wire", &listed.carriage.wire), ("country", &listed.carriage.country)] {
                if let Some(said) = said {
                    insert(&mut table, key, &span, DeValue::String(said.as_str().into()));
                }
            }
            let root = Spanned::new(span, table);
            sources.add_line(ConfigTable::root(&document, &root), shared, report);
        }
        bound.last = line;
        if !bound.keep(report) {
            break;
        }
    }
    bound.tell(shared, report);
    Ok(())
}

/// Refuses what of the list would be left out: other lists, pages without a feed, bad URLs,
/// and what is beyond the bounds of a list.
fn refuse_left_out(list: &List, text: &str, file: &Path, bound: &mut ProblemBound, report: &mut Report) {
    let spot = |line: usize| ConfigSpot::new(&ConfigFile::line(file, line, String::new()), 0..0);
    for warning in &list.warnings {
        let complaint = Complaint::new(&warning.text);
        match warning.kind {
            WarningKind::Link | WarningKind::Limit => report.refuse(&spot(1), "", complaint.hint("take it out")),
            _ => report.warn(&spot(1), "", complaint),
        }
    }
    let lists = list.lists.iter().map(|listed| (listed, "another list", "name it by a [[sources]] of its own"));
    let pages = list.pages.iter().map(|listed| (listed, "a page without a feed", "write it as a [[source]]"));
    for (listed, what, remedy) in lists.chain(pages) {
        let sentence = format!("{} is {what}", in_quotes(&redacted(&listed.url)));
        report.refuse(
            &spot(line_of(listed, text)),
            "",
            Complaint::new(sentence).hint(format!("{remedy}, or take it out")),
        );
        if !bound.keep(report) {
            break;
        }
    }
}

/// The line that names something; the first where it is not found.
fn line_of(listed: &Listed, text: &str) -> usize {
    let found = memchr::memmem::find(text.as_bytes(), written(listed).as_bytes()).unwrap_or_default();
    1 + memchr::memchr_iter(b'\n', &text.as_bytes()[..found]).count()
}

/// A URL as a list writes it.
fn written(listed: &Listed) -> String {
    listed.url.as_str().replace('&', "&amp;")
}

fn tags<'d>(listed: &Listed) -> DeArray<'d> {
    let mut tags = DeArray::new();
    for tag in listed.folders.iter().flatten().filter_map(|name| tag(name)).take(MOST_TAGS) {
        tags.push(Spanned::new(0..0, DeValue::String(tag.into())));
    }
    tags
}

/// Lines of a list, in the order in which it names its feeds.
struct FeedLines<'t> {
    text: &'t str,
    at: usize,
    line: usize,
}

/// How far behind the one before a feed's URL is looked for: further off it is written in
/// another way than it is read.
const NEAR: usize = 64 * 1024;

impl FeedLines<'_> {
    /// The line that a feed stands in, or the one before does where it is not found.
    fn line_of(&mut self, listed: &Listed) -> usize {
        let written = written(listed);
        let rest = &self.text.as_bytes()[self.at..];
        let near = &rest[..rest.len().min(NEAR)];
        if let Some(found) = memchr::memmem::find(near, written.as_bytes()) {
            self.line += near[..found].iter().filter(|byte| **byte == b'\n').count();
            self.at += found;
        }
        self.line
    }
}
