//! The guard, by value.

use std::net::IpAddr;

use url::Url;

use super::guard::{Guard, Ports};

fn guard(opened: &[&str]) -> Guard {
    Guard::new(opened.iter().map(|net| net.parse().unwrap()).collect())
}

/// Checks whether `guard` lets each host through, as a URL on port 80.
#[track_caller]
fn check(guard: &Guard, hosts: &[&str], passes: Passes) {
    for host in hosts {
        let url = Url::parse(&format!("http://{host}/feed")).unwrap();
        let said = guard.url(&url);
        assert_eq!(said.is_ok(), passes == Passes::Yes, "{host}: {said:?}");
    }
}

#[derive(PartialEq)]
enum Passes {
    Yes,
    No,
}

#[test]
fn b23_networks_that_are_not_public_are_refused() {
    let closed = [
        "127.0.0.1",
        "127.255.255.254",
        "10.0.0.1",
        "10.255.255.255",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.0.1",
        "192.168.255.255",
        "0.0.0.0",
        "0.1.2.3",
        "100.64.0.1",
        "100.127.255.255",
        "169.254.0.1",
        "169.254.169.254",
        "192.0.0.1",
        "192.0.0.170",
        "198.18.0.1",
        "198.19.255.255",
        "224.0.0.1",
        "239.255.255.255",
        "240.0.0.1",
        "255.255.255.255",
        "192.0.2.1",
        "198.51.100.7",
        "203.0.113.9",
        "168.63.129.16",
    ];
    check(&guard(&[]), &closed, Passes::No);
    let open = [
        "1.1.1.1",
        "8.8.8.8",
        "9.255.255.255",
        "11.0.0.0",
        "100.63.255.255",
        "100.128.0.0",
        "126.255.255.255",
        "128.0.0.1",
        "169.253.255.255",
        "169.255.0.0",
        "172.15.255.255",
        "172.32.0.0",
        "192.0.1.0",
        "192.167.255.255",
        "192.169.0.0",
        "198.17.255.255",
        "198.20.0.0",
        "223.255.255.255",
    ];
    check(&guard(&[]), &open, Passes::Yes);
}

#[test]
fn b24_other_spellings_of_ipv4_are_refused() {
    let forms = [
        "127.1",
        "127.0.1",
        "0x7f000001",
        "0x7f.1",
        "2130706433",
        "0177.0.0.1",
        "017700000001",
        "①②⑦.0.0.1",
        "127.0.0.1.",
        "0",
        "0x0",
        "127。0。0。1",
        "%31%32%37.0.0.1",
        "10.1",
        "3232235521",
        "0xa9fea9fe",
        "2852039166",
        "0251.0376.0251.0376",
    ];
    check(&guard(&[]), &forms, Passes::No);
}

#[test]
fn b25_ipv6_that_is_not_public_is_refused() {
    let closed = [
        "[::1]",
        "[::]",
        "[0:0:0:0:0:0:0:1]",
        "[fc00::1]",
        "[fd12:3456::1]",
        "[fe80::1]",
        "[febf::1]",
        "[fec0::1]",
        "[feff::1]",
        "[ff02::1]",
        "[ff0e::1]",
        "[2001:db8::1]",
        "[3fff::1]",
        "[100::1]",
        "[64:ff9b:1::1]",
        "[2001:2::1]",
        "[2001:10::1]",
        "[2001:20::1]",
        "[4000::1]",
        "[5f00::1]",
        "[::2]",
        "[1::1]",
    ];
    check(&guard(&[]), &closed, Passes::No);
    let open = ["[2606:4700::1111]", "[2a00:1450::1]", "[2001:4860:4860::8888]", "[2001:200::1]", "[2400::1]"];
    check(&guard(&[]), &open, Passes::Yes);
}

#[test]
fn b26_ipv4_inside_ipv6_is_taken_out_and_vetted() {
    let closed = [
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[::ffff:a9fe:a9fe]",
        "[::ffff:10.0.0.1]",
        "[::127.0.0.1]",
        "[::a00:1]",
        "[::ffff:0:127.0.0.1]",
        "[64:ff9b::127.0.0.1]",
        "[64:ff9b::a9fe:a9fe]",
        "[64:ff9b::c0a8:101]",
        "[2002:7f00:1::1]",
        "[2002:c0a8:101::]",
        "[2002:a9fe:a9fe::1]",
        // Teredo: 127.0.0.1 inverted as client; a private server
        "[2001:0:4136:e378:8000:63bf:80ff:fffe]",
        "[2001::a00:1:0:0:f7f7:f7f7]",
        // ISATAP
        "[2606:4700::5efe:10.0.0.1]",
        "[2606:4700::200:5efe:7f00:1]",
    ];
    check(&guard(&[]), &closed, Passes::No);
    let open = [
        "[::ffff:8.8.8.8]",
        "[64:ff9b::8.8.8.8]",
        "[2002:808:808::1]",
        // Teredo: server 65.54.227.120, client 8.8.8.8 inverted
        "[2001:0:4136:e378:8000:63bf:f7f7:f7f7]",
    ];
    check(&guard(&[]), &open, Passes::Yes);
}

