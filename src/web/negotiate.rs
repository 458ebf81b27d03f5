//! Which coding, and whether the reader has it already: RFC 9110 §12.5.3, §13.

use hyper::HeaderMap;
use hyper::header::{ACCEPT_ENCODING, HeaderName, IF_MODIFIED_SINCE, IF_NONE_MATCH};

use crate::clock::Timestamp;

/// A content coding that is served.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Coding {
    /// None.
    Identity,
    /// gzip.
    Gzip,
    /// brotli.
    Brotli,
}

/// The coding that `headers` prefer: brotli before gzip among equals, and
/// identity where nothing is asked or where it is asked for above them. It is
/// always to be had (check O26).
pub fn coding(headers: &HeaderMap) -> Coding {
    let (mut best, mut identity) = ((Coding::Identity, 0), 0);
    for value in headers.get_all(ACCEPT_ENCODING).iter().filter_map(|v| v.to_str().ok()) {
        for item in value.split(',') {
            let mut parts = item.split(';');
            let name = parts.next().unwrap_or_default().trim();
            let coding = match () {
                () if name.eq_ignore_ascii_case("br") => Coding::Brotli,
                () if name.eq_ignore_ascii_case("gzip") || name.eq_ignore_ascii_case("x-gzip") => Coding::Gzip,
                () if name.eq_ignore_ascii_case("identity") => {
                    identity = weight(parts);
                    continue;
                }
                () => continue,
            };
            let weight = weight(parts);
            let better = weight > best.1 || weight == best.1 && coding == Coding::Brotli;
            if weight > 0 && better {
                best = (coding, weight);
            }
        }
    }
    if identity > best.1 { Coding::Identity } else { best.0 }
}

/// The `q` of an item in thousandths; 1000 without one.
fn weight<'a>(mut parameters: impl Iterator<Item = &'a str>) -> u32 {
    let q = parameters.find_map(|p| p.trim().strip_prefix("q=").or_else(|| p.trim().strip_prefix("Q=")));
    match q.map(str::parse::<f32>) {
        None => 1000,
        Some(Ok(q)) if (0.0..=1.0).contains(&q) => (q * 1000.0) as u32,
        Some(_) => 0,
    }
}

/// Whether the reader has the document: `If-None-Match` with weak comparison,
/// lists and `*`; it overrides `If-Modified-Since` (check O23). Any coding's
/// validator will do, for each names the same document.
pub fn is_fresh(headers: &HeaderMap, etags: &[&str], modified_s: i64) -> bool {
    if headers.contains_key(IF_NONE_MATCH) {
        return values(headers, &IF_NONE_MATCH).any(|value| matches(value, etags));
    }
    let modified = Timestamp::from_millis(modified_s.saturating_mul(1000));
    let since = values(headers, &IF_MODIFIED_SINCE).next().and_then(|text| Timestamp::from_http_date(text, modified));
    since.is_some_and(|since| modified <= since)
}

fn values<'h>(headers: &'h HeaderMap, name: &HeaderName) -> impl Iterator<Item = &'h str> {
    headers.get_all(name).iter().filter_map(|v| v.to_str().ok())
}

fn matches(list: &str, etags: &[&str]) -> bool {
    list.split(',').map(str::trim).any(|tag| {
        let tag = tag.strip_prefix("W/").unwrap_or(tag);
        tag == "*" || etags.contains(&tag)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(all: &[(&'static str, &str)]) -> HeaderMap {
        let pair = |(k, v): &(&'static str, &str)| (HeaderName::from_static(k), v.parse().unwrap());
        all.iter().map(pair).collect()
    }

    #[test]
    fn the_preferred_coding_wins_and_identity_is_always_to_be_had_o26() {
        let check = |asked: &str, expected| {
            assert_eq!(coding(&headers(&[("accept-encoding", asked)])), expected, "{asked}");
        };
        check("gzip, deflate, br", Coding::Brotli);
        check("gzip;q=1.0, br;q=0.5", Coding::Gzip);
        check("GZIP", Coding::Gzip);
        check("gzip;q=0", Coding::Identity);
        check("identity", Coding::Identity);
        check("identity, gzip;q=0.5", Coding::Identity);
        check("gzip, identity;q=0.5", Coding::Gzip);
        check("zstd, *;q=0", Coding::Identity);
        check("gzip;q=nonsense", Coding::Identity);
        assert_eq!(coding(&HeaderMap::new()), Coding::Identity);
    }

    #[test]
    fn validators_are_compared_weakly_and_override_dates_o23() {
        let tags = ["\"a\"", "\"a-gz\"", "\"a-br\""];
        let check = |all: &[(&'static str, &str)], expected| {
            assert_eq!(is_fresh(&headers(all), &tags, 1_000), expected, "{all:?}");
        };
        check(&[("if-none-match", "\"a\"")], true);
        check(&[("if-none-match", "W/\"a-gz\"")], true);
        check(&[("if-none-match", "\"x\", \"a-br\"")], true);
        check(&[("if-none-match", "*")], true);
        check(&[("if-none-match", "\"x\"")], false);
        check(&[("if-none-match", "a")], false);
        check(&[("if-none-match", "\"x\""), ("if-modified-since", "Thu, 01 Jan 1970 01:00:00 GMT")], false);
        check(&[("if-modified-since", "Thu, 01 Jan 1970 00:16:40 GMT")], true);
        check(&[("if-modified-since", "Thu, 01 Jan 1970 00:16:39 GMT")], false);
        check(&[("if-modified-since", "yesterday")], false);
        check(&[], false);
    }
}
