//! Long texts in parts, for a library that writes HTML.
//!
//! For each `&` and each no-break space html5ever looks through all of a text that is left
//! (html5ever 0.40, `serialize/mod.rs`, `write_escaped`): a megabyte of them takes tens of
//! seconds. Comments, which the sanitiser removes, part a text into pieces of which each is
//! written by itself, so that time grows with the length.

use memchr::{memchr, memrchr};

use crate::text::html::tag_length;

/// A piece of text without a tag in it is no longer.
const PIECE: usize = 8 * 1024;

/// So far before its end a piece may end, so that no reference is parted.
const REFERENCE: usize = 64;

/// What parts a text.
const MARK: &str = "<!---->";

/// `html`, written by `text::nest`, with marks in its long texts; most have none.
pub fn parted(html: String) -> String {
    if html.len() <= PIECE {
        return html;
    }
    let mut out = String::new();
    let (mut from, mut at) = (0, 0);
    loop {
        let end = memchr(b'<', &html.as_bytes()[at..]).map_or(html.len(), |found| at + found);
        while end - at > PIECE {
            at += piece(&html[at..]);
            out.push_str(&html[from..at]);
            out.push_str(MARK);
            from = at;
        }
        if end == html.len() {
            break;
        }
        at = end + tag_length(&html.as_bytes()[end..]).unwrap_or(1);
    }
    if from == 0 {
        return html;
    }
    out.push_str(&html[from..]);
    out
}

/// How long the piece is that `text`, which is longer, begins with.
fn piece(text: &str) -> usize {
    let mut end = PIECE;
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let last = &text.as_bytes()[end - REFERENCE..end];
    // A reference may begin there and end behind it.
    memrchr(b'&', last).map_or(end, |found| end - REFERENCE + found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_long_texts_are_parted_and_no_reference_is() {
        let check = |html: &str, marks: usize| {
            let made = parted(html.to_owned());
            assert_eq!(made.matches(MARK).count(), marks, "{} bytes", html.len());
            assert_eq!(made.replace(MARK, ""), html);
            for piece in made.split(MARK) {
                assert!(piece.ends_with(';') || !piece.ends_with("am"), "{}", &piece[piece.len() - 8..]);
            }
        };
        check("<p>short</p>", 0);
        check(&"<p>a</p>".repeat(10_000), 0);
        check(&format!("<img alt=\"{}\">", "a".repeat(100_000)), 0);
        check(&"&amp;".repeat(4 * PIECE / 5), 4);
        check(&"市".repeat(PIECE), 3);
        check(&format!("<p>{}</p>{}", "a".repeat(PIECE + 1), "b".repeat(PIECE)), 1);
    }
}
