//! Feeds in all their formats: valid by the schemas of each, and read back to the same entries.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use feed_rs::model::Entry;
use wiredesk::text::html::plain;

use crate::captures::documents;
use crate::desk::{Desk, EVERYTHING, Running, corpus, is_there, source};
use crate::origin::Origin;
use crate::python::{self, python};
use crate::reply::Reply;

/// Judges documents by a JSON Schema, with the schemas that it refers to. 77 if that cannot be.
const BY_SCHEMA: &str = "import json, sys
try:
 from jsonschema import Draft202012Validator
 from referencing import Registry, Resource
except ImportError:
 sys.exit(77)
read = lambda path: json.load(open(path, encoding='utf-8'))
schemas = sys.argv[1].split(':')
others = [Resource.from_contents(read(path)) for path in schemas[1:]]
registry = Registry().with_resources([(other.id(), other) for other in others])
judge = Draft202012Validator(read(schemas[0]), registry=registry)
bad = [(path, error) for path in sys.argv[2:] for error in list(judge.iter_errors(read(path)))[:3]]
[print(path, '/'.join(map(str, error.absolute_path)), error.message[:200]) for path, error in bad[:20]]
sys.exit(1 if bad else 0)";

/// An entry as a reader holds it.
#[derive(PartialEq, Eq, PartialOrd, Ord, Debug)]
struct Held {
    id: String,
    title: String,
    link: Option<String>,
    published: Option<i64>,
    updated: Option<i64>,
    text: Option<String>,
    files: Vec<String>,
}

/// How a document of a format is read back.
fn held(format: &str, body: &[u8]) -> Vec<Held> {
    if format == "ninjs" {
        let read: serde_json::Value = serde_json::from_slice(body).unwrap();
        return read["associations"].as_array().unwrap().iter().map(newsroom).collect();
    }
    feed_rs::parser::parse(body).unwrap().entries.into_iter().map(|entry| reader(format, entry)).collect()
}

fn reader(format: &str, entry: Entry) -> Held {
    let content = entry.content.and_then(|content| content.body);
    // feed-rs trims the texts of Atom alone.
    let text = content.or(entry.summary.map(|summary| summary.content)).map(|text| text.trim().to_owned());
    let text = text.filter(|text| !text.is_empty());
    let rel = |link: &feed_rs::model::Link, rel: &str| link.rel.as_deref() == Some(rel);
    // feed-rs keeps the files of JSON Feed among the links, and those of RSS apart.
    let links = entry.links.iter().filter(|link| rel(link, "enclosure") || format == "json" && !rel(link, "alternate"));
    let media = entry.media.iter().flat_map(|media| &media.content).filter_map(|content| content.url.as_ref());
    let mut files: Vec<String> = links.map(|link| link.href.clone()).chain(media.map(ToString::to_string)).collect();
    let page = entry.links.iter().find(|link| rel(link, "alternate")).or(entry.links.first());
    let link = page.map(|link| link.href.clone());
    files.retain(|file| format != "json" || Some(file) != link.as_ref());
    Held {
        id: entry.id,
        title: entry.title.unwrap().content,
        link,
        published: entry.published.map(|at| at.timestamp()),
        updated: entry.updated.map(|at| at.timestamp()),
        text,
        files,
    }
}

fn newsroom(item: &serde_json::Value) -> Held {
    let text = |value: &serde_json::Value| value.as_str().map(str::to_owned);
    let at = |value: &serde_json::Value| {
        value.as_str().map(|at| wiredesk::clock::Timestamp::from_rfc3339(at).unwrap().seconds())
    };
    let renditions = item["renditions"].as_array().unwrap();
    let named =
        |name: &'static str| renditions.iter().filter(move |r| r["name"] == name).filter_map(move |r| text(&r["href"]));
    Held {
        id: text(&item["name"]).unwrap(),
        title: text(&item["headlines"][0]["value"]).unwrap(),
        link: named("web").next().as_deref().map(as_written),
        published: at(&item["firstCreated"]),
        updated: at(&item["versionCreated"]),
        text: text(&item["bodies"][0]["value"])
            .or(text(&item["descriptions"][0]["value"]))
            .map(|text| text.trim().to_owned())
            .filter(|text| !text.is_empty()),
        files: named("enclosure").collect(),
    }
}

fn own_schema(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/schemas").join(name)
}

