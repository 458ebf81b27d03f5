//! Sources behind a login, a key or a proxy, and hosts that were opened
//! (checks B12, B29, B31 to B33, B36, R26, P17).

use std::net::IpAddr;
use std::sync::Arc;

use async_trait::async_trait;
use url::Url;
use wiredesk::fetch::Request;
use wiredesk::model::Failure;
use wiredesk::model::web::address::OpenedHost;
use wiredesk::net::resolve::Resolve;
use wiredesk::net::{Client, Roots, Settings};

use crate::desk::{Desk, EVERYTHING, source};
use crate::fetch::{document, failure, get, settings};
use crate::newsroom::{NEWS, Names, Newsroom, at};
use crate::origin::Origin;
use crate::reply::Reply;

const SECRET: &str = "hush-7f3a";

fn write_secret(desk: &Desk, name: &str, text: &str) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::write(desk.path(name), text).unwrap();
    std::fs::set_permissions(desk.path(name), std::fs::Permissions::from_mode(0o600)).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn secrets_from_files_are_sent_and_shown_nowhere_b36_r26() {
    let origin = Origin::start().await;
    origin.script("/feed", |request| match request.header("authorization").as_deref() {
        Some("Basic ZGVzazpodXNoLTdmM2E=") => Reply::ok(NEWS),
        _ => Reply::status(401),
    });
    origin.script("/key", |request| match request.header("x-key").as_deref() {
        Some("hush-7f3a") => Reply::status(500),
        _ => Reply::status(401),
    });
    let login = source("login", origin.url("/feed")).trim_end().to_owned()
        + "\nbasic_auth = { user = \"desk\", password_file = \"password.txt\" }\n\n";
    let key = source("key", origin.url("/key")).trim_end().to_owned()
        + "\nheaders = { X-Key = { file = \"password.txt\" }, X-Desk = \"plain\" }\n\n";
    let desk = Desk::new(&(login + &key + EVERYTHING));
    write_secret(&desk, "password.txt", &format!("{SECRET}\n"));
    let url = origin.url("/feed").to_string();
    let mut said = Vec::new();
    for args in [
        &["check"][..],
        &["--json", "poll", "--all"],
        &["poll", "key"],
        &["fetch", "login"],
        &["--json", "fetch", &url],
        &["status"],
        &["--json", "status"],
        &["explain", "all", "https://news.example/1"],
    ] {
        let ran = desk.run(args);
        said.push((args.join(" "), ran.out + &ran.err));
    }
    let mut running = desk.start();
    for path in ["/", "/sources", "/feeds/all.atom", "/metrics", "/status"] {
        said.push((path.to_owned(), running.get(path, &[]).text()));
    }
    running.signal("TERM");
    running.end();
    said.push(("log".to_owned(), running.log()));
    for (what, text) in &said {
        assert!(!text.contains(SECRET) && !text.contains("ZGVzazpodXNo"), "{what}: {text}");
    }
    let polls = &said[1].1;
    assert!(polls.contains("1 entry, 1 new") && polls.contains("http status 500"), "{polls}");
    assert!(said[3].1.contains("One"), "fetch by name uses the login: {}", said[3].1);
    assert!(said[4].1.contains("One"), "and by address: {}", said[4].1);
    assert_eq!(origin.requests_for("/key")[0].header("x-desk").as_deref(), Some("plain"));
    let store = std::fs::read(desk.path("desk.db")).unwrap();
    assert!(!store.windows(SECRET.len()).any(|bytes| bytes == SECRET.as_bytes()), "the store holds the secret");
}

