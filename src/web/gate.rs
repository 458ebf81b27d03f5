//! Who gets into private feeds: whoever sends a token of the feed, in a header field or in the
//! path. Every request passes here before anything is looked up, so that no route of a private
//! feed can forget to ask.

use std::collections::HashMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hyper::header::{
    ACCESS_CONTROL_ALLOW_ORIGIN, AUTHORIZATION, CACHE_CONTROL, HeaderValue, REFERRER_POLICY, WWW_AUTHENTICATE,
};
use hyper::{HeaderMap, Request, StatusCode, Uri};
use percent_encoding::percent_decode_str;

use crate::publish::access::FeedAccess;
use crate::publish::{Channel, OutputFormat};

use super::answer::{Answer, line};

/// The folder of feeds.
const FEEDS: &str = "/feeds/";

/// The folder in which a token stands before the path.
const PRIVATE: &str = "/private/";

/// What a client learns that has no token.
const ASKED: &str = "this feed is private: send its token as `Authorization: Bearer TOKEN`, as the password of basic \
                     authentication, or in the URL, as /private/TOKEN/feeds/ID.atom";

/// What becomes of a request.
#[derive(Debug)]
pub enum Admission {
    /// It is for nothing private.
    Open,
    /// It is for a private feed, and has its token. Its path holds none any more.
    Granted,
    /// It is for a private feed, and has no token of it.
    Refused,
    /// A token stands before a path that needs none.
    Nowhere,
}

/// The private feeds by their names.
#[derive(Debug, Default)]
pub struct FeedGate(HashMap<String, FeedAccess>);

impl FeedGate {
    /// The gate of all feeds.
    pub fn of<'a>(channels: impl Iterator<Item = &'a Channel>) -> FeedGate {
        let private = channels.filter(|channel| channel.access.is_private());
        FeedGate(private.map(|channel| (channel.id.to_string(), channel.access.clone())).collect())
    }

    /// Judges a request, and takes the token out of its path.
    pub fn judge<B>(&self, request: &mut Request<B>) -> Admission {
        let path = request.uri().path();
        let Some(rest) = path.strip_prefix(PRIVATE) else {
            return match self.access(path) {
                None => Admission::Open,
                Some(access) if access.admits(sent(request.headers()).as_deref()) => Admission::Granted,
                Some(_) => Admission::Refused,
            };
        };
        let Some((token, path)) = rest.split_once('/') else { return Admission::Nowhere };
        let path = format!("/{path}");
        match self.access(&path) {
            None => Admission::Nowhere,
            Some(access) if access.admits(Some(token)) => {
                let query = request.uri().query().map(|query| format!("?{query}")).unwrap_or_default();
                let Ok(inner) = format!("{path}{query}").parse::<Uri>() else { return Admission::Nowhere };
                *request.uri_mut() = inner;
                Admission::Granted
            }
            Some(_) => Admission::Refused,
        }
    }

    /// Who may read the feed that a path is about; `None` if everybody may.
    fn access(&self, path: &str) -> Option<&FeedAccess> {
        if self.0.is_empty() {
            return None;
        }
        // The routes decode names too: `/feeds/%61ll` is `/feeds/all`.
        let name = path.strip_prefix(FEEDS)?.split('/').next()?;
        let name = percent_decode_str(name).decode_utf8().ok()?;
        let feed = OutputFormat::of_name(&name).map_or(&*name, |(feed, _)| feed);
        self.0.get(feed)
    }
}

/// The token of a header field: that of `Bearer`, or the password of `Basic`.
fn sent(headers: &HeaderMap) -> Option<String> {
    let (scheme, credentials) = headers.get(AUTHORIZATION)?.to_str().ok()?.trim().split_once(' ')?;
    let credentials = credentials.trim();
    if scheme.eq_ignore_ascii_case("bearer") {
        return Some(credentials.to_owned());
    }
    let decoded = STANDARD.decode(credentials).ok().filter(|_| scheme.eq_ignore_ascii_case("basic"))?;
    let (_, password) = std::str::from_utf8(&decoded).ok()?.split_once(':')?;
    Some(password.to_owned())
}

