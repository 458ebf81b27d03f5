//! The larger corpus, where it is at hand: whole captures of news feeds, a
//! parser's conformance suite, broken feeds.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::*;

fn corpus(folder: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus").join(folder);
    if !path.is_dir() {
        eprintln!("skipped: no corpus at {}", path.display());
        return None;
    }
    Some(path)
}

/// The rows of `expectations.jsonl` under `folder`, each with its document.
fn rows(folder: &Path) -> Vec<(PathBuf, Value)> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.file_name().is_some_and(|name| name == "expectations.jsonl") {
                let lines = std::fs::read_to_string(&path).unwrap();
                for line in lines.lines() {
                    let row: Value = serde_json::from_str(line).unwrap();
                    found.push((folder.join(row["file"].as_str().unwrap()), row));
                }
            }
        }
    }
    found.sort_by(|a, b| a.0.cmp(&b.0));
    found
}

#[test]
fn captures_of_news_feeds_are_read() {
    let Some(folder) = corpus("captures") else { return };
    let (mut documents, mut good, mut entries, mut warned) = (0, 0, 0, 0);
    for (path, row) in rows(&folder) {
        documents += 1;
        let bytes = std::fs::read(&path).unwrap();
        let expected = row["n_entries"].as_u64().unwrap() as usize;
        let oracle = feed_rs::parser::parse(&bytes[..]).ok().map(|feed| feed.entries.len());
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        match read(&bytes) {
            Ok(parsed) => {
                good += 1;
                entries += parsed.entries.len();
                warned += usize::from(!parsed.warnings.is_empty());
                let count = parsed.entries.len();
                if count != expected || oracle.is_some_and(|n| n != count) {
                    eprintln!("{name}: {count} entries, feedparser {expected}, feed-rs {oracle:?}");
                }
                if oracle == Some(expected) {
                    assert_eq!(count, expected, "{name}: {:?}", parsed.warnings);
                }
                let undated = parsed.entries.iter().filter(|e| e.published.is_none() && e.updated.is_none()).count();
                let unlinked = parsed.entries.iter().filter(|e| e.link.is_none()).count();
                let untitled = parsed.entries.iter().filter(|e| e.title.is_empty()).count();
                if undated + unlinked + untitled > 0 {
                    eprintln!("{name}: of {count}, {undated} undated, {unlinked} unlinked, {untitled} untitled");
                }
            }
            Err(error) => eprintln!("{name}: {error} (feedparser has {expected})"),
        }
    }
    eprintln!("{good} of {documents} captures read, {entries} entries, {warned} documents with warnings");
    assert!(good * 151 >= documents * 145, "{good} of {documents}");
}

/// Feeds that other parsers keep for being odd: as many entries as feedparser
/// finds, up to a few on which the two of us differ with reason.
#[test]
fn broken_feeds_are_read() {
    let (mut same, mut all) = (0, 0);
    for name in ["broken", "feedrs-fixtures"] {
        let Some(folder) = corpus(name) else { return };
        for (path, row) in rows(&folder) {
            let Ok(bytes) = std::fs::read(&path) else { continue };
            let expected =
                row["n_entries"].as_u64().or_else(|| Some(row["entries"].as_array()?.len() as u64)).unwrap_or(0);
            let made = read(&bytes);
            let count = made.as_ref().map_or(0, |parsed| parsed.entries.len() as u64);
            all += 1;
            same += u32::from(count == expected);
            if count != expected || made.is_err() {
                eprintln!(
                    "{}: {:?}, feedparser {expected}",
                    path.display(),
                    made.map(|_| count).map_err(|e| e.to_string())
                );
            }
        }
    }
    eprintln!("{same} of {all} odd feeds give as many entries");
    assert!(same * 100 >= all * 90, "{same} of {all}");
}

fn text<'a>(row: &'a Value, name: &str) -> Option<&'a str> {
    row[name].as_str().filter(|text| !text.is_empty())
}

/// How far `ours` and feedparser's `row` agree on one field of an entry, if it speaks of it.
fn agrees(field: &str, ours: &crate::model::Entry, row: &Value) -> Option<bool> {
    let same = |a: &str, b: &str| a.split_whitespace().eq(b.split_whitespace());
    Some(match field {
        "title" => {
            let expected = text(row, "title")?;
            same(&ours.title, expected) || same(&ours.title, &crate::text::html::plain_line(expected))
        }
        "link" => text(row, "link").filter(|link| link.starts_with("http"))? == ours.link.as_deref().unwrap_or(""),
        "id" => same(text(row, "id")?, ours.id.as_deref().unwrap_or("")),
        "date" => {
            let expected = text(row, "published").or(text(row, "updated"))?;
            [ours.published, ours.updated].into_iter().flatten().any(|at| at.rfc3339() == expected)
        }
        "summary" => {
            let expected = crate::text::html::plain_line(text(row, "summary")?);
            let made = [&ours.summary, &ours.content].into_iter().flatten();
            made.into_iter().any(|c| same(&crate::text::html::plain_line(c.markup.raw()), &expected))
        }
        "authors" => {
            let expected = row["authors"].as_array().filter(|list| !list.is_empty())?;
            expected.iter().all(|person| {
                let name = person["name"].as_str().unwrap_or("");
                ours.authors
                    .iter()
                    .any(|known| known.name == name && person["email"].as_str() == known.email.as_deref())
            })
        }
        "tags" => {
            let expected = row["tags"].as_array().filter(|list| !list.is_empty())?;
            expected.iter().all(|tag| {
                ours.categories.iter().any(|known| {
                    tag["term"].as_str().is_none_or(|term| term == known.term)
                        && tag["scheme"].as_str() == known.scheme.as_deref()
                })
            })
        }
        "enclosures" => {
            let expected = row["enclosures"].as_array().filter(|list| !list.is_empty())?;
            let known =
                |file: &Value| ours.enclosures.iter().any(|known| Some(known.url.as_str()) == file["href"].as_str());
            expected.iter().all(known)
        }
        _ => unreachable!(),
    })
}