#[test]
fn b27_one_refused_answer_refuses_the_name() {
    let answers = |found: &[&str]| {
        let found: Vec<IpAddr> = found.iter().map(|ip| ip.parse().unwrap()).collect();
        guard(&[]).answers("feeds.example", &found, Ports::Usual)
    };
    assert!(answers(&["8.8.8.8", "2606:4700::1111"]).is_ok());
    for found in [&["10.0.0.1"][..], &["8.8.8.8", "10.0.0.1"], &["8.8.8.8", "::1"], &["8.8.8.8", "::ffff:127.0.0.1"]] {
        let refusal = answers(found).unwrap_err().to_string();
        assert!(refusal.starts_with("feeds.example leads to "), "{refusal}");
    }
}

#[test]
fn b29_metadata_services_open_only_by_their_own_address() {
    let services = [
        "169.254.169.254",
        "169.254.170.2",
        "100.100.100.200",
        "192.0.0.192",
        "[fd00:ec2::254]",
        "[fd20:ce::254]",
        "metadata.google.internal",
        "METADATA.google.internal.",
        "metadata.goog",
        "[::ffff:169.254.169.254]",
        "[64:ff9b::169.254.169.254]",
    ];
    check(&guard(&[]), &services, Passes::No);
    check(&guard(&["0.0.0.0/0", "::/1", "8000::/1"]), &services[..10], Passes::No);
    check(&guard(&["169.254.0.0/16", "fd00::/8"]), &services, Passes::No);
    check(&guard(&["169.254.169.254/32"]), &["169.254.169.254", "metadata.google.internal"], Passes::Yes);
    check(&guard(&["fd00:ec2::254/128"]), &["[fd00:ec2::254]"], Passes::Yes);
    check(&guard(&["169.254.169.254/31"]), &["169.254.169.254"], Passes::No);
}

#[test]
fn b32_ports_below_1024_are_for_networks_that_were_opened() {
    let port =
        |host: &str, port: u16| guard(&["10.0.0.0/8"]).url(&Url::parse(&format!("http://{host}:{port}/")).unwrap());
    for refused in [1, 22, 25, 79, 81, 110, 442, 444, 1023] {
        assert!(port("8.8.8.8", refused).is_err(), "{refused}");
        assert!(port("10.0.0.1", refused).is_ok(), "{refused}");
        assert_eq!(Ports::of(refused), Ports::Reserved);
    }
    for allowed in [80, 443, 1024, 8080, 65535] {
        assert!(port("8.8.8.8", allowed).is_ok(), "{allowed}");
        assert_eq!(Ports::of(allowed), Ports::Usual);
    }
    assert!(port("10.0.0.1", 0).is_err());
    assert!(port("news.example", 0).is_err());
    let public = ["8.8.8.8".parse().unwrap()];
    let inside = ["10.2.3.4".parse().unwrap()];
    assert!(guard(&["10.0.0.0/8"]).answers("a.example", &public, Ports::Reserved).is_err());
    assert!(guard(&["10.0.0.0/8"]).answers("a.example", &inside, Ports::Reserved).is_ok());
}

#[test]
fn b33_an_opened_network_is_open_and_no_other() {
    let guard = guard(&["10.1.0.0/16", "fd12::/16", "127.0.0.1/32"]);
    check(
        &guard,
        &["10.1.2.3", "[fd12::1]", "127.0.0.1", "[::ffff:10.1.2.3]", "[64:ff9b::10.1.2.3]", "8.8.8.8"],
        Passes::Yes,
    );
    check(&guard, &["10.2.0.1", "[fd13::1]", "127.0.0.2", "[::1]", "[::ffff:10.2.0.1]", "192.168.1.1"], Passes::No);
}

#[test]
fn b11_only_http_and_https_are_asked() {
    for url in ["file:///etc/passwd", "ftp://8.8.8.8/", "gopher://8.8.8.8/", "data:text/xml,x", "feed:https://8.8.8.8/"]
    {
        assert!(guard(&["0.0.0.0/0"]).url(&Url::parse(url).unwrap()).is_err(), "{url}");
    }
    assert!(guard(&[]).url(&Url::parse("https://news.example/feed").unwrap()).is_ok());
}

#[test]
fn refusals_name_the_address_and_the_reason() {
    let said = |url: &str| guard(&[]).url(&Url::parse(url).unwrap()).unwrap_err().to_string();
    assert_eq!(said("http://user:secret@10.0.0.1/"), "10.0.0.1 is not public (private)");
    assert_eq!(said("http://[2002:7f00:1::]/"), "2002:7f00:1:: carries 127.0.0.1, which is not public (loopback)");
    assert_eq!(said("http://8.8.8.8:25/"), "port 25 of 8.8.8.8 is below 1024, neither 80 nor 443");
    assert_eq!(said("http://169.254.169.254/"), "169.254.169.254 is a cloud's metadata service");
}