/// The schemas of ninjs 3.1, the standard's own, where they are to be had.
fn ninjs_schemas() -> Option<String> {
    let ninjs = corpus("ninjs")?;
    let own = ninjs.join("specification/ninjs-schema_3.1.json");
    let geo = ninjs.join("validation/test_suite/GeoJSON-schema.json");
    Some(format!("{}:{}", own.display(), geo.display()))
}

/// What is wrong with JSON documents; `None` where they cannot be judged.
fn by_schema(schemas: &str, files: &[PathBuf]) -> Option<String> {
    let done = python().args(["-c", BY_SCHEMA, schemas]).args(files).output().ok()?;
    match done.status.code() {
        Some(0) => Some(String::new()),
        Some(77) => None,
        _ => Some(format!("{}{}", String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr))),
    }
}

#[track_caller]
fn valid_by_schema(schemas: Option<String>, files: &[PathBuf]) {
    match schemas.and_then(|schemas| by_schema(&schemas, files)) {
        Some(wrong) => assert!(wrong.is_empty(), "{wrong}"),
        None => eprintln!("SKIPPED: no schema, or no jsonschema for python3"),
    }
}

fn valid_rss(files: &[PathBuf]) {
    if !is_there("xmllint") {
        return eprintln!("SKIPPED: no xmllint");
    }
    let schema = own_schema("rss-2.0.rng");
    let done = Command::new("xmllint").args(["--noout", "--relaxng"]).arg(schema).args(files).output().unwrap();
    let said = String::from_utf8_lossy(&done.stderr);
    let said: Vec<&str> = said.lines().filter(|line| !line.ends_with("validates")).take(20).collect();
    assert!(done.status.success(), "{}", said.join("\n"));
    judged_by_jing(&own_schema("rss-2.0.rng"), files);
}

/// A second judge of RELAX NG, which reads schemas otherwise than libxml2 does.
pub fn judged_by_jing(schema: &Path, files: &[PathBuf]) {
    if !is_there("jing") {
        return;
    }
    let done = tokio::task::block_in_place(|| Command::new("jing").arg(schema).args(files).output()).unwrap();
    let said = String::from_utf8_lossy(&done.stdout);
    assert!(done.status.success(), "{}", said.lines().take(20).collect::<Vec<_>>().join("\n"));
}

/// All pages of a feed in a format, as files, and what a reader holds after it has read them.
fn walked(running: &Running, desk: &Desk, format: &str) -> (Vec<PathBuf>, Vec<Held>) {
    let (mut path, mut files, mut all) = (Some(format!("/feeds/all.{format}")), Vec::new(), Vec::new());
    while let Some(at) = path {
        let got = running.get(&at, &[]);
        assert_eq!(got.status, 200, "{at}");
        let file = desk.path(&format!("page{}.{format}", files.len()));
        std::fs::write(&file, &got.body).unwrap();
        files.push(file);
        all.extend(held(format, &got.body));
        path = next(format, &got.body).map(|url| url.replace("https://desk.example/wire", ""));
    }
    (files, all)
}

fn next(format: &str, body: &[u8]) -> Option<String> {
    let json = || serde_json::from_slice::<serde_json::Value>(body).unwrap();
    match format {
        "json" => json()["next_url"].as_str().map(str::to_owned),
        "ninjs" => {
            let read = json();
            let page = read["renditions"].as_array().unwrap().iter().find(|page| page["name"] == "next")?;
            page["href"].as_str().map(str::to_owned)
        }
        _ => {
            let links = feed_rs::parser::parse(body).unwrap().links;
            links.into_iter().find(|link| link.rel.as_deref() == Some("next")).map(|link| link.href)
        }
    }
}

