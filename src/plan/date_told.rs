//! What is known of the date of an entry: how its source wrote it, and where its year came from.

use crate::model::Published;
use crate::parse::page::year_from::{DayWritten, YearFrom};
use crate::text::quote::in_quotes;

use super::PlannedSource;

/// What is known of the date of an entry of the source `polled`: a sentence without a full stop.
pub fn date_told(published: &Published, polled: Option<&PlannedSource>) -> String {
    let entry = &published.entry;
    let Some(raw) = &entry.published_raw else {
        return "its source gives no date of publication".to_owned();
    };
    let written = in_quotes(raw);
    let Some(at) = entry.published else { return format!("its date of publication was not used: {written}") };
    let selectors = polled.and_then(|polled| Some((polled, polled.configured.page.as_deref()?)));
    let year_from = selectors.and_then(|(polled, selectors)| {
        let (format, zone) = (selectors.date_format.as_deref(), &polled.configured.timezone);
        let language = polled.configured.source.language.as_deref().or(entry.language.as_deref());
        DayWritten { raw, format, language, zone, seen_at: published.first_seen_at }.year_from(at)
    });
    let year = match year_from {
        None => "",
        Some(YearFrom::Moment) => "; its year is the last one in which that day did not lie ahead",
        Some(YearFrom::Page) => "; its year is that of a heading above it, or follows from the order of the list",
    };
    let at = entry.day_alone().unwrap_or_else(|| at.rfc3339());
    format!("published {at}, written {written}{year}")
}
