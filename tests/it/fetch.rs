//! The conditional request, by what it sends and by what it makes of answers.

use std::time::Duration;

use url::Url;
use wiredesk::clock::Timestamp;
use wiredesk::fetch::robots::Robots;
use wiredesk::fetch::{Ask, Asker, AtOnce, Request, Response};
use wiredesk::model::{Body, Failure, Moved, Outcome, Validators};
use wiredesk::net::{Client, HeaderMap, HeaderValue, Settings};

use crate::origin::Origin;
use crate::reply::Reply;

/// 2026-11-23T00:00:00Z
pub const NOW: Timestamp = Timestamp::from_millis(1_795_392_000_000);
pub const DOCUMENT: &str = "<rss><channel><title>Wire</title></channel></rss>";

/// Bounds that no healthy exchange on loopback comes near; loopback is open.
pub fn settings() -> Settings {
    Settings {
        allow_hosts: Vec::new(),
        user_agent: "wiredesk/0.1.0 (+https://desk.example/contact)".to_owned(),
        connect: Duration::from_secs(10),
        head: Duration::from_secs(20),
        idle: Duration::from_secs(15),
        total: Duration::from_secs(60),
        max_wire_bytes: 1024 * 1024,
        max_body_bytes: 2 * 1024 * 1024,
        allow_addresses: vec!["127.0.0.0/8".parse().unwrap()],
    }
}

pub fn client() -> Client {
    Client::new(settings()).unwrap()
}

pub fn request(url: &Url) -> Request {
    Request::of(url.clone())
}

/// Asks for what robots.txt does not bind, at once.
pub async fn ask(client: &Client, request: Request) -> Response {
    let asker = Asker { net: client, robots: &Robots::default() };
    asker.ask(&Ask::free(request), &AtOnce, NOW).await
}

pub async fn get(client: &Client, url: &Url) -> Response {
    ask(client, request(url)).await
}

/// Asks with validators that `issuer` gave.
async fn ask_again(client: &Client, url: &Url, validators: &Validators, issuer: &Url) -> Response {
    let validators_url = Some(issuer.to_string());
    let request = Request { validators: validators.clone(), validators_url, ..request(url) };
    ask(client, request).await
}

#[track_caller]
pub fn failure(answer: Response) -> Failure {
    match answer.outcome {
        Outcome::Failed(failure) => failure,
        other => panic!("did not fail: {other:?}"),
    }
}

#[track_caller]
pub fn document(answer: Response) -> (Body, Option<Moved>) {
    let moved = answer.moved.clone();
    match answer.outcome {
        Outcome::Document(body) => (*body, moved),
        other => panic!("no document: {other:?}"),
    }
}

/// An origin that answers `/feed` so, and the address of it.
pub async fn serve(reply: Reply) -> (Origin, Url) {
    let origin = Origin::start().await;
    origin.set("/feed", reply);
    let url = origin.url("/feed");
    (origin, url)
}

fn both(etag: &[u8], last_modified: &[u8]) -> Validators {
    Validators { etag: Some(etag.to_vec()), last_modified: Some(last_modified.to_vec()) }
}

// What is sent.

#[tokio::test]
async fn p31_p32_p33_p34_a_poll_is_one_get_with_these_fields() {
    let (origin, url) = serve(Reply::ok(DOCUMENT)).await;
    document(get(&client(), &url).await);
    let [sent] = &origin.requests()[..] else { panic!("more than one request") };
    assert_eq!((sent.method.as_str(), sent.target.as_str(), sent.body.len()), ("GET", "/feed", 0));
    assert_eq!(sent.header_names(), ["accept", "accept-encoding", "host", "user-agent"]);
    assert_eq!(sent.header("user-agent").unwrap(), "wiredesk/0.1.0 (+https://desk.example/contact)");
    assert_eq!(sent.header("accept-encoding").unwrap(), "gzip, br");
    let accept = sent.header("accept").unwrap();
    assert!(
        accept.starts_with("application/atom+xml, application/rss+xml, application/rdf+xml, application/feed+json")
    );
    assert!(accept.contains("application/xml;q=0.9") && accept.ends_with("*/*;q=0.1"), "{accept}");
}

