//! Which coding is sent, and whether the reader has the document: RFC 9110 §12.5.3, §13.

use hyper::HeaderMap;
use hyper::header::{
    ACCEPT, ACCEPT_ENCODING, HeaderName, IF_MATCH, IF_MODIFIED_SINCE, IF_NONE_MATCH, IF_UNMODIFIED_SINCE,
};

use crate::clock::Timestamp;
use crate::publish::rendered::Coding;

/// The coding that `headers` prefer: brotli before gzip among equals, and identity if no
/// preference is stated or it is preferred to both. Identity is always available (check O26).
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

/// Whether a request comes from a browser that shows what it gets: it asks for pages first, and
/// names no type of a feed.
pub fn is_browser(headers: &HeaderMap) -> bool {
    let mut asked = headers.get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok());
    let first = asked.next().unwrap_or_default();
    let is_page = first.split([',', ';']).next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("text/html"));
    is_page && ![first].into_iter().chain(asked).any(|value| value.contains("application/atom+xml"))
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

/// What follows from a request's conditions.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RequestVerdict {
    /// The document is sent.
    Send,
    /// The reader has it: 304.
    NotModified,
    /// It is not the one that the reader wants: 412.
    Failed,
}

/// Judges a request's conditions in the order of RFC 9110 §13.2.2: `If-Match` with strong
/// comparison, without it `If-Unmodified-Since`, and then [`is_fresh`]. `If-Range` decides about
/// ranges alone, and none is sent.
pub fn judge(headers: &HeaderMap, etags: &[&str], modified_at: Option<Timestamp>, now: Timestamp) -> RequestVerdict {
    let is_wanted = if headers.contains_key(IF_MATCH) {
        values(headers, &IF_MATCH)
            .flat_map(|list| list.split(','))
            .any(|tag| tag.trim() == "*" || etags.contains(&tag.trim()))
    } else {
        // Without a date of the document the condition is ignored (RFC 9110 §13.1.4).
        let until = modified_at.zip(date(headers, &IF_UNMODIFIED_SINCE));
        until.is_none_or(|(modified_at, until)| modified_at <= until)
    };
    match () {
        () if !is_wanted => RequestVerdict::Failed,
        () if is_fresh(headers, etags, modified_at, now) => RequestVerdict::NotModified,
        () => RequestVerdict::Send,
    }
}

/// Whether the reader has the document: `If-None-Match` with weak comparison,
/// lists and `*`; it overrides `If-Modified-Since` (check O23). Any coding's
/// validator will do, for each names the same document.
fn is_fresh(headers: &HeaderMap, etags: &[&str], modified_at: Option<Timestamp>, now: Timestamp) -> bool {
    if headers.contains_key(IF_NONE_MATCH) {
        return values(headers, &IF_NONE_MATCH).any(|value| matches(value, etags));
    }
    // A date in the future says nothing: it came from a wrong clock, and until that date it would
    // hide every change.
    let held_at = date(headers, &IF_MODIFIED_SINCE).filter(|at| *at <= now);
    modified_at.zip(held_at).is_some_and(|(modified_at, held_at)| modified_at <= held_at)
}

/// The date that the reader sends, if it is a single one (RFC 9110 §13.1.3).
fn date(headers: &HeaderMap, name: &HeaderName) -> Option<Timestamp> {
    let mut all = headers.get_all(name).iter();
    let (Some(one), None) = (all.next(), all.next()) else { return None };
    one.to_str().ok().and_then(Timestamp::from_http_date)
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
            let (modified_at, now) = (Timestamp::from_millis(1_000_000), Timestamp::from_millis(2_000_000));
            assert_eq!(is_fresh(&headers(all), &tags, Some(modified_at), now), expected, "{all:?}");
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

    #[test]
    fn a_reader_that_wants_one_version_alone_gets_no_other_o176() {
        use RequestVerdict::{Failed, NotModified, Send};
        let tags = ["\"a\"", "\"a-gz\"", "\"a-br\""];
        let (before, at, after) =
            ("Sun, 06 Nov 1994 08:49:36 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:38 1994");
        let check = |all: &[(&'static str, &str)], expected| {
            let (modified_at, now) = (Timestamp::from_millis(784_111_777_000), Timestamp::from_millis(784_111_900_999));
            assert_eq!(judge(&headers(all), &tags, Some(modified_at), now), expected, "{all:?}");
        };
        check(&[("if-match", "\"a\"")], Send);
        check(&[("if-match", "\"x\", \"a-gz\"")], Send);
        check(&[("if-match", "*")], Send);
        check(&[("if-match", "\"x\"")], Failed);
        check(&[("if-match", "W/\"a\"")], Failed);
        check(&[("if-match", "\"a\""), ("if-unmodified-since", before)], Send);
        check(&[("if-match", "\"a\""), ("if-none-match", "\"a\"")], NotModified);
        check(&[("if-match", "\"x\""), ("if-none-match", "\"a\"")], Failed);
        check(&[("if-unmodified-since", before)], Failed);
        check(&[("if-unmodified-since", at)], Send);
        check(&[("if-unmodified-since", after)], Send);
        check(&[("if-unmodified-since", "yesterday")], Send);
        check(&[("if-unmodified-since", after), ("if-modified-since", at)], NotModified);
        check(&[("range", "bytes=0-9"), ("if-range", "\"x\"")], Send);
        let undated = headers(&[("if-unmodified-since", before)]);
        assert_eq!(judge(&undated, &tags, None, Timestamp::from_millis(0)), Send);
    }

    #[test]
    fn a_date_counts_in_each_form_and_only_one_that_can_be_true_o23_o27() {
        // 784,111,777 is the moment that RFC 9110 §5.6.7 tells in three forms.
        let (modified_at, now) = (Timestamp::from_millis(784_111_777_000), Timestamp::from_millis(784_111_900_999));
        let check = |since: &[&str], modified_at, expected| {
            let fields: Vec<_> = since.iter().map(|text| ("if-modified-since", *text)).collect();
            let mut all = HeaderMap::new();
            for (name, text) in fields {
                all.append(name, text.parse().unwrap());
            }
            assert_eq!(is_fresh(&all, &[], modified_at, now), expected, "{since:?}");
        };
        for form in ["Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"] {
            check(&[form], Some(modified_at), true);
            // Whoever has the version of a second before has an old one.
            check(&[form], Some(Timestamp::from_millis(784_111_778_000)), false);
            // A document that is not dated is compared by its validator alone.
            check(&[form], None, false);
            check(&[form, form], Some(modified_at), false);
        }
        for since in ["Sunday, 06-Nov-94 08:49:36 GMT", "Sun Nov  6 08:49:36 1994"] {
            check(&[since], Some(modified_at), false);
        }
        // The present is a date to hold; one to come is none.
        check(&["Sun, 06 Nov 1994 08:51:40 GMT"], Some(modified_at), true);
        for since in ["Sun, 06 Nov 1994 08:51:41 GMT", "Monday, 06-Nov-28 08:49:37 GMT", "Fri Nov  6 08:49:37 2026"] {
            check(&[since], Some(modified_at), false);
        }
    }
}
