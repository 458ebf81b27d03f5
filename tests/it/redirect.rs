//! Where redirects lead, and where they do not.

use std::sync::Mutex;
use std::time::Duration;

use async_trait::async_trait;
use url::Url;
use wiredesk::fetch::robots::Robots;
use wiredesk::fetch::{Ask, Asker, Bound, FirstTurn, Manners};
use wiredesk::model::Failure;

use crate::fetch::{DOCUMENT, NOW, client, document, failure, get, request, serve};
use crate::origin::Origin;
use crate::reply::Reply;

#[tokio::test]
async fn p19_a_move_is_one_when_every_hop_is_permanent() {
    let check = async |statuses: &[u16], expected: bool| {
        let origin = Origin::start().await;
        for (n, status) in statuses.iter().enumerate() {
            origin.set(&format!("/{n}"), Reply::redirect(*status, format!("/{}", n + 1)));
        }
        let last = format!("/{}", statuses.len());
        origin.set(&last, Reply::ok(DOCUMENT));
        let answer = get(&client(), &origin.url("/0")).await;
        assert_eq!(answer.hops.iter().map(|hop| hop.status).collect::<Vec<_>>(), statuses);
        let (body, moved) = document(answer);
        assert_eq!((body.url, moved.is_some()), (origin.url(&last), expected), "{statuses:?}");
    };
    check(&[], false).await;
    check(&[301], true).await;
    check(&[308, 301], true).await;
    check(&[301, 302], false).await;
    check(&[307, 301], false).await;
    check(&[303], false).await;
    check(&[301, 301, 301, 301, 301], true).await;
}

#[tokio::test]
async fn b10_six_hops_circles_and_missing_locations_name_the_chain() {
    let origin = Origin::start().await;
    let at = |path: &str| origin.url(path).to_string();
    for n in 0..6 {
        origin.set(&format!("/{n}"), Reply::redirect(302, format!("/{}", n + 1)));
    }
    origin.set("/ring", Reply::redirect(301, "/ring2"));
    origin.set("/ring2", Reply::redirect(302, "/ring"));
    origin.set("/self", Reply::redirect(301, "#here"));
    origin.set("/none", Reply::status(302));
    origin.set("/empty", Reply::redirect(302, ""));
    origin.set("/bad", Reply::redirect(302, "http://[nonsense"));
    origin.set("/long", Reply::redirect(301, format!("http://{}example/", "abcdefghij.".repeat(250))));
    origin.set("/late", Reply::redirect(301, "/none"));
    let check = async |path: &str, expected: &str| {
        let said = failure(get(&client(), &origin.url(path)).await).to_string();
        assert_eq!(said, expected, "{path}");
    };
    let chain: Vec<String> = (0..7).map(|n| at(&format!("/{n}"))).collect();
    check("/0", &format!("over the limit: more than 5 redirects: {}", chain.join(" -302-> "))).await;
    assert_eq!(origin.requests().len(), 6, "the seventh is not asked");
    check(
        "/ring",
        &format!("bad redirect: in a circle: {} -301-> {} -302-> {}", at("/ring"), at("/ring2"), at("/ring")),
    )
    .await;
    let said = failure(get(&client(), &origin.url("/long")).await).to_string();
    let long = "refused: abcdefghij.abcdefghi… is no host name: it has 2757 bytes, and 253 are the most; ";
    assert!(said.starts_with(long), "{said}");
    check("/self", &format!("bad redirect: in a circle: {} -301-> {}", at("/self"), at("/self"))).await;
    check("/none", &format!("bad redirect: no location: {} answered 302", at("/none"))).await;
    check("/late", &format!("bad redirect: no location: {} -301-> {}, which answered 302", at("/late"), at("/none")))
        .await;
    for path in ["/empty", "/bad"] {
        check(path, &format!("bad redirect: location is not a URL: {} answered 302", at(path))).await;
    }
}

#[tokio::test]
async fn b11_redirects_to_other_schemes_are_refused() {
    for to in
        ["file:///etc/passwd", "ftp://example.org/x", "gopher://example.org/", "data:text/xml,<rss/>", "javascript:1"]
    {
        let (origin, url) = serve(Reply::redirect(301, to)).await;
        let failed = failure(get(&client(), &url).await);
        assert!(matches!(&failed, Failure::Redirect(why) if why.contains("location has scheme")), "{to}: {failed:?}");
        assert_eq!(origin.requests().len(), 1);
    }
}

