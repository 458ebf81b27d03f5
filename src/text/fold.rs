//! Folding: the form in which texts are compared.

/// Appends to `out` the words by which the search index knows `text`: folded
/// as the filter language folds, separated by single spaces; runs of Han, kana,
/// Hangul or Thai as overlapping pairs of characters (a lone character alone).
pub fn index_words(text: &str, out: &mut String) {
    let _ = (text, out);
    todo!()
}
