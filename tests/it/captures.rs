//! Real documents, all the way: polled, stored, published, read back.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::desk::{Desk, EVERYTHING, Running, corpus, is_there, source};
use crate::origin::Origin;
use crate::python::python;
use crate::reply::Reply;

/// Documents to poll: the captures of the larger corpus, else our own samples.
pub fn documents() -> (Vec<PathBuf>, bool) {
    let of = |folder: &Path| {
        let mut all: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
        all.retain(|path| {
            path.extension().is_some_and(|e| ["xml", "rss", "atom", "json", "rdf"].iter().any(|x| e == *x))
        });
        all.sort();
        all
    };
    match corpus("captures") {
        Some(folder) => (of(&folder), true),
        None => (of(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus/parse")), false),
    }
}

/// feedparser's counts, by file.
fn expected() -> BTreeMap<String, u64> {
    let Some(folder) = corpus("captures") else { return BTreeMap::new() };
    let text = std::fs::read_to_string(folder.join("expectations.jsonl")).unwrap();
    let count = |line: &str| {
        let row: serde_json::Value = serde_json::from_str(line).unwrap();
        let result = if row["n_entries"].is_null() { &row["result"] } else { &row };
        let file = ["file", "path"].iter().find_map(|key| row[key].as_str()).unwrap();
        let name = Path::new(file).file_name().unwrap().to_string_lossy().into_owned();
        (name, result["n_entries"].as_u64().unwrap())
    };
    text.lines().map(count).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn real_documents_are_polled_stored_published_and_read_back_o21() {
    let origin = Origin::start().await;
    let (files, is_corpus) = documents();
    let mut config = String::new();
    for (n, file) in files.iter().enumerate() {
        let path = format!("/{n}.xml");
        origin.set(&path, Reply::ok(std::fs::read(file).unwrap()).header("Content-Type", "application/xml"));
        config += &source(&format!("c{n}"), origin.url(&path));
    }
    let desk = Desk::new(&(config + &EVERYTHING.replace("content", "size = 500\ncontent")));
    desk.run(&["poll", "--all"]);
    let status = desk.runs(&["status", "--json"]).json().remove(0);
    let stored: Vec<u64> = (0..files.len())
        .map(|n| {
            let all = status["sources"].as_array().unwrap();
            all.iter().find(|s| s["id"] == format!("c{n}")).unwrap()["entries"].as_u64().unwrap()
        })
        .collect();
    let read = stored.iter().filter(|n| **n > 0).count();
    eprintln!("{read} of {} documents read, {} entries", files.len(), stored.iter().sum::<u64>());
    if is_corpus {
        assert!(read >= 145, "{read} of {} read", files.len());
        compare(&files, &stored);
    }
    assert!(read * 2 > files.len());

    let mut running = desk.start();
    running.until("/feeds/all.atom", |got| got.status == 200);
    let ids = published(&running, &desk);
    assert_eq!(ids, stored.iter().sum::<u64>());
}

/// Entries read equal feedparser's count wherever feed-rs agrees with it, and
/// all are stored but those that a document lists twice to the letter.
fn compare(files: &[PathBuf], stored: &[u64]) {
    let expected = expected();
    let (mut agreed, mut differ, mut doubled) = (0, Vec::new(), 0);
    for (file, stored) in files.iter().zip(stored) {
        let name = file.file_name().unwrap().to_string_lossy();
        let Some(said) = expected.get(&*name) else { continue };
        let bytes = std::fs::read(file).unwrap();
        let other = std::panic::catch_unwind(|| feed_rs::parser::parse(&bytes[..]).ok()).ok().flatten();
        if other.is_none_or(|feed| feed.entries.len() as u64 != *said) {
            continue;
        }
        agreed += 1;
        let (read, distinct) = read(&bytes);
        doubled += read - distinct;
        if read != *said || *stored != distinct {
            differ.push(format!("{name}: {said} expected, {read} read, {distinct} distinct, {stored} stored"));
        }
    }
    eprintln!("feedparser and feed-rs agree on {agreed} documents; {doubled} entries stand twice in theirs");
    assert!(agreed > 100, "the comparison compared too little: {agreed}");
    assert!(differ.is_empty(), "{}", differ.join("\n"));
}

/// How many entries a document holds, and how many that differ.
fn read(bytes: &[u8]) -> (u64, u64) {
    let about = wiredesk::parse::About {
        url: &"https://origin.example/feed.xml".parse().unwrap(),
        content_type: Some("application/xml"),
        language: None,
        timezone: wiredesk::clock::Zone::UTC,
        work: wiredesk::model::Work::default(),
    };
    let now = wiredesk::clock::Timestamp::from_millis(1_795_392_000_000);
    let Ok(parsed) = wiredesk::parse::document(bytes, &about, now) else { return (0, 0) };
    let text =
        |e: &wiredesk::model::Entry| e.fullest().map(|c| c.markup.raw().to_owned()).filter(|_| e.title.is_empty());
    let distinct: std::collections::BTreeSet<_> =
        parsed.entries.iter().map(|e| (e.id.clone(), e.link.clone(), e.title.clone(), text(e))).collect();
    (parsed.entries.len() as u64, distinct.len() as u64)
}

/// Every page of the feed is valid and parses back; gives how many entries.
fn published(running: &Running, desk: &Desk) -> u64 {
    let schemas = corpus("schemas").filter(|_| is_there("xmllint"));
    let (mut path, mut ids, mut page) = ("/feeds/all.atom".to_owned(), std::collections::BTreeSet::new(), 0);
    loop {
        let got = running.get(&path, &[]);
        let file = desk.path(&format!("page{page}.atom"));
        std::fs::write(&file, &got.body).unwrap();
        if let Some(schemas) = &schemas {
            valid(&file, schemas);
        }
        let read = feed_rs::parser::parse(&got.body[..]).unwrap();
        for entry in &read.entries {
            assert!(ids.insert(entry.id.clone()), "{} twice", entry.id);
            assert!(!entry.title.as_ref().unwrap().content.is_empty());
        }
        page += 1;
        match read.links.into_iter().find(|link| link.rel.as_deref() == Some("next")) {
            Some(link) => path = link.href.replace("https://desk.example/wire", ""),
            None => return ids.len() as u64,
        }
    }
}

/// A document is valid by the schema of Atom and by its rules.
pub fn valid(file: &Path, schemas: &Path) {
    let schema = schemas.join("atom-rfc4287.rng");
    let done = Command::new("xmllint").args(["--noout", "--relaxng"]).arg(schema).arg(file).output().unwrap();
    assert!(
        done.status.success(),
        "{}",
        String::from_utf8_lossy(&done.stderr).lines().take(20).collect::<Vec<_>>().join("\n")
    );
    schematron(file, &schemas.join("atom-rules.sch"));
}

/// Schematron by Python's lxml, where it is to be had.
fn schematron(file: &Path, rules: &Path) {
    let script = "import sys\ntry:\n from lxml import etree, isoschematron\nexcept ImportError:\n sys.exit(77)\n\
                  s = isoschematron.Schematron(etree.parse(sys.argv[2]), store_report=True)\n\
                  ok = s.validate(etree.parse(sys.argv[1]))\n\
                  bad = [f for f in s.validation_report.iter('{*}text') if '(warning)' not in (f.text or '')]\n\
                  [print(f.text) for f in bad[:20]]\nsys.exit(1 if bad else 0)";
    let done = python().args(["-c", script]).arg(file).arg(rules).output();
    match done {
        Ok(done) if done.status.code() == Some(0) => {}
        Ok(done) if done.status.code() == Some(77) => eprintln!("SKIPPED Schematron: no lxml for python3"),
        Ok(done) => panic!("{}{}", String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr)),
        Err(_) => eprintln!("SKIPPED Schematron: no python3"),
    }
}