#[tokio::test]
async fn b12_credentials_stay_with_the_configured_origin() {
    let (elsewhere, far) = serve(Reply::ok(DOCUMENT)).await;
    let origin = Origin::start().await;
    let mut given = far.clone();
    given.set_username("planted").unwrap();
    origin.set("/near", Reply::redirect(302, "/far"));
    origin.set("/far", Reply::redirect(301, &given));
    let mut url = origin.url("/near");
    url.set_username("desk").unwrap();
    url.set_password(Some("pw")).unwrap();
    document(get(&client(), &url).await);
    let sent: Vec<_> = origin.requests().iter().map(|r| r.header("authorization")).collect();
    assert_eq!(sent, [Some("Basic ZGVzazpwdw==".to_owned()), Some("Basic ZGVzazpwdw==".to_owned())]);
    assert_eq!(elsewhere.requests()[0].header("authorization"), None);
    // nobody's redirect gives us credentials
    document(get(&client(), &origin.url("/far")).await);
    assert_eq!(elsewhere.requests()[1].header("authorization"), None);
}

/// Notes for what a turn was asked.
#[derive(Default)]
struct Noted(Mutex<Vec<String>>);

#[async_trait]
impl Manners for Noted {
    async fn turn(&self, url: &Url) -> Result<(), Failure> {
        self.0.lock().unwrap().push(url.path().to_owned());
        Ok(())
    }
}

/// The turn that a claim holds is not taken twice, but where the host was asked for its
/// rules in it; each hop's is.
#[tokio::test]
async fn p21_each_hop_waits_for_its_turn_p35() {
    let origin = Origin::start().await;
    origin.set("/robots.txt", Reply::ok("User-agent: *\nDisallow: /closed\nCrawl-delay: 3\n"));
    origin.set("/a", Reply::redirect(302, "/b"));
    origin.set("/b", Reply::redirect(302, "/c"));
    origin.set("/c", Reply::ok(DOCUMENT));
    origin.set("/away", Reply::redirect(302, "/closed"));
    let (net, robots) = (client(), Robots::default());
    let asked = async |path: &str, bound: Bound, first: FirstTurn| {
        let noted = Noted::default();
        let (request, before) = (request(&origin.url(path)), origin.requests().len());
        let asker = Asker { net: &net, robots: &robots };
        let response = asker.ask(&Ask { request, bound, first }, &noted, NOW).await;
        let sent: Vec<String> = origin.requests()[before..].iter().map(|request| request.target.clone()).collect();
        (response, noted.0.into_inner().unwrap(), sent)
    };
    let check = async |bound: Bound, first: FirstTurn, turns: &[&str], sent: &[&str]| {
        let (response, noted, requests) = asked("/a", bound, first).await;
        assert_eq!((noted.as_slice(), requests.as_slice()), (&*own(turns), &*own(sent)), "{bound:?} {first:?}");
        assert_eq!(response.crawl_delay, (bound == Bound::Robots).then_some(Duration::from_secs(3)));
        document(response);
    };
    let all = ["/a", "/b", "/c"];
    check(Bound::Free, FirstTurn::Held, &all[1..], &all).await;
    check(Bound::Free, FirstTurn::ToTake, &all, &all).await;
    let with_rules = ["/robots.txt", "/a", "/b", "/c"];
    check(Bound::Robots, FirstTurn::Held, &with_rules, &with_rules).await;
    check(Bound::Robots, FirstTurn::Held, &all[1..], &all).await;
    check(Bound::Robots, FirstTurn::ToTake, &all, &all).await;
    // What the rules forbid waits for no turn and is not sent, as what leads to it is.
    for (path, kept_back) in [("/closed", true), ("/away", false)] {
        let (response, noted, requests) = asked(path, Bound::Robots, FirstTurn::ToTake).await;
        assert_eq!(response.kept_back, kept_back, "{path}");
        assert_eq!((noted.len(), requests.len()), (usize::from(!kept_back), usize::from(!kept_back)), "{path}");
        assert!(matches!(failure(response), Failure::Robots { is_rule: true, .. }), "{path}");
    }
}

fn own(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}
