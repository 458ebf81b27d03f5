//! A page as a proposal sees it, and its elements as CSS names them.

use scraper::{ElementRef, Html};

use crate::clock::Timestamp;

use super::super::super::date::DateContext;

/// A page, and what is known of its dates.
#[derive(Clone, Copy)]
pub struct SeenPage<'a, 'p> {
    /// Its tree.
    pub html: &'a Html,
    /// What is known of its dates.
    pub known: &'p DateContext<'p>,
    /// The moment of the poll.
    pub now: Timestamp,
}

/// An element as CSS: its name with the classes that say what it is.
pub fn signature(element: ElementRef<'_>) -> String {
    let mut text = element.value().name().to_owned();
    for class in element.value().classes().filter(|class| is_lasting(class)).take(3) {
        text.push('.');
        text.push_str(class);
    }
    text
}

/// Whether a class or id says what an element is, not which in a row, nor the
/// whim of a build tool.
pub fn is_lasting(name: &str) -> bool {
    const ROWS: [&str; 12] =
        ["odd", "even", "first", "last", "active", "current", "alt", "hover", "selected", "visited", "clearfix", "new"];
    let plain = name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
    let digits = name.bytes().filter(u8::is_ascii_digit).count();
    plain
        && name.as_bytes().first().is_some_and(u8::is_ascii_alphabetic)
        && digits <= 2
        && !ROWS.contains(&name)
        && !name.starts_with("css-")
        && name.len() <= 40
}
