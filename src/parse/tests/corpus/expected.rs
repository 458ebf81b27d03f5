//! What a corpus says of a document, in one shape for all, and how far a
//! document as read agrees.

use serde_json::Value;
use url::Url;

use crate::clock::Timestamp;
use crate::model::{Category, Content, Entry, Markup, Parsed, Person};
use crate::parse::text::links::{Base, resolve};
use crate::publish::sanitize::Sanitizer;
use crate::text::html::{plain, plain_line};

/// A document as a corpus describes it; of what is `None` or empty it says nothing.
#[derive(Debug, Default)]
pub struct Expected {
    pub title: Option<String>,
    pub link: Option<String>,
    pub id: Option<String>,
    pub language: Option<String>,
    pub rights: Option<String>,
    pub authors: Vec<Person>,
    pub entries: Vec<ExpectedEntry>,
}

/// An entry as a corpus describes it.
#[derive(Debug, Default)]
pub struct ExpectedEntry {
    pub title: Option<String>,
    pub link: Option<String>,
    pub id: Option<String>,
    pub published: Option<String>,
    pub updated: Option<String>,
    pub rights: Option<String>,
    pub authors: Vec<Person>,
    pub contributors: Vec<Person>,
    pub categories: Vec<Category>,
    pub summary: Option<String>,
    /// Where there are several, one of them is ours.
    pub content: Vec<String>,
    /// Address, type and length.
    pub enclosures: Vec<(String, Option<String>, Option<u64>)>,
}

/// The fields that agree, and what of the others there is to say.
#[derive(Debug, Default)]
pub struct Compared {
    /// How many fields agree.
    pub met: usize,
    /// A line for each field that does not.
    pub missed: Vec<String>,
}

impl Compared {
    fn field(&mut self, name: &str, met: bool, ours: impl std::fmt::Debug, theirs: impl std::fmt::Debug) {
        if met {
            self.met += 1;
        } else {
            self.missed.push(format!("{name}: {ours:?}, expected {theirs:?}"));
        }
    }
}

/// A text in `row`, if there is anything in it.
pub fn text(row: &Value) -> Option<String> {
    row.as_str().filter(|text| !text.trim().is_empty()).map(str::to_owned)
}

/// Whether two texts are the same but for white space.
fn same(a: &str, b: &str) -> bool {
    a.split_whitespace().eq(b.split_whitespace())
}

/// Whether `theirs`, which may be HTML or not, is shown as our one line.
fn same_line(ours: &str, theirs: &str) -> bool {
    let safe = safe(&Content { markup: Markup::Html(theirs.to_owned()), base: None });
    same(ours, theirs) || same(ours, &plain_line(theirs)) || same(ours, &plain_line(&safe))
}

fn safe(content: &Content) -> String {
    Sanitizer::new().html(content)
}

/// Whether `theirs` is our text: once both are fit to publish, the same words,
/// elements, links and images. The `div` that RFC 4287 §3.1.1.3 puts around
/// XHTML and does not count as content may stand in theirs.
fn same_content(ours: Option<&Content>, theirs: &str) -> bool {
    let Some(ours) = ours else { return plain_line(theirs).is_empty() };
    if matches!(&ours.markup, Markup::Plain(text) if same(text, theirs)) {
        return true;
    }
    let theirs = Content { markup: Markup::Html(theirs.to_owned()), base: ours.base.clone() };
    let (ours, theirs) = (safe(ours), safe(&theirs));
    let (ours_tags, mut theirs_tags) = (tags(&ours), tags(&theirs));
    if theirs_tags.len() == ours_tags.len() + 2 && theirs_tags.first().is_some_and(|(name, _)| name == "div") {
        theirs_tags.remove(0);
        let end = theirs_tags.iter().rposition(|(name, _)| name == "/div");
        end.map(|end| theirs_tags.remove(end));
    }
    // An ideographic space and the like are white space here, and text there.
    same(&plain(&ours), &plain(&theirs)) && ours_tags == theirs_tags
}

/// The tags of sanitised HTML: each name with what it links to or shows.
fn tags(html: &str) -> Vec<(String, Option<String>)> {
    let tags = html.split('<').skip(1).filter_map(|tag| tag.split_once('>'));
    let address = |tag: &str| {
        let (_, rest) = tag.split_once(" href=\"").or_else(|| tag.split_once(" src=\""))?;
        let address = rest.split_once('"')?.0;
        // `À` and `%C3%80` lead to the same place.
        Some(Url::parse(address).map_or_else(|_| address.to_owned(), String::from))
    };
    tags.map(|(tag, _)| (tag.split_whitespace().next().unwrap_or("").to_owned(), address(tag))).collect()
}

/// Whether `theirs`, not resolved perhaps, is our link; one that is not http is none.
fn same_link(ours: Option<&str>, theirs: &str, base: &Url) -> bool {
    resolve(theirs, Base::Said(base)).ok().as_deref() == ours || ours == Some(theirs)
}

/// Whether each person expected is there, and no other. Some lists name a
/// person twice; some know no page.
fn same_people(ours: &[Person], theirs: &[Person]) -> bool {
    let equal = |a: &Person, b: &Person| {
        let uri = |person: &Person| person.uri.as_deref().map(|uri| uri.trim_end_matches('/').to_owned());
        same_line(&a.name, &b.name) && a.email == b.email && (b.uri.is_none() || uri(a) == uri(b))
    };
    theirs.iter().all(|person| ours.iter().any(|known| equal(known, person)))
        && ours.iter().all(|known| theirs.iter().any(|person| equal(known, person)))
}

