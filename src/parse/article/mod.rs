//! The article on an entry's page, when its feed brings a teaser (product §2,
//! `full_text`).
//!
//! What surrounds an article is taken out of its page (`prune`), the element that
//! holds it is found (`pick`, beside a readability library), and what is left is
//! cleaned. Whether that is better than the feed's own text is judged here: a page
//! may be a consent form, a paywall or a list of other news.

mod access;
mod clean;
mod extract;
mod labels;
mod letters;
mod mend;
mod offers;
mod phrases;
mod pick;
mod prune;
mod stated;
mod survey;
mod words;

use std::collections::HashSet;

use crate::limits::CONTENT;
use crate::model::bounds::shorten;
use crate::model::{Content, Entry, Markup};
use crate::text::{html, tree};

use access::Openness;
use extract::{Extract, SHORTEST, extract};
use letters::{grams, letters};
use phrases::QUESTION;

use super::notes::Notes;
use super::page::text_of;
use super::{About, Error};

#[cfg(test)]
mod tests;

/// A text of fewer letters is a teaser; those of Han, kana and Hangul count for
/// three each.
const TEASER_LETTERS: usize = 900;
/// Fewer words of a teaser do not tell one text from another.
const TEASER_WORDS: usize = 4;
/// What stands below a text whose rest is offered.
const CUT: &str = "<p>[…]</p>";

/// What a text that goes on elsewhere ends in, lower case.
const ENDINGS: [&str; 18] = [
    "…",
    "...",
    "…]",
    "...]",
    "read more",
    "continue reading",
    "full story",
    "learn more",
    "weiterlesen",
    "lire la suite",
    "leer más",
    "seguir leyendo",
    "читать далее",
    "подробнее",
    "阅读全文",
    "閱讀全文",
    "続きを読む",
    "더보기",
];

/// Words that say the same as a whole line, or before a sign that points on: "More »".
const MORE: [&str; 9] = ["more", "mehr", "más", "suite", "meer", "mais", "altro", "więcej", "далее"];
/// Signs that point on.
const POINTERS: [char; 5] = ['>', '»', '→', '›', '＞'];

/// Whether `entry` has but a teaser and says where the rest is.
pub fn is_wanted(entry: &Entry) -> bool {
    entry.link.is_some() && is_teaser(&own_text(entry))
}

fn own_text(entry: &Entry) -> String {
    let own = entry.content.as_ref().or(entry.summary.as_ref());
    own.map(|content| match &content.markup {
        Markup::Plain(text) => text.clone(),
        Markup::Html(text) => html::plain(text),
    })
    .unwrap_or_default()
}

fn is_teaser(text: &str) -> bool {
    letters(text) < TEASER_LETTERS || goes_on(text)
}

/// Whether a text says at its end that it goes on elsewhere.
fn goes_on(text: &str) -> bool {
    let is_closing = |c: char| c.is_whitespace() || POINTERS.contains(&c) || matches!(c, ')' | '）');
    let open = text.trim_end_matches(is_closing);
    // "Read more." ends in the words, "…" in the dots.
    let words = open.trim_end_matches(|c| is_closing(c) || c == '.');
    // Behind «, the sign ends a quotation.
    let is_quoted = words.rfind('«') > words.rfind('»');
    let is_pointed = text[words.len()..].contains(|c| POINTERS.contains(&c) && !(c == '»' && is_quoted));
    let (open, words) = (tail(open), tail(words));
    let is_more = MORE.iter().any(|more| {
        let before = words.strip_suffix(more);
        before.is_some_and(|before| {
            before.trim_end_matches([' ', '(']).ends_with(['\n', '\r'])
                || is_pointed && !before.ends_with(char::is_alphanumeric)
        })
    });
    is_more || ENDINGS.iter().any(|ending| open.ends_with(ending) || words.ends_with(ending))
}

/// The last characters of a text, lower case, as many as the longest ending has and a few
/// more.
fn tail(text: &str) -> String {
    let from = text.char_indices().rev().nth(23).map_or(0, |(at, _)| at);
    text[from..].to_lowercase()
}

/// What became of an entry's page.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Article {
    /// Its text, better than the feed's own.
    Better(Content),
    /// The feed's own text stays, for this reason.
    Kept(String),
}

/// The article on a page for `entry`, if it is better than the entry's own text:
/// longer, an article at all, and about the same thing.
///
/// # Errors
/// When the bytes are no page.
pub fn read(bytes: &[u8], about: &About<'_>, entry: &Entry) -> Result<Article, Error> {
    let mut notes = Notes::default();
    let (text, _) = text_of(bytes, about, &mut notes)?;
    let page = tree::for_article(&text, &about.work)?;
    let Some(found) = extract(page, about.url) else {
        return Ok(Article::Kept("no article can be made out on its page".to_owned()));
    };
    let own = own_text(entry);
    Ok(match refused(&found, entry, &own) {
        Some(why) => Article::Kept(why),
        None => {
            let Extract { mut html, base, openness, .. } = found;
            if openness == Openness::Offered {
                html.push_str(CUT);
            }
            shorten(&mut html, CONTENT.count());
            Article::Better(Content { markup: Markup::Html(html), base: Some(base) })
        }
    })
}

