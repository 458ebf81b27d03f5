//! The source of an item.

use std::borrow::Cow;

use crate::clock::Timestamp;
use crate::model::{Published, is_iri};
use crate::publish::links::is_web;
use crate::publish::{SourceTerms, source_id};

use super::person::{ItemPerson, named, source_title};

/// The source's description of itself. If the copy carried one already, that one is kept (check
/// O4).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ItemSource<'a> {
    /// Its permanent id, an absolute IRI: its own, otherwise one minted here.
    pub id: Cow<'a, str>,
    /// Its title; never empty.
    pub title: &'a str,
    /// Its last change as far as this item shows: never later than the item's own.
    pub updated_at: Timestamp,
    /// The URL of its document.
    pub url: Option<&'a str>,
    /// The URL of its page.
    pub page_url: Option<&'a str>,
    /// Rights statement.
    pub rights: Option<&'a str>,
    /// Its authors.
    pub authors: Vec<ItemPerson<'a>>,
}

impl<'a> ItemSource<'a> {
    /// The source of `p`, which is under `terms`.
    pub fn of(p: &'a Published, terms: Option<&'a SourceTerms>) -> Self {
        let (carrier, origin) = (&p.carrier, p.entry.origin.as_ref());
        let (own_id, url, page_url, authors) = match origin {
            Some(o) => (o.id.as_ref().or(o.url.as_ref()), o.url.as_deref(), o.link.as_deref(), &o.authors),
            None => {
                let url = terms.and_then(|terms| terms.url.link());
                (carrier.feed_id.as_ref(), url, carrier.link.as_deref(), &carrier.authors)
            }
        };
        let updated_at = origin.and_then(|o| o.updated).or(carrier.updated_at).unwrap_or(p.first_seen_at);
        ItemSource {
            id: match own_id.filter(|id| is_iri(id)) {
                Some(id) => Cow::Borrowed(id),
                None => Cow::Owned(source_id(&p.source)),
            },
            title: origin.and_then(|o| o.title.as_deref()).filter(|t| !t.is_empty()).unwrap_or_else(|| source_title(p)),
            // The date of the origin: ours would move with every later entry of the source.
            updated_at: updated_at.min(p.updated_at.max(p.first_seen_at)),
            url: url.filter(|url| is_web(url)),
            page_url: page_url.filter(|page| is_web(page)),
            rights: origin.and_then(|o| o.rights.as_deref()).or(carrier.rights.as_deref()),
            authors: named(authors),
        }
    }
}