#[test]
fn a_conformance_suite_is_met_in_the_main() {
    let Some(folder) = corpus("feedparser") else { return };
    // What is missing: base64, CDF.
    let least = [
        ("title", 95),
        ("link", 90),
        ("id", 100),
        ("date", 90),
        ("summary", 95),
        ("authors", 95),
        ("tags", 80),
        ("enclosures", 95),
    ];
    let mut tally: BTreeMap<(&str, String), (u32, u32)> = BTreeMap::new();
    let (mut read_well, mut with_entries, mut feed_tally) = (0, 0, (0_u32, 0_u32));
    for (path, row) in rows(&folder) {
        let bytes = std::fs::read(&path).unwrap();
        let group = path.parent().unwrap().strip_prefix(&folder).unwrap().display().to_string();
        let url = row["url"].as_str().unwrap_or("https://wire.example/feeds/rss");
        let url =
            Url::parse(row["headers"]["Content-Location"].as_str().unwrap_or(url)).unwrap_or(Url::parse(url).unwrap());
        let kind = row["headers"]["Content-type"].as_str();
        let about = About { url: &url, content_type: kind, language: None, timezone: Tz::UTC };
        let expected = row["entries"].as_array().unwrap();
        if let Ok(parsed) = document(&bytes, &about, NOW) {
            for (field, ours) in [
                ("title", Some(parsed.title.as_str())),
                ("link", parsed.link.as_deref()),
                ("id", parsed.id.as_deref()),
                ("language", parsed.language.as_deref()),
            ] {
                let Some(theirs) = text(&row["feed"], field) else { continue };
                let met = ours.is_some_and(|ours| ours == theirs || crate::text::html::plain_line(theirs) == ours);
                feed_tally.0 += u32::from(met);
                feed_tally.1 += 1;
                if !met {
                    eprintln!(
                        "{group}/{}: feed {field}: {ours:?} expected {theirs:?}",
                        path.file_name().unwrap().display()
                    );
                }
            }
        }
        if expected.is_empty() {
            continue;
        }
        with_entries += 1;
        let name = format!("{group}/{}", path.file_name().unwrap().to_string_lossy());
        let parsed = match document(&bytes, &about, NOW) {
            Ok(parsed) if parsed.entries.len() == expected.len() => parsed,
            other => {
                let made = other.map(|parsed| parsed.entries.len());
                eprintln!("{name}: {made:?}, expected {} entries", expected.len());
                continue;
            }
        };
        read_well += 1;
        for (ours, row) in parsed.entries.iter().zip(expected) {
            for (field, _) in least {
                let Some(met) = agrees(field, ours, row) else { continue };
                let count = tally.entry((field, group.clone())).or_default();
                *count = (count.0 + u32::from(met), count.1 + 1);
                if !met && (field != "summary" || !group.contains("sanitize")) {
                    let made = (
                        &ours.title,
                        &ours.link,
                        &ours.id,
                        &ours.published_raw,
                        &ours.updated_raw,
                        &ours.summary,
                        &ours.authors,
                        &ours.categories,
                        &ours.enclosures,
                    );
                    eprintln!(
                        "{name}: {field}: {made:?} expected {} {:?}",
                        row[field],
                        text(row, "published").or(text(row, "updated"))
                    );
                }
            }
        }
    }
    eprintln!("fields of feeds: {} of {}", feed_tally.0, feed_tally.1);
    assert!(feed_tally.0 * 100 >= feed_tally.1 * 85);
    eprintln!("{read_well} of {with_entries} documents give as many entries");
    for (field, percent) in least {
        let of = tally.iter().filter(|((name, _), _)| *name == field);
        let (met, all) = of.clone().fold((0, 0), |sum, (_, count)| (sum.0 + count.0, sum.1 + count.1));
        eprintln!("{field}: {met} of {all}");
        of.filter(|(_, count)| count.0 < count.1)
            .for_each(|((_, group), count)| eprintln!("    {group}: {} of {}", count.0, count.1));
        assert!(met * 100 >= all * percent, "{field}: {met} of {all}");
    }
    assert!(read_well * 100 >= with_entries * 95);
}

/// Every file of every folder, whole, cut and damaged.
#[test]
fn nothing_in_the_corpus_makes_us_panic() {
    let Some(folder) = corpus("") else { return };
    let mut files = Vec::new();
    let mut folders: Vec<PathBuf> = ["captures", "broken", "feedparser", "feedrs-fixtures", "feedvalidator", "gofeed"]
        .iter()
        .map(|name| folder.join(name))
        .collect();
    while let Some(folder) = folders.pop() {
        let Ok(entries) = std::fs::read_dir(&folder) else { continue };
        for entry in entries {
            let path = entry.unwrap().path();
            if path.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    files.sort();
    let mut dice = Dice(0x5eed);
    let mut small = Vec::new();
    for path in &files {
        let bytes = std::fs::read(path).unwrap();
        let _ = read(&bytes);
        if (100..20_000).contains(&bytes.len()) {
            small.push(bytes);
        }
    }
    for _ in 0..5_000 {
        let bytes = &small[dice.roll(small.len())];
        batter(bytes, 1, &mut dice);
    }
    eprintln!("{} files read, 5,000 cut, 5,000 damaged", files.len());
}
