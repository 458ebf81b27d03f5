//! How long a response stays fresh (checks P11 to P14; RFC 9111 §4.2, §5).
//!
//! Only what a server says explicitly counts: there is no heuristic freshness. `s-maxage` is
//! meant for shared caches; `no-cache`, `no-store` and `must-revalidate` demand a request
//! before reuse, which every poll is. They make nothing fresh and permit no sooner poll.

use std::time::Duration;

use crate::clock::Timestamp;
use crate::model::{FreshBy, Freshness};
use crate::net::HeaderMap;

/// Larger numbers of seconds are read as this (RFC 9111 §1.2.2).
const MOST_SECONDS: u64 = 1 << 31;

/// The freshness that a response's fields state, if they state any.
pub fn of(headers: &HeaderMap, now: Timestamp) -> Option<Freshness> {
    let list = |name: &str| {
        let values = headers.get_all(name).iter().filter_map(|value| value.to_str().ok());
        values.collect::<Vec<_>>().join(",")
    };
    let directives = directives(&list("cache-control"));
    let has = |name: &str| directives.iter().any(|(found, _)| found == name);
    if has("no-cache") || has("no-store") {
        return None;
    }
    let age = headers.get("age").and_then(|value| value.to_str().ok()).and_then(seconds).unwrap_or_default();
    // Of a repeated directive the first counts.
    if let Some((_, value)) = directives.iter().find(|(found, _)| found == "max-age")
        && let Some(lifetime) = value.as_deref().and_then(seconds)
    {
        return (lifetime > age).then_some(Freshness { lifetime, age, by: FreshBy::MaxAge });
    }
    let date = |name: &str| {
        let value = headers.get(name).and_then(|value| value.to_str().ok())?;
        Timestamp::from_http_date(value)
    };
    let lifetime = date("expires")?.since(date("date").unwrap_or(now));
    (lifetime > age).then_some(Freshness { lifetime, age, by: FreshBy::Expires })
}

/// Whether a response says anything about freshness, or against it.
pub fn is_said(headers: &HeaderMap) -> bool {
    headers.contains_key("cache-control") || headers.contains_key("expires")
}

/// Directives in order, names in lower case, arguments without their quotes.
/// What does not look like one is left out.
fn directives(list: &str) -> Vec<(String, Option<String>)> {
    split(list)
        .into_iter()
        .filter_map(|part| {
            let (name, value) = match part.split_once('=') {
                Some((name, value)) => (name.trim(), Some(unquoted(value.trim()))),
                None => (part.trim(), None),
            };
            let token =
                !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.!#$%&'*+^`|~".contains(&b));
            token.then(|| (name.to_ascii_lowercase(), value))
        })
        .collect()
}

