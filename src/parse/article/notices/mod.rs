//! Pages that show a notice where the article should be: a question of consent, a check of
//! the visitor, an error, a form for those who have an account (B211, B230).

mod checks;
mod consents;
mod missing;

use std::collections::HashSet;
use std::sync::LazyLock;

use self::checks::CHECKS;
use self::consents::CONSENT;
use self::missing::{ERROR_NAMES, MISSING};
use super::extract::Extract;
use super::letters::letters;
use super::logins::LOGIN_NAMES;
use super::phrases::Phrases;

/// A kind of notice.
struct RefusalKind {
    /// What its text says.
    phrases: Option<Phrases>,
    /// Whether a page is called so, too.
    is_name: bool,
    /// Whole names of such pages.
    names: &'static [&'static str],
    /// Why such a page is not taken.
    why: &'static str,
}

static KINDS: LazyLock<[RefusalKind; 4]> = LazyLock::new(|| {
    [
        RefusalKind {
            phrases: Some(Phrases::new(CONSENT)),
            is_name: false,
            names: &[],
            why: "its page asks for consent instead of showing the article",
        },
        RefusalKind {
            phrases: Some(Phrases::new(CHECKS)),
            is_name: true,
            names: &[],
            why: "its page checks the visitor instead of showing the article",
        },
        RefusalKind {
            phrases: Some(Phrases::new(MISSING)),
            is_name: true,
            names: ERROR_NAMES,
            why: "its page says that there is no such page, or an error",
        },
        RefusalKind {
            phrases: None,
            is_name: false,
            names: LOGIN_NAMES,
            why: "its page asks for a login instead of showing the article",
        },
    ]
});

/// A name with a phrase in it has so many letters besides, beyond as many again.
const BESIDE: usize = 10;
/// A longer name is a headline, in bytes.
const NAME: usize = 200;

/// Why a text is a notice: a third of it are passages in which the site speaks to its reader,
/// with two set phrases or more.
pub fn said(plain: &str) -> Option<&'static str> {
    let mut met: [(usize, HashSet<String>); 4] = Default::default();
    let mut all = 0;
    for line in plain.lines() {
        let letters = letters(line);
        let line = uncounted(&line.to_lowercase());
        all += letters;
        for (kind, (asking, phrases)) in KINDS.iter().zip(&mut met) {
            let mut here = kind.phrases.iter().flat_map(|phrases| phrases.all(&line)).peekable();
            *asking += if here.peek().is_none() { 0 } else { letters };
            phrases.extend(here.map(str::to_owned));
        }
    }
    let is_met = |(asking, phrases): &(usize, HashSet<String>)| phrases.len() >= 2 && asking * 3 >= all;
    KINDS.iter().zip(&met).find(|(_, met)| is_met(met)).map(|(kind, _)| kind.why)
}

/// Why a page is a notice by its own name: a heading or its title says hardly anything else.
/// A report may be headed so; then its `headline` is too.
pub fn named(found: &Extract, headline: &str) -> Option<&'static str> {
    let headline = headline.to_lowercase();
    let names = found.headings.iter().chain(&found.names).filter(|name| name.len() <= NAME);
    let parts: Vec<String> = names.flat_map(|name| parts(name)).collect();
    let is_named = |kind: &&RefusalKind| !kind.is_in(&headline) && parts.iter().any(|part| kind.names(part));
    KINDS.iter().find(is_named).map(|kind| kind.why)
}

impl RefusalKind {
    fn is_in(&self, headline: &str) -> bool {
        self.names.contains(&headline) || self.phrases.as_ref().is_some_and(|phrases| phrases.any(headline))
    }

    fn names(&self, part: &str) -> bool {
        let is_most = |phrase: &str| letters(part) <= letters(phrase) * 2 + BESIDE;
        let mut met = self.phrases.iter().filter(|_| self.is_name).flat_map(|phrases| phrases.all(part));
        self.names.contains(&part) || met.any(is_most)
    }
}

/// What a page's name is made of, as "Page not found" and "Harbour Post".
fn parts(name: &str) -> Vec<String> {
    let name =
        [" - ", " – ", " — ", " · ", " :: "].iter().fold(name.to_lowercase(), |name, sign| name.replace(sign, "|"));
    name.split('|').map(|part| part.trim_matches(|c: char| !c.is_alphanumeric()).to_owned()).collect()
}

/// A line without numbers: "we and our 812 partners" says what "we and our partners" does.
fn uncounted(line: &str) -> String {
    let is_number = |word: &str| word.chars().all(|c| c.is_numeric() || matches!(c, '.' | ','));
    line.split_whitespace().filter(|word| !is_number(word)).collect::<Vec<_>>().join(" ")
}
