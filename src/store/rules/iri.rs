//! By what an entry is found whose link somebody has at hand.

use crate::model::{CanonicalUrl, LooseUrl, digest};

/// Hashes of a link, each as entries are stored with it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LinkHashes {
    /// The page that it leads to, with its anchor and without: the first one that an entry
    /// has counts.
    pub pages: [Option<i64>; 2],
    /// Its canonical form, of entries that an earlier release stored.
    pub link: Option<i64>,
}

impl LinkHashes {
    /// Those of `iri`.
    pub fn of(iri: &str) -> LinkHashes {
        let page = |page: Option<LooseUrl>| page.map(|page| digest(page.as_str()));
        LinkHashes {
            pages: [page(LooseUrl::with_anchor(iri, &[])), page(LooseUrl::of(iri, &[]))],
            link: CanonicalUrl::of(iri).map(|link| digest(link.as_str())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_looked_for_as_it_is_written_first() {
        let plain = LinkHashes::of("https://a.example/1");
        assert_eq!(plain.pages[0], plain.pages[1]);
        let anchored = LinkHashes::of("https://a.example/1#two");
        assert_eq!((anchored.pages[1], anchored.pages[0] == plain.pages[0]), (plain.pages[1], false));
        assert_eq!(LinkHashes::of(""), LinkHashes { pages: [None; 2], link: None });
    }
}
