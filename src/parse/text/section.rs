//! Marks of CDATA sections that were escaped with the text, or written twice.

/// What begins a CDATA section.
pub const SECTION: &str = "<![CDATA[";
/// What ends one.
pub const SECTION_END: &str = "]]>";

/// `text` without the marks of a CDATA section around it, which somebody
/// escaped or wrote twice (B74). Inside a text they may be what it is about.
pub fn without_marks(text: &str) -> &str {
    let mut inside = text.trim_ascii();
    while let Some(rest) = inside.strip_prefix(SECTION) {
        let rest = rest.trim_ascii_start();
        inside = rest.strip_suffix(SECTION_END).unwrap_or(rest).trim_ascii_end();
    }
    match inside.strip_suffix(SECTION_END) {
        // The other mark was taken for what it is.
        Some(rest) if !rest.contains(SECTION) => rest.trim_ascii_end(),
        _ => inside,
    }
}
