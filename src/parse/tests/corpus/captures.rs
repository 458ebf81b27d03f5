//! Whole captures of news feeds.

use super::expected::compare;
use super::*;

/// Captures of which we read another number of entries than feedparser.
const OTHER_COUNT: &[(&str, usize, &str)] = &[(
    "nodefp-illegally-nested.xml",
    10,
    "items stand twice, the second time inside something unknown inside an item; feedparser and no other reads both",
)];

#[test]
fn captures_of_news_feeds_are_read() {
    let Some(folder) = corpus("captures") else { return };
    let (mut documents, mut good, mut entries, mut warned, mut alike) = (0, 0, 0, 0, 0);
    let (mut met, mut missed) = (0, 0);
    let url = Url::parse("https://wire.example/feeds/rss").unwrap();
    for (name, bytes, row) in rows(&folder) {
        documents += 1;
        let parsed = match read(&bytes) {
            Ok(parsed) => parsed,
            Err(error) => {
                eprintln!("{name}: {error}");
                continue;
            }
        };
        good += 1;
        entries += parsed.entries.len();
        warned += usize::from(!parsed.warnings.is_empty());
        let listed = OTHER_COUNT.iter().find(|(file, ..)| name == *file);
        let count = listed.map_or(row["n_entries"].as_u64().unwrap() as usize, |(_, count, _)| *count);
        assert_eq!(parsed.entries.len(), count, "{name}: {:?}", parsed.warnings);
        let oracle = feed_rs::parser::parse(&bytes[..]).ok().map(|feed| feed.entries.len());
        alike += usize::from(oracle == Some(count));
        if listed.is_some() {
            continue;
        }
        let mut expected = super::feedparser::expected(&row, &bytes);
        for entry in &mut expected.entries {
            // Texts are cut in the list.
            entry.summary = None;
            entry.content.clear();
        }
        expected.entries.truncate(count);
        let mut compared = compare(&parsed, &expected, &url);
        compared.missed.retain(|line| !line.starts_with("entries:"));
        met += compared.met;
        missed += compared.missed.len();
        compared.missed.iter().take(2).for_each(|line| eprintln!("{name}: {line}"));
    }
    eprintln!(
        "{entries} entries, {warned} captures with warnings; feed-rs has as many entries in {alike} of {documents}"
    );
    meets("captures that are read", good, documents, 100);
    meets("captures, fields but texts", met, met + missed, 97);
}