/// Why what was found on a page does not stand for the feed's own text.
fn refused(found: &Extract, entry: &Entry, own: &str) -> Option<String> {
    let (there, here) = (found.letters, letters(own));
    if there < SHORTEST {
        return Some(format!("its page has {there} letters of text; too few for an article"));
    }
    if is_question(&found.plain) {
        return Some("its page asks for consent instead of showing the article".to_owned());
    }
    // Beside an offer to buy the article, a text no longer than a teaser is a sample of it.
    let is_sample = there < TEASER_LETTERS || there < here * 2;
    match found.openness {
        Openness::Offered if is_sample => {
            return Some(format!("its page offers the article to subscribers and shows {there} letters of it"));
        }
        Openness::Stated if is_sample => {
            return Some(format!("its page says that the article is not free and shows {there} letters of it"));
        }
        _ => {}
    }
    if there * 10 < here * 12 {
        return Some(format!("its page has {there} letters of text, the feed's own {here}"));
    }
    let (headline, teaser) = (grams(&entry.title), grams(own));
    if headline.is_empty() && teaser.len() < TEASER_WORDS {
        return Some("neither a headline nor a teaser says what the entry tells".to_owned());
    }
    let is_other = !is_about(found, &headline, &teaser);
    is_other.then(|| "the text on its page does not hold the words of the teaser or the headline".to_owned())
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

/// Whether a text asks its reader for consent (B211): a third of it are passages in which
/// the site speaks of itself to its reader, with two phrases of the kind or more.
fn is_question(plain: &str) -> bool {
    let (mut asking, mut all) = (0, 0);
    let mut phrases = HashSet::new();
    for line in plain.lines() {
        let letters = letters(line);
        let line = uncounted(&line.to_lowercase());
        let met: HashSet<&str> = QUESTION.all(&line).collect();
        asking += if met.is_empty() { 0 } else { letters };
        all += letters;
        phrases.extend(met.into_iter().map(str::to_owned));
    }
    phrases.len() >= 2 && asking * 3 >= all
}

/// A line without numbers: "we and our 812 partners" says what "we and our partners" does.
fn uncounted(line: &str) -> String {
    let is_number = |word: &str| word.chars().all(|c| c.is_numeric() || matches!(c, '.' | ','));
    line.split_whitespace().filter(|word| !is_number(word)).collect::<Vec<_>>().join(" ")
}

/// Whether a text tells what the entry tells (B171).
///
/// A teaser that was cut from the article has its words: half of them are in the text.
/// One that was written for it need not, or repeats the headline, as the page's title
/// does above a question of consent too. Then the text has the headline's words: half of
/// them on a page that bears the headline, three quarters on any other, and is more than
/// a quarter of what the page shows: so no list of news passes that has the headline too.
/// Below a heading that is the headline, a text that is most of what is no box needs no
/// words of it: "Full circle" is not said in every report of that name (B214).
/// Where headline and title together have the teaser's words a third is enough. Without a
/// teaser, two thirds of the headline's words are in the text, or half of them on a page
/// that bears it, or a third in a text of that share. Without a headline the teaser alone
/// decides.
fn is_about(found: &Extract, headline: &[u64], teaser: &[u64]) -> bool {
    let there: HashSet<u64> = grams(&found.plain).into_iter().collect();
    let called: HashSet<u64> = found.names.iter().chain(&found.headings).flat_map(|name| grams(name)).collect();
    let met = |words: &[u64], at: &[&HashSet<u64>]| {
        words.iter().filter(|word| at.iter().any(|set| set.contains(*word))).count()
    };
    let is_most = found.letters * 4 > found.page_letters;
    let is_named = met(headline, &[&called]) * 2 >= headline.len();
    let told = met(headline, &[&there]);
    if found.letters * 2 > found.left_letters && is_headed(found, headline) {
        return true;
    }
    if teaser.len() < TEASER_WORDS {
        return told * 3 >= headline.len() * 2
            || is_named && (told * 2 >= headline.len() || told * 3 >= headline.len() && is_most);
    }
    if met(teaser, &[&there]) * 2 >= teaser.len() {
        return true;
    }
    let needed = match () {
        () if met(teaser, &[&there, &called]) * 2 >= teaser.len() => headline.len().div_ceil(3),
        () if is_named => headline.len().div_ceil(2),
        () => (headline.len() * 3).div_ceil(4),
    };
    !headline.is_empty() && told >= needed && is_most
}
