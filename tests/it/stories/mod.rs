//! Stories on labelled corpora. Without the larger corpora these tests pass, and say so.

use std::collections::HashMap;
use std::path::Path;

use serde_json::Value;
use wiredesk::clock::Timestamp;
use wiredesk::model::newswire::NoticeKind;
use wiredesk::model::{EntryId, StoryId};
use wiredesk::stories::read::StoryCopy;
use wiredesk::stories::revise::{RevisedText, class_of};
use wiredesk::stories::settings::StorySettings;
use wiredesk::stories::window::StoryWindow;

mod cutting;

use crate::desk::corpus;

/// A document of a corpus.
struct Document {
    id: String,
    source: String,
    title: String,
    text: String,
    language: String,
    at: Timestamp,
    cluster: i64,
}

fn lines(path: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(path).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn text(row: &Value, key: &str) -> String {
    row[key].as_str().unwrap_or_default().to_owned()
}

/// The story of each document, as they arrive in this order.
fn stories(documents: &[Document], order: &[usize]) -> Vec<StoryId> {
    let mut window = StoryWindow::new(StorySettings::default());
    for at in order {
        let document = &documents[*at];
        let wire = cutting::read(&document.text);
        window.place(&StoryCopy {
            entry: EntryId(i64::try_from(*at).unwrap()),
            source: &document.source,
            source_wire: None,
            link: None,
            title: &document.title,
            text: &document.text,
            language: Some(&document.language),
            at: document.at,
            wire: &wire,
        });
    }
    (0..documents.len()).map(|at| window.story_of(EntryId(i64::try_from(at).unwrap())).unwrap()).collect()
}

fn releases(folder: &Path) -> Vec<Document> {
    let read = |row: &Value| Document {
        id: text(row, "id"),
        source: text(row, "wire"),
        title: text(row, "title"),
        text: text(row, "body"),
        language: "en".to_owned(),
        at: Timestamp::from_rfc3339(&format!("{}T12:00:00Z", text(row, "date"))).unwrap(),
        cluster: 0,
    };
    let mut all: Vec<Document> = lines(&folder.join("docs.dev.jsonl")).iter().map(read).collect();
    all.sort_by(|a, b| (a.at, &a.id).cmp(&(b.at, &b.id)));
    all
}

/// Precision, F1 and wrong joins on the labelled pairs.
fn scores(folder: &Path, documents: &[Document], stories: &[StoryId]) -> (f64, f64, u32) {
    let at: HashMap<&str, usize> = documents.iter().enumerate().map(|(n, document)| (&*document.id, n)).collect();
    let (mut right, mut wrong, mut missed) = (0_u32, 0_u32, 0_u32);
    for pair in lines(&folder.join("pairs.dev.jsonl")) {
        let same = stories[at[&*text(&pair, "a")]] == stories[at[&*text(&pair, "b")]];
        match (&*text(&pair, "label"), same) {
            ("duplicate", true) => right += 1,
            ("duplicate", false) => missed += 1,
            ("distinct", true) => wrong += 1,
            _ => {}
        }
    }
    let precision = f64::from(right) / f64::from(right + wrong);
    let recall = f64::from(right) / f64::from(right + missed);
    (precision, 2.0 * precision * recall / (precision + recall), wrong)
}

#[test]
fn labelled_pairs_are_told_apart_b370() {
    let Some(folder) = corpus("neardup") else {
        return eprintln!("the corpus of pairs is absent: nothing is measured");
    };
    let documents = releases(&folder);
    let order: Vec<usize> = (0..documents.len()).collect();
    let (precision, f1, wrong) = scores(&folder, &documents, &stories(&documents, &order));
    eprintln!("pairs: precision {precision:.3}, F1 {f1:.3}, wrong joins {wrong}");
    assert!(precision >= 0.98 && f1 >= 0.97 && wrong <= 3);
}

/// The least entry of each story, for every entry: the same for the same grouping.
fn grouping(stories: &[StoryId]) -> Vec<usize> {
    let mut first = HashMap::new();
    stories.iter().enumerate().map(|(at, story)| *first.entry(*story).or_insert(at)).collect()
}

#[test]
fn the_order_of_arrival_matters_little_b368() {
    let Some(folder) = corpus("neardup") else {
        return eprintln!("the corpus of pairs is absent: nothing is measured");
    };
    let documents = releases(&folder);
    let mut order: Vec<usize> = (0..documents.len()).collect();
    let usual = grouping(&stories(&documents, &order));
    let (mut seed, mut differ, rounds) = (7_u64, 0, 3);
    for _ in 0..rounds {
        for at in (1..order.len()).rev() {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            order.swap(at, usize::try_from(seed >> 33).unwrap() % (at + 1));
        }
        let shuffled = stories(&documents, &order);
        differ += grouping(&shuffled).iter().zip(&usual).filter(|(a, b)| a != b).count();
        let (precision, f1, _) = scores(&folder, &documents, &shuffled);
        assert!(precision >= 0.98 && f1 >= 0.97, "{precision} {f1}");
    }
    eprintln!("{differ} of {} placements differ by the order of arrival", rounds * documents.len());
    assert!(differ <= rounds * documents.len() / 100);
}

#[test]
fn reposts_of_agency_copy_are_one_story_b370() {
    let Some(folder) = corpus("neardup") else {
        return eprintln!("the corpus of reposts is absent: nothing is measured");
    };
    let read = |row: &Value| Document {
        id: String::new(),
        source: text(row, "platform"),
        title: text(row, "title"),
        text: text(row, "excerpt"),
        language: text(row, "lang"),
        at: Timestamp::from_rfc3339(&text(row, "published")).unwrap(),
        cluster: row["cluster"].as_i64().unwrap(),
    };
    let mut documents: Vec<Document> = lines(&folder.join("wire_reposts.dev.jsonl")).iter().map(read).collect();
    documents.sort_by_key(|document| document.at);
    let order: Vec<usize> = (0..documents.len()).collect();
    let found: Vec<i64> = stories(&documents, &order).into_iter().map(|story| story.0).collect();
    let wanted: Vec<i64> = documents.iter().map(|document| document.cluster).collect();
    let index = adjusted_rand(&wanted, &found);
    eprintln!("reposts: adjusted Rand index {index:.3}");
    assert!(index >= 0.95);
}

/// Hubert and Arabie, Comparing partitions, 1985.
fn adjusted_rand(a: &[i64], b: &[i64]) -> f64 {
    let pairs = |n: u32| f64::from(n) * (f64::from(n) - 1.0) / 2.0;
    let (mut both, mut ours, mut theirs) = (HashMap::new(), HashMap::new(), HashMap::new());
    for (x, y) in a.iter().zip(b) {
        *both.entry((x, y)).or_insert(0_u32) += 1;
        *ours.entry(x).or_insert(0_u32) += 1;
        *theirs.entry(y).or_insert(0_u32) += 1;
    }
    let sum = |counts: Vec<u32>| counts.into_iter().map(pairs).sum::<f64>();
    let (both, ours, theirs) =
        (sum(both.into_values().collect()), sum(ours.into_values().collect()), sum(theirs.into_values().collect()));
    let expected = ours * theirs / pairs(u32::try_from(a.len()).unwrap());
    (both - expected) / ((ours + theirs) / 2.0 - expected)
}

/// Each class of the labelled changes: how many are told rightly, of how many.
#[test]
fn revisions_have_the_class_that_people_give_them_b369() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus/stories/revisions.txt");
    let labels = std::fs::read_to_string(file).unwrap();
    let rows: Vec<&str> = labels.lines().filter(|line| !line.starts_with('#')).collect();
    let mut classes: HashMap<&str, (u32, u32)> = HashMap::new();
    for row in rows.chunks(3) {
        let [label, before, after] = row else { panic!("three lines each: {row:?}") };
        let notice = (*label == "correction").then_some(NoticeKind::Correction);
        let old = RevisedText { text: before, notice: None };
        let (class, _) = class_of(&old, &RevisedText { text: after, notice });
        let (right, all) = classes.entry(label).or_default();
        *right += u32::from(class.as_str() == *label);
        *all += 1;
    }
    assert_eq!(classes.len(), 6);
    for (label, (right, all)) in classes {
        assert!(10 * right >= 9 * all, "{label}: {right} of {all}");
    }
}
