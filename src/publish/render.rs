//! A feed's document in any of its formats.

use crate::limits::DOCUMENT;

use super::Channel;
use super::atom::AtomWriter;
use super::cleaned::Cleaned;
use super::fit::{ItemWriter, fit};
use super::format::OutputFormat;
use super::head::{FeedDocument, FeedHead};
use super::json_feed::JsonFeedWriter;
use super::ninjs::NinjsWriter;
use super::rss::RssWriter;

/// Renders a page of `channel` within its size limit, with texts that `cleaned` keeps or makes.
/// What does not fit goes to the next page.
pub fn render(format: OutputFormat, channel: &Channel, document: &FeedDocument<'_>, cleaned: &Cleaned) -> Vec<u8> {
    render_within(format, channel, document, cleaned, DOCUMENT.count())
}

/// The same within `most` bytes.
pub(super) fn render_within(
    format: OutputFormat,
    channel: &Channel,
    document: &FeedDocument<'_>,
    cleaned: &Cleaned,
    most: usize,
) -> Vec<u8> {
    match format {
        OutputFormat::Atom => written(AtomWriter::new(), format, channel, document, cleaned, most),
        OutputFormat::Rss => written(RssWriter::new(), format, channel, document, cleaned, most),
        OutputFormat::Json => written(JsonFeedWriter::new(), format, channel, document, cleaned, most),
        OutputFormat::Ninjs => written(NinjsWriter::new(), format, channel, document, cleaned, most),
    }
}

fn written<W: ItemWriter>(
    mut writer: W,
    format: OutputFormat,
    channel: &Channel,
    document: &FeedDocument<'_>,
    cleaned: &Cleaned,
    most: usize,
) -> Vec<u8> {
    let shown = fit(&mut writer, channel, document, cleaned, most);
    writer.finish(&FeedHead::of(channel, format, &document.first(shown)))
}
