//! The words of notices, as `data/newswire/notices.toml` has them, ready to be found.

use std::sync::LazyLock;

use regex::{Captures, Regex};
use toml::de::DeValue;

use super::super::built_in::{BuiltInTable, items, list, parsed, strings, table};
use super::super::notation::{CLOSE, OPEN, any_of, regex, words};
use super::cues::{CuePart, CueSet, CuedLine, Cues};
use crate::model::newswire::NoticeKind;

static TABLE: &str = include_str!("../../../data/newswire/notices.toml");

static WORDS: LazyLock<NoticeWords> = LazyLock::new(|| NoticeWords::read(TABLE));

/// What may stand before a mark: signs, brackets, the service that sends it.
const BEFORE: &str = r"[\s\x22“”'‘’«»*+#=•■◆▲▼●★>~_|]*";
/// What follows a mark that stands free.
const SEPARATOR: &str = r"(?:\s*[:：]|\s*(?:--+|[–—―])|\s+[-|/»>·]\s|\s*[|»]|\s*\.\s?[-–—]|\s*$|-\s)";

/// The words of all notices.
pub(super) struct NoticeWords {
    /// By kind, in the order in which they count.
    pub kinds: Vec<KindWords>,
    pub embargo: EmbargoWords,
    pub target: TargetWords,
    /// Which of these words a text may hold.
    pub cues: Cues,
}

/// The words of a kind.
pub(super) struct KindWords {
    pub kind: NoticeKind,
    /// Its place among the kinds.
    number: usize,
    front: Regex,
    back: Regex,
    line: Regex,
    phrase: Regex,
    footer: Regex,
    keeps_link: Regex,
}

/// The words of embargoes.
pub(super) struct EmbargoWords {
    /// Begin a headline, bracket or line, and hold the copy in any case.
    pub opening: Regex,
    /// Begin likewise, and count where a time follows.
    pub label: Regex,
    /// Count anywhere, where a time follows.
    pub within: Regex,
    /// There is no embargo.
    pub unless: Regex,
}

/// The words by which a notice names its target.
pub(super) struct TargetWords {
    pub naming: Regex,
    pub between: Vec<(String, String)>,
    pub above: Regex,
    pub number: Regex,
    pub leading: Regex,
}

/// Words of a notice in a headline or line.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct NoticeMark {
    /// Where they stand.
    pub at: std::ops::Range<usize>,
    /// Where what is left of the line stands.
    pub rest: std::ops::Range<usize>,
}

impl NoticeWords {
    /// The words of the built-in table.
    pub fn built_in() -> &'static NoticeWords {
        &WORDS
    }

    fn read(text: &'static str) -> NoticeWords {
        let words = parsed(text);
        let notices: Vec<&BuiltInTable> =
            list(&words, "notice").into_iter().filter_map(|notice| notice.as_table()).collect();
        let kind_of = |notice: &BuiltInTable| NoticeKind::named(notice.get("kind")?.get_ref().as_str()?);
        let mut kinds: Vec<NoticeKind> = Vec::new();
        for notice in &notices {
            let kind = kind_of(notice).expect("each block of the built-in table names its kind");
            if !kinds.contains(&kind) {
                kinds.push(kind);
            }
        }
        let of = |kind: NoticeKind| notices.iter().copied().filter(move |notice| kind_of(notice) == Some(kind));
        let part = |key: &str| table(&words, key).expect("the built-in table has this part");
        let mut cues: Vec<(&str, CueSet)> = EMBARGOES
            .iter()
            .flat_map(|key| strings(part("embargo"), key))
            .map(|one| (one, CueSet::embargo()))
            .collect();
        for (number, kind) in kinds.iter().enumerate() {
            let blocks = of(*kind);
            cues.extend(
                blocks
                    .flat_map(|block| {
                        PARTS
                            .iter()
                            .flat_map(move |(key, part)| strings(block, key).into_iter().zip(std::iter::repeat(part)))
                    })
                    .map(|(phrase, part)| (phrase, CueSet::of(number, *part))),
            );
        }
        let kinds = kinds.iter().enumerate();
        NoticeWords {
            kinds: kinds.map(|(number, kind)| KindWords::read(*kind, number, &of(*kind).collect::<Vec<_>>())).collect(),
            embargo: EmbargoWords::read(part("embargo")),
            target: TargetWords::read(part("target")),
            cues: Cues::of(cues),
        }
    }
}

