//! `[source.page]`: how a page without a feed is read.

use std::sync::Arc;

use crate::model::Kind;
use crate::parse::page::{Css, Selectors, day};
use crate::text::quote::in_quotes;

use super::reading::reader::ConfigTable;
use super::reading::report::{Complaint, Report};

const HINT: &str = "`wiredesk fetch URL --page` proposes selectors for a page";

/// Reads the selectors of a source: kind "page" requires them, and any other kind refuses
/// them.
pub(super) fn read(source: &mut ConfigTable<'_>, kind: Kind, report: &mut Report) -> Option<Arc<Selectors>> {
    let spot = source.spot();
    let Some(value) = source.value("page") else {
        if kind == Kind::Page {
            let complaint = Complaint::new("a source of kind \"page\" needs [source.page] with selectors").hint(HINT);
            report.refuse_missing(&spot, &source.path("page"), complaint);
        }
        return None;
    };
    if kind != Kind::Page {
        let complaint = Complaint::new(format!("selectors are for kind = \"page\", not \"{}\"", kind.as_str()));
        value.refuse(complaint.hint("set kind = \"page\", or leave the selectors out"), report);
        return None;
    }
    let mut table = value.table("[source.page]", report)?;
    let entries = table.required("entries", "\"ul.news > li\"", report);
    let entries = entries.and_then(|value| value.read("\"ul.news > li\"", report, css_of_one));
    let [link, title, summary] = ["link", "title", "summary"].map(|key| table.read(key, "\"a\"", report, css_of_one));
    let date = table.read("date", "\"span.time\"", report, css);
    let date_format = table.read("date_format", "\"%Y-%m-%d\"", report, |text| match day::check(text) {
        Ok(()) => Ok(text.to_owned()),
        Err(why) => {
            let complaint = Complaint::new(format!("{} is no layout of dates: {why}", in_quotes(text)));
            Err(complaint.hint("write it with the conversions of strftime: \"%Y-%m-%d\""))
        }
    });
    if date.is_none() && date_format.is_some() {
        let complaint = Complaint::new("there is a `date_format`, but no `date` to read by it");
        report.refuse_missing(&table.spot(), &table.path("date"), complaint.hint("write date = \"span.time\""));
    }
    table.finish(&[], report);
    Some(Arc::new(Selectors { entries: entries?, link, title, date, date_format, summary }))
}

/// A selector of what each entry has of its own.
fn css_of_one(text: &str) -> Result<Css, Complaint> {
    let read = css(text)?;
    if !read.looks_above() {
        return Ok(read);
    }
    let complaint = Complaint::new(format!("{} looks above the entries, where only dates stand", in_quotes(text)));
    Err(complaint.hint("leave the `^` out, or write it in `date`"))
}

fn css(text: &str) -> Result<Css, Complaint> {
    let refused = |why| Complaint::new(format!("{} is no CSS selector: {why}", in_quotes(text))).hint(HINT);
    Css::parse(text).map_err(refused)
}
