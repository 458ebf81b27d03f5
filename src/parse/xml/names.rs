//! Namespaces: which vocabulary an element's name belongs to.

use crate::limits::NAMESPACES;

/// A vocabulary.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ns {
    /// RSS of any version; also names in no namespace.
    Rss,
    /// Atom 0.3 and 1.0.
    Atom,
    Rdf,
    /// Dublin Core, elements and terms.
    Dc,
    /// RSS 1.0 module content.
    Content,
    /// RSS 1.0 module syndication.
    Syndication,
    Media,
    Itunes,
    /// RFC 4685.
    Thread,
    Feedburner,
    Xhtml,
    /// sitemaps.org.
    Sitemap,
    /// Google's news extension of sitemaps.
    News,
    /// Google's image extension of sitemaps.
    Image,
    /// Anything else.
    Other,
}

/// The vocabulary of a namespace name; forgiving about scheme, case and a
/// trailing slash. `None` when nobody here knows it.
fn of_uri(uri: &str) -> Option<Ns> {
    let uri = uri.trim().to_ascii_lowercase();
    let bare = uri.trim_start_matches("https://").trim_start_matches("http://").trim_start_matches("www.");
    let bare = bare.trim_end_matches(['/', '#']);
    Some(match bare {
        "" | "purl.org/rss/1.0" | "my.netscape.com/rdf/simple/0.9" | "channel.netscape.com/rdf/simple/0.9" => Ns::Rss,
        "my.netscape.com/publish/formats/rss-0.91.dtd" | "purl.org/net/rss1.1" => Ns::Rss,
        "w3.org/2005/atom" | "purl.org/atom/ns" => Ns::Atom,
        "w3.org/1999/02/22-rdf-syntax-ns" => Ns::Rdf,
        "purl.org/dc/elements/1.0" | "purl.org/dc/elements/1.1" | "purl.org/dc/terms" => Ns::Dc,
        "purl.org/rss/1.0/modules/content" => Ns::Content,
        "purl.org/rss/1.0/modules/syndication" => Ns::Syndication,
        "search.yahoo.com/mrss" | "video.search.yahoo.com/mrss" => Ns::Media,
        "itunes.com/dtds/podcast-1.0.dtd" => Ns::Itunes,
        "purl.org/syndication/thread/1.0" => Ns::Thread,
        "rssnamespace.org/feedburner/ext/1.0" => Ns::Feedburner,
        "w3.org/1999/xhtml" => Ns::Xhtml,
        "sitemaps.org/schemas/sitemap/0.9" | "google.com/schemas/sitemap/0.84" => Ns::Sitemap,
        "google.com/schemas/sitemap-news/0.9" => Ns::News,
        "google.com/schemas/sitemap-image/1.1" => Ns::Image,
        _ if bare.starts_with("backend.userland.com/") || bare.contains("harvard.edu/") && bare.contains("rss") => {
            Ns::Rss
        }
        _ => return None,
    })
}

/// The vocabulary that a prefix usually stands for.
fn of_prefix(prefix: &str) -> Ns {
    match prefix {
        "rss" => Ns::Rss,
        "atom" | "atom10" | "a10" => Ns::Atom,
        "rdf" => Ns::Rdf,
        "dc" | "dcterms" => Ns::Dc,
        "content" => Ns::Content,
        "sy" => Ns::Syndication,
        "media" => Ns::Media,
        "itunes" => Ns::Itunes,
        "thr" => Ns::Thread,
        "feedburner" => Ns::Feedburner,
        "xhtml" => Ns::Xhtml,
        "news" | "n" => Ns::News,
        "image" => Ns::Image,
        _ => Ns::Other,
    }
}

/// The bindings in force, innermost last.
#[derive(Debug, Default)]
pub struct Bindings<'a> {
    bound: Vec<(&'a str, Ns)>,
    /// Vocabulary of names without prefix where nothing binds them.
    plain: Option<Ns>,
}

impl<'a> Bindings<'a> {
    /// Binds `prefix` (empty for the default) to the namespace named `uri`, while there is room.
    pub fn bind(&mut self, prefix: &'a str, uri: &str) {
        let ns = of_uri(uri).unwrap_or(if prefix.is_empty() { Ns::Other } else { of_prefix(prefix) });
        if self.bound.len() < NAMESPACES.count() {
            self.bound.push((prefix, ns));
        }
    }

    /// Makes names with the root's `prefix` belong to `ns`, whatever was
    /// declared: an `rss` element whose default namespace is Atom's, or one
    /// that nobody knows, is RSS all the same.
    pub fn adopt(&mut self, prefix: &'a str, ns: Ns) {
        if prefix.is_empty() {
            self.plain = Some(ns);
        }
        self.bound.push((prefix, ns));
    }

    /// How many bindings are in force; for [`Bindings::release`].
    pub fn len(&self) -> usize {
        self.bound.len()
    }

    /// Drops all but the first `length` bindings.
    pub fn release(&mut self, length: usize) {
        self.bound.truncate(length);
    }

    /// The vocabulary and local part of a name, and whether its prefix is declared.
    pub fn resolve<'n>(&self, name: &'n str) -> (Ns, &'n str, bool) {
        let (prefix, local) = split(name);
        match self.bound.iter().rev().find(|(bound, _)| *bound == prefix) {
            Some((_, ns)) => (*ns, local, true),
            None if prefix.is_empty() => (self.plain.unwrap_or(Ns::Rss), local, true),
            None => (of_prefix(prefix), local, prefix == "xml"),
        }
    }
}

/// Prefix and local part of a name.
pub fn split(name: &str) -> (&str, &str) {
    name.split_once(':').unwrap_or(("", name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_go_by_uri_and_else_by_habit() {
        let mut bindings = Bindings::default();
        bindings.bind("d", "http://purl.org/dc/elements/1.1/");
        bindings.bind("media", "https://search.yahoo.com/mrss");
        bindings.bind("x", "urn:unknown");
        let check = |name: &str, expected: (Ns, &str, bool)| assert_eq!(bindings.resolve(name), expected, "{name}");
        check("d:date", (Ns::Dc, "date", true));
        check("media:content", (Ns::Media, "content", true));
        check("x:title", (Ns::Other, "title", true));
        check("item", (Ns::Rss, "item", true));
        check("itunes:author", (Ns::Itunes, "author", false));
    }

    #[test]
    fn inner_bindings_hide_outer_ones_until_released() {
        let mut bindings = Bindings::default();
        bindings.bind("", "http://www.w3.org/2005/Atom");
        let outer = bindings.len();
        bindings.bind("", "http://www.w3.org/1999/xhtml");
        assert_eq!(bindings.resolve("div").0, Ns::Xhtml);
        bindings.release(outer);
        assert_eq!(bindings.resolve("entry").0, Ns::Atom);
    }
}
