//! Datelines and boilerplate of releases, cut by a few patterns: stories are measured on texts
//! that are cut, whatever reads them.

use std::sync::LazyLock;

use regex::Regex;
use wiredesk::model::newswire::{Cut, CutKind, Newswire};

static DATELINE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?x)^\s*(?:
          [^\n]{0,140}?(?:\((?:[A-Z][A-Z\ ]+WIRE|[A-Za-z.\ -]{0,30}(?:Wire|wire|PressRelease)|AP|Reuters)\)|/[A-Z0-9][\w.\ -]{2,40}/)
            \s*[-–—_]*(?:\s*[A-Z][a-z]{2,8}\.?\s+\d{1,2},\s+\d{4}\s*[-–—_]*)?
        | [A-Z][\w.,\ '’/-]{2,60},?\s+[A-Z][a-z]{2,8}\.?\s+\d{1,2},\s+\d{4}\s*(?:\([^)\n]{2,40}\))?\s*[-–—]+
        | [［\[][^\]］\n]{0,30}ロイター[］\]]\s*[-–]*
        )",
    )
    .unwrap()
});

static HEADING: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?im)^\s*(?:about\s+[^\n.]{2,70}|forward[- ]looking statements?[^\n]{0,40}|cautionary (?:note|statement)[^\n]{0,60}|safe harbor[^\n]{0,60}|(?:media|press|investor|company|ir|pr)?\s*(?:relations\s*)?contacts?(?:\s*(?:information|details|us))?\s*:?[^\n]{0,40}|###|# # #|-30-|- end -|source:? [^\n]{2,80}|view (?:the )?(?:source|original)[^\n]*|note to investors:?|disclaimers?:?|disclosures?:?|legal notice[^\n]*)\s*$",
    )
    .unwrap()
});

static TAIL: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?im)^\s*(?:view (?:the )?(?:source|original) [^\n]*|for (?:more|further) information[^\n]{0,200}|note to investors:[^\n]*|contact:?[^\n]*|source:? [^\n]{2,80}|to view the (?:full|original)[^\n]*|to receive sms alerts[^\n]*|[^\n]*@[^\n]*)$",
    )
    .unwrap()
});

static ISSUER: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"(?m)^\s*About ([A-Z][^\n.]{2,60})$").unwrap());

/// What of `text` is no news, and who issued it.
pub fn read(text: &str) -> Newswire {
    let mut cuts = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n').take(12) {
        if let Some(found) = DATELINE.find(line).filter(|found| found.end() <= 220 && !found.is_empty()) {
            cuts.push(Cut { at: at + found.start()..at + found.end(), kind: CutKind::Dateline });
            break;
        }
        at += line.len();
    }
    let heading = HEADING.find_iter(text).find(|found| found.start() >= text.len() / 4);
    let end = heading.map_or(text.len(), |found| found.start());
    let from = cuts.last().map_or(0, |cut: &Cut| cut.at.end);
    for found in TAIL.find_iter(text).filter(|found| found.start() >= from && found.end() <= end) {
        cuts.push(Cut { at: found.range(), kind: CutKind::Tail });
    }
    if end < text.len() {
        cuts.push(Cut { at: end..text.len(), kind: CutKind::About });
    }
    let issuer = ISSUER.captures(text).map(|found| found[1].trim().to_owned());
    Newswire { cuts, issuer, ..Newswire::default() }
}
