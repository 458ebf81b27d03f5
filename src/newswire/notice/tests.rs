//! Notices by what they say.

use super::read;
use crate::clock::Timestamp;
use crate::model::newswire::{Notice, NoticeUntil};
use crate::newswire::WireCopy;

const FORMS: &str = include_str!("../../../tests/corpus/notices/forms.tsv");
const TRAPS: &str = include_str!("../../../tests/corpus/notices/traps.tsv");

fn published() -> Option<Timestamp> {
    Timestamp::from_rfc3339("2024-11-20T12:00:00Z")
}

fn copy<'a>(title: &'a str, text: &'a str) -> WireCopy<'a> {
    let link = Some("https://www.prnewswire.com/news-releases/northwind-traders-opens-depot-302345678.html");
    WireCopy { title, text, link, published: published(), ..WireCopy::default() }
}

fn rows(table: &str) -> impl Iterator<Item = &str> {
    table.lines().filter(|line| !line.starts_with('#') && !line.is_empty())
}

fn noticed(title: &str, text: &str) -> Option<Notice> {
    read(&copy(title, text), None)
}

#[test]
fn forms_of_notices_are_told_apart_b320() {
    let mut wrong = Vec::new();
    for row in rows(FORMS) {
        let [kind, target, title, text] = row.split('\t').collect::<Vec<_>>()[..] else { panic!("{row}") };
        let notice = noticed(title, &text.replace("\\n", "\n"));
        let told = notice.as_ref().map_or("none", |notice| notice.kind.as_str());
        let targets: Vec<String> = notice.iter().flat_map(|notice| &notice.targets).map(ToString::to_string).collect();
        let has_target = match target {
            "*" => true,
            "-" => targets.is_empty() || kind == "kill",
            target => targets.iter().any(|told| told == target),
        };
        if told != kind || !has_target {
            wrong.push(format!("{kind} {target}: {title} | {text:.60} -> {notice:?}"));
        }
    }
    let all = rows(FORMS).count();
    assert!(all >= 150, "{all}");
    assert!(wrong.is_empty(), "{} of {all}\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn words_of_the_news_are_no_notices_b321() {
    let told = |title: &str| noticed(title, title).or_else(|| noticed("News of the day", title));
    let wrong: Vec<String> = rows(TRAPS).filter_map(|row| Some(format!("{row}: {:?}", told(row)?))).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Where the larger corpora stand, if they are there.
const CORPORA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/corpus");

/// The releases of the larger corpus of corrections: what each is, by words of its file's name.
/// Those that are none of these are traps, a company called "Clarified" among them.
const CORRECTIONS: [(&str, &str); 2] =
    [("correcting-and-replacing", "correction"), ("unapproved-press-release", "withdrawal")];

#[test]
fn the_corpus_of_corrections_is_told_apart_b321() {
    let Ok(files) = std::fs::read_dir(format!("{CORPORA}/corrections")) else {
        eprintln!("SKIPPED the larger run: ../shared/corpus/corrections is absent");
        return;
    };
    let mut wrong = Vec::new();
    let mut releases = 0;
    for file in files.map(|file| file.unwrap().path()) {
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        let text = std::fs::read_to_string(&file).unwrap();
        let Some((title, text)) = text.split_once('\n').filter(|_| name != "README.md") else { continue };
        let told = noticed(title.trim_start_matches("# "), text).map(|notice| notice.kind.as_str());
        let expected = CORRECTIONS.iter().find(|(words, _)| name.contains(words)).map(|(_, kind)| *kind);
        releases += 1;
        if told != expected {
            wrong.push(format!("{name}: {told:?}, not {expected:?}"));
        }
    }
    assert!(releases >= 13, "{releases}");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Headlines and texts of the larger corpora, which stand beside the project where they are
/// present.
fn corpora() -> Vec<(String, String)> {
    let mut all = Vec::new();
    for name in [
        "captures/expectations.jsonl",
        "relevance/dev.jsonl",
        "relevance/fresh-dev.jsonl",
        "neardup/docs.dev.jsonl",
        "neardup/wire_reposts.dev.jsonl",
    ] {
        let Ok(lines) = std::fs::read_to_string(format!("{CORPORA}/{name}")) else {
            eprintln!("SKIPPED the larger run: ../shared/corpus/{name} is absent");
            continue;
        };
        for line in lines.lines() {
            let row: serde_json::Value = serde_json::from_str(line).unwrap();
            let entries = row["entries"].as_array().cloned().unwrap_or_else(|| vec![row.clone()]);
            all.extend(entries.iter().map(|entry| {
                let text = ["body", "lead", "text", "excerpt", "summary", "content"]
                    .iter()
                    .find_map(|key| entry[key].as_str());
                (entry["title"].as_str().unwrap_or("").to_owned(), text.unwrap_or("").to_owned())
            }));
        }
    }
    all
}

/// Words of the headlines in the larger corpora that are notices: read through by hand.
const TRUE_NOTICES: [&str; 9] = [
    "Lead Plaintiff Deadline",
    "訂正-",
    "再送-",
    "UPDATE: ",
    "Reminder",
    "REMINDER",
    "Reminds",
    "Investors With Losses",
    "Class Action",
];

#[test]
fn headlines_of_the_corpora_are_no_false_notices_b321() {
    let all = corpora();
    let is_true = |title: &str| TRUE_NOTICES.iter().any(|words| title.contains(words));
    let told = all.iter().filter_map(|(title, text)| Some((title, noticed(title, text)?)));
    let wrong: Vec<String> = told
        .filter(|(title, _)| !is_true(title))
        .map(|(title, notice)| format!("{:?} {title:.100} | {}", notice.kind, notice.raw))
        .collect();
    assert!(all.is_empty() || all.len() >= 3_000, "{}", all.len());
    assert!(wrong.is_empty(), "{} of {}\n{}", wrong.len(), all.len(), wrong.join("\n"));
}

/// Lines of embargoes, and when they end; "-" where a person must decide.
const EMBARGOES: &[(&str, &str)] = &[
    ("EMBARGOED UNTIL 4 a.m. CT/5 a.m. ET Thursday, November 21, 2024", "2024-11-21T10:00:00Z"),
    ("Embargoed until 00:01 GMT, 21 November 2024", "2024-11-21T00:01:00Z"),
    ("EMBARGOED FOR RELEASE UNTIL 0600 GMT 21 November 2024", "2024-11-21T06:00:00Z"),
    ("Embargo: 10:00 London time on 21 November", "2024-11-21T10:00:00Z"),
    ("HOLD FOR RELEASE UNTIL noon ET, Nov. 21, 2024", "2024-11-21T17:00:00Z"),
    ("Sperrfrist: 21. November 2024, 10 Uhr MEZ", "2024-11-21T09:00:00Z"),
    ("Sous embargo jusqu'au 21 novembre 2024 à 6h00 (heure de Paris)", "2024-11-21T05:00:00Z"),
    ("Embargado hasta las 10:00 (hora peninsular) del 21 de noviembre de 2024", "2024-11-21T09:00:00Z"),
    ("Эмбарго до 10:00 мск 21 ноября 2024", "2024-11-21T07:00:00Z"),
    ("【禁发期至：2024年11月21日上午10时（北京时间）】", "2024-11-21T02:00:00Z"),
    ("【解禁日時：2024年11月21日 午前10時（日本時間）】", "2024-11-21T01:00:00Z"),
    ("엠바고: 2024년 11월 21일 오전 10시 (한국시간)", "2024-11-21T01:00:00Z"),
    // Impossible, contradictory, without a zone, without a time.
    ("EMBARGOED UNTIL 4 a.m. ET February 30, 2025", "-"),
    ("EMBARGOED UNTIL 25:00 GMT November 21, 2024", "-"),
    ("EMBARGOED UNTIL 4 a.m. CT/6 a.m. ET November 21, 2024", "-"),
    ("EMBARGOED UNTIL 4 a.m. ET Friday, November 21, 2024", "-"),
    ("EMBARGOED UNTIL 10:00, 21 November 2024", "-"),
    ("EMBARGOED UNTIL 10:00 IST, 21 November 2024", "-"),
    ("STRICTLY EMBARGOED until further notice", "-"),
    ("Sperrfrist: 31. November 2024, 10 Uhr MEZ", "-"),
    ("【解禁日時：2024年13月21日 午前10時（日本時間）】", "-"),
];

#[test]
fn embargoes_end_at_their_time_or_are_told_b322() {
    let mut wrong = Vec::new();
    for (line, expected) in EMBARGOES {
        let notice = noticed("Study finds new comet", &format!("{line}\nA comet was found."));
        let until = notice.as_ref().and_then(|notice| notice.until.clone());
        let told = match &until {
            Some(NoticeUntil::At(at)) => at.rfc3339(),
            Some(NoticeUntil::Unreadable(words)) if !words.is_empty() => "-".to_owned(),
            _ => "none".to_owned(),
        };
        if told != *expected {
            wrong.push(format!("{line}: {told}, not {expected} {notice:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
