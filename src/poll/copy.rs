//! An entry as filters and the search index read it.

use crate::clock::Timestamp;
use crate::model::{Copy, Entry, Source};

use super::print::Reading;

/// An opening has at least so many bytes, or it takes the next paragraph too:
/// a dateline or a sub-headline alone is none.
const SHORTEST_LEAD: usize = 120;
/// No opening is longer.
const LONGEST_LEAD: usize = 1200;

/// What filters read of `entry`.
pub fn copy(entry: &Entry, reading: &Reading, source: &Source, now: Timestamp) -> Copy {
    let mut categories = Vec::with_capacity(entry.categories.len());
    for c in &entry.categories {
        categories.push(c.term.clone());
        categories.extend(c.label.clone().filter(|label| *label != c.term));
    }
    Copy {
        source: source.id.clone(),
        tags: source.tags.clone(),
        title: entry.title.clone(),
        lead: lead(&reading.body).to_owned(),
        body: body(reading),
        authors: entry.authors.iter().chain(&entry.contributors).map(|p| p.name.clone()).collect(),
        categories,
        language: entry.language.clone().or_else(|| source.language.clone()),
        link: entry.link.clone(),
        at: entry.dated().unwrap_or(now),
        now,
    }
}

/// The text, and the teaser behind it where it says something else.
fn body(reading: &Reading) -> String {
    let teaser = reading.teaser.trim();
    let opening: String = teaser.chars().take(60).collect();
    if teaser.is_empty() || reading.body.contains(opening.as_str()) {
        return reading.body.clone();
    }
    format!("{}\n{teaser}", reading.body.trim_end())
}

/// The first paragraphs that make an opening.
fn lead(text: &str) -> &str {
    let mut end = 0;
    for line in text.split_inclusive('\n') {
        end += line.len();
        if end >= SHORTEST_LEAD {
            break;
        }
    }
    let mut end = end.min(LONGEST_LEAD);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text[..end].trim_end()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lead_is_the_first_paragraph_of_some_length() {
        let long = "The mayor received the consul general. ".repeat(5);
        assert_eq!(lead(&format!("{long}\nSecond.")), long.trim_end());
        assert_eq!(lead(&format!("Sub-headline\n{long}\nThird.")), format!("Sub-headline\n{long}").trim_end());
        assert_eq!(lead(""), "");
        let cut = lead(&"市".repeat(2000)).len();
        assert!(cut <= LONGEST_LEAD && cut > LONGEST_LEAD - 3);
    }
}
