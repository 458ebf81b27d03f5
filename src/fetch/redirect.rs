//! Where a redirect leads, or why it leads nowhere (checks B10 to B12, P21).

use url::Url;

use crate::model::{Failure, PublicUrl, without_credentials};
use crate::net;

use super::response::Hop;

/// Most redirects that are followed.
const MAX_HOPS: usize = crate::limits::REDIRECTS.count();

/// Whether `status` sends the client elsewhere (RFC 9110 §15.4).
pub fn is_redirect(status: u16) -> bool {
    matches!(status, 301 | 302 | 303 | 307 | 308)
}

/// The hop that `response` from `from` demands, after `hops`.
pub fn next(from: &Url, response: &net::RawResponse, hops: &[Hop]) -> Result<Hop, Failure> {
    let status = response.status;
    let so_far = || match hops {
        [] => format!("{} answered {status}", PublicUrl::of(from)),
        hops => format!("{}, which answered {status}", chain(hops)),
    };
    let bad = |why: &str| Failure::Redirect(format!("{why}: {}", so_far()));
    let Some(location) = response.headers.get("location") else {
        return Err(bad("no location"));
    };
    let to = resolve(from, location.as_bytes()).ok_or_else(|| bad("location is not a URL"))?;
    if !matches!(to.scheme(), "http" | "https") {
        return Err(bad(&format!("location has scheme {}", to.scheme())));
    }
    let hop = Hop { from: from.clone(), status, to: without_credentials(to) };
    let way = || chain(&[hops, std::slice::from_ref(&hop)].concat());
    if from.scheme() == "https" && hop.to.scheme() == "http" {
        return Err(Failure::Redirect(format!("from https to http: {}", way())));
    }
    if hop.to == *from || hops.iter().any(|earlier| earlier.from == hop.to) {
        return Err(Failure::Redirect(format!("in a circle: {}", way())));
    }
    if hops.len() == MAX_HOPS {
        return Err(Failure::Limit(format!("more than {MAX_HOPS} redirects: {}", way())));
    }
    Ok(hop)
}

/// Where a `Location` leads from `from`. Servers send it in UTF-8 or in an encoding of their
/// own (Latin-1, GBK …): such bytes are escaped one by one, as browsers do, so that the server
/// gets back what it knows. A host is looked up by its characters, so one that is not UTF-8 is
/// taken for Latin-1.
fn resolve(from: &Url, location: &[u8]) -> Option<Url> {
    let location = location.trim_ascii();
    if location.is_empty() {
        return None;
    }
    if let Ok(text) = std::str::from_utf8(location) {
        return from.join(text).ok();
    }
    let path = path_starts(location);
    let host: String = location[..path].iter().copied().map(char::from).collect();
    from.join(&(host + &escaped(&location[path..]))).ok()
}

/// Where the authority of a URL ends; 0 for a URL without one.
fn path_starts(location: &[u8]) -> usize {
    let Some(slashes) = location.windows(2).position(|two| two == b"//") else { return 0 };
    if !location[..slashes].iter().all(|b| b.is_ascii_alphanumeric() || b"+-.:".contains(b)) {
        return 0;
    }
    let authority = &location[slashes + 2..];
    let end = authority.iter().position(|b| b"/?#".contains(b)).unwrap_or(authority.len());
    slashes + 2 + end
}

/// `bytes` with everything beyond ASCII as `%XX`.
fn escaped(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 3), |mut text, byte| {
        match byte.is_ascii() {
            true => text.push(char::from(*byte)),
            false => text.push_str(&format!("%{byte:02X}")),
        }
        text
    })
}

/// The redirects so far: `http://a/ -301-> http://b/`.
pub fn chain(hops: &[Hop]) -> String {
    let Some(first) = hops.first() else { return String::new() };
    hops.iter().fold(PublicUrl::of(&first.from).to_string(), |way, hop| {
        format!("{way} -{}-> {}", hop.status, PublicUrl::of(&hop.to))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locations_in_the_encodings_of_the_field_are_followed() {
        let from = Url::parse("https://news.example/a/b?c").unwrap();
        let check = |location: &[u8], expected: &str| {
            let to = resolve(&from, location).unwrap_or_else(|| panic!("{location:?}"));
            assert_eq!(to.as_str(), expected, "{location:?}");
        };
        check(b"/nyheter/g\xe5rdag.xml", "https://news.example/nyheter/g%E5rdag.xml");
        check(b"/\xd0\xc2\xce\xc5/?q=\xb9\xfa", "https://news.example/%D0%C2%CE%C5/?q=%B9%FA");
        check("/nyheter/gårdag.xml".as_bytes(), "https://news.example/nyheter/g%C3%A5rdag.xml");
        check("//märkte.example/新闻".as_bytes(), "https://xn--mrkte-gra.example/%E6%96%B0%E9%97%BB");
        check(b"http://m\xe4rkte.example/\xe4", "http://xn--mrkte-gra.example/%E4");
        check(b"caf\xe9?next=//x/y", "https://news.example/a/caf%E9?next=//x/y");
        check(b" /blank before ", "https://news.example/blank%20before");
        check(b"/\xff\xfe", "https://news.example/%FF%FE");
        check(b"//other.example/\x83\x6a", "https://other.example/%83j");
    }

    #[test]
    fn what_is_no_address_leads_nowhere() {
        let from = Url::parse("https://news.example/").unwrap();
        for location in [&b""[..], b"  ", b"http://[nonsense", b"http://\xff\xff:port/"] {
            assert_eq!(resolve(&from, location), None, "{location:?}");
        }
    }
}