/// The response to a client without a token (RFC 9110 §11.6.1).
pub fn refused() -> Answer {
    let mut answer = line(StatusCode::UNAUTHORIZED, ASKED);
    let fields = answer.headers_mut();
    for challenge in ["Bearer realm=\"wiredesk\"", "Basic realm=\"wiredesk\", charset=\"UTF-8\""] {
        fields.append(WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
    }
    fields.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    answer
}

/// The response to who has the token: no cache that others read keeps it, no other site reads
/// it, and no link in it takes its URL along.
pub fn privately(mut answer: Answer) -> Answer {
    let fields = answer.headers_mut();
    let before = fields.get(CACHE_CONTROL).and_then(|value| value.to_str().ok()).unwrap_or("no-cache");
    // Readers may keep it, caches that others read too may not (RFC 9111 §5.2.2.7).
    let kept = format!("private, {}", before.trim_start_matches("public, "));
    fields.insert(CACHE_CONTROL, HeaderValue::from_str(&kept).expect("it was a field's value before"));
    fields.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    fields.remove(ACCESS_CONTROL_ALLOW_ORIGIN);
    answer
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::FeedId;
    use crate::publish::access::FeedToken;

    const TOKEN: &str = "q7Xv-2mB9_tR4.kL8~wZ1c";
    const OTHER: &str = "a-token-of-another-feed";

    fn gate() -> FeedGate {
        let shown = |id: &str, token: Option<&str>| {
            let public_url = "https://desk.example/wire/".parse().unwrap();
            let by_token = |token| FeedAccess::ByToken(vec![FeedToken::new(token).unwrap()]);
            let access = token.map_or(FeedAccess::Public, by_token);
            Channel { access, ..Channel::new(FeedId::new(id).unwrap(), id, public_url) }
        };
        FeedGate::of([shown("all", None), shown("board", Some(TOKEN)), shown("other", Some(OTHER))].iter())
    }

    /// What becomes of a request for `path` with this `Authorization`, and its path then.
    fn judged(path: &str, authorization: &str) -> (String, String) {
        let mut request = Request::get(path).header(AUTHORIZATION, authorization).body(()).unwrap();
        let passage = format!("{:?}", gate().judge(&mut request));
        (passage, request.uri().to_string())
    }

    #[test]
    fn a_private_feed_opens_to_its_token_however_the_path_is_written_o178() {
        let basic = |text: &str| format!("Basic {}", STANDARD.encode(text));
        let check = |path: &str, authorization: &str, expected: &str| {
            assert_eq!(judged(path, authorization).0, expected, "{path} {authorization}");
        };
        let all = [
            "/feeds/board.atom",
            "/feeds/board",
            "/feeds/%62oard.json?before=1-1",
            "/feeds/board/archive/1-1.rss",
            "/feeds/board.%61tom",
            "/feeds/board/events",
            "/feeds/board.",
        ];
        for path in &all[..6] {
            for wrong in ["", "Bearer", &format!("Bearer {OTHER}"), &basic(TOKEN), &format!("Digest {TOKEN}"), TOKEN] {
                check(path, wrong, "Refused");
            }
            for right in [format!("Bearer {TOKEN}"), format!("bearer  {TOKEN} "), basic(&format!("any:{TOKEN}"))] {
                check(path, &right, "Granted");
            }
            check(&format!("/private/{OTHER}{path}"), "", "Refused");
            check(&format!("/private/{OTHER}{path}"), &format!("Bearer {TOKEN}"), "Refused");
            let (passage, inner) = judged(&format!("/private/{TOKEN}{path}"), "");
            assert_eq!((&*passage, &*inner), ("Granted", *path));
        }
        // That is no feed.
        check(all[6], "", "Open");
        for open in ["/", "/feeds/all.atom", "/feeds/never.atom", "/feeds.opml", "/feeds/", "/boards"] {
            check(open, "", "Open");
            check(&format!("/private/{TOKEN}{open}"), "", "Nowhere");
        }
        for nowhere in ["/private/", "/private/x", &format!("/private/{TOKEN}")] {
            check(nowhere, "", "Nowhere");
        }
    }
}
