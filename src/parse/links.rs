//! Links out of documents: absolute http or https, or nothing (B70, B72).

use url::Url;

/// Why a link cannot be used.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unusable {
    /// Nothing was given.
    Empty,
    /// No address can be made out.
    Unresolvable,
    /// Another scheme: `javascript`, `data`, `mailto` and the rest.
    Scheme,
}

/// `href` against `base`. A good absolute link stays as it was written.
pub fn resolve(href: &str, base: &Url) -> Result<String, Unusable> {
    let href = href.trim();
    if href.is_empty() {
        return Err(Unusable::Empty);
    }
    // Escaped twice, or once in a CDATA section (B74).
    if href.contains("&amp;") {
        return resolve(&unescaped(href), base);
    }
    let url = match Url::parse(href) {
        Ok(url) => url,
        Err(url::ParseError::RelativeUrlWithoutBase) => base.join(href).map_err(|_| Unusable::Unresolvable)?,
        Err(_) => return Err(Unusable::Unresolvable),
    };
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none_or(str::is_empty) {
        return Err(Unusable::Scheme);
    }
    let as_written = (href.starts_with("http://") || href.starts_with("https://")) && href.bytes().all(is_plain);
    Ok(if as_written { href.to_owned() } else { url.into() })
}

/// `href` without the escaping of its ampersands, however often it was done;
/// what comes of it holds none any more.
fn unescaped(href: &str) -> String {
    let mut out = String::with_capacity(href.len());
    let mut rest = href;
    while let Some(at) = rest.find("&amp;") {
        out.push_str(&rest[..=at]);
        rest = &rest[at + "&amp;".len()..];
        while let Some(again) = rest.strip_prefix("amp;") {
            rest = again;
        }
    }
    out.push_str(rest);
    out
}

/// Whether a byte may stand in an address unescaped.
fn is_plain(b: u8) -> bool {
    b.is_ascii_graphic() && !matches!(b, b'"' | b'<' | b'>' | b'\\' | b'^' | b'`' | b'{' | b'|' | b'}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_become_absolute_or_nothing() {
        let base = Url::parse("https://wire.example/news/feed.xml").unwrap();
        let check = |href: &str, expected: Result<&str, Unusable>| {
            assert_eq!(resolve(href, &base).as_deref(), expected.as_ref().map(|s| *s), "{href}");
        };
        check("http://a.example", Ok("http://a.example"));
        check(" https://a.example/x?a=1&b=2#c ", Ok("https://a.example/x?a=1&b=2#c"));
        check("item/1", Ok("https://wire.example/news/item/1"));
        check("//cdn.example/x", Ok("https://cdn.example/x"));
        check("?id=4", Ok("https://wire.example/news/feed.xml?id=4"));
        check("https://a.example/ü b", Ok("https://a.example/%C3%BC%20b"));
        check("https://a.example/?a=1&amp;b=2", Ok("https://a.example/?a=1&b=2"));
        check("javascript:alert(1)", Err(Unusable::Scheme));
        check("JaVaScRiPt:alert(1)", Err(Unusable::Scheme));
        check("java\nscript:alert(1)", Err(Unusable::Scheme));
        check("data:text/html,x", Err(Unusable::Scheme));
        check("http://", Err(Unusable::Unresolvable));
        check("", Err(Unusable::Empty));
    }
}