/// Real documents are published in every format, each valid, and a reader holds the same
/// entries whichever it reads.
#[tokio::test(flavor = "multi_thread")]
async fn every_format_is_valid_and_tells_the_same_o173_o183_o21() {
    let origin = Origin::start().await;
    let (files, _) = documents();
    let mut config = String::new();
    for (n, file) in files.iter().enumerate() {
        let path = format!("/{n}.xml");
        origin.set(&path, Reply::ok(std::fs::read(file).unwrap()).header("Content-Type", "application/xml"));
        config += &source(&format!("c{n}"), origin.url(&path));
    }
    let desk = Desk::new(&(config + &EVERYTHING.replace("content", "size = 500\ncontent")));
    desk.run(&["poll", "--all"]);
    let mut running = desk.start();
    running.until("/feeds/all.atom", |got| got.status == 200);
    let (atom, expected) = walked(&running, &desk, "atom");
    assert!(expected.len() > 20, "{}", expected.len());
    for format in ["rss", "json", "ninjs"] {
        let (files, all) = walked(&running, &desk, format);
        eprintln!("{format}: {} entries on {} pages", all.len(), files.len());
        match format {
            "rss" => valid_rss(&files),
            "json" => valid_by_schema(Some(own_schema("json-feed-1.1.json").display().to_string()), &files),
            _ => valid_by_schema(ninjs_schemas(), &files),
        }
        assert_eq!(all.len(), expected.len(), "{format}");
        let by_id: BTreeMap<&str, &Held> = all.iter().map(|held| (&*held.id, held)).collect();
        let differ = expected.iter().filter(|held| by_id.get(&*held.id) != Some(held));
        let differ: Vec<String> = differ
            .map(|held| format!("{held:?}\n{:?}", by_id.get(&*held.id)))
            .map(|both| both.lines().map(|line| line.chars().take(700).collect::<String>() + "\n").collect())
            .collect();
        assert!(differ.is_empty(), "{format}: {} differ\n{}", differ.len(), differ[..differ.len().min(3)].join("\n"));
        if format != "ninjs" {
            read_back_by_python(&files, &expected);
        }
    }
    if let Some(schemas) = corpus("schemas") {
        judged_by_jing(&schemas.join("atom-rfc4287.rng"), &atom);
    }
    read_back_by_python(&atom, &expected);
}

/// A URL as feed-rs writes it, which ends that of a host in a slash.
fn as_written(url: &str) -> String {
    url::Url::parse(url).map_or_else(|_| url.to_owned(), Into::into)
}

/// `reader` writes HTML anew when it cleans it, so that only its words are the same.
fn same_text(by: &str, published: &str, read: &str) -> bool {
    let words = |html: &str| plain(html).split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    published == read || by == "reader" && words(published) == words(read)
}

/// Readers of Python's find the same entries.
fn read_back_by_python(files: &[PathBuf], expected: &[Held]) {
    let Some(found) = python::read(files) else { return };
    let mut differ = Vec::new();
    for by in ["feedparser", "reader"] {
        let found: BTreeMap<&str, _> =
            found.iter().filter(|held| held.by == by).map(|held| (&*held.id, held)).collect();
        if found.is_empty() {
            eprintln!("{by} reads no {}", files[0].display());
            continue;
        }
        assert_eq!(found.len(), expected.len(), "{by}");
        for held in expected {
            let Some(read) = found.get(&*held.id) else { panic!("{by} has no {}", held.id) };
            let same = held.title.trim() == read.title
                && held.link == read.link.as_deref().map(as_written)
                && held.published == read.published
                && held.updated == read.updated
                && same_text(by, held.text.as_deref().unwrap_or_default(), &read.text)
                && held.files == read.files;
            if !same {
                differ.push(format!("{held:.400?}\n{read:.400?}\n"));
            }
        }
    }
    assert!(differ.is_empty(), "{} differ\n{}", differ.len(), differ[..differ.len().min(3)].join("\n"));
}

/// The judge of ninjs agrees with the standard's own examples of what passes and what does not.
#[test]
fn the_judge_of_ninjs_agrees_with_its_test_suite_o173() {
    let (Some(schemas), Some(ninjs)) = (ninjs_schemas(), corpus("ninjs")) else {
        return eprintln!("SKIPPED: no schemas at ../shared/corpus/ninjs");
    };
    let mut judged = 0;
    for (folder, passes) in [("should_pass", true), ("should_fail", false)] {
        for version in ["3.0", "3.1"] {
            let Ok(all) = std::fs::read_dir(ninjs.join("validation/test_suite").join(version).join(folder)) else {
                continue;
            };
            for file in
                all.map(|file| file.unwrap().path()).filter(|file| file.extension().is_some_and(|e| e == "json"))
            {
                let Some(wrong) = by_schema(&schemas, std::slice::from_ref(&file)) else {
                    return eprintln!("SKIPPED: no jsonschema for python3");
                };
                judged += 1;
                assert_eq!(wrong.is_empty(), passes, "{}: {wrong}", file.display());
            }
        }
    }
    eprintln!("{judged} documents of the test suite judged as they should be");
    assert!(judged >= 2);
}
