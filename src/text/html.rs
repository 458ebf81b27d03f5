//! Plain text out of HTML.

/// The text of `html` as a reader would see it: tags gone, entities decoded
/// once, white space folded, block elements ending in `\n`; `script`, `style`
/// and comments leave nothing. Linear in its input, never recursive.
pub fn plain(html: &str) -> String {
    let _ = html;
    todo!()
}
