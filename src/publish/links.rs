//! Which links of an entry are published: none that lead a reader inside a network, the
//! reader's own or the operator's, and none that reveal a source's own URL with its query
//! (checks B73, B116, B118).
//!
//! Links are judged as a reader's program would resolve them, by the rules of
//! [`crate::model::web::address`]. Links to what the operator opened for a source may appear in its
//! entries. Links that lead elsewhere are published as they came: they are the news.

use std::borrow::Cow;
use std::ops::Deref;

use url::Url;

use crate::model::web::address::{Opened, outside};
use crate::model::{Person, PublicUrl, Published, is_iri};

use super::SourceTerms;

/// How links of one source are judged.
#[derive(Clone, Copy, Debug)]
struct LinkJudge<'a> {
    opened: &'a Opened,
    own: Option<&'a PublicUrl>,
}

/// `url` as readers may follow it, in entries of a source that may name what is `opened`;
/// `None` if it leads inside a network. Credentials in it are left out.
pub fn followed(url: &Url, opened: &Opened) -> Option<Url> {
    if !matches!(url.scheme(), "http" | "https") || outside(url, opened).is_err() {
        return None;
    }
    let mut bare = url.clone();
    // Both fail only if there are none.
    let _ = bare.set_username("");
    let _ = bare.set_password(None);
    Some(bare)
}

/// Whether `link` is absolute http or https, without characters that no URL holds (check O12).
pub fn is_web(link: &str) -> bool {
    (link.starts_with("http://") || link.starts_with("https://")) && is_iri(link)
}

impl LinkJudge<'_> {
    /// `link` as it is published. One that is not http or https is not judged here.
    fn of<'l>(&self, link: &'l str) -> Option<Cow<'l, str>> {
        let Ok(url) = Url::parse(link) else { return Some(Cow::Borrowed(link)) };
        if !matches!(url.scheme(), "http" | "https") {
            return Some(Cow::Borrowed(link));
        }
        let followed = followed(&url, self.opened)?;
        match self.own.filter(|own| own.hides(&followed)) {
            Some(own) => own.link().map(|own| Cow::Owned(own.to_owned())),
            None if followed == url => Some(Cow::Borrowed(link)),
            None => Some(Cow::Owned(followed.into())),
        }
    }

    fn settle(&self, link: &mut Option<String>) {
        *link = link.take().and_then(|link| self.of(&link).map(Cow::into_owned));
    }

    /// Keeps those of `list` whose URL, found by `of`, may be published.
    fn sift<T>(&self, list: &mut Vec<T>, address: impl Fn(&mut T) -> &mut String) {
        list.retain_mut(|item| {
            let link = address(item);
            match self.of(link) {
                None => return false,
                Some(Cow::Owned(other)) => *link = other,
                Some(Cow::Borrowed(_)) => {}
            }
            true
        });
    }

    fn persons(&self, persons: &mut [Person]) {
        persons.iter_mut().for_each(|person| self.settle(&mut person.uri));
    }
}

/// An entry with only those links that may be published.
#[derive(Clone, Debug)]
pub struct VettedEntry<'p> {
    /// The terms of its source, by which they were judged.
    pub terms: Option<&'p SourceTerms>,
    published: Cow<'p, Published>,
}

impl Deref for VettedEntry<'_> {
    type Target = Published;

    fn deref(&self) -> &Published {
        &self.published
    }
}

/// `published`, from a source under `terms`, with the links that may be published: nearly
/// always all of them.
pub fn vetted<'p>(published: &'p Published, terms: Option<&'p SourceTerms>) -> VettedEntry<'p> {
    VettedEntry { terms, published: sifted(published, terms) }
}

fn sifted<'p>(published: &'p Published, terms: Option<&SourceTerms>) -> Cow<'p, Published> {
    let none = Opened::default();
    let judge = LinkJudge { opened: terms.map_or(&none, |terms| &terms.opened), own: terms.map(|terms| &terms.url) };
    let as_it_is = |link: &str| matches!(judge.of(link), Some(Cow::Borrowed(_)));
    if addresses(published).all(as_it_is) && !ids(published).any(|id| tells_own(id, judge.own)) {
        return Cow::Borrowed(published);
    }
    let mut vetted = published.clone();
    let entry = &mut vetted.entry.entry;
    judge.settle(&mut entry.link);
    judge.sift(&mut entry.links, |link| &mut link.href);
    judge.sift(&mut entry.enclosures, |enclosure| &mut enclosure.url);
    entry.in_reply_to.iter_mut().for_each(|reply| judge.settle(&mut reply.href));
    judge.persons(&mut entry.authors);
    judge.persons(&mut entry.contributors);
    if let Some(origin) = &mut entry.origin {
        judge.settle(&mut origin.url);
        judge.settle(&mut origin.link);
        judge.persons(&mut origin.authors);
        origin.id = origin.id.take().filter(|id| !tells_own(id, judge.own));
    }
    let carrier = &mut vetted.carrier;
    judge.settle(&mut carrier.link);
    judge.persons(&mut carrier.authors);
    carrier.feed_id = carrier.feed_id.take().filter(|id| !tells_own(id, judge.own));
    Cow::Owned(vetted)
}

