//! What a revision changed, and of which class it is: only a material one moves `updated`
//! (product §3.2).

use std::fmt;
use std::ops::Range;

use super::differ::common;
use super::words::HashedWords;
use crate::model::newswire::NoticeKind;

/// What a site counts, right behind its number: "12 comments".
const COUNTED: [&str; 8] = ["comment", "comments", "view", "views", "likes", "reply", "replies", "times"];

/// Units that a counter has only before "ago" and "read".
const UNITS: [&str; 6] = ["min", "mins", "minute", "minutes", "hour", "hours"];

/// Words of counters in scripts without borders, before or behind the number.
const COUNTED_UNSPACED: [&str; 6] = ["评论", "阅读", "浏览", "コメント", "댓글", "조회"];

/// Characters on each side of a number in which such a word is sought.
const AROUND: usize = 4;

/// More changed words than this, in thousandths, are another text.
const REWRITTEN: usize = 500;

/// Changed words up to which a change is one of a figure or name, and not of a sentence.
const SMALL: usize = 6;

/// Words of figures, folded.
const FIGURES: [&str; 37] = [
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "dozen",
    "hundred",
    "thousand",
    "million",
    "billion",
    "trillion",
    "percent",
    "january",
    "february",
    "march",
    "april",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
];

/// Of which class a revision is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RevisionClass {
    /// It says that something was wrong.
    Correction,
    /// A number, sum, date or time.
    Figure,
    /// A name.
    Name,
    /// Words that somebody is quoted with.
    Quote,
    /// Other words.
    Other,
    /// White space, markup, punctuation, case, counters: nothing that is read.
    Cosmetic,
}

impl RevisionClass {
    /// Whether it moves `updated`.
    pub fn is_material(self) -> bool {
        self != RevisionClass::Cosmetic
    }

    /// Its name.
    pub fn as_str(self) -> &'static str {
        match self {
            RevisionClass::Correction => "correction",
            RevisionClass::Figure => "figure",
            RevisionClass::Name => "name",
            RevisionClass::Quote => "quote",
            RevisionClass::Other => "other",
            RevisionClass::Cosmetic => "cosmetic",
        }
    }
}

impl fmt::Display for RevisionClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A text before or after a revision.
#[derive(Clone, Copy, Debug)]
pub struct RevisedText<'a> {
    /// The headline, or the text: plain.
    pub text: &'a str,
    /// The notice that the copy bears.
    pub notice: Option<NoticeKind>,
}

/// A place where a text was changed: words of the earlier and of the later one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ChangedWords {
    /// Words that went.
    pub gone: String,
    /// Words that came.
    pub come: String,
    /// What changed.
    pub class: RevisionClass,
}

/// What a revision of a headline or text changed, and its class: that of the gravest change.
pub fn class_of(old: &RevisedText<'_>, new: &RevisedText<'_>) -> (RevisionClass, Vec<ChangedWords>) {
    let (before, after) = (WordsOfText::of(old.text), WordsOfText::of(new.text));
    let changes = changes(&before, &after);
    let becomes_correction = new.notice == Some(NoticeKind::Correction) && old.notice != new.notice;
    let changed: usize = changes.iter().map(|change| change.class_words).sum();
    let all = before.words.words.len() + after.words.words.len();
    let class = if becomes_correction {
        RevisionClass::Correction
    } else if changed > 2 * SMALL && 1000 * changed > REWRITTEN * all {
        RevisionClass::Other
    } else {
        gravest(changes.iter().map(|change| change.words.class))
    };
    (class, changes.into_iter().map(|change| change.words).collect())
}

fn gravest(classes: impl Iterator<Item = RevisionClass>) -> RevisionClass {
    let rank = |class: &RevisionClass| match class {
        RevisionClass::Correction => 0,
        RevisionClass::Figure => 1,
        RevisionClass::Name => 2,
        RevisionClass::Quote => 3,
        RevisionClass::Other => 4,
        RevisionClass::Cosmetic => 5,
    };
    classes.min_by_key(rank).unwrap_or(RevisionClass::Cosmetic)
}

/// A text with its words as shown, and which of them are quoted.
struct WordsOfText<'t> {
    words: HashedWords,
    shown: Vec<ShownWord<'t>>,
}

#[derive(Clone, Copy)]
struct ShownWord<'t> {
    text: &'t str,
    is_quoted: bool,
    /// Whether a sentence begins with it.
    begins: bool,
}

struct FoundChange {
    words: ChangedWords,
    class_words: usize,
}