#[tokio::test]
async fn keys_and_logins_do_not_follow_a_source_that_moves_b12_p19() {
    let (origin, elsewhere) = (Origin::start().await, Origin::start().await);
    origin.set("/feed", Reply::redirect(301, elsewhere.url("/feed")));
    elsewhere.set("/feed", Reply::ok(NEWS));
    let mut url = Url::parse(&at(&origin, "news.example", "/feed")).unwrap();
    url.set_username("desk").unwrap();
    url.set_password(Some(SECRET)).unwrap();
    let config = format!(
        "[[source]]\nid = \"s\"\nurl = \"{url}\"\nschedule = \"every 1h\"\nheaders = {{ X-Key = \"{SECRET}\" }}\n\n"
    );
    let room = Newsroom::open(&config).await;
    for _ in 0..3 {
        assert!(!room.next_one().await.failed);
    }
    assert_eq!((origin.requests().len(), elsewhere.requests().len()), (2, 3));
    assert!(origin.requests().iter().all(|r| r.header("x-key").is_some() && r.header("authorization").is_some()));
    assert!(elsewhere.requests().iter().all(|r| !String::from_utf8_lossy(&r.raw).contains(SECRET)));
    assert!(elsewhere.requests().iter().all(|r| r.header("authorization").is_none()));
}

/// Knows the proxy alone.
struct ProxyAlone;

#[async_trait]
impl Resolve for ProxyAlone {
    async fn addresses(&self, name: &str) -> std::io::Result<Vec<IpAddr>> {
        assert_eq!(name, "proxy.example", "only the proxy is looked up here");
        Ok(vec![IpAddr::from([127, 0, 0, 1])])
    }
}

#[tokio::test]
async fn a_source_is_asked_through_its_proxy_and_the_guard_vets_what_it_can_b29_b30_b32() {
    let proxy = Origin::start().await;
    proxy.set("http://news.example/feed", Reply::ok(NEWS));
    for (n, to) in
        ["http://169.254.169.254/", "http://10.0.0.1/", "http://metadata.google.internal/"].iter().enumerate()
    {
        proxy.set(&format!("http://news.example/{n}"), Reply::redirect(302, to));
    }
    // Nothing is opened: a proxy that the operator named may be dialled all the same.
    let settings = Settings { allow_addresses: Vec::new(), ..settings() };
    let client = Client::with(settings, Arc::new(ProxyAlone), Roots::Machine).unwrap();
    let via = Some(Url::parse(&format!("http://desk:{SECRET}@proxy.example:{}", proxy.address().port())).unwrap());
    let ask = |url: &str| {
        let request = Request { via: via.clone(), ..Request::of(Url::parse(url).unwrap()) };
        let client = &client;
        crate::fetch::ask(client, request)
    };
    document(ask("http://news.example/feed").await);
    let request = proxy.requests().remove(0);
    assert_eq!(request.target, "http://news.example/feed");
    assert!(request.header("proxy-authorization").is_some());
    for n in 0..3 {
        let failed = failure(ask(&format!("http://news.example/{n}")).await);
        assert!(matches!(failed, Failure::Refused(_)), "{failed:?}");
    }
    let asked = proxy.requests().len();
    for closed in
        ["http://127.0.0.1/", "http://[::1]/", "http://0x7f000001/", "http://metadata.goog/", "http://a.example:25/"]
    {
        let failed = failure(ask(closed).await);
        assert!(matches!(failed, Failure::Refused(_)), "{closed}: {failed:?}");
        assert!(!failed.to_string().contains(SECRET));
    }
    assert_eq!(proxy.requests().len(), asked, "nothing of it reached the proxy");
    let metadata = Request { via: Url::parse("http://169.254.169.254:3128").ok(), ..Request::of(via.clone().unwrap()) };
    assert!(matches!(failure(crate::fetch::ask(&client, metadata).await), Failure::Refused(_)), "B29");
}

#[tokio::test]
async fn a_429_through_a_proxy_holds_what_goes_through_it_alone_p17() {
    let proxy = Origin::start().await;
    proxy.set("http://news.example/a", Reply::status(429).header("Retry-After", "3600"));
    let origin = Origin::start().await;
    origin.set("/b", Reply::ok(NEWS));
    let a = format!(
        "[[source]]\nid = \"a\"\nurl = \"http://news.example/a\"\nproxy = \"http://127.0.0.1:{}\"\n\n",
        proxy.address().port()
    );
    let b = source("b", at(&origin, "news.example", "/b"));
    let room = Newsroom::with("host_gap = \"0s\"", &(a + &b), Names { broken: None }).await;
    assert!(room.by_hand("a").await.unwrap().failed);
    assert!(!room.by_hand("b").await.unwrap().failed);
}