/// The parts of a list, commas within quotes left alone.
fn split(list: &str) -> Vec<&str> {
    let (mut parts, mut start, mut quoted, mut escaped) = (Vec::new(), 0, false, false);
    for (at, byte) in list.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b',' if !quoted => {
                parts.push(&list[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&list[start..]);
    parts
}

fn unquoted(value: &str) -> String {
    let inner = value.strip_prefix('"').and_then(|v| v.strip_suffix('"'));
    inner.unwrap_or(value).trim().to_owned()
}

/// Delta-seconds; a number too large to mean anything becomes the maximum (check P14).
fn seconds(value: &str) -> Option<Duration> {
    let value = value.trim();
    let digits = !value.is_empty() && value.bytes().all(|b| b.is_ascii_digit());
    digits.then(|| Duration::from_secs(value.parse().unwrap_or(MOST_SECONDS).min(MOST_SECONDS)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::{HeaderName, HeaderValue};

    /// 2026-11-23T00:00:00Z
    const NOW: Timestamp = Timestamp::from_millis(1_795_392_000_000);

    fn left(fields: &[(&'static str, &str)]) -> Option<u64> {
        let mut headers = HeaderMap::new();
        for (name, value) in fields {
            headers.append(HeaderName::from_static(name), HeaderValue::from_str(value).unwrap());
        }
        of(&headers, NOW).map(|fresh| fresh.left().as_secs())
    }

    #[test]
    fn p11_max_age_less_age() {
        assert_eq!(left(&[("cache-control", "public, max-age=43200")]), Some(43_200));
        assert_eq!(left(&[("cache-control", "max-age=600"), ("age", "100")]), Some(500));
        assert_eq!(left(&[("cache-control", "max-age=600"), ("age", "600")]), None);
        assert_eq!(left(&[("cache-control", "s-maxage=600")]), None);
        assert_eq!(left(&[("cache-control", "s-maxage=600, max-age=60")]), Some(60));
        assert_eq!(left(&[]), None);
    }

    #[test]
    fn p12_expires_less_date_without_max_age_alone() {
        let (midnight, one) = ("Mon, 23 Nov 2026 00:00:00 GMT", "Mon, 23 Nov 2026 01:00:00 GMT");
        assert_eq!(left(&[("expires", one), ("date", midnight)]), Some(3600));
        assert_eq!(left(&[("expires", one)]), Some(3600));
        assert_eq!(left(&[("expires", one), ("date", midnight), ("cache-control", "max-age=5")]), Some(5));
        assert_eq!(left(&[("expires", one), ("date", midnight), ("cache-control", "max-age=0")]), None);
        assert_eq!(left(&[("expires", one), ("date", midnight), ("cache-control", "public")]), Some(3600));
        for nothing in ["0", "-1", "soon", "", midnight, "Sun, 22 Nov 2026 00:00:00 GMT"] {
            assert_eq!(left(&[("expires", nothing), ("date", midnight)]), None, "{nothing:?}");
        }
        // The server's own clock counts, however wrong it goes.
        assert_eq!(
            left(&[("expires", "Thu, 01 Jan 1998 01:00:00 GMT"), ("date", "Thu, 01 Jan 1998 00:00:00 GMT")]),
            Some(3600)
        );
        assert_eq!(left(&[("last-modified", "Mon, 01 Jan 2001 00:00:00 GMT"), ("date", midnight)]), None);
    }

    #[test]
    fn p13_what_forbids_reuse_gives_no_freshness() {
        for against in ["no-cache, max-age=600", "max-age=600, no-store", "No-Cache=\"set-cookie\", max-age=9"] {
            assert_eq!(left(&[("cache-control", against)]), None, "{against}");
        }
        assert_eq!(left(&[("cache-control", "must-revalidate, max-age=600")]), Some(600));
        assert_eq!(left(&[("cache-control", "must-revalidate")]), None);
    }

    #[test]
    fn p14_directives_as_servers_write_them() {
        for (written, expected) in [
            ("MAX-AGE=60", Some(60)),
            ("  max-age = 60 ", Some(60)),
            ("max-age=\"60\"", Some(60)),
            ("max-age=60, max-age=600", Some(60)),
            ("private=\"a, max-age=9\", max-age=60", Some(60)),
            ("max-age=60.5", None),
            ("max-age=-60", None),
            ("max-age", None),
            (";;=,,= max age, max-age=60", Some(60)),
            ("max-age=99999999999999999999", Some(MOST_SECONDS)),
            ("max-age=504576000", Some(504_576_000)),
        ] {
            assert_eq!(left(&[("cache-control", written)]), expected, "{written}");
        }
        assert_eq!(left(&[("cache-control", "max-age=60"), ("cache-control", "max-age=600")]), Some(60));
    }

    #[test]
    fn p14_commas_and_quotes_within_quotes_are_left_alone() {
        for (written, expected) in [
            (r#"private="a\", max-age=9", max-age=60"#, Some(60)),
            (r#"private="a\\", max-age=60"#, Some(60)),
            // Outside quotes a backslash is garbage, which takes nothing with it.
            (r"a\, max-age=60", Some(60)),
            // A quote that is never closed takes all that follows.
            (r#"private="a, max-age=60"#, None),
            (r#"max-age=60, private="a"#, Some(60)),
        ] {
            assert_eq!(left(&[("cache-control", written)]), expected, "{written}");
        }
    }

    /// P3: what a 304 says of it takes the place of what was known, and silence does not.
    #[test]
    fn a_response_says_something_of_freshness_by_either_field() {
        for (names, expected) in [
            (&["cache-control", "expires"][..], true),
            (&["cache-control"][..], true),
            (&["expires"][..], true),
            (&["date", "age", "last-modified"][..], false),
            (&[][..], false),
        ] {
            let mut headers = HeaderMap::new();
            for &name in names {
                headers.insert(HeaderName::from_static(name), HeaderValue::from_static("no-store"));
            }
            assert_eq!(is_said(&headers), expected, "{names:?}");
        }
    }
}
