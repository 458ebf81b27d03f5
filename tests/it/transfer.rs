//! Bodies, codings, limits, time, and what comes of a bad connection.

use std::io::Write;
use std::sync::Arc;
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;
use wiredesk::model::{Failure, Phase};
use wiredesk::net::{Client, Settings};

use crate::fetch::{DOCUMENT, client, document, failure, get, serve, settings};
use crate::origin::Origin;
use crate::reply::{Ending, Gate, Reply};

/// Long enough for loopback to answer, too short to wait for.
const TINY: Duration = Duration::from_millis(150);

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[tokio::test]
async fn every_framing_and_coding_gives_the_same_document() {
    let mut br = Vec::new();
    brotli::BrotliCompress(&mut DOCUMENT.as_bytes(), &mut br, &Default::default()).unwrap();
    let replies = [
        Reply::ok(DOCUMENT),
        Reply::ok(DOCUMENT).chunked(7),
        Reply::ok(DOCUMENT).until_close(),
        Reply::ok(gzip(DOCUMENT.as_bytes())).header("Content-Encoding", "gzip"),
        Reply::ok(gzip(DOCUMENT.as_bytes())).header("Content-Encoding", "x-gzip").chunked(3),
        Reply::ok(br).header("Content-Encoding", "br"),
    ];
    for reply in replies {
        let (_origin, url) = serve(reply).await;
        let (body, _) = document(get(&client(), &url).await);
        assert_eq!((&body.bytes[..], body.warnings), (DOCUMENT.as_bytes(), vec![]));
    }
    let (_origin, url) = serve(Reply::ok(gzip(DOCUMENT.as_bytes()))).await;
    let (body, _) = document(get(&client(), &url).await);
    assert_eq!((&body.bytes[..], body.warnings.len()), (DOCUMENT.as_bytes(), 1), "B5: not labelled");
}

#[tokio::test]
async fn b1_a_body_too_long_is_refused_before_it_is_read_or_cut_at_the_limit() {
    let announced = Reply::ok("x").declared(2_000_000_000).then(Ending::Stall);
    let (_origin, url) = serve(announced).await;
    let failed = failure(get(&client(), &url).await);
    assert_eq!(failed, Failure::Limit("a body of 1907 MiB is announced, 1 MiB are read".to_owned()));

    let endless = Reply::ok([b'x'; 8192]).until_close().then(Ending::Repeat);
    let (_origin, url) = serve(endless).await;
    let answer = get(&client(), &url).await;
    assert!((1_048_577..2_097_152).contains(&answer.wire_bytes), "{}", answer.wire_bytes);
    assert_eq!(failure(answer), Failure::Limit("the body is longer than 1 MiB on the wire".to_owned()));
}

#[tokio::test]
async fn b2_a_bomb_stops_at_the_decoded_limit() {
    let bomb = Reply::ok(gzip(&vec![0; 64 * 1024 * 1024])).header("Content-Encoding", "gzip");
    let (_origin, url) = serve(bomb).await;
    let failed = failure(get(&client(), &url).await);
    assert_eq!(failed, Failure::Limit("the decoded body is longer than 2 MiB".to_owned()));
}

#[tokio::test]
async fn b4_b5_bad_codings_are_refused() {
    let coded = gzip(DOCUMENT.as_bytes());
    let mut wrong = coded.clone();
    *wrong.last_mut().unwrap() ^= 1;
    let cases = [
        ("gzip, gzip", gzip(&coded)),
        ("zstd", coded.clone()),
        ("gzip", coded[..coded.len() - 9].to_vec()),
        ("gzip", wrong),
        ("gzip", DOCUMENT.as_bytes().to_vec()),
    ];
    for (label, body) in cases {
        let (_origin, url) = serve(Reply::ok(body).header("Content-Encoding", label)).await;
        let failed = failure(get(&client(), &url).await);
        assert!(matches!(failed, Failure::Encoding(_)), "{label}: {failed:?}");
    }
}

#[tokio::test]
async fn b9_a_body_that_ends_early_is_truncated() {
    let replies = [
        Reply::ok(DOCUMENT).declared(DOCUMENT.len() as u64 + 1),
        Reply::ok(DOCUMENT).chunked(10).first(100).then(Ending::Close),
        Reply::ok(DOCUMENT).chunked(1000).first(120).then(Ending::Close),
        Reply::ok("").declared(5),
    ];
    for (n, reply) in replies.into_iter().enumerate() {
        let (_origin, url) = serve(reply.header("ETag", "\"1\"")).await;
        let failed = failure(get(&client(), &url).await);
        assert!(matches!(failed, Failure::Truncated(_)), "{n}: {failed:?}");
    }
}

