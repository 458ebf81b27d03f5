//! The article of a page: found in two ways, one of them a readability library's,
//! and chosen between; what the page states for machines is a third.

use std::collections::HashSet;

use dom_query::{Document, NodeRef};
use dom_smoothie::{Config, Readability};
use url::Url;

use super::letters::{grams, letters};
use super::pick::{self, FoundBy, Picked};
use super::survey::Survey;
use super::{clean, mend, prune, stated};
use crate::text::html;

/// Elements of a page that are looked at.
const MOST_ELEMENTS: usize = crate::limits::ARTICLE_ELEMENTS.count();
/// With fewer letters something is no article.
pub const SHORTEST: usize = 250;

/// What was taken out of a page.
#[derive(Clone, Debug)]
pub struct Extract {
    /// The article as HTML.
    pub html: String,
    /// Its text.
    pub plain: String,
    /// The letters of that.
    pub letters: usize,
    /// What the page calls itself.
    pub names: Vec<String>,
    /// What relative addresses stand against.
    pub base: String,
    /// Letters of all that can be read on the page.
    pub page_letters: usize,
    /// Texts that offer the article for money or a registration.
    pub offers: usize,
}

/// Takes the article out of a page.
///
/// What surrounds it is taken out first. The article is then where the page says
/// that it is, if that holds most sentences; elsewhere where sentences crowd, if
/// readability does not find far less: then what crowds is several texts.
pub fn extract(page: Document, url: &Url) -> Option<Extract> {
    let (names, base) = (names(&page), base(&page, url));
    let stated = stated::body(&page);
    let body = page.body()?;
    mend::mend(body);
    let whole = Survey::new(body);
    let page_letters = whole.spots.first()?.letters;
    prune::boxes(&whole);
    drop(whole);
    let survey = Survey::new(body);
    let picked = pick::pick(&survey);
    let is_sure = picked.is_some_and(|picked| is_sure(&survey, picked));
    let copy = (!is_sure).then(|| page.clone());
    let own = picked.map(|picked| {
        let root = page.tree.new_element("div");
        for at in pick::leads(&survey, picked.at) {
            root.append_child(&survey.spots[at].node);
        }
        root.append_child(&survey.spots[picked.at].node);
        (finished(root, &names), picked.by)
    });
    let readable = copy.and_then(|copy| readable(copy, url, &names));
    let found = match (own, readable) {
        (Some((own, by)), Some(readable)) => Some(better(own, by, readable)),
        (own, readable) => own.map(|(own, _)| own).or(readable),
    };
    let found = with_stated(found, stated)?;
    let page_letters = page_letters.max(found.letters);
    let Contender { html, plain, letters, offers } = found;
    Some(Extract { html, plain, letters, names, base, page_letters, offers })
}

/// A text that may be the article.
struct Contender {
    html: String,
    plain: String,
    letters: usize,
    offers: usize,
}

/// Cleans what was taken for an article.
fn finished(root: NodeRef<'_>, names: &[String]) -> Contender {
    let offers = clean::clean(&Survey::new(root), names);
    clean::empty(&Survey::new(root));
    mend::plain_attributes(root);
    contender(root.html().to_string(), offers)
}

fn contender(html: String, offers: usize) -> Contender {
    let plain = html::plain(&html);
    Contender { letters: letters(&plain), html, plain, offers }
}

/// Whether an element that was found needs no second opinion.
fn is_sure(survey: &Survey<'_>, picked: Picked) -> bool {
    let (prose, all) = (survey.spots[picked.at].prose, survey.spots[0].prose);
    match picked.by {
        FoundBy::Name => prose * 2 > all || prose > 1500,
        FoundBy::Element => prose * 10 > all * 6,
        FoundBy::Density => false,
    }
}

fn better(own: Contender, by: FoundBy, readable: Contender) -> Contender {
    let is_own = own.letters >= SHORTEST
        && match by {
            FoundBy::Density => {
                readable.letters * 2 < own.letters * 3
                    && (readable.letters < SHORTEST || own.letters * 10 < readable.letters * 16)
            }
            FoundBy::Name | FoundBy::Element => readable.letters < own.letters * 2,
        };
    if is_own { own } else { readable }
}

/// What the page states stands instead where nothing else was found, or where it is
/// longer and tells the same.
fn with_stated(found: Option<Contender>, stated: Option<String>) -> Option<Contender> {
    let Some(stated) = stated.map(|html| contender(html, 0)).filter(|stated| stated.letters >= SHORTEST) else {
        return found;
    };
    let Some(found) = found.filter(|found| found.letters >= SHORTEST) else { return Some(stated) };
    let is_longer = stated.letters * 10 > found.letters * 12;
    Some(if is_longer && holds(&stated.plain, &found.plain) { stated } else { found })
}

/// Whether two thirds of the words of `part` are in `whole`.
fn holds(whole: &str, part: &str) -> bool {
    let there: HashSet<String> = grams(whole).collect();
    let (mut all, mut met) = (0, 0);
    for gram in grams(part) {
        all += 1;
        met += usize::from(there.contains(&gram));
    }
    met * 3 >= all * 2
}

/// What a page calls itself: its headings, its title and the one for social media.
fn names(page: &Document) -> Vec<String> {
    let headings = page.select("h1");
    let mut names: Vec<String> = headings.nodes().iter().take(3).map(|node| node.text().trim().to_owned()).collect();
    names.push(page.select_single("title").text().trim().to_owned());
    names.extend(page.select_single("meta[property=\"og:title\"]").attr("content").map(|name| name.to_string()));
    names.retain(|name| !name.is_empty());
    names
}

fn base(page: &Document, url: &Url) -> String {
    let said = page.base_uri().and_then(|base| url.join(base.trim()).ok());
    said.filter(|base| matches!(base.scheme(), "http" | "https")).unwrap_or_else(|| url.clone()).to_string()
}

fn readable(page: Document, url: &Url, names: &[String]) -> Option<Contender> {
    let config = Config { max_elements_to_parse: MOST_ELEMENTS, char_threshold: 300, ..Config::default() };
    let mut reader = Readability::with_document(page, Some(url.as_str()), Some(config)).ok()?;
    reader.parse().ok()?;
    let root = *reader.doc.select_single("#readability-page-1").nodes().first()?;
    Some(finished(root, names))
}
