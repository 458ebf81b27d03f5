//! The fuzz targets' corpus as ordinary tests: every seed, and damaged copies.

use std::path::Path;

#[path = "../../fuzz/bodies.rs"]
mod bodies;

/// Damaged copies of each seed.
const COPIES: u64 = 60;

/// Gives `body` the seeds of a target, and copies of them with bytes changed,
/// removed, doubled and cut. A failure names the seed and the copy.
fn run(target: &str, body: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(target);
    let mut files: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    assert!(files.len() >= 6, "{}: {} seeds", folder.display(), files.len());
    for file in files {
        let seed = std::fs::read(&file).unwrap();
        body(&seed);
        for copy in 1..=COPIES {
            let damaged = damaged(&seed, copy);
            if let Err(panic) = std::panic::catch_unwind(|| body(&damaged)) {
                eprintln!("{} damaged, copy {copy}: {:?}", file.display(), String::from_utf8_lossy(&damaged));
                std::panic::resume_unwind(panic);
            }
        }
    }
}

fn damaged(seed: &[u8], copy: u64) -> Vec<u8> {
    let mut state = copy.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut roll = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state >> 33).unwrap() % below.max(1)
    };
    let mut bytes = seed.to_vec();
    for _ in 0..=roll(4) {
        let at = roll(bytes.len());
        match roll(5) {
            0 if !bytes.is_empty() => bytes[at] = u8::try_from(roll(256)).unwrap(),
            1 => bytes.truncate(at),
            2 => drop(bytes.drain(at..(at + roll(20)).min(bytes.len()))),
            3 => {
                let piece = bytes[at..(at + roll(60)).min(bytes.len())].to_vec();
                let to = roll(bytes.len());
                bytes.splice(to..to, piece);
            }
            _ => {
                let token =
                    ["<", ">", "&", "\"", "]]>", "<!--", "</", "\0", "&#x", "<a>", " AND ", " NEAR/", "*", "{", "市长"]
                        [roll(15)];
                bytes.splice(at..at, token.bytes());
            }
        }
    }
    bytes
}

#[test]
fn documents() {
    run("document", bodies::document);
}

#[test]
fn filters() {
    run("filter", bodies::filter);
}

#[test]
fn html() {
    run("html", bodies::html);
}

#[test]
fn lists() {
    run("opml", bodies::opml);
}

#[test]
fn pages() {
    run("page", bodies::page);
}

#[test]
fn sitemaps() {
    run("sitemap", bodies::sitemap);
}

#[test]
fn configurations() {
    run("config", bodies::config);
}

#[test]
fn robots() {
    run("robots", bodies::robots);
}

#[test]
fn links() {
    run("url", bodies::url);
}

#[test]
fn terminals() {
    run("terminal", bodies::terminal);
}
