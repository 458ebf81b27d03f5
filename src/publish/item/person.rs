//! The authors of an item.

use crate::model::{Person, Published, is_iri};

/// A person, or an organisation in place of one. Its name is never empty.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct ItemPerson<'a> {
    /// Name.
    pub name: &'a str,
    /// Its IRI, mostly that of a page.
    pub url: Option<&'a str>,
    /// Email address.
    pub email: Option<&'a str>,
}

/// Those of `people` who have a name.
pub fn named(people: &[Person]) -> Vec<ItemPerson<'_>> {
    let named = people.iter().filter(|person| !person.name.is_empty());
    let items = named.map(|Person { name, uri, email }| ItemPerson {
        name,
        url: uri.as_deref().filter(|uri| is_iri(uri)),
        email: email.as_deref().filter(|email| is_email(email)),
    });
    items.collect()
}

/// The entry's own authors, otherwise its source's, otherwise the source itself: the channel
/// never appears as the author of other people's copy (check O3).
pub fn authors(p: &Published) -> Vec<ItemPerson<'_>> {
    let mut known = [&p.entry.authors, &p.carrier.authors].into_iter().map(|people| named(people));
    let source = || vec![ItemPerson { name: source_title(p), ..ItemPerson::default() }];
    known.find(|people| !people.is_empty()).unwrap_or_else(source)
}

/// The title of the entry's source, otherwise the name that it has here.
pub fn source_title(p: &Published) -> &str {
    if p.carrier.title.is_empty() { p.source.as_str() } else { &p.carrier.title }
}

fn is_email(text: &str) -> bool {
    text.find('@').is_some_and(|at| at > 0 && at + 1 < text.len() && !text.contains(' '))
}
