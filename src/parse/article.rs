//! The article on an entry's page, when its feed brings a teaser (product §2,
//! `full_text`).
//!
//! Extraction is a readability library's work. Whether what it gives is better
//! than the feed's own text is judged here: a page may be a consent form, a
//! paywall or a list of other news.

use dom_query::Document;
use dom_smoothie::{Config, Readability};
use url::Url;

use crate::limits::CONTENT;
use crate::model::bounds::shorten;
use crate::model::{Content, Entry, Markup};
use crate::text::{html, tree};

use super::notes::Notes;
use super::page::text_of;
use super::{About, Error};

#[cfg(test)]
mod tests;

/// Elements of a page that are looked at.
const MOST_ELEMENTS: usize = crate::limits::ARTICLE_ELEMENTS.count();

/// A text of fewer letters is a teaser; those of Han, kana and Hangul count for
/// [`WIDE`] each.
const TEASER_LETTERS: usize = 900;
const WIDE: usize = 3;
/// An article has at least so many letters.
const SHORTEST: usize = 250;

/// What a text that goes on elsewhere ends in, lower case.
const ENDINGS: [&str; 20] = [
    "…",
    "...",
    "[…]",
    "[...]",
    "…]",
    "read more",
    "continue reading",
    "full story",
    "learn more",
    "more »",
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
    let end = text.trim_end().trim_end_matches(['>', '»', '→', '.', ' ', ')', '）']).trim_end();
    let tail: String =
        end.chars().rev().take(24).collect::<Vec<_>>().into_iter().rev().collect::<String>().to_lowercase();
    let cut = text.trim_end().ends_with("...") || text.trim_end().ends_with('…');
    cut || letters(text) < TEASER_LETTERS || ENDINGS.iter().any(|ending| tail.ends_with(ending))
}

fn is_wide(c: char) -> bool {
    matches!(c, '\u{2e80}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..)
}

fn letters(text: &str) -> usize {
    text.chars().filter(|c| c.is_alphanumeric()).map(|c| if is_wide(c) { WIDE } else { 1 }).sum()
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
    let Some((mut found, title)) = extract(page, about.url) else {
        return Ok(Article::Kept("no article can be made out on its page".to_owned()));
    };
    let (plain, own) = (html::plain(&found), own_text(entry));
    let (there, here) = (letters(&plain), letters(&own));
    Ok(match () {
        () if there < SHORTEST => {
            Article::Kept(format!("its page has {there} letters of text; too few for an article"))
        }
        () if there * 10 < here * 12 => {
            Article::Kept(format!("its page has {there} letters of text, the feed's own {here}"))
        }
        () if !is_about(&plain, &title, entry, &own) => {
            Article::Kept("the text on its page does not hold the words of the teaser or the headline".to_owned())
        }
        () => {
            shorten(&mut found, CONTENT.count());
            Article::Better(Content { markup: Markup::Html(found), base: Some(about.url.to_string()) })
        }
    })
}

fn extract(page: Document, url: &Url) -> Option<(String, String)> {
    let config = Config { max_elements_to_parse: MOST_ELEMENTS, char_threshold: 300, ..Config::default() };
    let mut reader = Readability::with_document(page, Some(url.as_str()), Some(config)).ok()?;
    let article = reader.parse().ok()?;
    Some((article.content.to_string(), article.title.to_string()))
}

/// Whether a text tells what the teaser tells: at least half of its words are
/// there. Without a teaser two thirds of the headline's, which is shorter.
fn is_about(plain: &str, title: &str, entry: &Entry, own: &str) -> bool {
    let there: std::collections::HashSet<String> = grams(&format!("{title}\n{plain}")).collect();
    let met = |words: &[String]| words.iter().filter(|word| there.contains(*word)).count();
    let teaser: Vec<String> = grams(own).collect();
    if teaser.len() >= 4 {
        return met(&teaser) * 2 >= teaser.len();
    }
    let headline: Vec<String> = grams(&entry.title).collect();
    met(&headline) * 3 >= headline.len() * 2
}

/// Words of three letters and more; of scripts without blanks, pairs.
fn grams(text: &str) -> impl Iterator<Item = String> + '_ {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.flat_map(|word| {
        if word.chars().any(is_wide) {
            let chars: Vec<char> = word.chars().collect();
            chars.windows(2).map(|pair| pair.iter().collect()).collect::<Vec<String>>()
        } else if word.chars().count() >= 3 {
            vec![word.to_lowercase()]
        } else {
            Vec::new()
        }
    })
}
