//! Whether what was found on a page stands for the feed's own text: an article, as a whole,
//! and about what the entry tells.

use std::collections::{HashMap, HashSet};

use super::access::Openness;
use super::extract::{Extract, SHORTEST};
use super::letters::{Gram, composed, grams, letters, words};
use super::notices;
use crate::model::Entry;

/// A text of fewer letters is a teaser; those of Han, kana and Hangul count for
/// three each.
pub const TEASER_LETTERS: usize = 900;
/// Fewer words of a teaser do not tell one text from another.
const TEASER_WORDS: usize = 4;
/// With fewer letters not even a text under its headline is an article.
const SHORT: usize = 100;
/// A passage is looked at that is so many times as long as headline and teaser together.
const PASSAGE: usize = 2;
/// The shortest passage that is looked at, in words.
const SHORTEST_PASSAGE: usize = 30;
/// A text of so many passages is long enough to say again what one of them says.
const LONG: usize = 4;

/// Why what was found on a page does not stand for the feed's own text.
pub fn refused(found: &Extract, entry: &Entry, own: &str) -> Option<String> {
    let (there, here) = (found.letters, letters(own));
    let told = EntryWords::new(&entry.title, own);
    let named = if is_headed(found, &told.headline) { None } else { notices::named(found, &entry.title) };
    if let Some(why) = notices::said(&found.plain).or(named) {
        return Some(why.to_owned());
    }
    if there < SHORTEST && !(there >= SHORT && is_short_news(found, &told)) {
        return Some(format!("its page has {there} letters of text; too few for an article"));
    }
    // Beside an offer to buy the article, a text no longer than a teaser is a sample of it.
    let is_sample = there < TEASER_LETTERS || there < here * 2;
    let why = match found.openness {
        Openness::Open => None,
        Openness::Offered => Some("offers the article to subscribers"),
        Openness::Login => Some("asks for a login"),
        Openness::Barred => Some("says that the article is not shown everywhere"),
        Openness::Stated => Some("says that the article is not free"),
    };
    if let Some(why) = why.filter(|_| is_sample) {
        return Some(format!("its page {why} and shows {there} letters of it"));
    }
    if there * 10 < here * 12 {
        return Some(format!("its page has {there} letters of text, the feed's own {here}"));
    }
    if told.headline.is_empty() && told.teaser.len() < TEASER_WORDS {
        return Some("neither a headline nor a teaser says what the entry tells".to_owned());
    }
    let is_other = !is_about(found, &told);
    is_other.then(|| "the text on its page does not hold the words of the teaser or the headline".to_owned())
}

/// What an entry says of its story.
struct EntryWords {
    /// The words of its headline.
    headline: Vec<u64>,
    /// The words of its teaser.
    teaser: Vec<u64>,
    /// Those of the headline that tell: every text has short ones.
    of_headline: HashSet<u64>,
    /// Those of both that tell.
    telling: HashSet<u64>,
    /// Words that stand side by side, one of which tells.
    pairs: HashSet<(u64, u64)>,
}

impl EntryWords {
    fn new(headline: &str, teaser: &str) -> Self {
        // The page is composed, so what it is compared with is too.
        let [headline, teaser] = [headline, teaser].map(|text| words(&composed(text.into())));
        let of_headline = telling(&headline);
        let both: Vec<Gram> = headline.iter().chain(&teaser).copied().collect();
        let telling = telling(&both);
        let side_by_side = headline.windows(2).chain(teaser.windows(2)).map(|pair| (pair[0].hash, pair[1].hash));
        let pairs = side_by_side.filter(|(one, next)| telling.contains(one) || telling.contains(next)).collect();
        let hashes = |words: &[Gram]| words.iter().map(|word| word.hash).collect();
        EntryWords { headline: hashes(&headline), teaser: hashes(&teaser), of_headline, telling, pairs }
    }

    /// How many words of a text are looked at together.
    fn passage(&self) -> usize {
        ((self.headline.len() + self.teaser.len()) * PASSAGE).max(SHORTEST_PASSAGE)
    }
}

/// The words that tell, or all where none does.
fn telling(words: &[Gram]) -> HashSet<u64> {
    let telling: HashSet<u64> = words.iter().filter(|word| word.is_telling).map(|word| word.hash).collect();
    if telling.is_empty() { words.iter().map(|word| word.hash).collect() } else { telling }
}

/// How much of what an entry tells stands in a text.
struct WordsMet {
    /// Its words that are anywhere in it.
    all: usize,
    /// Those in the passage that has most of them.
    crowded: usize,
    /// Those that stand outside of that passage too.
    again: usize,
    /// Its pairs of words.
    pairs: usize,
}