/// Leads every name to one address.
struct Leads(&'static str);

#[async_trait]
impl Resolve for Leads {
    async fn addresses(&self, _: &str) -> std::io::Result<Vec<IpAddr>> {
        Ok(vec![self.0.parse().unwrap()])
    }
}

#[tokio::test]
async fn an_intranet_host_is_opened_by_name_and_no_other_and_metadata_stays_closed_b29_b33() {
    let origin = Origin::start().await;
    origin.set("/feed", Reply::ok(NEWS));
    let client = |leads: &'static str| {
        let allow_hosts = vec![OpenedHost { name: "intranet.example".to_owned(), port: None }];
        let settings = Settings { allow_addresses: Vec::new(), allow_hosts, ..settings() };
        Client::with(settings, Arc::new(Leads(leads)), Roots::Machine).unwrap()
    };
    let of = |host: &str| Url::parse(&at(&origin, host, "/feed")).unwrap();
    document(get(&client("127.0.0.1"), &of("intranet.example")).await);
    document(get(&client("127.0.0.1"), &of("Intranet.Example.")).await);
    for (leads, host) in [
        ("127.0.0.1", "other.example"),
        ("127.0.0.1", "sub.intranet.example"),
        ("127.0.0.1", "127.0.0.1"),
        ("169.254.169.254", "intranet.example"),
        ("::ffff:169.254.169.254", "intranet.example"),
        ("64:ff9b::a9fe:a9fe", "intranet.example"),
        ("fd00:ec2::254", "intranet.example"),
    ] {
        let failed = failure(get(&client(leads), &of(host)).await);
        assert!(matches!(failed, Failure::Refused(_)), "{host} at {leads}: {failed:?}");
    }
    assert_eq!(origin.requests().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_access_cannot_be_is_refused_with_its_place_and_without_its_secret() {
    let check = |lines: &str, expected: &str| {
        let desk = Desk::new(&format!("[[source]]\nid = \"s\"\nurl = \"https://a.example/\"\n{lines}\n\n{EVERYTHING}"));
        write_secret(&desk, "secret.txt", &format!("{SECRET}\n"));
        write_secret(&desk, "broken.txt", &format!("{SECRET}\nmore"));
        write_secret(&desk, "empty.txt", "\n");
        let ran = desk.run(&["check"]);
        let said = ran.out + &ran.err;
        assert!(said.contains(expected), "{lines}: {said}");
        assert!(!said.contains(SECRET), "{lines}: {said}");
        assert_eq!(ran.code, Some(1), "{lines}: {said}");
    };
    check("headers = { User-Agent = \"Mozilla/5.0\" }", "is wiredesk's own");
    check("headers = { If-None-Match = \"x\" }", "is wiredesk's own");
    check("headers = { Proxy-Authorization = \"x\" }", "is wiredesk's own");
    check("headers = { \"a b\" = \"x\" }", "is not the name of a header field");
    check("headers = { X-Key = { file = \"broken.txt\" } }", "holds a line break");
    check("headers = { X-Key = { file = \"missing.txt\" } }", "no such file");
    check("headers = { X-Key = { file = \"empty.txt\" } }", "is empty");
    check("headers = { X-Key = 7 }", "must be a string");
    check("basic_auth = { user = \"desk\" }", "password_file");
    check("basic_auth = { user = \"a:b\", password_file = \"secret.txt\" }", "colon");
    check(
        "headers = { Authorization = { file = \"secret.txt\" } }\nbasic_auth = { user = \"d\", password_file = \"secret.txt\" }",
        "leave one of them out",
    );
    check("proxy = \"socks5://127.0.0.1:1080\"", "is not polled");
    check("proxy = \"http://127.0.0.1:1080/path\"", "scheme, host and port alone");
}
