//! The guard at work: what it refuses is never dialled.

use std::io;
use std::net::{IpAddr, TcpListener};
use std::sync::Arc;
use std::sync::Mutex;
use std::time::Duration;

use async_trait::async_trait;
use url::Url;
use wiredesk::model::{Failure, Outcome, Phase};
use wiredesk::net::resolve::Resolve;
use wiredesk::net::{Client, Roots, Settings};

use crate::fetch::{client, document, failure, get, settings};
use crate::origin::Origin;
use crate::reply::Reply;

/// Gives the next of its answers each time it is asked; the last for ever.
struct Fickle {
    answers: Mutex<Vec<Vec<IpAddr>>>,
    asked: Mutex<Vec<String>>,
}

impl Fickle {
    fn new(answers: &[&[&str]]) -> Arc<Fickle> {
        let parse = |list: &&[&str]| list.iter().map(|ip| ip.parse().unwrap()).collect();
        Arc::new(Fickle { answers: Mutex::new(answers.iter().rev().map(parse).collect()), asked: Mutex::default() })
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

#[async_trait]
impl Resolve for Fickle {
    async fn addresses(&self, name: &str) -> io::Result<Vec<IpAddr>> {
        self.asked.lock().unwrap().push(name.to_owned());
        let mut answers = self.answers.lock().unwrap();
        match answers.len() {
            0 => Err(io::Error::other("no such name")),
            1 => Ok(answers[0].clone()),
            _ => Ok(answers.pop().unwrap()),
        }
    }
}

/// Never answers.
struct Mute;

#[async_trait]
impl Resolve for Mute {
    async fn addresses(&self, _: &str) -> io::Result<Vec<IpAddr>> {
        std::future::pending().await
    }
}

/// A client for which 127.0.0.1 stands for the public internet; the rest of
/// loopback is closed to it.
fn outside(resolver: Arc<dyn Resolve>) -> Client {
    let settings = Settings { allow_addresses: vec!["127.0.0.1/32".parse().unwrap()], ..settings() };
    Client::with(settings, resolver, Roots::Machine).unwrap()
}

fn named(origin: &Origin) -> Url {
    format!("http://feeds.example:{}/feed", origin.address().port()).parse().unwrap()
}

#[track_caller]
fn refused(failed: Failure, words: &str) {
    match failed {
        Failure::Refused(why) => assert!(why.contains(words), "{why}"),
        other => panic!("{words}: {other:?}"),
    }
}

#[tokio::test]
async fn b23_b24_b25_b26_literals_are_refused_before_dialling() {
    let origin = Origin::start().await;
    let closed = Client::new(Settings { allow_addresses: Vec::new(), ..settings() }).unwrap();
    for host in [
        "127.0.0.1",
        "127.1",
        "0x7f000001",
        "2130706433",
        "0177.0.0.1",
        "①②⑦.0.0.1",
        "127.0.0.1.",
        "0",
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
    ] {
        let url = format!("http://{host}:{}/feed", origin.address().port()).parse().unwrap();
        refused(failure(get(&closed, &url).await), "is not public");
    }
    assert_eq!(origin.connections(), 0);
}

#[tokio::test]
async fn b27_a_name_with_one_private_answer_is_refused() {
    let origin = Origin::start().await;
    for answers in [&["127.0.0.2"][..], &["127.0.0.1", "127.0.0.2"], &["10.0.0.1", "127.0.0.1"], &["127.0.0.1", "::1"]]
    {
        let failed = failure(get(&outside(Fickle::new(&[answers])), &named(&origin)).await);
        refused(failed, "feeds.example leads to ");
    }
    assert_eq!(origin.connections(), 0);
}

#[tokio::test]
async fn b28_only_the_vetted_answer_is_dialled() {
    let origin = Origin::start().await;
    origin.set("/feed", Reply::ok("<rss/>").closing());
    // whoever looks the name up again is led to the trap
    let trap = TcpListener::bind(("127.0.0.2", origin.address().port())).unwrap();
    trap.set_nonblocking(true).unwrap();
    let fickle = Fickle::new(&[&["127.0.0.1"], &["127.0.0.2"]]);
    let client = outside(Arc::clone(&fickle) as Arc<dyn Resolve>);

    document(get(&client, &named(&origin)).await);
    assert_eq!(fickle.asked(), ["feeds.example"], "looked up once, and that answer dialled");
    refused(
        failure(get(&client, &named(&origin)).await),
        "feeds.example leads to 127.0.0.2, which is not public (loopback)",
    );
    assert_eq!((fickle.asked().len(), origin.connections()), (2, 1));
    assert_eq!(trap.accept().unwrap_err().kind(), io::ErrorKind::WouldBlock);
}

#[tokio::test]
async fn b29_metadata_services_are_refused_whatever_is_opened() {
    let wide = ["0.0.0.0/0", "::/0"].map(|net| net.parse().unwrap()).to_vec();
    let client = Client::new(Settings { allow_addresses: wide, ..settings() }).unwrap();
    for host in ["169.254.169.254", "[fd00:ec2::254]", "[::ffff:169.254.169.254]", "metadata.google.internal"] {
        let url = format!("http://{host}/latest/meta-data/").parse().unwrap();
        refused(failure(get(&client, &url).await), "metadata service");
    }
}

#[tokio::test]
async fn b30_a_redirect_to_a_closed_address_is_refused() {
    let client = outside(Fickle::new(&[&["127.0.0.2"]]));
    for to in [
        "http://127.0.0.2/x",
        "http://[::1]/x",
        "http://[::ffff:10.0.0.1]/x",
        "http://0xa9fea9fe/latest",
        "http://inside.example/x",
        "//10.0.0.1/x",
        "http://8.8.8.8:25/",
    ] {
        let origin = Origin::start().await;
        origin.set("/feed", Reply::redirect(301, to));
        let failed = failure(get(&client, &origin.url("/feed")).await);
        refused(failed, &format!("; {} -301-> ", origin.url("/feed")));
    }
}

/// Runs itself again with a proxy in the environment that nobody listens at.
#[tokio::test]
async fn b31_a_proxy_in_the_environment_is_ignored() {
    const INNER: &str = "WIREDESK_TEST_B31";
    if std::env::var_os(INNER).is_some() {
        let origin = Origin::start().await;
        origin.set("/feed", Reply::ok("<rss/>"));
        document(get(&client(), &origin.url("/feed")).await);
        assert!(origin.requests()[0].raw.starts_with(b"GET /feed HTTP/1.1\r\n"));
        return;
    }
    let mut inner = std::process::Command::new(std::env::current_exe().unwrap());
    inner.args(["--exact", "guard::b31_a_proxy_in_the_environment_is_ignored"]).env(INNER, "1");
    for name in ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy", "HTTPS_PROXY"] {
        inner.env(name, "http://127.0.0.1:1/");
    }
    let ran = tokio::task::spawn_blocking(move || inner.output()).await.unwrap().unwrap();
    let said = String::from_utf8_lossy(&ran.stdout).into_owned();
    assert!(ran.status.success() && said.contains("1 passed"), "{said}");
}

#[tokio::test]
async fn b32_a_public_name_on_a_reserved_port_is_refused() {
    let client = Client::with(settings(), Fickle::new(&[&["8.8.8.8"]]), Roots::Machine).unwrap();
    for port in [22, 25, 110] {
        let url = format!("http://mail.example:{port}/").parse().unwrap();
        refused(failure(get(&client, &url).await), "mail.example is public and the port is below 1024");
        let url = format!("http://8.8.8.8:{port}/").parse().unwrap();
        refused(failure(get(&client, &url).await), "is below 1024");
    }
}

#[tokio::test]
async fn b33_an_intranet_feed_works_when_its_network_is_opened() {
    let origin = Origin::start().await;
    origin.set("/feed", Reply::ok("<rss/>"));
    let fickle = Fickle::new(&[&["127.0.0.1"]]);
    let client = Client::with(settings(), Arc::clone(&fickle) as Arc<dyn Resolve>, Roots::Machine).unwrap();
    let answer = get(&client, &named(&origin)).await;
    assert!(matches!(answer.outcome, Outcome::Document(_)));
    assert_eq!(origin.requests()[0].header("host").unwrap(), format!("feeds.example:{}", origin.address().port()));
    // a literal asks no resolver
    document(get(&client, &origin.url("/feed")).await);
    assert_eq!(fickle.asked().len(), 1);
}

#[tokio::test]
async fn b7_look_ups_that_fail_or_never_end_say_so() {
    let url: Url = "http://feeds.example/feed".parse().unwrap();
    let failed = failure(get(&outside(Fickle::new(&[])), &url).await);
    let cause = "feeds.example: no such name".to_owned();
    assert_eq!(failed, Failure::Network { phase: Phase::Resolve, cause });
    let failed = failure(get(&outside(Fickle::new(&[&[]])), &url).await);
    let cause = "feeds.example: no addresses".to_owned();
    assert_eq!(failed, Failure::Network { phase: Phase::Resolve, cause });

    let limits = Settings { connect: Duration::from_millis(300), ..settings() };
    let client = Client::with(limits, Arc::new(Mute), Roots::Machine).unwrap();
    let after = Duration::from_millis(150);
    assert_eq!(failure(get(&client, &url).await), Failure::Timeout { phase: Phase::Resolve, after });
}