/// Every URL of an entry that is published as a link.
fn addresses(p: &Published) -> impl Iterator<Item = &str> {
    let (e, carrier) = (&p.entry, &p.carrier);
    let origin = e.origin.as_ref();
    let origins = origin.into_iter().flat_map(|o| [&o.url, &o.link]).flatten();
    let writers = origin.into_iter().flat_map(|o| &o.authors);
    let persons = e.authors.iter().chain(&e.contributors).chain(&carrier.authors).chain(writers);
    let links = e.links.iter().map(|link| &link.href).chain(e.enclosures.iter().map(|enclosure| &enclosure.url));
    let replies = e.in_reply_to.iter().filter_map(|reply| reply.href.as_ref());
    let own = e.link.iter().chain(&carrier.link);
    let all = own.chain(links).chain(replies).chain(origins).chain(persons.filter_map(|person| person.uri.as_ref()));
    all.map(String::as_str)
}

/// Every id of a source that is published with an entry.
fn ids(p: &Published) -> impl Iterator<Item = &String> {
    p.carrier.feed_id.iter().chain(p.entry.origin.iter().filter_map(|origin| origin.id.as_ref()))
}

/// Whether an id reveals the source's own URL with secrets in it.
fn tells_own(id: &str, own: Option<&PublicUrl>) -> bool {
    own.is_some_and(|own| own.is_told_by(id))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Timestamp;
    use crate::model::web::address::OpenedHost;
    use crate::model::{
        Carrier, Enclosure, Entry, EntryId, EntryKey, FeedPosition, InReplyTo, Link, Origin, Republish, SourceId,
    };

    /// An entry whose every link is `link`.
    fn published(link: &str) -> Published {
        let at = Timestamp::from_millis(1_795_392_000_000);
        let person = || Person { name: "N".into(), email: None, uri: Some(link.into()) };
        let mut entry = Entry::new(EntryKey([0; 16]));
        entry.link = Some(link.into());
        entry.links = vec![Link { rel: "related".into(), href: link.into(), ..Link::default() }];
        entry.enclosures = vec![Enclosure { url: link.into(), ..Enclosure::default() }];
        entry.in_reply_to = vec![InReplyTo { id: "urn:x:1".into(), href: Some(link.into()), media_type: None }];
        entry.authors = vec![person()];
        entry.contributors = vec![person()];
        entry.origin = Some(Origin {
            id: Some(link.into()),
            url: Some(link.into()),
            link: Some(link.into()),
            authors: vec![person()],
            ..Origin::default()
        });
        let feed_id = Some(link.to_owned());
        let carrier = Carrier { feed_id, link: Some(link.into()), authors: vec![person()], ..Carrier::default() };
        Published {
            place: FeedPosition { at, entry: EntryId(1) },
            published_id: "urn:example:1".into(),
            source: SourceId::new("globe").unwrap(),
            carrier,
            first_seen_at: at,
            updated_at: at,
            revisions: 1,
            entry: entry.into(),
            lists: vec![],
            because: vec![],
        }
    }

    fn terms(url: &str, opened: Opened) -> SourceTerms {
        let url = PublicUrl::of(&Url::parse(url).unwrap());
        SourceTerms { republish: Republish::Full, url, opened }
    }

    fn links(p: &Published) -> Vec<String> {
        addresses(p).map(str::to_owned).collect()
    }

    #[test]
    fn b118_no_link_of_an_entry_leads_inside() {
        let terms = terms("https://news.example/feed", Opened::default());
        for inside in [
            "http://127.0.0.1/",
            "http://0x7f.1/",
            "http://[64:ff9b::7f00:1]/",
            "http://[2002:7f00:1::]/",
            "http://nas.lan/",
            "http://intranet/",
            "http://a.home.arpa./",
            "http://user:pw@10.0.0.1/",
        ] {
            let found = published(inside);
            assert_eq!(links(&vetted(&found, Some(&terms))), Vec::<String>::new(), "{inside}");
            assert_eq!(links(&vetted(&found, None)), Vec::<String>::new(), "{inside}");
        }
        let outside = published("https://other.example/a?b=c#d");
        assert!(matches!(sifted(&outside, Some(&terms)), Cow::Borrowed(_)), "as it came");
        let keyed = published("https://user:pw@other.example/a");
        assert!(links(&vetted(&keyed, Some(&terms))).iter().all(|link| link == "https://other.example/a"));
    }

    #[test]
    fn b118_links_to_what_was_opened_for_a_source_remain() {
        let host = OpenedHost { name: "wiki".into(), port: None };
        let opened = Opened { networks: vec!["10.0.0.0/24".parse().unwrap()], hosts: vec![host] };
        let terms = terms("http://wiki/feed", opened);
        for inside in ["http://wiki/a", "http://10.0.0.7:8080/a"] {
            assert!(matches!(sifted(&published(inside), Some(&terms)), Cow::Borrowed(_)), "{inside}");
        }
        assert!(links(&vetted(&published("http://10.0.1.7/"), Some(&terms))).is_empty());
    }

    #[test]
    fn b116_a_link_to_the_sources_own_address_is_published_without_its_query() {
        let terms = terms("https://u:p@news.example/feed?token=S", Opened::default());
        let own = published("https://news.example/feed?token=S");
        let vetted = vetted(&own, Some(&terms));
        assert!(links(&vetted).iter().all(|link| link == "https://news.example/feed"), "{vetted:?}");
        assert_eq!(ids(&vetted).count(), 0);
        assert!(!format!("{vetted:?}").contains("token"));
        let item = published("https://news.example/feed/1?token=S");
        assert!(matches!(sifted(&item, Some(&terms)), Cow::Borrowed(_)), "news are published as they came");
    }
}
