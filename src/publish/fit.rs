//! How a document is kept within its size, in any format (check B103).

use crate::model::Published;

use super::cleaned::Cleaned;
use super::head::{FeedDocument, FeedHead};
use super::item::Item;
use super::links::vetted;
use super::{Channel, ContentLevel};

/// Writes a document in some format, item by item.
pub trait ItemWriter {
    /// Writes an item after those that were written.
    fn item(&mut self, item: &Item<'_>);

    /// How many bytes the items take.
    fn size_bytes(&self) -> usize;

    /// Removes everything that was written since the items took this many bytes.
    fn cut(&mut self, size_bytes: usize);

    /// The document: its head, then the items.
    fn finish(self, head: &FeedHead<'_>) -> Vec<u8>;
}

/// An item that is published as an excerpt takes about this many bytes.
const EXCERPT_ITEM: usize = 2048;

/// Writes the entries of a document in `most` bytes and returns how many were written: nearly
/// always all of them. If they do not fit, the longest texts are published as excerpts, so that
/// no source pushes others off the page. What still does not fit goes to the next page.
pub fn fit<W: ItemWriter>(
    writer: &mut W,
    channel: &Channel,
    document: &FeedDocument<'_>,
    cleaned: &Cleaned,
    most: usize,
) -> usize {
    let write = |writer: &mut W, p: &Published, level| {
        let vetted = vetted(p, document.terms.get(&p.source));
        writer.item(&Item::of(&vetted, channel, level, cleaned));
    };
    let mut sizes = Vec::with_capacity(document.entries.len());
    let mut total = 0;
    for published in document.entries {
        let before = writer.size_bytes();
        write(writer, published, ContentLevel::Full);
        sizes.push(writer.size_bytes() - before);
        total += writer.size_bytes() - before;
        if total > most {
            writer.cut(before);
        }
    }
    if total <= most {
        return document.entries.len();
    }
    let longest = longest_whole(&sizes, total, most);
    writer.cut(0);
    for (at, (published, size)) in document.entries.iter().zip(sizes).enumerate() {
        let before = writer.size_bytes();
        let level = if size > longest { ContentLevel::Summary } else { ContentLevel::Full };
        write(writer, published, level);
        // A page without an entry would lead nowhere.
        if writer.size_bytes() > most && at > 0 {
            writer.cut(before);
            return at;
        }
    }
    document.entries.len()
}

/// The size up to which entries are published whole, so that all fit into `most` bytes.
fn longest_whole(sizes: &[usize], mut total: usize, most: usize) -> usize {
    let mut by_size = sizes.to_vec();
    by_size.sort_unstable();
    let mut longest = usize::MAX;
    for size in by_size.into_iter().rev() {
        if total <= most {
            break;
        }
        total -= size.saturating_sub(EXCERPT_ITEM);
        longest = size - 1;
    }
    longest
}
