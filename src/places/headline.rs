//! Texts in which a capital tells nothing.

use crate::text::fold::Folded;

/// Whether most words of a text begin with capitals, as in an English headline: then a
/// capital tells nothing.
pub(super) fn is_headline(folded: &Folded, shown: &str) -> bool {
    let text = folded.text();
    let (mut long, mut capital) = (0, 0);
    for word in folded.words().iter().take(60) {
        let (start, end) = (word.start as usize, word.end as usize);
        if end - start >= 4 && text[start..].starts_with(char::is_lowercase) {
            long += 1;
            let at = folded.shown(start..start + 1, shown);
            capital += u32::from(shown[at].chars().next().is_some_and(char::is_uppercase));
        }
    }
    long >= 3 && capital * 10 >= long * 7
}
