//! Hostile responses of protocol, encoding and markup: B1 to B22.

use std::io::Write;
use std::time::Duration;

use crate::reply::{Ending, Reply};

pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut coder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    coder.write_all(bytes).expect("memory");
    coder.finish().expect("memory")
}

fn brotli(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    brotli::CompressorWriter::new(&mut out, 1 << 16, 5, 22).write_all(bytes).expect("memory");
    out
}

pub fn item(n: usize, extra: &str) -> String {
    format!("<item><guid>{n}</guid><title>Entry {n}</title><link>https://x.example/{n}</link>{extra}</item>")
}

pub fn rss(items: &str) -> String {
    format!("<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>T</title>{items}</channel></rss>")
}

/// Every hostile answer, by the number of its check.
pub fn cases() -> Vec<(&'static str, Reply)> {
    let block = vec![b'x'; 64 * 1024];
    let zeros = vec![b' '; 200 << 20];
    let entities: String =
        (1..12).map(|n| format!("<!ENTITY e{n} \"{}\">", format!("&e{};", n - 1).repeat(10))).collect();
    let laughs = format!("<!DOCTYPE rss [<!ENTITY e0 \"ha\">{entities}]>{}", rss("<item><title>&e11;</title></item>"));
    let quadratic = format!("<!DOCTYPE rss [<!ENTITY a \"{}\">]>", "a".repeat(100_000))
        + &rss(&format!("<item><title>{}</title></item>", "&a;".repeat(10_000)));
    let external = "<!DOCTYPE rss [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>".to_owned()
        + &rss("<item><title>&x;</title></item>");
    let deep = rss(&item(1, &("<media:group>".repeat(1000) + &"</media:group>".repeat(1000))));
    let utf16: Vec<u8> = rss(&item(1, "")).encode_utf16().flat_map(u16::to_be_bytes).collect();
    let attributes = format!("<rss {}>", (0..800_000).map(|n| format!("a{n}=\"\" ")).collect::<String>());
    let prefixes = format!("<rss {}>", (0..10_000).map(|n| format!("xmlns:a{n}=\"u:{n}\" ")).collect::<String>());
    let many: String = (0..100_000).map(|n| item(n, "")).collect();
    let fields = (0..101).fold(Reply::ok("x"), |reply, n| reply.header(&format!("X-{n}"), "1"));
    let json = "{\"version\":\"https://jsonfeed.org/version/1.1\",\"items\":".to_owned() + &"[".repeat(100_000);
    vec![
        ("B1 endless", Reply::ok(&block).until_close().then(Ending::Repeat)),
        ("B1 announced", Reply::ok("x").declared(2 << 30)),
        ("B2 gzip bomb", Reply::ok(gzip(&zeros)).header("Content-Encoding", "gzip")),
        ("B3 brotli bomb", Reply::ok(brotli(&zeros)).header("Content-Encoding", "br")),
        ("B3 zstd", Reply::ok("x").header("Content-Encoding", "zstd")),
        ("B4 twice", Reply::ok(gzip(&gzip(b"x"))).header("Content-Encoding", "gzip, gzip")),
        ("B5 cut", Reply::ok(&gzip(rss(&item(1, "")).as_bytes())[..40]).header("Content-Encoding", "gzip")),
        ("B6 trickle", Reply::ok(rss(&item(1, ""))).trickle(Duration::from_secs(1))),
        ("B6 large trickle", Reply::ok(&block).chunked(1 << 16).then(Ending::Stall).first(60_000)),
        ("B7 silence", Reply::silence()),
        ("B7 reset", Reply::reset()),
        ("B7 hang up", Reply::hang_up()),
        ("B8 fields", fields),
        ("B8 head", Reply::ok("x").header("X-Long", vec![b'x'; 65 * 1024])),
        ("B8 1xx", Reply::raw("HTTP/1.1 103 Early Hints\r\n\r\n".repeat(1000)).then(Ending::Repeat)),
        ("B9 short", Reply::ok("<rss>").declared(5000)),
        ("B10 circle", Reply::redirect(302, "?")),
        ("B10 nowhere", Reply::status(302)),
        ("B11 file", Reply::redirect(302, "file:///etc/passwd")),
        ("B12 planted", Reply::redirect(302, "http://planted:secret@127.0.0.1:1/")),
        ("B15 laughs", Reply::ok(laughs)),
        ("B15 quadratic", Reply::ok(quadratic)),
        ("B16 external", Reply::ok(external)),
        ("B17 deep", Reply::ok(deep)),
        ("B18 utf-16", Reply::ok(utf16)),
        ("B19 attributes", Reply::ok(attributes)),
        ("B19 prefixes", Reply::ok(prefixes)),
        ("B20 many", Reply::ok(rss(&many))),
        (
            "B21 title",
            Reply::ok(rss(&item(1, &format!("<description>{}</description>", "b".repeat(5 << 20)))
                .replace("Entry", &"T".repeat(200_000)))),
        ),
        ("B22 json", Reply::ok(json).header("Content-Type", "application/feed+json")),
    ]
}
