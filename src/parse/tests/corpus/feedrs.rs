//! The fixtures of feed-rs, as feedparser reads them.

use super::differences::{FEEDRS, Reason, known};
use super::expected::compare;
use super::*;

#[test]
fn fixtures_of_feed_rs_are_read_alike() {
    let Some(folder) = corpus("feedrs-fixtures") else { return };
    let url = Url::parse("https://wire.example/feeds/rss").unwrap();
    let mut unlisted = Vec::new();
    let (mut met, mut missed, mut documents, mut whole) = (0, 0, 0, 0);
    for (name, bytes, row) in rows(&folder) {
        let expected = super::feedparser::expected(&row, &bytes);
        let Ok(parsed) = read(&bytes) else {
            assert!(expected.entries.is_empty(), "{name} is not read");
            continue;
        };
        // feedparser knows no JSON Feed.
        if name.starts_with("jsonfeed") {
            continue;
        }
        let compared = compare(&parsed, &expected, &url);
        let reason = known(FEEDRS, &name, &compared.missed);
        if reason.is_none() && !compared.missed.is_empty() {
            unlisted.push(name.clone());
        }
        let ours = reason.is_some_and(Reason::is_ours);
        documents += 1;
        whole += usize::from(ours || compared.missed.is_empty());
        met += compared.met + if ours { compared.missed.len() } else { 0 };
        missed += if ours { 0 } else { compared.missed.len() };
    }
    assert!(unlisted.is_empty(), "{unlisted:?} differ and are not listed");
    meets("fixtures of feed-rs, fields", met, met + missed, 97);
    meets("fixtures of feed-rs, documents", whole, documents, 95);
}
