//! What a notice says of the copy that it amends.

use super::super::copy::WireCopy;
use super::super::release;
use super::cues::{CuedCopy, CuedLine};
use super::found::{FoundNotice, NoticePart};
use super::lines::floor;
use super::words::TargetWords;
use crate::limits;
use crate::model::newswire::{NoticeKind, NoticeTarget};

/// A headline has more characters than this; half of it in Han, kana and Hangul.
const SHORTEST_HEADLINE: usize = 10;
/// How far before a quotation mark the word stands that says what is quoted, in bytes.
const NAMING_REACH: usize = 40;

/// Everything that the copy says of what it amends, most exact first.
pub(super) fn targets(
    copy: &WireCopy<'_>,
    lines: &CuedCopy<'_>,
    found: &FoundNotice<'_>,
    words: &TargetWords,
) -> Vec<NoticeTarget> {
    if found.words.kind == NoticeKind::Reminder {
        return Vec::new();
    }
    let mut all = Targets::default();
    if found.words.keeps_link(copy.title) {
        all.numbers.extend(release::number(copy));
        all.slugs.extend(copy.link.and_then(release::slug));
    }
    let notes = notes(lines, found);
    for note in &notes {
        all.read(note, copy, words);
    }
    all.headlines.extend(above(lines, words));
    if found.place == NoticePart::Headline {
        all.headlines.extend(remaining(found));
    }
    all.slugs.extend(catchline(found.line));
    all.in_order()
}

/// The lines that belong to the notice: all first ones of a kill or withdrawal, which is
/// nothing but a note; otherwise those with words of its kind.
fn notes<'t>(lines: &CuedCopy<'t>, found: &FoundNotice<'t>) -> Vec<&'t str> {
    let is_note = |line: &&CuedLine<'_>| match found.words.kind {
        NoticeKind::Kill | NoticeKind::Withdrawal => true,
        _ => found.words.of_line(**line).is_some() || found.words.phrase(**line).is_some(),
    };
    lines.first.iter().filter(is_note).map(|line| line.text).collect()
}

#[derive(Default)]
struct Targets {
    numbers: Vec<String>,
    links: Vec<String>,
    slugs: Vec<String>,
    headlines: Vec<String>,
}

impl Targets {
    fn read(&mut self, note: &str, copy: &WireCopy<'_>, words: &TargetWords) {
        let numbers = words.number.captures_iter(note).filter_map(|found| found.name("number"));
        self.numbers.extend(numbers.map(|number| number.as_str().trim_end_matches(['.', '-', '/', '_']).to_owned()));
        for link in links(note).filter(|link| Some(*link) != copy.link) {
            let is_alone = note.len() < link.len() + NAMING_REACH;
            if is_alone || words.leading.is_match(note) {
                self.numbers.extend(release::number_of_link(link));
                self.links.push(link.to_owned());
            }
        }
        self.headlines.extend(quoted(note, words));
        for (before, after) in &words.between {
            self.headlines.extend(between(note, before, after));
        }
    }

    fn in_order(self) -> Vec<NoticeTarget> {
        let numbers = self.numbers.into_iter().map(NoticeTarget::Number);
        let links = self.links.into_iter().map(NoticeTarget::Link);
        let slugs = self.slugs.into_iter().map(NoticeTarget::Slug);
        let headlines = self.headlines.into_iter().map(NoticeTarget::Headline);
        let mut all: Vec<NoticeTarget> = Vec::new();
        for target in numbers.chain(links).chain(slugs).chain(headlines) {
            if !all.contains(&target) && all.len() < limits::NOTICE_TARGETS.count() {
                all.push(target);
            }
        }
        all
    }
}