impl WordsMet {
    fn new(told: &EntryWords, text: &[u64]) -> Self {
        let places: Vec<(usize, u64)> =
            text.iter().copied().enumerate().filter(|(_, word)| told.telling.contains(word)).collect();
        let (mut within, mut from): (HashMap<u64, usize>, usize) = (HashMap::new(), 0);
        let (mut crowded, mut last) = (0, 0);
        for (at, word) in &places {
            *within.entry(*word).or_default() += 1;
            while places[from].0 + told.passage() <= *at {
                let before = within.entry(places[from].1).or_default();
                *before -= 1;
                if *before == 0 {
                    within.remove(&places[from].1);
                }
                from += 1;
            }
            if within.len() > crowded {
                (crowded, last) = (within.len(), *at);
            }
        }
        let is_outside = |at: usize| at > last || at + told.passage() <= last;
        let words = |places: &mut dyn Iterator<Item = &(usize, u64)>| {
            places.map(|(_, word)| *word).collect::<HashSet<u64>>().len()
        };
        // Only the entry's own pairs are kept: those of a page would fill the memory.
        let pairs = text.windows(2).map(|pair| (pair[0], pair[1])).filter(|pair| told.pairs.contains(pair));
        WordsMet {
            all: words(&mut places.iter()),
            crowded,
            again: words(&mut places.iter().filter(|(at, _)| is_outside(*at))),
            pairs: pairs.collect::<HashSet<_>>().len(),
        }
    }

    /// Whether a fifth of the words stand in one passage, or two pairs anywhere.
    fn is_crowded(&self, told: &EntryWords) -> bool {
        self.crowded * 5 >= told.telling.len().max(1) || self.pairs >= 2
    }
}

/// Whether a text tells what the entry tells (B171).
///
/// Any long text has half of the words of any teaser somewhere. So only telling words (five
/// letters and more) count, and only those in the passage that has most of them; pairs of
/// neighbouring words count too. On a page with the headline a fifth of them in a passage, or
/// two pairs, is enough; a text that is most of the page without its boxes needs a sixth,
/// anywhere. On any other page it takes 7/20 and three words at least (two where the entry has
/// two), or a fifth of the pairs and three; and a long text has to have a fifth elsewhere too,
/// because a list of news tells each story in one place.
/// Below a heading that is the headline, a text that is most of the page without its boxes
/// needs no words of it: "Full circle" is not said in every report of that name (B214).
fn is_about(found: &Extract, told: &EntryWords) -> bool {
    if found.is_most() && is_headed(found, &told.headline) {
        return true;
    }
    let text = grams(&found.plain);
    let (met, all) = (WordsMet::new(told, &text), told.telling.len());
    if is_named(found, &told.of_headline) {
        return met.is_crowded(told) || found.is_most() && met.all * 6 >= all;
    }
    if text.len() > told.passage() * LONG && met.again * 5 < all {
        return false;
    }
    // Two words are all that some headlines have.
    let is_crowded = met.crowded * 20 >= all * 7 && (met.crowded >= 3 || met.crowded == 2 && all == 2);
    is_crowded || met.pairs >= 3 && met.pairs * 5 >= told.pairs.len()
}

/// Whether a text that is shorter than articles are is all there is to tell: it is most of
/// the page without its boxes, its page bears the headline, and it says it again (B227).
fn is_short_news(found: &Extract, told: &EntryWords) -> bool {
    let met = WordsMet::new(told, &grams(&found.plain));
    found.is_most() && is_named(found, &told.of_headline) && met.is_crowded(told)
}

/// Whether one of a page's headings or titles has half of the words of a headline.
fn is_named(found: &Extract, headline: &HashSet<u64>) -> bool {
    !headline.is_empty()
        && found.names.iter().chain(&found.headings).any(|name| {
            let name: HashSet<u64> = grams(name).into_iter().collect();
            name.intersection(headline).count() * 2 >= headline.len()
        })
}

/// Whether a heading of the page, which is no link, is the headline: has all its words, or
/// is what is left of it without the name of the site. A headline without words is none.
fn is_headed(found: &Extract, headline: &[u64]) -> bool {
    if headline.is_empty() {
        return false;
    }
    found.headings.iter().map(|heading| grams(heading)).any(|heading| {
        let met = headline.iter().filter(|word| heading.contains(word)).count();
        let is_part = heading.iter().all(|word| headline.contains(word));
        !heading.is_empty() && met * 2 >= headline.len() && (is_part || met == headline.len())
    })
}