#[tokio::test]
async fn p1_a_thousand_polls_of_an_unchanged_feed() {
    let origin = Origin::start().await;
    let url = origin.url("/feed?edition=1");
    origin.script("/feed", |asked| {
        let fresh = asked.header("if-none-match").is_some();
        let reply = if fresh { Reply::status(304) } else { Reply::ok(DOCUMENT) };
        reply
            .header("ETag", "\"a\"")
            .header("Last-Modified", "Sun, 22 Nov 2026 10:00:00 GMT")
            .header("Set-Cookie", "id=1")
    });
    let client = client();
    let (body, _) = document(get(&client, &url).await);
    for _ in 1..1000 {
        let answer = ask_again(&client, &url, &body.validators, &body.url).await;
        assert!(matches!(answer.outcome, Outcome::NotModified { .. }), "{:?}", answer.outcome);
    }
    let sent = origin.requests();
    let fields = |name: &str| sent.iter().filter_map(|request| request.header(name)).collect::<Vec<_>>();
    assert_eq!(sent.len(), 1000);
    assert_eq!(fields("if-none-match"), vec!["\"a\""; 999]);
    assert_eq!(fields("if-modified-since"), vec!["Sun, 22 Nov 2026 10:00:00 GMT"; 999]);
    for never in ["cookie", "referer", "pragma", "cache-control", "a-im", "authorization"] {
        assert_eq!(fields(never), Vec::<String>::new(), "{never}");
    }
    assert!(sent.iter().all(|request| request.target == "/feed?edition=1"));
    assert_eq!(origin.connections(), 1, "the connection is used again");
}

#[tokio::test]
async fn p2_validators_return_byte_for_byte() {
    let pairs = [
        both(b"W/\"weak\"", b"Sun, 22 Nov 2026 10:00:00 GMT"),
        both(b"no-quotes", b"22/11/2026 10:00"),
        both(b"\"caf\xe9\"", b"yesterday"),
        both(b"\"a\", \"b\"", b"Sun Nov 22 10:00:00 2026"),
        Validators { etag: Some(b"\"only\"".to_vec()), last_modified: None },
        Validators { etag: None, last_modified: Some(b"-1".to_vec()) },
    ];
    let client = client();
    for pair in pairs {
        let mut reply = Reply::ok(DOCUMENT);
        for (name, value) in [("ETag", &pair.etag), ("Last-Modified", &pair.last_modified)] {
            if let Some(value) = value {
                reply = reply.header(name, value);
            }
        }
        let (origin, url) = serve(reply).await;
        let (body, _) = document(get(&client, &url).await);
        assert_eq!(body.validators, pair);
        ask_again(&client, &url, &body.validators, &url).await;
        let sent = &origin.requests()[1];
        assert_eq!(sent.header_bytes("if-none-match"), pair.etag.as_deref());
        assert_eq!(sent.header_bytes("if-modified-since"), pair.last_modified.as_deref());
    }
}

#[tokio::test]
async fn a_validator_that_would_get_the_request_refused_is_not_sent() {
    let (origin, url) = serve(Reply::ok(DOCUMENT)).await;
    for (length, sent) in [(4096, true), (4097, false)] {
        origin.forget();
        document(ask_again(&client(), &url, &both(&vec![b'x'; length], b"then"), &url).await);
        assert_eq!(origin.requests()[0].header("if-none-match").is_some(), sent, "{length}");
        assert_eq!(origin.requests()[0].header("if-modified-since").is_some(), sent, "{length}");
    }
}

#[tokio::test]
async fn p3_the_pair_is_that_of_the_last_200() {
    let origin = Origin::start().await;
    let date = "Mon, 23 Nov 2026 00:00:00 GMT";
    let first = Reply::ok("<rss/>").header("ETag", "\"1\"").header("Last-Modified", "Sun, 22 Nov 2026 00:00:00 GMT");
    origin.queue("/feed", [first, Reply::ok(DOCUMENT).header("Last-Modified", date)]);
    let (client, url) = (client(), origin.url("/feed"));
    let (body, _) = document(get(&client, &url).await);
    let (body, _) = document(ask_again(&client, &url, &body.validators, &url).await);
    assert_eq!(body.validators, Validators { etag: None, last_modified: Some(date.into()) });
    ask_again(&client, &url, &body.validators, &url).await;
    let sent = &origin.requests()[2];
    assert_eq!((sent.header("if-none-match"), sent.header("if-modified-since").as_deref()), (None, Some(date)));
}

