//! Many words, looked for in one pass: a page has thousands of classes and texts, and
//! each may name or say any of a hundred.

use std::sync::LazyLock;

use regex::Regex;

use super::letters::is_wide;
use super::logins::{BARRED, LOGINS};
use super::offers::{OFFERS, WALLS};
use super::words::{BODIES, BOXES, LEADS};

/// Words that are looked for together.
pub struct Phrases(Regex);

/// Parts of a class or an id of what stands around an article.
pub static BOX_PARTS: LazyLock<Phrases> = LazyLock::new(|| Phrases::new(BOXES));
/// Parts of a class or an id of an article's body.
pub static BODY_PARTS: LazyLock<Phrases> = LazyLock::new(|| Phrases::new(BODIES));
/// Parts of a class or an id of an article's lead.
pub static LEAD_PARTS: LazyLock<Phrases> = LazyLock::new(|| Phrases::new(LEADS));
/// Parts of a class or an id of a box that offers the rest.
pub static WALL_PARTS: LazyLock<Phrases> = LazyLock::new(|| Phrases::new(WALLS));
/// What offers this article for money.
pub static OFFER: LazyLock<Phrases> = LazyLock::new(|| Phrases::new(OFFERS));
/// What asks for a login before the rest is shown.
pub static LOGIN: LazyLock<Phrases> = LazyLock::new(|| Phrases::new(LOGINS));
/// What says that this article is not shown to everybody.
pub static BAR: LazyLock<Phrases> = LazyLock::new(|| Phrases::new(BARRED));

impl Phrases {
    /// Those words, lower case.
    pub fn new(words: &[&str]) -> Self {
        let any = words.iter().map(|word| regex::escape(word)).collect::<Vec<_>>().join("|");
        Phrases(Regex::new(&any).expect("escaped words make an expression"))
    }

    /// Whether one of them stands anywhere in `text`.
    pub fn any(&self, text: &str) -> bool {
        self.0.is_match(text)
    }

    /// Those that stand in `text`, none within another.
    pub fn all<'t>(&self, text: &'t str) -> impl Iterator<Item = &'t str> {
        self.0.find_iter(text).map(|found| found.as_str())
    }

    /// Whether one of them stands in `text`, and not as a part of longer words.
    pub fn as_words(&self, text: &str) -> bool {
        let mut from = 0;
        while let Some(found) = self.0.find_at(text, from) {
            if is_parted(text, found.start()) && is_parted(text, found.end()) {
                return true;
            }
            from = found.start() + text[found.start()..].chars().next().map_or(1, char::len_utf8);
        }
        false
    }
}

/// Whether no word runs on over a place in a text.
fn is_parted(text: &str, at: usize) -> bool {
    let runs_on = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() && !is_wide(c));
    !(runs_on(text[..at].chars().next_back()) && runs_on(text[at..].chars().next()))
}