/// The keys of a block, with the parts of which they are the words.
const PARTS: [(&str, CuePart); 8] = [
    ("marks", CuePart::Front),
    ("openings", CuePart::Front),
    ("marks", CuePart::Back),
    ("endings", CuePart::Back),
    ("marks", CuePart::Line),
    ("lines", CuePart::Line),
    ("phrases", CuePart::Phrase),
    ("footers", CuePart::Footer),
];
/// The keys of embargoes.
const EMBARGOES: [&str; 3] = ["opens", "labels", "within"];

impl KindWords {
    fn read(kind: NoticeKind, number: usize, blocks: &[&BuiltInTable]) -> KindWords {
        let all = |key: &str| blocks.iter().flat_map(|block| strings(block, key)).collect::<Vec<&str>>();
        let flagged = |flag: &str, key: &str| {
            let flagged =
                blocks.iter().filter(|block| block.get(flag).and_then(|flag| flag.get_ref().as_bool()) == Some(true));
            flagged.flat_map(|block| strings(block, key)).collect::<Vec<&str>>()
        };
        let marks = all("marks");
        let capitals = marks.iter().copied().filter(|mark| is_capitals(mark));
        let endings = any_of(all("endings"));
        let back = format!(
            r"(?P<mark>{})\W*$|(?P<ending>{endings})\W*$|\s(?:--|[-–—|])\s*(?P<tail>{caps})\s*$|[:：]\s+(?P<mid>{caps}){SEPARATOR}",
            bracketed(&marks),
            caps = any_of(capitals),
        );
        let kept = flagged("keeps_link", "openings");
        KindWords {
            kind,
            number,
            front: regex(&front(&marks, &all("openings"))),
            back: regex(&back),
            line: regex(&front(&flagged("marks_in_lines", "marks"), &all("lines"))),
            phrase: regex(&words(all("phrases"))),
            footer: regex(&words(all("footers"))),
            keeps_link: regex(&format!("^{BEFORE}{}", any_of(kept))),
        }
        .without_the_empty(blocks)
    }

    /// A regular expression of no words finds the empty string everywhere: one that finds
    /// nothing instead.
    fn without_the_empty(mut self, blocks: &[&BuiltInTable]) -> KindWords {
        let none = |key: &str| blocks.iter().all(|block| strings(block, key).is_empty());
        if none("phrases") {
            self.phrase = regex(NOTHING);
        }
        if none("footers") {
            self.footer = regex(NOTHING);
        }
        if !blocks.iter().any(|block| block.contains_key("keeps_link")) {
            self.keeps_link = regex(NOTHING);
        }
        self
    }

    fn may(&self, part: CuePart, line: CuedLine<'_>) -> bool {
        line.cues.has(CueSet::of(self.number, part))
    }

    /// The mark of a headline.
    pub fn of_headline(&self, line: CuedLine<'_>) -> Option<NoticeMark> {
        let title = line.text;
        let front = || self.front.captures(title).map(|found| mark(&found, title));
        self.may(CuePart::Front, line).then(front).flatten().or_else(|| {
            let found = self.may(CuePart::Back, line).then(|| self.back.captures(title)).flatten()?;
            let whole = found.get(0)?.range();
            let at = first_group(&found)?;
            let rest = if found.name("mid").is_some() { whole.end..title.len() } else { 0..whole.start };
            Some(NoticeMark { at, rest })
        })
    }

    /// The mark at the beginning of a line.
    pub fn of_line(&self, line: CuedLine<'_>) -> Option<NoticeMark> {
        let look = || self.line.captures(line.text).map(|found| mark(&found, line.text));
        self.may(CuePart::Line, line).then(look).flatten()
    }