#[tokio::test]
async fn a_replaced_document_is_sent_again() {
    let origin = Origin::start().await;
    let (client, url) = (client(), origin.url("/feed"));
    let first = origin.document("/feed", "<rss/>");
    let (body, _) = document(get(&client, &url).await);
    assert_eq!(body.validators.etag.as_deref(), Some(first.as_bytes()));
    let answer = ask_again(&client, &url, &body.validators, &url).await;
    assert!(matches!(answer.outcome, Outcome::NotModified { .. }));
    let second = origin.document("/feed", DOCUMENT);
    let (body, _) = document(ask_again(&client, &url, &body.validators, &url).await);
    assert_eq!((body.validators.etag.as_deref(), &body.bytes[..]), (Some(second.as_bytes()), DOCUMENT.as_bytes()));
}

#[tokio::test]
async fn p3_a_304_may_renew_either_validator() {
    let client = client();
    let renewed = async |reply: Reply| {
        let (_origin, url) = serve(reply).await;
        match ask_again(&client, &url, &both(b"\"1\"", b"then"), &url).await.outcome {
            Outcome::NotModified { renewed } => renewed,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(renewed(Reply::status(304)).await, Validators::default());
    let etag = Validators { etag: Some(b"\"2\"".to_vec()), last_modified: None };
    assert_eq!(renewed(Reply::status(304).header("ETag", "\"2\"")).await, etag);
    let date = Validators { etag: None, last_modified: Some(b"now".to_vec()) };
    assert_eq!(renewed(Reply::status(304).header("Last-Modified", "now")).await, date);
}

#[tokio::test]
async fn p6_validators_go_only_to_the_address_that_issued_them() {
    let origin = Origin::start().await;
    let (old, new) = (origin.url("/old"), origin.url("/new"));
    origin.set("/old", Reply::redirect(302, "/new"));
    origin.set("/new", Reply::ok(DOCUMENT));
    let pair = both(b"\"1\"", b"then");
    let client = client();
    let conditional =
        |path: &str| origin.requests_for(path).iter().map(|r| r.header("if-none-match").is_some()).collect();
    // issued by the address that redirects: not to its target
    ask_again(&client, &old, &pair, &old).await;
    assert_eq!((conditional("/old"), conditional("/new")), (vec![true], vec![false]));
    // issued by the target: not to the address that redirects
    origin.forget();
    ask_again(&client, &old, &pair, &new).await;
    assert_eq!((conditional("/old"), conditional("/new")), (vec![false], vec![true]));
    // another query is another address
    origin.forget();
    ask_again(&client, &new, &pair, &origin.url("/new?page=2")).await;
    assert_eq!(conditional("/new"), vec![false]);
}

#[tokio::test]
async fn the_operators_fields_go_to_the_configured_origin_alone() {
    let (elsewhere, far) = serve(Reply::ok(DOCUMENT)).await;
    let (origin, url) = serve(Reply::redirect(302, &far)).await;
    let mut headers = HeaderMap::new();
    headers.insert("x-key", HeaderValue::from_static("secret"));
    headers.insert("accept", HeaderValue::from_static("text/plain"));
    document(ask(&client(), Request { headers, ..request(&url) }).await);
    let (near, far) = (&origin.requests()[0], &elsewhere.requests()[0]);
    assert_eq!(
        (near.header("x-key").as_deref(), near.header("accept").as_deref()),
        (Some("secret"), Some("text/plain"))
    );
    assert_eq!(far.header_names(), ["accept", "accept-encoding", "host", "user-agent"]);
}

#[tokio::test]
async fn b36_credentials_in_the_address_are_sent_and_never_shown() {
    let (origin, mut url) = serve(Reply::ok(DOCUMENT).header("ETag", "\"1\"")).await;
    url.set_username("desk%40wire").unwrap();
    url.set_password(Some("p%3Aw")).unwrap();
    let (body, _) = document(get(&client(), &url).await);
    // desk@wire:p:w
    assert_eq!(origin.requests()[0].header("authorization").unwrap(), "Basic ZGVza0B3aXJlOnA6dw==");
    assert_eq!(body.url, origin.url("/feed"));
    // the stored address has no credentials and is still the one that issued
    ask_again(&client(), &url, &body.validators, &body.url).await;
    assert_eq!(origin.requests()[1].header("if-none-match").unwrap(), "\"1\"");
}

#[tokio::test]
async fn b36_errors_show_no_credentials() {
    let replies = [
        Reply::hang_up(),
        Reply::reset(),
        Reply::raw("no http at all\r\n\r\n"),
        Reply::status(500),
        Reply::redirect(302, "/feed"),
        Reply::redirect(302, "http://other:hidden@10.0.0.1/x"),
        Reply::redirect(302, "ftp://other:hidden@example.org/x"),
        Reply::ok("x").declared(9),
    ];
    for reply in replies {
        let (_origin, mut url) = serve(reply).await;
        url.set_username("desk").unwrap();
        url.set_password(Some("secret")).unwrap();
        let answer = get(&client(), &url).await;
        let shown = format!("{} {:?} {:?}", answer.url, answer.hops, answer.outcome);
        for never in ["secret", "desk", "hidden"] {
            assert!(!shown.contains(never), "{shown}");
        }
        failure(answer);
    }
}

// Statuses.

#[tokio::test]
async fn p7_a_document_comes_with_its_hash_and_head() {
    let reply = Reply::ok(DOCUMENT).header("Content-Type", "application/rss+xml").header("Cache-Control", "max-age=60");
    let (_origin, url) = serve(reply.header("Cache-Control", "public")).await;
    let answer = get(&client(), &url).await;
    assert_eq!((answer.status, answer.wire_bytes), (Some(200), DOCUMENT.len() as u64));
    assert_eq!(answer.header("cache-control").unwrap(), "max-age=60, public");
    let (body, moved) = document(answer);
    assert_eq!(body.bytes, DOCUMENT);
    assert_eq!(body.hash, xxhash_rust::xxh3::xxh3_128(DOCUMENT.as_bytes()));
    assert_eq!(body.content_type.as_deref(), Some("application/rss+xml"));
    assert_eq!((body.url, body.validators, moved), (url, Validators::default(), None));
}

#[tokio::test]
async fn p16_retry_after_is_read_from_any_refusal() {
    let check = async |reply: Reply, status: u16, expected: Option<u64>| {
        let (_origin, url) = serve(reply).await;
        let retry_after = expected.map(Duration::from_secs);
        assert_eq!(failure(get(&client(), &url).await), Failure::Status { status, retry_after });
    };
    check(Reply::status(429).header("Retry-After", "120"), 429, Some(120)).await;
    check(Reply::status(503).header("Retry-After", "Mon, 23 Nov 2026 00:10:00 GMT"), 503, Some(600)).await;
    check(Reply::status(503).header("Retry-After", "Monday, 23-Nov-26 00:10:00 GMT"), 503, Some(600)).await;
    check(Reply::status(429).header("Retry-After", "Mon Nov 23 00:10:00 2026"), 429, Some(600)).await;
    check(Reply::status(429).header("Retry-After", "Sun, 22 Nov 2026 00:10:00 GMT"), 429, None).await;
    check(Reply::status(429).header("Retry-After", "later"), 429, None).await;
    check(Reply::status(404), 404, None).await;
    // a redirect's wish counts too
    let origin = Origin::start().await;
    origin.set("/feed", Reply::redirect(302, "/there").header("Retry-After", "90"));
    origin.set("/there", Reply::ok(DOCUMENT));
    assert_eq!(get(&client(), &origin.url("/feed")).await.retry_after, Some(Duration::from_secs(90)));
}

#[tokio::test]
async fn p37_what_was_not_asked_for_is_an_error() {
    for status in [201, 204, 206, 226, 304, 300, 401, 410, 500] {
        let body = if matches!(status, 204 | 304) { "" } else { DOCUMENT };
        let (_origin, url) = serve(Reply::status(status).body(body).header("ETag", "\"1\"")).await;
        let answer = get(&client(), &url).await;
        assert_eq!(answer.remark.is_some(), matches!(status, 204 | 206 | 226 | 304), "{status}");
        assert_eq!(failure(answer), Failure::Status { status, retry_after: None });
    }
}

#[tokio::test]
async fn b40_a_200_with_nothing_in_it_is_empty() {
    for reply in [
        Reply::ok(""),
        Reply::ok(" \r\n\t "),
        Reply::ok("").chunked(1),
        Reply::ok("").header("Content-Encoding", "gzip"),
    ] {
        let (_origin, url) = serve(reply).await;
        let failed = failure(get(&client(), &url).await);
        assert!(matches!(failed, Failure::Empty(_)), "{failed:?}");
    }
}
