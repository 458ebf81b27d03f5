//! Days as headings: nothing stands in one but the day (check B201).

use crate::text::script::is_unspaced;

use super::super::super::date::DateContext;
use super::{relative, whole};

/// Words of a name of a day or month.
const LONGEST_NAME: usize = 3;

/// Words that belong to dates in their languages and name neither day nor month.
const PARTS: [&str; 26] = [
    "the",
    "del",
    "den",
    "der",
    "día",
    "dia",
    "año",
    "gada",
    "року",
    "года",
    "год",
    "ngày",
    "tháng",
    "năm",
    "thứ",
    "yil",
    "rok",
    "roku",
    "godine",
    "uhr",
    "令和",
    "平成",
    "民國",
    "民国",
    "ที่",
    "พศ",
];

/// Whether `text` says nothing but a day: a heading with other words may be a deadline,
/// or the day of something else.
pub fn is_nothing_else(text: &str, known: &DateContext<'_>) -> bool {
    let lower = whole::bare(text).to_lowercase();
    let words: Vec<&str> = lower
        .split(|c: char| {
            c.is_whitespace() || c.is_numeric() || c.is_ascii_punctuation() || "（）【】、，。·–—’".contains(c)
        })
        .filter(|word| !word.is_empty())
        .collect();
    if relative::is_name(&lower, known) {
        return true;
    }
    let mut at = 0;
    while at < words.len() {
        let named = (1..=LONGEST_NAME).rev().filter(|length| at + length <= words.len()).find(|length| {
            let name = words[at..at + length].join(" ");
            known.names_weekday(name.trim_end_matches("ที่")) || known.names_month(&name)
        });
        let taken = named.or_else(|| is_part(words[at]).then_some(1));
        let Some(taken) = taken else { return false };
        at += taken;
    }
    true
}

/// Whether a word is too short to say anything, or a part of dates: "de", "th", "年", "г".
fn is_part(word: &str) -> bool {
    let length: usize = word.chars().filter(|c| c.is_alphanumeric()).map(|c| if is_unspaced(c) { 2 } else { 1 }).sum();
    length <= 2 || PARTS.contains(&word)
}
