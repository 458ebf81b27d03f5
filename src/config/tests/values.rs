//! Values that cannot be, and addresses that cannot be polled.

use super::*;

#[test]
fn values_that_cannot_be_are_refused() {
    check_in(
        "store",
        "keep = \"400\"",
        "8: store.keep: \"400\" is not a duration (write \"30s\", \"15m\", \"24h\" or \"30d\")",
    );
    check_in(
        "polling",
        "max_body = \"20\"",
        "12: polling.max_body: \"20\" is not a size (write \"20 MiB\" or \"512 KiB\")",
    );
    check_in("polling", "max_body = \"1 B\"", "12: polling.max_body: \"1 B\" is too little (64 KiB is the least)");
    check_in(
        "polling",
        "interval = { min = \"2h\", max = \"1h\" }",
        "12: polling.interval: max is less than min (exchange them)",
    );
    check_in(
        "polling",
        "allow_addresses = [\"10.0.0.1/8\"]",
        "20: polling.allow_addresses[1]: \"10.0.0.1/8\" has bits behind its prefix (write \"10.0.0.0/8\" or \"10.0.0.1\")",
    );
    check_in(
        "polling",
        "allow_addresses = [\"*.corp.example\"]",
        "20: polling.allow_addresses[1]: \"*.corp.example\" is neither a network nor a host \
         (write a CIDR, as \"192.168.10.0/24\", or a name, as \"intranet.example.org\")",
    );
    check_in(
        "polling",
        "contact = \"me@example.org\"",
        "11: polling.contact: \"me@example.org\" is not a URL (write \"mailto:me@example.org\")",
    );
    check_in(
        "server",
        "public_url = \"https://example.org/?x\"",
        "14: server.public_url: the public URL must consist of scheme, host and path only (write https://host/ or https://host/path/)",
    );
    check_in(
        "store",
        "url = \"wiredesk.db\"",
        "7: store.url: \"wiredesk.db\" is not a store (write \"sqlite:wiredesk.db\", or \"postgres://\" and then \
         user@host/name)",
    );
    check_in(
        "store",
        "url = \"sqlite::memory:\"",
        "7: store.url: a store in memory would forget everything (name a file)",
    );
    check_source(
        "language = \"english\"",
        "12: source[a].language: \"english\" is not a language (write a BCP 47 tag, as \"en\", \"zh-Hans\" or \"pt-BR\")",
    );
    check_source("language = \"zh_CN\"", "12: source[a].language: \"zh_CN\" is not a language (write \"zh-CN\")");
    for word in ["ภาษาไทย", "العربيّة", "❤\u{fe0f}"] {
        let expected = format!(
            "12: source[a].language: \"{word}\" is not a language (write a BCP 47 tag, as \"en\", \"zh-Hans\" or \"pt-BR\")"
        );
        check_source(&format!("language = \"{word}\""), &expected);
    }
    check_source(
        "tags = [\"two words\"]",
        "9: source[a].tags[1]: \"two words\" is not a tag (write one word, as \"wire\")",
    );
    check_source(
        "republish = \"all\"",
        "13: source[a].republish: \"all\" is not known (write one of: link, excerpt, full)",
    );
    check_source(
        "schedule = \"every 30s\"",
        "12: source[a].schedule: \"every 30s\" polls more often than every 1m (\"every 15m\" is the usual pace)",
    );
    check_source(
        "timezone = \"GMT+1\"",
        "12: source[a].timezone: unknown time zone \"GMT+1\" (write \"Etc/GMT-1\" (its sign is turned round), or a \
         city, whose clocks change in summer: \"Europe/Berlin\")",
    );
    check_source(
        "timezone = \"UTC-0530\"",
        "12: source[a].timezone: unknown time zone \"UTC-0530\" (write a city of that zone, as \"Asia/Kolkata\")",
    );
    check_source(
        "timezone = \"PST\"",
        "12: source[a].timezone: unknown time zone \"PST\" (letters are no zone: several countries use the same; \
         write a city, as \"Asia/Shanghai\")",
    );
    check_source(
        "timezone = \"new york\"",
        "12: source[a].timezone: unknown time zone \"new york\" (did you mean \"America/New_York\"?)",
    );
    check_source(
        "timezone = \"Mars\"",
        "12: source[a].timezone: unknown time zone \"Mars\" (write an IANA name, as \"Asia/Shanghai\" or \"UTC\")",
    ); // B90
    check_source(
        "schedule = \"60 * * * *\"",
        "12: source[a].schedule: \"60 * * * *\" is not a cron rule: number out of bounds (five fields, minute hour day month weekday, or six with seconds first; Sunday is 0 and 7)",
    );
}

#[test]
fn addresses_that_cannot_be_polled_are_refused_b35_b85() {
    for scheme in ["file:///etc/passwd", "javascript:alert(1)", "data:text/xml,x", "ftp://example.org/x"] {
        let name = scheme.split(':').next().unwrap();
        check_url(scheme, &format!("`{name}:` is not polled (use http:// or https://)"));
    }
    check_url("feed:file:///etc/passwd", "`file:` is not polled (use http:// or https://)");
    check_url("example.org/rss", "the address has no scheme (begin it with https://)");
    check_url("example.org:8080/rss", "the address has no scheme (begin it with https://)");
    check_url("https://", "\"https://\" has no host (write https://host/path)");
    check_url("https:///rss", "\"https:///rss\" has no host (write https://host/path)");
    check_url("https:example.org", "\"https:example.org\" is not a URL (write // after the scheme)");
    check_url("https://:80/", "\"https://:80/\" has no host (write https://host/path)");
    check_url("https://a b/", "the URL holds white space (write a space within it as %20)");
    let long = |labels: usize| format!("https://{}org/feed", "abcdefghij.".repeat(labels));
    check_url(
        &long(24),
        "abcdefghij.abcdefghi… is no host name: it has 267 bytes, and 253 are the most (write the name of the host as it \
         is looked up)",
    );
    check_url(
        &format!("https://{}.org/", "a".repeat(64)),
        "aaaaaaaaaaaaaaaaaaaa… is no host name: a part of it has 64 bytes, and 63 are the most (write the name of the \
         host as it is looked up)",
    );
    assert!(read(&format!("[[source]]\nid = \"a\"\nurl = \"{}\"\n", long(22))).is_ok(), "of 245 bytes");
    check_url("https://[::1/", "\"https://[::1/\" is not a URL: invalid IPv6 address");
    let config = read("[[source]]\nid = \"a\"\nurl = \"feed://Example.org\"\n").unwrap();
    assert_eq!(config.sources[0].source.url.as_str(), "http://example.org/");
}

#[test]
fn credentials_do_not_show_in_problems_b36() {
    let problems = read("[[source]]\nid = \"a\"\nurl = \"https://me:secret@exa mple.org/\"\n").err().unwrap();
    let shown = format!("{problems}\n{}", problems.0[0].render("error"));
    assert!(!shown.contains("secret") && shown.contains("https://*********@exa"), "{shown}");
    let problems = read("[[source]]\nid = \"a\"\nurl = \"https://me:secret@[::1/\"\n").err().unwrap();
    assert!(!problems.to_string().contains("secret"), "{problems}");
    let config = read("[[source]]\nid = \"a\"\nurl = \"https://me:secret@example.org/\"\n").unwrap();
    assert_eq!(config.sources[0].source.url.password(), Some("secret"));
    let shown: String = config.warnings.iter().map(|warning| warning.render("warning")).collect();
    assert!(shown.contains("the URL holds a password") && shown.contains("basic_auth = {"), "{shown}");
    assert!(!shown.contains("secret"), "{shown}");
}
