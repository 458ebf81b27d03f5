//! The article of a page: found in two ways, one of them a readability library's,
//! and chosen between; what the page states for machines is a third.

use dom_query::{Document, NodeRef};
use dom_smoothie::{Config, Readability};
use url::Url;

use super::access::{Openness, around_passwords, walls};
use super::discussion::discussions;
use super::letters::letters;
use super::peers::others;
use super::pick::{self, FoundBy, Picked};
use super::shown::Shown;
use super::stated::stated;
use super::survey::Survey;
use super::{clean, mend, prune};
use crate::parse::base::base_of;
use crate::text::html;

/// Elements of a page that are looked at.
const MOST_ELEMENTS: usize = crate::limits::ARTICLE_ELEMENTS.count();
/// With fewer letters something is no article.
pub const SHORTEST: usize = 250;

/// On a page with so many letters in sentences, those of twenty thousand words, what crowds is
/// no article unless it is one text, and readability, which would take seconds, is not asked.
const VAST: usize = 100_000;

/// What was taken out of a page.
#[derive(Clone, Debug)]
pub struct Extract {
    /// The article as HTML.
    pub html: String,
    /// Its text.
    pub plain: String,
    /// The letters of that.
    pub letters: usize,
    /// Its page's headings.
    pub headings: Vec<String>,
    /// What the page calls itself.
    pub names: Vec<String>,
    /// What relative addresses stand against.
    pub base: String,
    /// Letters of them beside menus, other news and comments.
    pub left_letters: usize,
    /// Who may read the rest of it.
    pub openness: Openness,
}

impl Extract {
    /// Whether it is more than half of the page without its boxes.
    pub fn is_most(&self) -> bool {
        self.letters * 2 > self.left_letters
    }
}

/// Takes the article with a headline out of a page.
///
/// What surrounds it is taken out first. The article is then where the page says
/// that it is, if that holds most sentences; elsewhere where sentences crowd, if
/// readability does not find far less: then what crowds is several texts.
pub fn extract(page: Document, url: &Url, headline: &str) -> Option<Extract> {
    let (names, base) = (Titles::new(&page), base_of(page.base_uri().as_deref(), url).to_string());
    let (stated, passwords) = (stated(&page), around_passwords(&page));
    let body = page.body()?;
    mend::mend(body);
    let whole = Survey::new(body);
    let walls = walls(&whole, &stated, &passwords);
    let shown = stated.body.as_ref().map(|_| Shown::new(&whole, &stated));
    let foreign = &others(&whole, headline, &names.titles) | &discussions(&whole);
    prune::boxes(&whole, &walls, &foreign);
    drop(whole);
    let survey = Survey::new(body);
    let left_letters = survey.spots.first()?.letters;
    let is_vast = survey.spots[0].prose > VAST;
    let is_text = |picked: &Picked| !is_vast || picked.by != FoundBy::Density || picked.is_one;
    let picked = pick::pick(&survey).filter(is_text);
    let is_sure = is_vast || picked.is_some_and(|picked| is_sure(&survey, picked));
    let copy = (!is_sure).then(|| page.clone());
    let own = picked.map(|picked| {
        let root = page.tree.new_element("div");
        for at in pick::leads(&survey, picked.at) {
            root.append_child(&survey.spots[at].node);
        }
        root.append_child(&survey.spots[picked.at].node);
        (finished(root, &names.all, url), picked)
    });
    let readable = copy.and_then(|copy| readable(copy, url, &names.all));
    let found = match (own, readable) {
        (Some((own, picked)), Some(readable)) => Some(better(own, picked, readable)),
        (own, readable) => own.map(|(own, _)| own).or(readable),
    };
    let found = match (stated.body, shown) {
        (Some(body), Some(shown)) => with_stated(found, body, &shown)?,
        _ => found?,
    };
    let Contender { html, plain, letters, openness } = found;
    let openness = openness.max(walls.openness);
    let Titles { headings, all: names, .. } = names;
    Some(Extract { html, plain, letters, headings, names, base, left_letters, openness })
}

