//! Documents made to hurt, through a poll of the real program: what the
//! operator reads of each (checks B1 to B5, B8 to B11, B15 to B22).

use std::io::Write;

use crate::desk::{Desk, EVERYTHING, source};
use crate::origin::Origin;
use crate::reply::{Ending, Reply};

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut coder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    coder.write_all(bytes).unwrap();
    coder.finish().unwrap()
}

fn item(n: usize, extra: &str) -> String {
    format!("<item><guid>{n}</guid><title>Entry {n}</title><link>https://x.example/{n}</link>{extra}</item>")
}

fn rss(items: &str) -> String {
    format!("<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>T</title>{items}</channel></rss>")
}

/// The check, the answer, and what the operator is to read of it.
fn table(secret: &str) -> Vec<(&'static str, Reply, &'static str)> {
    let block = vec![b'x'; 64 * 1024];
    let blanks = vec![b' '; 32 << 20];
    let entities: String =
        (1..12).map(|n| format!("<!ENTITY e{n} \"{}\">", format!("&e{};", n - 1).repeat(10))).collect();
    let laughs = format!("<!DOCTYPE rss [<!ENTITY e0 \"ha\">{entities}]>{}", rss("<item><title>&e11;</title></item>"));
    let quadratic = format!("<!DOCTYPE rss [<!ENTITY a \"{}\">]>", "a".repeat(100_000))
        + &rss(&format!("<item><title>{}</title></item>", "&a;".repeat(10_000)));
    let external =
        format!("<!DOCTYPE rss [<!ENTITY x SYSTEM \"file://{secret}\"><!ENTITY % p SYSTEM \"file://{secret}\"> %p;]>")
            + &rss("<item><title>a&x;b</title></item>");
    let deep = rss(&item(1, &("<media:group>".repeat(1000) + &"</media:group>".repeat(1000))));
    let utf16: Vec<u8> = rss(&item(1, "")).encode_utf16().flat_map(u16::to_be_bytes).collect();
    let attributes = format!("<rss {}></rss>", (0..800_000).map(|n| format!("a{n}=\"\" ")).collect::<String>());
    let prefixes = format!("<rss {}></rss>", (0..10_000).map(|n| format!("xmlns:a{n}=\"u:{n}\" ")).collect::<String>());
    let long = item(1, &format!("<description>{}</description>", "b".repeat(5 << 20)));
    let fields = (0..101).fold(Reply::ok("x"), |reply, n| reply.header(&format!("X-{n}"), "1"));
    let nested = "{\"version\":\"https://jsonfeed.org/version/1.1\",\"items\":".to_owned() + &"[".repeat(100_000);
    let wrong = "{\"version\":\"https://jsonfeed.org/version/1.1\",\"title\":7,\"title\":\"T\",\"items\":[\
        {\"id\":1,\"content_text\":\"one\"},{\"id\":{},\"title\":[]},7,{\"id\":\"3\",\"content_text\":\"three\"}]}";
    let json = |text: &str| Reply::ok(text).header("Content-Type", "application/feed+json");
    vec![
        ("B1 endless", Reply::ok(&block).until_close().then(Ending::Repeat), "over the limit: the body is longer than"),
        ("B1 announced", Reply::ok("x").declared(2 << 30), "over the limit: a body of 2048 MiB is announced"),
        ("B2 gzip bomb", Reply::ok(gzip(&blanks)).header("Content-Encoding", "gzip"), "over the limit:"),
        ("B3 zstd", Reply::ok("x").header("Content-Encoding", "zstd"), "bad encoding:"),
        ("B4 twice", Reply::ok(gzip(&gzip(b"x"))).header("Content-Encoding", "gzip, gzip"), "bad encoding:"),
        (
            "B5 cut",
            Reply::ok(&gzip(rss(&item(1, "")).as_bytes())[..40]).header("Content-Encoding", "gzip"),
            "bad encoding:",
        ),
        ("B8 fields", fields, "over the limit:"),
        ("B8 head", Reply::ok("x").header("X-Long", vec![b'x'; 65 * 1024]), "over the limit:"),
        ("B9 short", Reply::ok("<rss>").declared(5000), "truncated:"),
        ("B10 nowhere", Reply::status(302), "bad redirect: no location"),
        ("B11 file", Reply::redirect(302, "file:///etc/passwd"), "bad redirect: location has scheme file"),
        ("B15 laughs", Reply::ok(laughs), "1 entry, 1 new"),
        ("B15 quadratic", Reply::ok(quadratic), "1 entry, 1 new"),
        ("B16 external", Reply::ok(external), "1 entry, 1 new"),
        ("B17 deep", Reply::ok(deep), "over the limit:"),
        ("B18 UTF-16BE", Reply::ok(utf16), "1 entry, 1 new"),
        ("B19 attributes", Reply::ok(attributes), "over the limit:"),
        ("B19 prefixes", Reply::ok(prefixes), "over the limit:"),
        (
            // A build for tests reads these well within the time of a document (B107);
            // `benches/hostile` serves 100,000.
            "B20 many",
            Reply::ok(rss(&(0..20_000).map(|n| item(n, "")).collect::<String>())),
            "20000 entries, 20000 new",
        ),
        ("B21 long", Reply::ok(rss(&long.replace("Entry", &"T".repeat(200_000)))), "1 entry, 1 new"),
        ("B22 nested", json(&nested), "over the limit:"),
        ("B22 wrong types", json(wrong), "3 entries, 3 new"),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_operator_reads_of_documents_made_to_hurt_b1_b2_b3_b4_b5_b8_b9_b10_b11_b15_b16_b17_b18_b19_b20_b21_b22()
 {
    let origin = Origin::start().await;
    let folder = tempfile::tempdir().unwrap();
    let secret = folder.path().join("secret");
    std::fs::write(&secret, "hush-7f3a").unwrap();
    let table = table(secret.to_str().unwrap());
    let mut sources = String::new();
    for (n, (_, reply, _)) in table.iter().enumerate() {
        origin.set(&format!("/{n}"), reply.clone());
        sources += &source(&format!("s{n}"), origin.url(&format!("/{n}")));
    }
    let desk = Desk::new(&(sources + EVERYTHING));
    let ran = desk.run(&["--json", "poll", "--all"]);
    let lines = ran.json();
    assert_eq!(lines.len(), table.len(), "{ran:?}");
    let mut wrong = Vec::new();
    for (n, (name, _, expected)) in table.iter().enumerate() {
        let id = format!("s{n}");
        let line = lines.iter().find(|line| line["source"] == id.as_str()).expect("a line a source");
        let said = line["text"].as_str().unwrap();
        eprintln!("{name:<16} {said}  {}", line["warnings"]);
        if !said.contains(expected) {
            wrong.push(format!("{name}: {said:?} and not {expected:?}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert_eq!(origin.requests().len(), table.len(), "no document has anything else fetched (B16)");
    let store = std::fs::read(desk.path("desk.db")).unwrap();
    assert!(!store.windows(9).any(|bytes| bytes == b"hush-7f3a"), "a file was read (B16)");
}