/// Compares all that `expected` speaks of. `base` is the document's URL.
pub fn compare(parsed: &Parsed, expected: &Expected, base: &Url) -> Compared {
    let mut made = Compared::default();
    if let Some(title) = &expected.title {
        made.field("feed title", same_line(&parsed.title, title), &parsed.title, title);
    }
    if let Some(link) = &expected.link {
        made.field("feed link", same_link(parsed.link.as_deref(), link, base), &parsed.link, link);
    }
    for (name, ours, theirs) in [
        ("feed id", &parsed.id, &expected.id),
        ("feed language", &parsed.language, &expected.language),
        ("feed rights", &parsed.rights, &expected.rights),
    ] {
        if let Some(theirs) = theirs {
            made.field(name, ours.as_deref().is_some_and(|ours| same_line(ours, theirs)), ours, theirs);
        }
    }
    if !expected.authors.is_empty() {
        let met = same_people(&parsed.authors, &expected.authors);
        made.field("feed authors", met, &parsed.authors, &expected.authors);
    }
    let (ours, theirs) = (parsed.entries.len(), expected.entries.len());
    made.field("entries", ours == theirs, ours, theirs);
    for (position, (ours, theirs)) in parsed.entries.iter().zip(&expected.entries).enumerate() {
        compare_entry(ours, theirs, base, position, &mut made);
    }
    made
}

fn compare_entry(ours: &Entry, theirs: &ExpectedEntry, base: &Url, position: usize, made: &mut Compared) {
    let name = |field: &str| format!("entry {position} {field}");
    if let Some(title) = &theirs.title {
        made.field(&name("title"), same_line(&ours.title, title), &ours.title, title);
    }
    if let Some(link) = &theirs.link {
        made.field(&name("link"), same_link(ours.link.as_deref(), link, base), &ours.link, link);
    }
    if let Some(id) = &theirs.id {
        made.field(&name("id"), same(ours.id.as_deref().unwrap_or(""), id), &ours.id, id);
    }
    if let Some(rights) = &theirs.rights {
        made.field(&name("rights"), ours.rights.as_deref().is_some_and(|r| same_line(r, rights)), &ours.rights, rights);
    }
    // Where we have but one of the two dates, both names mean it: `dc:date` is
    // one or the other to each parser.
    let dates = [("published", ours.published, ours.updated, &theirs.published)];
    for (field, at, or, theirs) in dates.into_iter().chain([("updated", ours.updated, ours.published, &theirs.updated)])
    {
        if let Some(theirs) = theirs {
            let met = at.or(or).map(Timestamp::rfc3339).is_some_and(|at| at == *theirs);
            made.field(&name(field), met, (&ours.published_raw, &ours.updated_raw), theirs);
        }
    }
    for (field, ours, theirs) in
        [("authors", &ours.authors, &theirs.authors), ("contributors", &ours.contributors, &theirs.contributors)]
    {
        if !theirs.is_empty() {
            made.field(&name(field), same_people(ours, theirs), ours, theirs);
        }
    }
    compare_texts(ours, theirs, position, made);
    compare_lists(ours, theirs, base, position, made);
}

/// A corpus may call summary what we call content, and the reverse.
fn compare_texts(ours: &Entry, theirs: &ExpectedEntry, position: usize, made: &mut Compared) {
    let texts = [ours.summary.as_ref(), ours.content.as_ref()];
    let known = |theirs: &str| texts.iter().any(|ours| same_content(*ours, theirs));
    if let Some(summary) = &theirs.summary {
        made.field(&format!("entry {position} summary"), known(summary), texts, summary);
    }
    if !theirs.content.is_empty() {
        let met = theirs.content.iter().any(|content| known(content));
        made.field(&format!("entry {position} content"), met, texts, &theirs.content);
    }
}

/// We read categories and files of more vocabularies than most, so ours may be more.
fn compare_lists(ours: &Entry, theirs: &ExpectedEntry, base: &Url, position: usize, made: &mut Compared) {
    if !theirs.categories.is_empty() {
        let met = theirs.categories.iter().all(|category| {
            ours.categories.iter().any(|known| {
                let label = known.label.as_deref();
                (same_line(&known.term, &category.term) || label == Some(&category.term))
                    && (category.scheme.is_none() || known.scheme == category.scheme)
                    && known.label.as_deref().is_none_or(|label| category.label.as_deref().is_none_or(|l| l == label))
            })
        });
        made.field(&format!("entry {position} categories"), met, &ours.categories, &theirs.categories);
    }
    let usable = theirs.enclosures.iter().filter(|(url, ..)| resolve(url, Base::Said(base)).is_ok());
    let mut usable = usable.peekable();
    if usable.peek().is_some() {
        let met = usable.all(|(url, media_type, length)| {
            ours.enclosures.iter().any(|known| {
                same_link(Some(&known.url), url, base)
                    && (media_type.is_none() || *media_type == known.media_type)
                    && length.is_none_or(|length| known.length_bytes == Some(length))
            })
        });
        made.field(&format!("entry {position} enclosures"), met, &ours.enclosures, &theirs.enclosures);
    }
}