/// A text that may be the article.
struct Contender {
    html: String,
    plain: String,
    letters: usize,
    openness: Openness,
}

/// Cleans what was taken for an article.
fn finished(root: NodeRef<'_>, names: &[String], url: &Url) -> Contender {
    let openness = clean::clean(&Survey::new(root), names, url);
    clean::empty(&Survey::new(root));
    mend::plain_attributes(root);
    contender(root.html().to_string(), openness)
}

fn contender(html: String, openness: Openness) -> Contender {
    let plain = html::plain(&html);
    Contender { letters: letters(&plain), html, plain, openness }
}

/// Whether an element that was found needs no second opinion.
fn is_sure(survey: &Survey<'_>, picked: Picked) -> bool {
    let (prose, all) = (survey.spots[picked.at].prose, survey.spots[0].prose);
    match picked.by {
        FoundBy::Name => prose * 2 > all || prose > 1500,
        FoundBy::Element => prose * 10 > all * 6,
        FoundBy::Headline | FoundBy::Apart => true,
        FoundBy::Density => false,
    }
}

fn better(own: Contender, Picked { by, is_one, .. }: Picked, readable: Contender) -> Contender {
    let is_own = own.letters >= SHORTEST
        && match by {
            FoundBy::Density => {
                readable.letters * 2 < own.letters * 3
                    && (is_one || readable.letters < SHORTEST || own.letters * 10 < readable.letters * 16)
            }
            FoundBy::Name | FoundBy::Element | FoundBy::Headline | FoundBy::Apart => readable.letters < own.letters * 2,
        };
    if is_own { own } else { readable }
}

/// What the page states stands instead where nothing else was found, or where it is longer:
/// as far as what the page shows bears it out (B234).
fn with_stated(found: Option<Contender>, stated: String, shown: &Shown) -> Option<Contender> {
    let stated = contender(stated, Openness::Open);
    let (plain, letters) = found.as_ref().map_or(("", 0), |found| (&*found.plain, found.letters));
    let is_longer = stated.letters >= SHORTEST && stated.letters * 10 > letters * 12;
    if is_longer && shown.bears_out(&stated.plain, plain) { Some(stated) } else { found }
}

/// What a page calls itself.
struct Titles {
    /// Its headings that are no links: `h1`, or `h2` where there is none.
    headings: Vec<String>,
    /// Its title and the one for social media.
    titles: Vec<String>,
    /// The first heading, and those.
    all: Vec<String>,
}

impl Titles {
    fn new(page: &Document) -> Self {
        // On a list of news each headline is a link; on a page with one, it may lead to itself.
        let read = |name: &str| -> Vec<String> {
            let found = page.select(name);
            let is_alone = found.nodes().len() == 1;
            let is_link = |node: &NodeRef<'_>| node.children_it(false).any(|child| child.has_name("a"));
            let own = found.nodes().iter().filter(|node| is_alone || !is_link(node));
            own.take(3).map(|node| node.text().trim().to_owned()).filter(|text| !text.is_empty()).collect()
        };
        let mut headings = read("h1");
        let first = headings.first().cloned();
        if headings.is_empty() {
            headings = read("h2");
        }
        let mut titles = vec![page.select_single("title").text().trim().to_owned()];
        titles.extend(page.select_single("meta[property=\"og:title\"]").attr("content").map(|name| name.to_string()));
        titles.retain(|name| !name.is_empty());
        let all = first.into_iter().chain(titles.iter().cloned()).collect();
        Titles { headings, titles, all }
    }
}

fn readable(page: Document, url: &Url, names: &[String]) -> Option<Contender> {
    let config = Config { max_elements_to_parse: MOST_ELEMENTS, char_threshold: 300, ..Config::default() };
    let mut reader = Readability::with_document(page, Some(url.as_str()), Some(config)).ok()?;
    reader.parse().ok()?;
    let root = *reader.doc.select_single("#readability-page-1").nodes().first()?;
    Some(finished(root, names, url))
}