#[tokio::test]
async fn b6_a_trickle_ends_with_the_total() {
    let client = Client::new(Settings { total: TINY * 2, ..settings() }).unwrap();
    let pause = Duration::from_millis(20);
    let (_origin, url) = serve(Reply::ok("x".repeat(5000)).until_close().trickle(pause)).await;
    let failed = failure(get(&client, &url).await);
    assert_eq!(failed, Failure::Timeout { phase: Phase::Head, after: TINY * 2 });
    // the head at once, the body never
    let gate = Gate::shut();
    let origin = Origin::start().await;
    origin.set("/feed", Reply::redirect(302, "/slow"));
    origin.set("/slow", Reply::ok(DOCUMENT).behind(&gate));
    let failed = failure(get(&client, &origin.url("/feed")).await);
    assert_eq!(failed, Failure::Timeout { phase: Phase::Head, after: TINY * 2 });
    gate.open();
}

#[tokio::test]
async fn requests_at_once_have_connections_of_their_own() {
    let gate = Gate::shut();
    let (origin, url) = serve(Reply::ok(DOCUMENT).behind(&gate)).await;
    let client = Arc::new(client());
    let ask = || {
        let (client, url) = (Arc::clone(&client), url.clone());
        tokio::spawn(async move { get(&client, &url).await })
    };
    let both = [ask(), ask()];
    let seen = origin.wait_for(2).await;
    assert_ne!(seen[0].connection, seen[1].connection);
    gate.pass_one();
    gate.pass_one();
    for one in both {
        document(one.await.unwrap());
    }
}

#[tokio::test]
async fn b7_timeouts_name_their_phase() {
    let head = Client::new(Settings { head: TINY, ..settings() }).unwrap();
    let (_origin, url) = serve(Reply::silence()).await;
    assert_eq!(failure(get(&head, &url).await), Failure::Timeout { phase: Phase::Head, after: TINY });

    let idle = Client::new(Settings { idle: TINY, ..settings() }).unwrap();
    let (_origin, url) = serve(Reply::ok(DOCUMENT).declared(1000).then(Ending::Stall)).await;
    let answer = get(&idle, &url).await;
    assert_eq!((answer.status, answer.wire_bytes), (Some(200), DOCUMENT.len() as u64));
    assert_eq!(failure(answer), Failure::Timeout { phase: Phase::Body, after: TINY });
}

#[tokio::test]
async fn b7_resets_and_closed_connections_name_their_phase() {
    let check = async |reply: Reply, expected: Phase| {
        let (_origin, url) = serve(reply).await;
        match failure(get(&client(), &url).await) {
            Failure::Network { phase, cause } => {
                assert!(phase == expected && cause.starts_with("127.0.0.1: "), "{phase:?} {cause}");
            }
            other => panic!("{other:?}"),
        }
    };
    check(Reply::hang_up(), Phase::Head).await;
    check(Reply::reset(), Phase::Head).await;
    check(Reply::raw("HTTP/1.1 200 OK\r\nContent-Le"), Phase::Head).await;
    check(Reply::raw("220 mail.example ESMTP\r\n\r\n"), Phase::Head).await;
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let closed = format!("http://{}/feed", listener.local_addr().unwrap()).parse().unwrap();
    drop(listener);
    let failed = failure(get(&client(), &closed).await);
    assert!(matches!(failed, Failure::Network { phase: Phase::Connect, .. }), "{failed:?}");
}

#[tokio::test]
async fn b8_a_head_too_large_is_refused() {
    let fields = |count: usize, size: usize| {
        (0..count).fold(Reply::ok(DOCUMENT), |reply, n| reply.header(&format!("X-{n}"), "v".repeat(size)))
    };
    // Content-Length is one of them
    let (_origin, url) = serve(fields(99, 10)).await;
    document(get(&client(), &url).await);
    for reply in [fields(100, 10), fields(1000, 1), fields(3, 22 * 1024), fields(1, 65 * 1024), fields(10, 100 * 1024)]
    {
        let (_origin, url) = serve(reply).await;
        let failed = failure(get(&client(), &url).await);
        assert!(matches!(failed, Failure::Limit(_)), "{failed:?}");
    }
}

#[tokio::test]
async fn b8_informational_answers_without_end_run_into_the_limit() {
    let client = Client::new(Settings { head: TINY, ..settings() }).unwrap();
    let (_origin, url) = serve(Reply::raw("HTTP/1.1 102 Processing\r\n\r\n".repeat(100)).then(Ending::Repeat)).await;
    assert_eq!(failure(get(&client, &url).await), Failure::Timeout { phase: Phase::Head, after: TINY });
}
