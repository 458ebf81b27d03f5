//! From a document's bytes to its entries.

use url::Url;

use crate::clock::Timestamp;
use crate::identity::{self, fickle};
use crate::model::{Body, Failure, Format, Kind, Parsed, PublicUrl, Warning, WarningKind, Work, without_credentials};
use crate::parse;
use crate::plan::PlannedSource;
use crate::text::quote::in_quotes;

use super::OpenedDocument;

/// Reads the bytes of a document as its source is configured.
///
/// # Errors
/// Why they are not a document of that kind.
pub fn open(
    body: &Body,
    polled: &PlannedSource,
    fickle: &[String],
    now: Timestamp,
    work: &Work,
) -> Result<OpenedDocument, Failure> {
    let mut parsed = parsed(body, polled, now, work)?;
    parse::newest_first(&mut parsed);
    if without_credentials(polled.configured.source.url.clone()) != body.url {
        parsed.hide(&PublicUrl::of(&body.url));
    }
    if parsed.format == Format::Sitemap && polled.configured.source.kind != Kind::Sitemap {
        // robots.txt applies to sitemaps; a feed is polled without it (P35).
        return Err(Failure::NotAFeed("a sitemap; a source of kind = \"sitemap\" reads it".to_owned()));
    }
    if parsed.entries.is_empty() && parsed.maps.is_empty() {
        // Nothing is inferred from an empty document: what is known stays (B40).
        return Err(Failure::Empty(format!("a document without entries, titled {}", in_quotes(&parsed.title))));
    }
    parsed.warnings.extend(body.warnings.iter().map(|text| Warning {
        kind: WarningKind::Encoding,
        text: text.clone(),
        entry: None,
    }));
    let repeated = identity::drop_repeated(&mut parsed.entries, parsed.format);
    parsed.warnings.extend(repeated);
    let links: Vec<&str> = parsed.entries.iter().filter_map(|entry| entry.link.as_deref()).collect();
    let fickle = fickle::telling(&links, fickle);
    let readings = parsed.entries.iter().map(|entry| identity::read(entry, fickle)).collect();
    Ok(OpenedDocument::of(parsed, readings))
}

/// Parses the bytes of a document as its source is configured.
fn parsed(body: &Body, polled: &PlannedSource, now: Timestamp, work: &Work) -> Result<Parsed, Failure> {
    let about = parse::About {
        url: &body.url,
        content_type: body.content_type.as_deref(),
        language: polled.configured.source.language.as_deref(),
        timezone: polled.configured.timezone.clone(),
        work: work.clone(),
    };
    let mut parsed = match &polled.configured.page {
        Some(selectors) => parse::page::read(&body.bytes, &about, selectors, now),
        None => parse::document(&body.bytes, &about, now),
    }
    .map_err(|error| unread(error, &body.url))?;
    if let Some(template) = &polled.configured.link_template {
        template.give(&mut parsed);
    }
    Ok(parsed)
}

/// Why the bytes at `url` cannot be read, as a poll's failure, with what finds the feed behind
/// a page.
pub fn unread(error: parse::Error, url: &Url) -> Failure {
    match error {
        parse::Error::Empty(said) => Failure::Empty(said),
        parse::Error::NotAFeed(said) => Failure::NotAFeed(said),
        parse::Error::Page { title } => Failure::NotAFeed(format!(
            "{}; `wiredesk add {}` looks for the feed behind it",
            parse::page_named(title.as_deref()),
            PublicUrl::of(url)
        )),
        parse::Error::Unreadable(said) => Failure::Unreadable(said),
        parse::Error::Limit(said) => Failure::Limit(said),
    }
}