    /// A phrase anywhere in a line.
    pub fn phrase(&self, line: CuedLine<'_>) -> Option<NoticeMark> {
        let at = self.may(CuePart::Phrase, line).then(|| self.phrase.find(line.text)).flatten()?.range();
        Some(NoticeMark { rest: at.end..at.end, at })
    }

    /// Words that stand at the foot of a text, or at its head.
    pub fn footer(&self, line: CuedLine<'_>) -> Option<NoticeMark> {
        let at = self.may(CuePart::Footer, line).then(|| self.footer.find(line.text)).flatten()?.range();
        Some(NoticeMark { rest: at.end..at.end, at })
    }

    /// Whether a copy with this headline keeps the link and number of what it amends.
    pub fn keeps_link(&self, title: &str) -> bool {
        self.keeps_link.is_match(title)
    }
}

impl EmbargoWords {
    fn read(table: &BuiltInTable) -> EmbargoWords {
        let begin = |key: &str| regex(&format!(r"^{BEFORE}{OPEN}?\s*(?P<mark>{})", any_of(strings(table, key))));
        EmbargoWords {
            opening: begin("opens"),
            label: begin("labels"),
            within: regex(&words(strings(table, "within"))),
            unless: regex(&words(strings(table, "unless"))),
        }
    }
}

impl TargetWords {
    fn read(table: &BuiltInTable) -> TargetWords {
        let pair = |value: &DeValue<'static>| match items(value)[..] {
            [first, second] => Some((first.as_str()?.to_owned(), second.as_str()?.to_owned())),
            _ => None,
        };
        TargetWords {
            naming: regex(&format!("{}$", any_of(strings(table, "naming").into_iter().map(|word| word.trim())))),
            between: list(table, "between").into_iter().filter_map(pair).collect(),
            above: regex(&words(strings(table, "above"))),
            number: regex(&format!(
                r"(?:^|\W)(?:{})\W{{0,4}}\s*(?P<number>[A-Za-z]{{0,4}}[0-9][0-9A-Za-z/_.-]{{2,30}})",
                any_of(strings(table, "numbers"))
            )),
            leading: regex(&any_of(strings(table, "leading"))),
        }
    }
}

/// Finds nothing.
const NOTHING: &str = r"[^\s\S]";

/// Marks with a separator after them or in brackets, and openings, at the beginning.
fn front(marks: &[&str], openings: &[&str]) -> String {
    let openings = if openings.is_empty() { NOTHING.to_owned() } else { any_of(openings.iter().copied()) };
    if marks.is_empty() {
        return format!("^{BEFORE}(?P<opening>{openings})");
    }
    let any = any_of(marks.iter().copied());
    format!(
        r"^{BEFORE}(?:{OPEN}[^\])）】］〕>＞\n]*{CLOSE}\s*)??(?:EQS[-A-Za-z ]*[:：]\s*|DGAP[-A-Za-z ]*[:：]\s*)?(?:(?P<mark>{any}){SEPARATOR}|(?P<bracket>{}){SEPARATOR}?|(?P<opening>{openings}))",
        bracketed(marks)
    )
}

/// Marks in brackets, with what follows them there after a sign.
fn bracketed(marks: &[&str]) -> String {
    let any = any_of(marks.iter().copied());
    let inner = r"[^\])）】］〕>＞》/\n]*";
    format!(r"{OPEN}\s*{any}(?:\s*[:：,;；，、–—-]{inner}|\s+[0-9]+)?\s*{CLOSE}")
}

fn mark(found: &Captures<'_>, line: &str) -> NoticeMark {
    let whole = found.get(0).map_or(0..0, |whole| whole.range());
    let at = first_group(found).unwrap_or(whole.clone());
    NoticeMark { at, rest: whole.end..line.len() }
}

/// The words themselves, without what stands around them.
fn first_group(found: &Captures<'_>) -> Option<std::ops::Range<usize>> {
    found.iter().skip(1).flatten().map(|group| group.range()).next()
}

/// Whether a mark is written in capitals.
fn is_capitals(mark: &str) -> bool {
    let bare = mark.replace("{nth}", "");
    bare.chars().any(char::is_uppercase) && !bare.chars().any(char::is_lowercase)
}
