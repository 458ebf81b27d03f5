//! How much a text says.

/// A headline is at least as heavy; see [`weight`].
pub const LIGHTEST: usize = 12;

/// What several links say is a headline only if it weighs as much: "Read the whole press
/// release" does not.
pub const REPEATED: usize = 30;

/// How much a text says: letters, those of scripts without blanks threefold.
pub fn weight(text: &str) -> usize {
    text.chars().filter(|c| c.is_alphanumeric()).map(|c| if c >= '\u{2e80}' { 3 } else { 1 }).sum()
}
