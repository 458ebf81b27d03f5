//! URLs as they are compared, shown and stored: their canonical form, which is never
//! fetched, and the one without credentials.

use std::borrow::Cow;
use std::fmt;

use url::Url;

/// Query parameters that say how a reader came, not what they read.
const TRACKING: [&str; 12] = [
    "fbclid",
    "gclid",
    "dclid",
    "msclkid",
    "igshid",
    "mc_cid",
    "mc_eid",
    "yclid",
    "_openstat",
    "feedref",
    "ncid",
    "cmpid",
];

/// A link reduced to what distinguishes one page from another.
///
/// http and https are the same, and so is a host with and without a final dot; the
/// fragment, a default port, credentials and tracking parameters (`utm_…`, `feedref` of
/// Business Wire) are dropped. Idempotent.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct CanonicalUrl(String);

impl CanonicalUrl {
    /// The canonical form of an absolute http or https `link`; `None` for others.
    pub fn of(link: &str) -> Option<Self> {
        let mut url = Url::parse(link.trim()).ok()?;
        if !matches!(url.scheme(), "http" | "https") {
            return None;
        }
        let host = url.host_str()?.trim_end_matches('.').to_owned();
        url.set_host(Some(&host)).ok()?;
        url.set_scheme("https").ok()?;
        if url.port() == Some(80) {
            url.set_port(None).ok()?;
        }
        url.set_username("").ok()?;
        url.set_password(None).ok()?;
        url.set_fragment(None);
        if let Some(query) = url.query() {
            let kept: Vec<&str> = query.split('&').filter(|pair| !is_tracking(pair)).collect();
            let kept = kept.join("&");
            url.set_query(if kept.is_empty() { None } else { Some(&kept) });
        }
        Some(CanonicalUrl(url.into()))
    }

    /// The form as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Path and query: what stays when a publisher moves to another host.
    pub fn path(&self) -> &str {
        let rest = self.0.strip_prefix("https://").unwrap_or(&self.0);
        rest.find('/').map_or("/", |at| &rest[at..])
    }
}

fn is_tracking(pair: &str) -> bool {
    let name = pair.split('=').next().unwrap_or(pair).to_ascii_lowercase();
    pair.is_empty() || name.starts_with("utm_") || TRACKING.contains(&name.as_str())
}

impl fmt::Display for CanonicalUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whether `text` is an absolute IRI (RFC 3987) that a published document may use as an id
/// or link: no white space, no characters that must be escaped, no scheme that runs code or
/// embeds content.
pub fn is_iri(text: &str) -> bool {
    let clean = |c: char| !c.is_whitespace() && !c.is_control() && !"<>\"{}|\\^`".contains(c);
    text.len() <= 2048
        && text.chars().all(clean)
        && Url::parse(text).is_ok_and(|url| {
            let host = !matches!(url.scheme(), "http" | "https") || url.has_host();
            host && !matches!(url.scheme(), "javascript" | "data" | "file" | "vbscript")
        })
}

/// A URL as it was written, with a scheme that can be asked for: `feed://a.example` is
/// `http://a.example`, and `feed:https://a.example` is what follows (B35).
pub fn without_feed_scheme(text: &str) -> Cow<'_, str> {
    match without_prefix(text, "feed:") {
        Some(rest) if rest.starts_with("//") => Cow::Owned(format!("http:{rest}")),
        Some(rest) => Cow::Borrowed(rest),
        None => Cow::Borrowed(text),
    }
}

/// `text` behind an ASCII `prefix`, which may be written in capitals.
pub fn without_prefix<'t>(text: &'t str, prefix: &str) -> Option<&'t str> {
    let (head, rest) = text.split_at_checked(prefix.len())?;
    head.eq_ignore_ascii_case(prefix).then_some(rest)
}

/// `url` without credentials and fragment: as it may be shown, stored and compared.
pub fn without_credentials(mut url: Url) -> Url {
    // Both fail only for URLs that cannot hold credentials.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url.set_fragment(None);
    url
}

/// `url` with the credentials of `configured` if they are of one origin (check
/// B12): how a URL that was stored without them is asked again.
pub fn with_credentials_of(configured: &Url, mut url: Url) -> Url {
    if url.origin() == configured.origin() {
        let _ = url.set_username(configured.username());
        let _ = url.set_password(configured.password());
    }
    url
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_page_has_one_form() {
        let check = |link: &str, expected: &str| {
            let made = CanonicalUrl::of(link).unwrap();
            assert_eq!(made.as_str(), expected, "{link}");
            assert_eq!(CanonicalUrl::of(made.as_str()).unwrap(), made, "idempotent: {link}");
        };
        check("http://Example.ORG:80/a?utm_source=rss&id=4#top", "https://example.org/a?id=4");
        check("https://example.org./a?utm_medium=x", "https://example.org/a");
        check(" https://user:pw@example.org/a ", "https://example.org/a");
        check("https://example.org:8443/b?feedref=JjAw&x", "https://example.org:8443/b?x");
        check("https://例え.jp/ニュース", "https://xn--r8jz45g.jp/%E3%83%8B%E3%83%A5%E3%83%BC%E3%82%B9");
    }

    #[test]
    fn only_http_has_a_canonical_form() {
        for link in ["", "mailto:a@b.example", "javascript:alert(1)", "/relative", "urn:x:1"] {
            assert_eq!(CanonicalUrl::of(link), None, "{link}");
        }
        assert_eq!(CanonicalUrl::of("http://a.example/p?q=1").unwrap().path(), "/p?q=1");
    }

    #[test]
    fn credentials_stay_with_the_origin_they_were_given_for_b12() {
        let url = |text: &str| Url::parse(text).unwrap();
        let given = url("https://desk:pw@news.example/feed#top");
        assert_eq!(without_credentials(given.clone()).as_str(), "https://news.example/feed");
        let check = |asked: &str, expected: &str| {
            assert_eq!(with_credentials_of(&given, url(asked)).as_str(), expected, "{asked}");
        };
        check("https://news.example/moved", "https://desk:pw@news.example/moved");
        check("https://news.example:8443/feed", "https://news.example:8443/feed");
        check("http://news.example/feed", "http://news.example/feed");
        check("https://other.example/feed", "https://other.example/feed");
    }

    #[test]
    fn only_absolute_iris_are_published() {
        for good in ["urn:x:1", "tag:example.org,2026:a", "https://例え.jp/ニュース", "http://a.example/?b=1#c"] {
            assert!(is_iri(good), "{good}");
        }
        for bad in ["", "relative", "http://", "javascript:alert(1)", "data:,x", "urn:a b", "https://a.example/<b>"] {
            assert!(!is_iri(bad), "{bad}");
        }
    }
}
