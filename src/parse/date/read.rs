//! From a text to the parts of a date: by the standards first, then as people write.

use super::parts::Parts;
use super::{DateContext, iso, loose, tokens};

/// Longer texts are no dates; templates and error pages end up here.
pub const LONGEST: usize = 200;

/// The parts of the date that all of `raw` is.
pub fn parts(raw: &str, known: &DateContext<'_>) -> Option<Parts> {
    let text = raw.trim();
    if text.len() < 4 || text.len() > LONGEST {
        return None;
    }
    iso::read(text).or_else(|| {
        let text = tokens::plain(text);
        iso::read(text.trim()).or_else(|| loose::read(&text, known))
    })
}
