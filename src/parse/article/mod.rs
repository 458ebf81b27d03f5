//! The article on an entry's page, when its feed brings a teaser (product §2,
//! `full_text`).
//!
//! What surrounds an article is taken out of its page (`prune`), the element that
//! holds it is found (`pick`, beside a readability library), and what is left is
//! cleaned. Whether that is better than the feed's own text is judged here: a page
//! may be a consent form, a paywall or a list of other news.

mod access;
mod box_heads;
mod clean;
mod extract;
mod judge;
mod letters;
mod mend;
mod offers;
mod phrases;
mod pick;
mod prune;
mod stated;
mod survey;
mod words;

use crate::limits::CONTENT;
use crate::model::bounds::shorten;
use crate::model::{Content, Entry, Markup};
use crate::text::{html, tree};

use access::Openness;
use extract::{Extract, extract};
use judge::{TEASER_LETTERS, refused};
use letters::{composed, letters};

use super::notes::Notes;
use super::page::text_of;
use super::{About, Error};

#[cfg(test)]
mod tests;

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
    let page = tree::for_article(&composed(text), &about.work)?;
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
