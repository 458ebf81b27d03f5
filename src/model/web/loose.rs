//! The loose form of a link, in which all spellings of one page are equal.

use super::CanonicalUrl;

/// Parameters that identify a visitor rather than a page, wherever they stand.
const VISITORS: [&str; 4] = ["jsessionid", "phpsessid", "oscsid", "zenid"];

/// Documents that a server sends for their folder.
const INDEXES: [&str; 5] = ["index.html", "index.htm", "index.php", "index.jsp", "default.aspx"];

/// A link reduced to what any publisher's software leaves of it.
///
/// Looser than [`CanonicalUrl`]: percent-encoding is normalised (RFC 3986 §6.2.2.1,
/// §6.2.2.2; also of characters that separate nothing in practice); a final slash, the name
/// of a folder's index, `www.`, the order of parameters, session ids (`;jsessionid=`) and
/// parameters known to change at each poll are ignored. Two pages may share a loose form,
/// so it is one reason among others to recognise an entry, and never enough if others
/// contradict it.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct LooseUrl(String);

impl LooseUrl {
    /// The loose form of an absolute http or https `link`, without the
    /// parameters in `fickle` (in lower case); `None` for other links.
    pub fn of(link: &str, fickle: &[String]) -> Option<Self> {
        let canonical = CanonicalUrl::of(link)?;
        let rest = canonical.as_str().strip_prefix("https://")?;
        let (place, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (host, path) = place.split_once('/').unwrap_or((place, ""));
        let mut out = String::with_capacity(rest.len());
        out.push_str(host.strip_prefix("www.").unwrap_or(host));
        let drops = |name: &str| {
            let name = name.to_ascii_lowercase();
            VISITORS.contains(&name.as_str()) || name.starts_with("aspsessionid") || fickle.contains(&name)
        };
        let mut segments: Vec<String> = path.split('/').map(|segment| segment_of(segment, &drops)).collect();
        segments.retain(|segment| !segment.is_empty());
        if segments.last().is_some_and(|last| INDEXES.contains(&last.to_ascii_lowercase().as_str())) {
            segments.pop();
        }
        for segment in &segments {
            out.push('/');
            out.push_str(segment);
        }
        let pairs = query.split('&').filter(|pair| !pair.is_empty() && !drops(name_of(pair)));
        let mut pairs: Vec<String> = pairs.map(|pair| decoded(pair).replace("%20", "+")).collect();
        // The order may matter among parameters of the same name.
        pairs.sort_by(|a, b| name_of(a).cmp(name_of(b)));
        let mut mark = '?';
        for pair in &pairs {
            out.push(mark);
            out.push_str(pair);
            mark = '&';
        }
        Some(LooseUrl(out))
    }

    /// The form of `link` with its anchor, which may be all that distinguishes two items of
    /// one page. An anchor with `=` only says how the reader came.
    pub fn with_anchor(link: &str, fickle: &[String]) -> Option<Self> {
        let LooseUrl(mut page) = LooseUrl::of(link, fickle)?;
        if let Some((_, anchor)) = link.trim().split_once('#').filter(|(_, a)| !a.is_empty() && !a.contains('=')) {
            page.push('#');
            page.push_str(&decoded(anchor));
        }
        Some(LooseUrl(page))
    }

    /// The form as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The name of a parameter `name=value`.
pub fn name_of(pair: &str) -> &str {
    pair.split('=').next().unwrap_or(pair)
}

/// A segment of a path without the parameters that `drops` (RFC 3986 §3.3).
fn segment_of(segment: &str, drops: &impl Fn(&str) -> bool) -> String {
    let mut parts = segment.split(';');
    let mut out = decoded(parts.next().unwrap_or(segment));
    for pair in parts.filter(|pair| !drops(name_of(pair))) {
        out.push(';');
        out.push_str(&decoded(pair));
    }
    out
}

/// Characters that software may encode or not: the unreserved ones (RFC 3986 §2.3), and
/// those reserved ones that separate nothing in paths and queries.
const PLAIN: &str = "-._~!$'()*,:@";

/// `text` with percent-encoded letters, digits and [`PLAIN`] characters decoded, and the
/// hexadecimal digits of all others in upper case.
fn decoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('%') {
        out.push_str(&rest[..at]);
        let hex = rest.get(at + 1..at + 3).filter(|hex| hex.bytes().all(|b| b.is_ascii_hexdigit()));
        let Some(hex) = hex else {
            out.push('%');
            rest = &rest[at + 1..];
            continue;
        };
        match u8::from_str_radix(hex, 16).map(char::from) {
            Ok(c) if c.is_ascii_alphanumeric() || PLAIN.contains(c) => out.push(c),
            _ => {
                out.push('%');
                out.push_str(&hex.to_ascii_uppercase());
            }
        }
        rest = &rest[at + 3..];
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_page_are_one() {
        let check = |link: &str, expected: &str| {
            let loose = LooseUrl::of(link, &["tid".to_owned()]).unwrap();
            assert_eq!(loose.as_str(), expected, "{link}");
            let again = LooseUrl::of(&format!("https://{expected}"), &["tid".to_owned()]).unwrap();
            assert_eq!(again, loose, "idempotent: {link}");
        };
        check("http://www.city.example/a/", "city.example/a");
        check("https://city.example/a//b/index.html?x=1", "city.example/a/b?x=1");
        check("https://city.example/", "city.example");
        check("https://city.example/%e5%8f%8b?q=%7ea%2f", "city.example/%E5%8F%8B?q=~a%2F");
        check("https://city.example/友", "city.example/%E5%8F%8B");
        check("https://city.example/a.do;jsessionid=7F3A?id=4", "city.example/a.do?id=4");
        check("https://city.example/a;v=2;JSESSIONID=1/b", "city.example/a;v=2/b");
        check("https://city.example/a?PHPSESSID=1&id=4&TID=9", "city.example/a?id=4");
        check("https://city.example/a?ASPSESSIONIDQQ=1", "city.example/a");
        check("https://city.example/100%/%zz%4", "city.example/100%/%zz%4");
        check("https://city.example/port%2C7.html", "city.example/port,7.html");
        check("HTTPS://City.EXAMPLE:443/n?b=2&a=1&a=0", "city.example/n?a=1&a=0&b=2");
        check("https://city.example/n?utm_source=x&q=a%20b&c=%2f", "city.example/n?c=%2F&q=a+b");
    }

    #[test]
    fn an_anchor_tells_items_of_one_page_apart() {
        let check = |link: &str, expected: &str| {
            assert_eq!(LooseUrl::with_anchor(link, &[]).unwrap().as_str(), expected, "{link}");
        };
        check("https://city.example/live/#p%31", "city.example/live#p1");
        check("https://city.example/live#", "city.example/live");
        check("https://city.example/live#xtor=RSS-1", "city.example/live");
    }

    #[test]
    fn pages_that_a_parameter_tells_apart_stay_apart() {
        let loose = |link: &str| LooseUrl::of(link, &[]);
        assert_ne!(loose("https://a.example/n?id=1"), loose("https://a.example/n?id=2"));
        assert_ne!(loose("https://a.example/n?sid=1"), loose("https://a.example/n?sid=2"));
        assert_ne!(loose("https://a.example/n"), loose("https://b.example/n"));
        assert_eq!(loose("mailto:a@b.example"), None);
    }
}
