//! Facts of a text that every language writes alike: numbers, words in Latin script, places,
//! the date of the dateline.

use std::collections::BTreeMap;

use xxhash_rust::xxh3::xxh3_64;

use crate::model::newswire::Newswire;
use crate::stories::words::found_numbers;
use crate::text::fold;

/// Facts of an entry that are kept; those of the beginning first.
const MOST: usize = 160;

/// A number of fewer digits says nothing.
const DIGITS: usize = 2;

/// A Latin word of fewer letters says nothing.
const LETTERS: usize = 3;

/// A fact that two languages may share.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct StoryFact {
    /// The same for the same fact.
    pub key: u64,
    /// As people are shown it.
    pub said: String,
}

/// Gathers facts, each once.
#[derive(Default)]
pub(in crate::stories) struct FactSet(BTreeMap<u64, String>);

impl FactSet {
    /// All of them, by their keys.
    pub fn finish(self) -> Vec<StoryFact> {
        self.0.into_iter().map(|(key, said)| StoryFact { key, said }).collect()
    }

    fn add(&mut self, kind: &str, said: &str) {
        if self.0.len() < MOST {
            let key = xxh3_64(format!("{kind}\n{said}").as_bytes());
            self.0.entry(key).or_insert_with(|| said.to_owned());
        }
    }

    /// The places and the date that wire reading found.
    pub fn read_wire(&mut self, wire: &Newswire) {
        let date = wire.dateline.as_ref().and_then(|dateline| dateline.date);
        if let Some((month, day)) = date.and_then(|date| Some((date.month?, date.day))) {
            self.add("date", &format!("{month:02}-{day:02}"));
        }
        if let Some(number) = &wire.release_number {
            self.add("release", number);
        }
        for place in &wire.places {
            match place.city.as_deref().or(place.region.as_deref()) {
                Some(name) => self.add("place", &format!("{name}, {}", place.country)),
                None => self.add("place", &place.country.to_string()),
            }
        }
    }

    /// The numbers and Latin words of a paragraph. In a text of Latin script a word counts
    /// with a capital letter only.
    pub fn read_text(&mut self, paragraph: &str) {
        let folded = fold::fold(paragraph);
        for number in found_numbers(folded.text()).iter().filter(|number| number.digits.len() >= DIGITS) {
            self.add("number", &number.digits);
        }
        let latin = paragraph.chars().filter(|c| is_latin(*c)).count();
        let is_foreign = 2 * latin < paragraph.chars().filter(|c| c.is_alphabetic()).count();
        for word in paragraph.split(|c| !is_latin(c)).filter(|word| word.len() >= LETTERS) {
            if is_foreign || word.chars().next().is_some_and(char::is_uppercase) {
                self.add("word", stem(fold::fold(word).text()));
            }
        }
    }
}

/// A word without the ending of a plural or genitive.
fn stem(word: &str) -> &str {
    word.strip_suffix('s').filter(|stem| stem.len() > LETTERS).unwrap_or(word)
}

fn is_latin(c: char) -> bool {
    c.is_ascii_alphabetic() || matches!(u32::from(c), 0xC0..=0x24F | 0x1E00..=0x1EFF if c.is_alphabetic())
}
