//! The words of boilerplate, as `data/newswire/boilerplate.toml` has them, ready to be found.

use std::collections::HashSet;
use std::sync::LazyLock;

use regex::Regex;

use super::super::built_in::{BuiltInTable, parsed, strings, table};
use super::super::issuer::IssuerWords;
use super::super::notation::{any_of, regex};
use super::lines::TextLine;
use crate::model::newswire::CutKind;

static WORDS: LazyLock<BoilerplateWords> =
    LazyLock::new(|| BoilerplateWords::read(include_str!("../../../data/newswire/boilerplate.toml")));

/// What may stand before a heading.
const BEFORE: &str = r"[\s*#=•■◆●▼▲○〇※“\x22<＜【\[(_-]*";

/// The parts that have headings, with the name of their group.
const HEADED: [(&str, CutKind); 4] = [
    ("about", CutKind::About),
    ("caution", CutKind::Caution),
    ("contacts", CutKind::Contacts),
    ("tail", CutKind::Tail),
];

/// A line of a preface is no longer, in bytes, unless it stands in brackets.
const PREFACE_BYTES: usize = 200;

/// The words of boilerplate.
pub(super) struct BoilerplateWords {
    pub end_lines: HashSet<String>,
    pub glued_ends: Vec<String>,
    pub after_names: Vec<String>,
    pub pictures: Regex,
    pub pictures_with_text: Regex,
    preface: Regex,
    headings: Regex,
    lines: Regex,
    anywhere: Regex,
    endings: Regex,
}

impl BoilerplateWords {
    /// The words of the built-in table.
    pub fn built_in() -> &'static BoilerplateWords {
        &WORDS
    }

    fn read(text: &'static str) -> BoilerplateWords {
        let words = parsed(text);
        let part = |name: &str| table(&words, name).expect("the built-in table has this part");
        let owned =
            |table: &BuiltInTable, key: &str| strings(table, key).into_iter().map(str::to_owned).collect::<Vec<_>>();
        let grouped = |key: &str| {
            let groups = HEADED.iter().map(|(name, _)| (name, strings(part(name), key)));
            let groups = groups.filter(|(_, phrases)| !phrases.is_empty());
            let groups: Vec<String> =
                groups.map(|(name, phrases)| format!("(?P<{name}>{})", any_of(phrases))).collect();
            regex(&format!("^{BEFORE}(?:{})", groups.join("|")))
        };
        let pictures = part("pictures");
        let (marks, ends) = (any_of(strings(pictures, "marks")), any_of(strings(pictures, "ends")));
        let tail = part("tail");
        BoilerplateWords {
            end_lines: owned(part("end"), "lines").into_iter().collect(),
            glued_ends: owned(part("end"), "glued"),
            after_names: owned(part("about"), "after_names"),
            pictures: regex(&format!(r"^\s*(?:{marks})|(?:{ends})\s*$")),
            pictures_with_text: regex(&any_of(strings(pictures, "with_text"))),
            preface: regex(&format!("^{BEFORE}{}", any_of(strings(part("preface"), "lines")))),
            headings: grouped("headings"),
            lines: grouped("lines"),
            anywhere: regex(&format!("^{BEFORE}{}", any_of(strings(tail, "anywhere")))),
            endings: regex(&any_of(strings(tail, "endings"))),
        }
    }

    /// Whether a line is a preface.
    pub fn is_preface(&self, line: &TextLine<'_>) -> bool {
        let is_bracket = line.head.starts_with(['(', '[', '（', '【']) && line.foot.ends_with([')', ']', '）', '】']);
        (line.at.len() <= PREFACE_BYTES || is_bracket) && self.begins_with_preface(line)
    }

    /// Whether a line begins with the words of a preface.
    pub fn begins_with_preface(&self, line: &TextLine<'_>) -> bool {
        self.preface.is_match(line.head)
    }

    /// The part whose heading a line may begin with, and where its words end in the line.
    pub fn heading(&self, line: &TextLine<'_>) -> Option<(CutKind, usize)> {
        grouped(&self.headings, line.head)
    }

    /// What a line is that is cut by itself wherever it stands.
    pub fn line_kind(&self, line: &TextLine<'_>) -> Option<CutKind> {
        (line.is_short() && self.anywhere.is_match(line.head)).then_some(CutKind::Tail)
    }

    /// What a line is that is cut by itself unless it stands at the beginning of the text.
    pub fn late_line_kind(&self, line: &TextLine<'_>) -> Option<CutKind> {
        grouped(&self.lines, line.head).map(|(kind, _)| kind)
    }

    /// Where the distributor's words begin at the end of a line.
    pub fn ending(&self, line: &TextLine<'_>) -> Option<usize> {
        let found = self.endings.find(line.foot)?;
        Some(line.foot_at() + found.start())
    }

    /// Whether a word with a stop after it ends no sentence.
    pub fn is_abbreviation(&self, word: &str) -> bool {
        IssuerWords::built_in().is_ending(word)
    }
}

/// The part whose words begin `head`, and where they end.
fn grouped(regex: &Regex, head: &str) -> Option<(CutKind, usize)> {
    if !regex.is_match(head) {
        return None;
    }
    let found = regex.captures(head)?;
    HEADED.iter().find_map(|(name, kind)| Some((*kind, found.name(name)?.end())))
}
