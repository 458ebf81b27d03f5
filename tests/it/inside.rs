//! What is opened of the inside is open to whom it was opened for (checks B113,
//! B114, B117), and nothing published leads there (B118).

use std::net::{IpAddr, Ipv4Addr};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use url::Url;
use wiredesk::fetch::{Request, Response};
use wiredesk::model::Failure;
use wiredesk::model::web::address::{Opened, OpenedHost};
use wiredesk::net::passport::{Doors, Passport};
use wiredesk::net::resolve::Resolve;
use wiredesk::net::{Client, Roots, Settings};

use crate::desk::{Desk, EVERYTHING};
use crate::fetch::{document, failure, settings};
use crate::newsroom::NEWS;
use crate::origin::Origin;
use crate::reply::Reply;

const INTRANET: &str = "Salaries of the city's administration";

/// Where the desk's own network is, for these tests; the rest of loopback is the world.
const INSIDE: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 2);
const OUTSIDE: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 1);

/// A page as an article reader takes it.
fn page() -> Reply {
    let paragraphs =
        format!("<p>{INTRANET}, as the council has them in its books for this year and the next.</p>").repeat(12);
    let html = format!(
        "<html><head><title>{INTRANET}</title></head><body><article><h1>{INTRANET}</h1>{paragraphs}</article></body></html>"
    );
    Reply::ok(html).header("Content-Type", "text/html")
}

/// A document of a teaser whose page is at `link`.
fn teaser(link: &str) -> String {
    format!(
        "<rss version=\"2.0\"><channel><title>T</title><item><guid isPermaLink=\"false\">1</guid><title>{INTRANET}</title>\
         <link>{link}</link><description>Salaries of the city …</description></item></channel></rss>"
    )
}

fn source(id: &str, url: &str, more: &str) -> String {
    format!("[[source]]\nid = \"{id}\"\nurl = \"{url}\"\nrepublish = \"full\"\n{more}\n\n")
}

/// A desk of `sources` that has opened `networks` to all of them.
fn desk(networks: &str, sources: &str) -> Desk {
    let desk = Desk::new(&(sources.to_owned() + EVERYTHING));
    let text = std::fs::read_to_string(desk.config()).unwrap();
    std::fs::write(
        desk.config(),
        text.replace("allow_addresses = [\"127.0.0.0/8\"]", &format!("allow_addresses = {networks}")),
    )
    .unwrap();
    desk
}

/// An intranet with a feed and a page, and a world outside.
async fn both() -> (Origin, Origin) {
    let (inside, outside) = (Origin::start_at(INSIDE).await, Origin::start_at(OUTSIDE).await);
    inside.set("/robots.txt", Reply::status(404));
    outside.set("/robots.txt", Reply::status(404));
    inside.set("/page", page());
    inside.set("/feed", Reply::ok(teaser(inside.url("/page").as_str())));
    (inside, outside)
}

const OWN_WORLD: &str = "allow_addresses = [\"127.0.0.1\"]";