/// What is left of the headline without the mark: as a rule the headline of the earlier copy.
fn remaining(found: &FoundNotice<'_>) -> Option<String> {
    if found.line[found.mark.at.clone()].starts_with('/') {
        // PR Newswire: the issuer stands there, not a headline.
        return None;
    }
    let rest = found.line.get(found.mark.rest.clone())?;
    let signs = |c: char| c.is_whitespace() || "-–—―:：|/()（）[]【】".contains(c);
    let rest = rest.trim_start_matches(signs).trim_end_matches(|c: char| c.is_whitespace() || "-–—|".contains(c));
    is_headline(rest).then(|| rest.to_owned())
}

fn is_headline(text: &str) -> bool {
    let width: usize = text.chars().map(|c| if crate::text::script::is_unspaced(c) { 2 } else { 1 }).sum();
    width >= SHORTEST_HEADLINE
}

/// Headlines in quotation marks after a word that says so.
fn quoted(note: &str, words: &TargetWords) -> Vec<String> {
    const MARKS: [(char, char); 9] = [
        ('"', '"'),
        ('“', '”'),
        ('„', '“'),
        ('«', '»'),
        ('»', '«'),
        ('《', '》'),
        ('「', '」'),
        ('『', '』'),
        ('‘', '’'),
    ];
    let mut found = Vec::new();
    let mut from = 0;
    while let Some((at, open)) = note[from..].char_indices().find(|(_, c)| MARKS.iter().any(|(open, _)| open == c)) {
        let start = from + at + open.len_utf8();
        let Some((_, close)) = MARKS.iter().find(|(mark, _)| *mark == open) else { break };
        let Some(end) = note[start..].find(*close).map(|at| start + at) else {
            from = start;
            continue;
        };
        let before = &note[floor(note, (start - open.len_utf8()).saturating_sub(NAMING_REACH))..start];
        let before = before.trim_end_matches(|c: char| !c.is_alphanumeric());
        let text = note[start..end].trim().trim_end_matches([',', '.']);
        if is_headline(text) && words.naming.is_match(before) {
            found.push(text.to_owned());
        }
        from = end + close.len_utf8();
    }
    found
}

/// The text between two phrases.
fn between(note: &str, before: &str, after: &str) -> Option<String> {
    let start = note.find(before)? + before.len();
    let rest = &note[start..];
    let text = match after {
        "\n" => rest,
        _ => &rest[..rest.find(after)?],
    };
    let text = text.trim().trim_matches(['"', '“', '”', ',']);
    is_headline(text).then(|| text.to_owned())
}

/// A headline in the line after "the corrected release reads".
fn above(copy: &CuedCopy<'_>, words: &TargetWords) -> Option<String> {
    let lines: Vec<&str> = copy.first.iter().map(|line| line.text).collect();
    let at = lines.iter().position(|line| words.above.is_match(line) && line.ends_with([':', '.', '：', ';']))?;
    // What follows a dateline stands between the line and the next.
    let next = lines[at + 1..].iter().find(|line| !lines[at].contains(**line))?;
    (is_headline(next) && next.len() < 300).then(|| (*next).to_owned())
}

/// The catchline of an agency's copy: `BC-EU--Vote` of "BC-EU--Vote, 1st Ld-Writethru".
fn catchline(line: &str) -> Option<String> {
    let at = line.find("BC-")?;
    let sign = line[at..].find([',', '.', ')', '"', '”', ';']).or_else(|| line[at..].find(' '));
    let end = sign.map_or(line.len(), |end| at + end);
    let name = line[at..end].trim_end_matches("-KILL").trim_end_matches("-");
    (name.len() > 4).then(|| name.to_owned())
}

fn links(note: &str) -> impl Iterator<Item = &str> {
    let starts = note.match_indices("http").map(|(at, _)| at);
    starts.filter_map(|at| {
        let rest = &note[at..];
        let end = rest.find(|c: char| c.is_whitespace() || "<>\"”»）)】」》，。".contains(c)).unwrap_or(rest.len());
        let link = rest[..end].trim_end_matches(['.', ',', ';', ':']);
        let is_link = link.starts_with("http://") || link.starts_with("https://");
        (is_link && link.len() > 12).then_some(link)
    })
}