impl<'t> WordsOfText<'t> {
    fn of(text: &'t str) -> WordsOfText<'t> {
        let mut shown = Vec::new();
        let mut words = HashedWords::default();
        let (mut is_quoted, mut begins) = (false, true);
        let mut rest = text;
        while let Some(c) = rest.chars().next() {
            let is_word = crate::text::script::is_word(c);
            let lone = is_word && crate::text::script::is_unspaced(c);
            let joins = |other: char| {
                crate::text::script::is_word(other) == is_word && !crate::text::script::is_unspaced(other)
            };
            let length = if lone || !is_word { c.len_utf8() } else { rest.find(|c| !joins(c)).unwrap_or(rest.len()) };
            let (part, after) = rest.split_at(length);
            if is_word {
                let before = words.words.len();
                words.append(part, before + 1);
                if words.words.len() > before {
                    shown.push(ShownWord { text: part, is_quoted, begins });
                    begins = false;
                }
            } else {
                is_quoted = quoted(c, is_quoted);
                let is_title = shown.last().is_some_and(is_abbreviated);
                begins |= matches!(c, '!' | '?' | '\n' | '。' | '“' | '"' | ':' | '•') || c == '.' && !is_title;
            }
            rest = after;
        }
        WordsOfText { words, shown }
    }

    fn text(&self, part: &Range<usize>) -> String {
        self.shown[part.clone()].iter().map(|word| word.text).collect::<Vec<_>>().join(" ")
    }

    fn folded(&self, at: usize) -> &str {
        self.words.text(self.words.words[at])
    }

    fn is_figure(&self, at: usize) -> bool {
        let word = self.folded(at);
        word.starts_with(|c: char| c.is_numeric()) || FIGURES.contains(&word) || is_han_figure(word)
    }

    fn is_name(&self, at: usize) -> bool {
        let word = self.shown[at];
        !word.begins && word.text.chars().next().is_some_and(char::is_uppercase)
    }

    /// Whether a number here is that of a counter.
    fn is_counter(&self, at: usize) -> bool {
        let word = |n: usize| if n < self.shown.len() { self.folded(n) } else { "" };
        let (next, second) = (word(at + 1), word(at + 2));
        let near: String = (at.saturating_sub(AROUND)..at + AROUND + 1).map(word).collect();
        COUNTED.contains(&next)
            || UNITS.contains(&next) && matches!(second, "ago" | "read")
            || COUNTED_UNSPACED.iter().any(|counted| near.contains(counted))
    }
}

fn is_han_figure(word: &str) -> bool {
    matches!(
        word,
        "一" | "二" | "两" | "三" | "四" | "五" | "六" | "七" | "八" | "九" | "十" | "百" | "千" | "万" | "亿"
    )
}

/// Whether a full stop behind the word is that of an abbreviation: "Dr.", "J.".
fn is_abbreviated(word: &ShownWord<'_>) -> bool {
    word.text.chars().count() <= 3 && word.text.chars().next().is_some_and(char::is_uppercase)
}

/// Whether what follows `c` is quoted.
fn quoted(c: char, now: bool) -> bool {
    match c {
        '“' | '«' | '「' | '『' | '„' => true,
        '”' | '»' | '」' | '』' => false,
        '"' => !now,
        '\n' => false,
        _ => now,
    }
}

fn changes(before: &WordsOfText<'_>, after: &WordsOfText<'_>) -> Vec<FoundChange> {
    let hashes = |text: &WordsOfText<'_>| text.words.words.iter().map(|word| word.hash).collect::<Vec<_>>();
    let kept = common(&hashes(before), &hashes(after));
    let (mut found, mut from) = (Vec::new(), (0, 0));
    for (x, y) in kept.into_iter().chain([(before.shown.len(), after.shown.len())]) {
        let (gone, come) = (from.0..x, from.1..y);
        if !gone.is_empty() || !come.is_empty() {
            let class = class_of_change(before, &gone, after, &come);
            let words = ChangedWords { gone: before.text(&gone), come: after.text(&come), class };
            found.push(FoundChange { words, class_words: gone.len() + come.len() });
        }
        from = (x + 1, y + 1);
    }
    found
}

fn class_of_change(
    before: &WordsOfText<'_>,
    gone: &Range<usize>,
    after: &WordsOfText<'_>,
    come: &Range<usize>,
) -> RevisionClass {
    let all = |is: &dyn Fn(&WordsOfText<'_>, usize) -> bool| {
        gone.clone().all(|at| is(before, at)) && come.clone().all(|at| is(after, at))
    };
    let any = |is: &dyn Fn(&WordsOfText<'_>, usize) -> bool| {
        gone.clone().any(|at| is(before, at)) || come.clone().any(|at| is(after, at))
    };
    let is_counter = |text: &WordsOfText<'_>, at: usize| {
        text.is_figure(at) && text.is_counter(at) || matches!(text.folded(at), "updated" | "update")
    };
    let is_small = gone.len() <= SMALL && come.len() <= SMALL;
    let is_quoted = |text: &WordsOfText<'_>, at: usize| text.shown[at].is_quoted;
    let is_name = |text: &WordsOfText<'_>, at: usize| text.is_name(at);
    if all(&is_counter) || before.text(gone).to_lowercase() == after.text(come).to_lowercase() {
        RevisionClass::Cosmetic
    } else if is_small && any(&|text, at| text.is_figure(at)) {
        RevisionClass::Figure
    } else if all(&is_quoted) {
        RevisionClass::Quote
    } else if is_small && (all(&is_name) || is_swapped_name(before, gone, after, come)) {
        RevisionClass::Name
    } else {
        RevisionClass::Other
    }
}

/// Whether names stand on both sides, or two to four Han characters were exchanged for as
/// many.
fn is_swapped_name(
    before: &WordsOfText<'_>,
    gone: &Range<usize>,
    after: &WordsOfText<'_>,
    come: &Range<usize>,
) -> bool {
    let named = |text: &WordsOfText<'_>, part: &Range<usize>| {
        let names = part.clone().filter(|at| text.is_name(*at)).count();
        2 * names >= part.len() && names > 0
    };
    let han = |text: &WordsOfText<'_>, part: &Range<usize>| part.clone().all(|at| text.words.words[at].is_character);
    named(before, gone) && named(after, come)
        || gone.len() == come.len() && gone.len() <= 4 && han(before, gone) && han(after, come)
}