#[tokio::test(flavor = "multi_thread")]
async fn b113_an_article_inside_is_fetched_for_the_source_inside_alone() {
    let (inside, outside) = both().await;
    outside.set("/feed", Reply::ok(teaser(inside.url("/page").as_str())));
    let hostile = source("hostile", outside.url("/feed").as_str(), &format!("full_text = true\n{OWN_WORLD}"));
    let intranet = source("intranet", inside.url("/feed").as_str(), "full_text = true");
    for networks in ["[\"127.0.0.2\"]", "[\"127.0.0.2/31\"]"] {
        let desk = desk(networks, &hostile);
        let mut running = desk.start();
        running.until("/feeds/all.atom", |got| got.text().contains("<entry"));
        running.until("/entries/1", |got| got.text().contains("127.0.0.2 is not public (loopback)"));
        assert!(inside.requests().is_empty(), "{networks}: {:?}", inside.requests());
    }
    // The same page, for the source that lives there; and for one that it was opened to.
    for (networks, sources) in [
        ("[\"127.0.0.2\"]", intranet.clone()),
        ("[]", intranet.replace("full_text", "allow_addresses = [\"127.0.0.2\"]\nfull_text")),
    ] {
        let before = inside.requests_for("/page").len();
        let desk = desk(networks, &sources);
        let mut running = desk.start();
        running.until("/feeds/all.atom", |got| got.text().contains("in its books"));
        assert_eq!(inside.requests_for("/page").len(), before + 1, "{networks}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn b113_redirects_archives_and_sitemaps_lead_no_stranger_inside() {
    let (inside, outside) = both().await;
    let within = |path: &str| inside.url(path).to_string();
    outside.set("/redirect", Reply::redirect(302, within("/feed")));
    outside.set("/moved", Reply::redirect(301, within("/feed")));
    let map = format!("<sitemapindex><sitemap><loc>{}</loc></sitemap></sitemapindex>", within("/map.xml"));
    outside.set("/index.xml", Reply::ok(map).header("Content-Type", "application/xml"));
    let archive = |n: u32| {
        format!(
            "<feed xmlns=\"http://www.w3.org/2005/Atom\"><title>T</title><id>urn:x</id><link rel=\"prev-archive\" href=\"{}\"/>\
             <link rel=\"hub\" href=\"{}\"/><entry><id>urn:x:{n}</id><title>N{n}</title><link rel=\"enclosure\" href=\"{}\"/></entry></feed>",
            within("/archive"),
            within("/hub"),
            within("/file.mp3")
        )
    };
    outside.queue("/rolling", [Reply::ok(archive(1)), Reply::ok(archive(2))]);
    let sources = source("redirect", outside.url("/redirect").as_str(), OWN_WORLD)
        + &source("moved", outside.url("/moved").as_str(), OWN_WORLD)
        + &source("maps", outside.url("/index.xml").as_str(), &format!("kind = \"sitemap\"\n{OWN_WORLD}"))
        + &source("rolling", outside.url("/rolling").as_str(), OWN_WORLD);
    let desk = desk("[\"127.0.0.2\"]", &sources);
    let mut said = String::new();
    for _ in 0..2 {
        said += &desk.run(&["poll", "--all"]).out;
    }
    assert_eq!(inside.connections(), 0, "{said}");
    assert!(said.matches("127.0.0.2 is not public (loopback)").count() >= 6, "{said}");
    assert_eq!(outside.requests_for("/rolling").len(), 2, "the window rolled, and its archive was to be read");
    assert!(!outside.requests_for("/index.xml").is_empty(), "{said}");
}

/// Names lead where the test says; whoever is not named leads outside.
struct Names(Mutex<Vec<(&'static str, Vec<Ipv4Addr>)>>);

#[async_trait]
impl Resolve for Names {
    async fn addresses(&self, name: &str) -> std::io::Result<Vec<IpAddr>> {
        let mut names = self.0.lock().unwrap();
        let at = names.iter().position(|(known, _)| *known == name);
        let found = at.map(|at| {
            if names.iter().filter(|(known, _)| *known == name).count() > 1 {
                names.remove(at).1
            } else {
                names[at].1.clone()
            }
        });
        Ok(found.unwrap_or_else(|| vec![Ipv4Addr::new(8, 8, 8, 8)]).into_iter().map(IpAddr::V4).collect())
    }
}

fn client(opened: Opened, names: &[(&'static str, &[Ipv4Addr])]) -> Client {
    let names = Names(Mutex::new(names.iter().map(|(name, found)| (*name, found.to_vec())).collect()));
    let settings = Settings { allow_addresses: opened.networks, allow_hosts: opened.hosts, ..settings() };
    Client::with(settings, Arc::new(names), Roots::Machine).unwrap()
}

async fn ask(client: &Client, home: &str, target: &str) -> Response {
    let sources = [home].map(|url| Url::parse(url).unwrap());
    let asker = Passport::new(&sources[0], Opened::default(), Arc::new(Doors::of(sources.iter())));
    crate::fetch::ask(client, Request::by(asker, Url::parse(target).unwrap())).await
}

fn networks(list: &[&str]) -> Opened {
    Opened { networks: list.iter().map(|net| net.parse().unwrap()).collect(), hosts: Vec::new() }
}

/// Whoever owns a name may lead it inside when it suits them (B28): right after a start,
/// for a while, or always. What it leads to makes its source none of the inside.
#[tokio::test]
async fn b155_where_a_name_leads_opens_nothing_to_its_source() {
    let origin = Origin::start_at(INSIDE).await;
    origin.set("/page", page());
    origin.set("/feed", Reply::ok(NEWS));
    let at = |host: &str, path: &str| format!("http://{host}:{}{path}", origin.address().port());
    let public = Ipv4Addr::new(8, 8, 8, 8);
    for leads in [&[INSIDE][..], &[public], &[public, INSIDE]] {
        let names = [("city.example", leads), ("city.example", &[INSIDE][..]), ("pages.example", &[INSIDE])];
        // As right after a start: nobody has asked for anything yet.
        let client = client(networks(&["127.0.0.2/32"]), &names);
        let home = at("city.example", "/feed");
        for target in [at("127.0.0.2", "/page"), at("pages.example", "/page"), at("127.0.0.2", "/page")] {
            let failed = failure(ask(&client, &home, &target).await);
            assert!(matches!(failed, Failure::Refused(_)), "{leads:?} {target}: {failed:?}");
        }
    }
    assert_eq!(origin.requests().len(), 0);
    // One that the operator named, by its address or its name, may go where its kind live.
    let host = OpenedHost { name: "city.example".into(), port: None };
    let opened = Opened { hosts: vec![host], ..networks(&["127.0.0.2/32"]) };
    let named = client(opened, &[("city.example", &[INSIDE]), ("pages.example", &[INSIDE])]);
    for home in [at("city.example", "/feed"), at("127.0.0.2", "/feed")] {
        document(ask(&named, &home, &home).await);
        document(ask(&named, &home, &at("pages.example", "/page")).await);
        document(ask(&named, &home, &at("127.0.0.2", "/page")).await);
    }
}

/// A connection that one source may use is not handed to another that may not.
#[tokio::test]
async fn b113_connections_inside_are_shared_with_no_stranger() {
    let origin = Origin::start_at(INSIDE).await;
    for path in ["/feed", "/page"] {
        origin.set(path, Reply::ok(NEWS));
    }
    let at = |path: &str| format!("http://wiki.example:{}{path}", origin.address().port());
    let opened =
        || Opened { networks: Vec::new(), hosts: vec![OpenedHost { name: "wiki.example".into(), port: None }] };
    let client = client(opened(), &[("wiki.example", &[INSIDE])]);
    document(ask(&client, &at("/feed"), &at("/feed")).await);
    let failed = failure(ask(&client, "https://news.example/feed", &at("/page")).await);
    assert!(matches!(failed, Failure::Refused(_)), "the connection was still warm: {failed:?}");
    document(ask(&client, &at("/feed"), &at("/page")).await);
    assert_eq!((origin.requests().len(), origin.connections()), (2, 1), "its own source goes on with it");
}

#[tokio::test]
async fn b114_a_host_opened_by_name_is_open_at_the_ports_of_its_sources() {
    let (feeds, other) = (Origin::start_at(INSIDE).await, Origin::start_at(INSIDE).await);
    feeds.set("/feed", Reply::ok(NEWS));
    feeds.set("/away", Reply::redirect(302, format!("http://intranet.example:{}/admin", other.address().port())));
    feeds.set("/number", Reply::redirect(302, other.url("/admin").as_str()));
    let home = |path: &str| format!("http://intranet.example:{}{path}", feeds.address().port());
    let opened =
        Opened { networks: Vec::new(), hosts: vec![OpenedHost { name: "intranet.example".into(), port: None }] };
    let client = client(opened, &[("intranet.example", &[INSIDE])]);
    document(ask(&client, &home("/feed"), &home("/feed")).await);
    for path in ["/away", "/number"] {
        let failed = failure(ask(&client, &home(path), &home(path)).await);
        assert!(matches!(failed, Failure::Refused(_)), "{path}: {failed:?}");
    }
    let failed = failure(ask(&client, "https://news.example/feed", &home("/feed")).await);
    assert!(matches!(failed, Failure::Refused(_)), "{failed:?}");
    assert_eq!(other.connections(), 0);
}

#[tokio::test]
async fn b117_no_name_of_the_inside_is_asked_for_through_a_proxy_by_a_stranger() {
    let proxy = Origin::start_at(OUTSIDE).await;
    for host in ["wiki", "nas.lan", "a.internal"] {
        proxy.set(&format!("http://{host}/feed"), Reply::ok(NEWS));
    }
    let client = client(Opened::default(), &[("proxy.example", &[OUTSIDE])]);
    let via = Url::parse(&format!("http://proxy.example:{}", proxy.address().port())).ok();
    let ask = |home: &str, target: &str| {
        let asker = Passport::of(&Url::parse(home).unwrap());
        let request = Request { via: via.clone(), ..Request::by(asker, Url::parse(target).unwrap()) };
        let client = &client;
        crate::fetch::ask(client, request)
    };
    for host in ["wiki", "nas.lan", "a.internal"] {
        let url = format!("http://{host}/feed");
        // The operator wrote it.
        document(ask(&url, &url).await);
        let failed = failure(ask("http://news.example/feed", &url).await);
        assert!(matches!(failed, Failure::Refused(_)), "{host}: {failed:?}");
    }
    assert_eq!(proxy.requests().len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn b118_nothing_that_is_published_leads_a_reader_inside() {
    let origin = Origin::start().await;
    let forms = ["//127.0.0.9", "http://[64:ff9b::7f00:9]", "http://nas.lan", "http://wiki", "http://user:pw@10.9.9.9"];
    let items: String = (0..)
        .zip(forms)
        .map(|(n, form)| {
            format!(
                "<entry xml:base=\"http://127.0.0.9/\"><id>urn:x:{n}</id><title>T{n}</title><link href=\"{form}/alternate\"/>\
                 <link rel=\"related\" href=\"{form}/related\"/><link rel=\"enclosure\" href=\"{form}/enclosure\"/>\
                 <author><name>A</name><uri>{form}/author</uri></author>\
                 <content type=\"html\">&lt;p&gt;Copy &lt;a href=\"{form}/a\"&gt;x&lt;/a&gt; &lt;img src=\"{form}/img\"&gt;\
                 &lt;img src=\"relative.png\"&gt; &lt;q cite=\"{form}/cite\"&gt;q&lt;/q&gt;&lt;/p&gt;</content></entry>"
            )
        })
        .collect();
    let feed = format!(
        "<feed xmlns=\"http://www.w3.org/2005/Atom\"><title>T</title><id>urn:x</id><link href=\"http://127.0.0.9/page\"/>\
         <icon>http://127.0.0.9/icon</icon><logo>http://127.0.0.9/logo</logo>{items}</feed>"
    );
    origin.set("/feed", Reply::ok(feed));
    let desk = Desk::new(&(source("s", origin.url("/feed").as_str(), "publish_url = false") + EVERYTHING));
    // All of loopback is opened in this desk; the source lives at one address of it.
    let text = std::fs::read_to_string(desk.config()).unwrap();
    std::fs::write(desk.config(), text.replace("127.0.0.0/8", "127.0.0.1/32")).unwrap();
    desk.runs(&["poll", "--all"]);
    let running = desk.start();
    let mut pages = vec!["/feeds/all.atom".to_owned(), "/feeds/all".to_owned()];
    pages.extend((1..=forms.len()).map(|n| format!("/entries/{n}")));
    for path in pages {
        let text = running.get(&path, &[]).text();
        assert!(text.contains("T0") || path.starts_with("/entries/"), "{path}: {text}");
        for inside in ["127.0.0.9", "64:ff9b", "nas.lan", "//wiki", "10.9.9.9", "user:pw"] {
            assert!(!text.contains(inside), "{path} holds {inside}: {text}");
        }
    }
}
