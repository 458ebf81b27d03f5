//! Splits text so that a serialiser writes it in bounded time (check B106).
//!
//! The HTML serialiser under ammonia, scraper and dom_smoothie searches the whole rest of
//! the text for a `<` at each `&` and each character of U+0080 to U+00BF. A megabyte of `&`
//! takes it ten seconds. Split into pieces of a few kilobytes, with comments between them,
//! the text takes it no time.

/// A text that takes more comparisons is split.
const MOST_WORK: usize = 1 << 22;
/// The longest piece.
const PIECE: usize = 2 * 1024;

/// Whether writing `text` as one text or value takes long.
pub fn is_costly(text: &str) -> bool {
    let dear = || text.bytes().filter(|b| matches!(b, b'&' | 0xc2)).count();
    text.len() > PIECE && text.len() * dear() > MOST_WORK
}

/// `text` in pieces that do not take long; no reference is cut.
pub fn pieces(mut text: &str) -> impl Iterator<Item = &str> {
    std::iter::from_fn(move || {
        if text.is_empty() {
            return None;
        }
        let most = (1..=PIECE.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(text.len());
        // A reference ends before the next `&` or blank, if there is one.
        let cut = if most == text.len() { None } else { text[..most].rfind(['&', ' ']).filter(|at| *at > 0) };
        let (piece, rest) = text.split_at(cut.unwrap_or(most));
        text = rest;
        Some(piece)
    })
}

/// `html` with every text that takes long split by comments. Tags must hold no `<` or `>`
/// in their values.
pub fn parted(html: String) -> String {
    if !html.split(['<', '>']).step_by(2).any(is_costly) {
        return html;
    }
    let mut out = String::with_capacity(html.len() + html.len() / 256);
    for (at, part) in html.split_inclusive(['<', '>']).enumerate() {
        let text = part.strip_suffix('<').filter(|text| at % 2 == 0 && is_costly(text));
        match text {
            Some(text) => {
                for (at, piece) in pieces(text).enumerate() {
                    out.push_str(if at == 0 { "" } else { "<!---->" });
                    out.push_str(piece);
                }
                out.push('<');
            }
            None if at % 2 == 0 && is_costly(part) => {
                for (at, piece) in pieces(part).enumerate() {
                    out.push_str(if at == 0 { "" } else { "<!---->" });
                    out.push_str(piece);
                }
            }
            None => out.push_str(part),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn costly_texts_are_parted_and_lose_nothing_b106() {
        for text in ["&#", "&amp;", "» ", "»", "a&b; ", "\u{a0}", "&#65;x"] {
            let long = text.repeat(200_000);
            assert!(is_costly(&long), "{text}");
            let parts: Vec<&str> = pieces(&long).collect();
            assert_eq!(parts.concat(), long);
            assert!(parts.iter().all(|part| part.len() <= PIECE && !is_costly(part)));
            // No reference is torn.
            assert!(parts.iter().skip(1).all(|part| !part.starts_with([';', '#', 'm', '6'])), "{text}");
            let html = format!("<p title=\"x\">{long}</p>{long}<br>{long}");
            let parted = parted(html.clone());
            assert_eq!(parted.replace("<!---->", ""), html);
            assert!(!parted.split(['<', '>']).step_by(2).any(is_costly));
        }
        for honest in ["words & more »", &"word ".repeat(200_000), &"a&b ".repeat(100)] {
            let html = format!("<p>{honest}</p>");
            assert_eq!(parted(html.clone()), html);
        }
    }
}
