//! What of a text is its news: dateline, boilerplate, chrome of the site and recurring
//! paragraphs are cut (newswire-domain C2 and C6).

use std::ops::Range;

use super::recurring::{LEAST_WORDS, RecurringText, TextOwner};
use super::settings::StorySettings;
use super::words::HashedWords;
use crate::model::newswire::Cut;
use crate::text::script;

/// Words of a text that are read: a longer one is judged by its beginning.
const MOST_WORDS: usize = 10_000;

/// A line of fewer words that ends no sentence is chrome: "Share", "Read More", "World".
const CHROME_WORDS: usize = 4;

/// The news of a text.
#[derive(Clone, Debug, Default)]
pub struct NewsText {
    /// Its words.
    pub words: HashedWords,
    /// Where it stands in the text as handed in, in bytes.
    pub kept: Vec<Range<usize>>,
    /// Hashes of the paragraphs that it has, recurring ones included, each once.
    pub paragraphs: Vec<u64>,
}

/// What is known when a text is cut.
pub(super) struct Cutting<'c> {
    pub cuts: &'c [Cut],
    /// The key of the headline: sites repeat it above the text.
    pub headline: u64,
    pub owners: &'c [TextOwner],
    pub recurring: &'c RecurringText,
    pub settings: &'c StorySettings,
}

/// The news of `text`, which has a line for each paragraph.
pub(super) fn news_of(text: &str, cutting: &Cutting<'_>) -> NewsText {
    let mut news = NewsText::default();
    let mut from = 0;
    for line in text.split_inclusive('\n') {
        let at = from..from + line.len();
        from = at.end;
        for part in without(at, cutting.cuts) {
            let paragraph = text.get(part.clone()).unwrap_or("").trim();
            if take(paragraph, cutting, &mut news) {
                news.kept.push(part);
            }
        }
        if news.words.words.len() >= MOST_WORDS {
            break;
        }
    }
    news.paragraphs.sort_unstable();
    news.paragraphs.dedup();
    news
}

/// Takes a paragraph, if it is news.
fn take(paragraph: &str, cutting: &Cutting<'_>, news: &mut NewsText) -> bool {
    if paragraph.is_empty() || is_chrome(paragraph) {
        return false;
    }
    let words = HashedWords::of(paragraph);
    let hash = words.hash();
    if hash == cutting.headline {
        return false;
    }
    if words.words.len() >= LEAST_WORDS {
        news.paragraphs.push(hash);
        if cutting.recurring.is_boilerplate(cutting.owners, hash, cutting.settings) {
            return false;
        }
    }
    news.words.append(paragraph, MOST_WORDS);
    true
}

/// The parts of `line` that no cut covers; cuts are in order, without overlap.
fn without(line: Range<usize>, cuts: &[Cut]) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let mut from = line.start;
    for cut in cuts.iter().filter(|cut| cut.at.start < line.end && cut.at.end > line.start) {
        if cut.at.start > from {
            parts.push(from..cut.at.start);
        }
        from = from.max(cut.at.end);
    }
    if from < line.end {
        parts.push(from..line.end);
    }
    parts
}

/// Whether a line is no sentence but part of the page around the text.
fn is_chrome(line: &str) -> bool {
    let ends_sentence =
        |c: char| matches!(c, '.' | '!' | '?' | '…' | '。' | '！' | '？' | '"' | '”' | '」' | ':' | '：');
    if line.ends_with(ends_sentence) {
        return false;
    }
    let halves: usize =
        line.split_whitespace().map(|word| word.chars().filter(|c| script::is_unspaced(*c)).count().max(2)).sum();
    halves < 2 * CHROME_WORDS
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::newswire::CutKind;

    #[test]
    fn what_is_no_news_is_cut() {
        let settings = StorySettings::default();
        let check = |text: &str, cuts: &[Range<usize>], expected: &str| {
            let cuts: Vec<Cut> = cuts.iter().map(|at| Cut { at: at.clone(), kind: CutKind::Dateline }).collect();
            let cutting = Cutting {
                cuts: &cuts,
                headline: HashedWords::of("Mayor opens the new bridge").hash(),
                owners: &[],
                recurring: &RecurringText::default(),
                settings: &settings,
            };
            assert_eq!(news_of(text, &cutting).words.folded, expected, "{text}");
        };
        check("Share\nMayor Opens the New Bridge\nIt is open.", &[], "it is open.");
        check("BERLIN, May 2 - It is open.\nAbout X\nX is a firm.", &[0..15, 27..48], "it is open.");
        check("友城\n市长会见代表团。", &[], "市长会见代表团。");
        check("", std::slice::from_ref(&(0..9)), "");
    }
}
