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
mod discussion;
mod endings;
mod extract;
mod judge;
mod letters;
mod logins;
mod mend;
mod notices;
mod offers;
mod peers;
mod phrases;
mod pick;
mod prune;
mod shown;
mod stated;
mod survey;
mod words;

use crate::limits::CONTENT;
use crate::model::bounds::shorten;
use crate::model::{Content, Entry, Markup};
use crate::text::{html, tree};

use access::Openness;
use endings::goes_on;
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
    let Some(found) = extract(page, about.url, &entry.title) else {
        return Ok(Article::Kept("no article can be made out on its page".to_owned()));
    };
    let own = own_text(entry);
    Ok(match refused(&found, entry, &own) {
        Some(why) => Article::Kept(why),
        None => {
            let Extract { mut html, base, openness, .. } = found;
            if openness >= Openness::Barred {
                html.push_str(CUT);
            }
            shorten(&mut html, CONTENT.count());
            Article::Better(Content { markup: Markup::Html(html), base: Some(base) })
        }
    })
}
