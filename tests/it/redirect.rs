//! Where redirects lead, and where they do not.

use std::any::Any;
use std::sync::Mutex;

use async_trait::async_trait;
use url::Url;
use wiredesk::fetch::{self, Turns};
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
    check("/self", &format!("bad redirect: in a circle: {} -301-> {}", at("/self"), at("/self"))).await;
    check("/none", &format!("bad redirect: no location: {} answered 302", at("/none"))).await;
    check("/late", &format!("bad redirect: no location: {} -301-> {}, which answered 302", at("/late"), at("/none")))
        .await;
    for path in ["/empty", "/bad"] {
        check(path, &format!("bad redirect: location is not an address: {} answered 302", at(path))).await;
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
impl Turns for Noted {
    async fn turn(&self, url: &Url) -> Result<Box<dyn Any + Send>, Failure> {
        self.0.lock().unwrap().push(url.to_string());
        Ok(Box::new(()))
    }
}

#[tokio::test]
async fn p21_each_hop_waits_for_its_turn() {
    let origin = Origin::start().await;
    origin.set("/a", Reply::redirect(302, "/b"));
    origin.set("/b", Reply::redirect(302, "/c"));
    origin.set("/c", Reply::ok(DOCUMENT));
    let turns = Noted::default();
    document(fetch::get(&client(), &request(&origin.url("/a")), &turns, NOW).await);
    assert_eq!(*turns.0.lock().unwrap(), [origin.url("/b").to_string(), origin.url("/c").to_string()]);
}
