//! Feeds that other parsers keep for being odd.

use super::expected::compare;
use super::*;

/// What is refused, and how the refusal begins.
const REFUSED: &[(&str, &str)] = &[
    ("encoding-iso-8859-1-meta-after-1024.html", "not a feed: an HTML page"),
    ("encoding-iso-8859-1.html", "not a feed: an HTML page"),
    ("encoding-utf8-meta-after-1024.html", "not a feed: an HTML page"),
    ("encoding-utf8.html", "not a feed: an HTML page"),
    ("feedio-discovery-dualprotocol.html", "not a feed: an HTML page"),
    ("feedio-discovery-https.html", "not a feed: an HTML page"),
    ("feedio-discovery.html", "not a feed: an HTML page"),
    ("newsboat-empty.xml", "empty: "),
    ("nodefp-compressed.xml", "not a feed: gzip data"),
    ("nodefp-invalid-characters-gzipped.xml", "not a feed: gzip data"),
    ("nodefp-notafeed.html", "not a feed: an HTML page"),
    ("rssparser-unrecognized.rss.xml", "not a feed: an HTML page"),
    ("xml-iso88591.xml", "not a feed: an XML document with the root element \"note\""),
    ("xml-iso88591_utf8_mismatch.xml", "not a feed: an XML document with the root element \"note\""),
];

/// Entries that feedparser does not find.
const OTHER_COUNT: &[(&str, usize, &str)] = &[(
    "fastfp-malformed_rss_namespaced.xml",
    2,
    "the root is bound to a namespace nobody knows; still an rss element",
)];

#[test]
fn broken_feeds_are_read_or_refused_with_the_right_reason() {
    let Some(folder) = corpus("broken") else { return };
    let url = Url::parse("https://wire.example/feeds/rss").unwrap();
    let (mut right, mut all, mut met, mut missed) = (0, 0, 0, 0);
    for (name, bytes, row) in rows(&folder) {
        all += 1;
        let refusal = REFUSED.iter().find(|(file, _)| name == *file).map(|(_, refusal)| *refusal);
        match (read(&bytes), refusal) {
            (Err(error), Some(refusal)) if error.to_string().starts_with(refusal) => right += 1,
            (Ok(parsed), None) => {
                let listed = OTHER_COUNT.iter().find(|(file, ..)| name == *file);
                let count = listed.map_or(row["n_entries"].as_u64().unwrap() as usize, |(_, count, _)| *count);
                if parsed.entries.len() == count {
                    right += 1;
                } else {
                    eprintln!("{name}: {} entries, expected {count}", parsed.entries.len());
                }
                let compared = compare(&parsed, &super::feedparser::expected(&row, &bytes), &url);
                met += compared.met;
                missed += compared.missed.len();
                compared.missed.iter().take(3).for_each(|line| eprintln!("{name}: {line}"));
            }
            (other, _) => eprintln!("{name}: {:?}", other.map(|parsed| parsed.entries.len())),
        }
    }
    meets("broken feeds read or rightly refused", right, all, 90);
    meets("broken feeds, fields", met, met + missed, 90);
}
