//! The words of dates in the languages of the CLDR: months, weekdays, the parts
//! of a day. The table is `cldr/words.txt`, written by `scripts/calendar-words`.

use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;

use super::table::SortedTable;

/// Folded words and their meanings, sorted.
static WORDS: LazyLock<SortedTable> = LazyLock::new(|| SortedTable::of(include_str!("cldr/words.txt")));

/// How many words a name has at most.
pub const MOST_WORDS: usize = 3;

/// The shortest beginning that stands for a name.
const SHORTEST: usize = 3;

/// How much longer than its name an inflected one may be.
const LONGEST_ENDING: usize = 4;

/// Evenings that go on past midnight, though the CLDR ends them at it: "晚上12:30".
const PAST_MIDNIGHT: [&str; 2] = ["晚上", "夜晚"];

/// The months a word names.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Months {
    /// Of the Gregorian calendar.
    pub gregorian: Option<u32>,
    /// Of the Solar Hijri calendar.
    pub solar_hijri: Option<u32>,
}

/// A part of the day, as the CLDR's day periods name them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DayPeriod {
    /// Before noon.
    Am,
    /// After noon.
    Pm,
    /// About noon: from ten to twelve as they stand.
    Noon,
    /// From the evening to the small hours.
    Night,
}

impl DayPeriod {
    /// The hour of 24 that `hour` is in it.
    pub fn hour_of_24(self, hour: u32) -> Option<u32> {
        use DayPeriod::{Am, Night, Noon, Pm};
        match (self, hour) {
            // "오후 23:17": the clock has 24 hours after all.
            (Pm | Noon | Night, 13..24) => Some(hour),
            (Night, 0..6) => Some(hour),
            (Night, 12) => Some(0),
            (Am, 0..12) | (Pm, 12) | (Noon, 10..=12) => Some(hour),
            (Am, 12) => Some(0),
            (Pm | Noon | Night, 0..12) => Some(hour + 12),
            _ => None,
        }
    }
}

/// `word` as the table has it: lower case, no accents, stops, apostrophes or
/// joiners; one blank between words.
pub fn fold(word: &str) -> String {
    let mut out = String::with_capacity(word.len());
    if word.bytes().all(|b| b.is_ascii_alphanumeric()) {
        out.push_str(word);
        out.make_ascii_lowercase();
        return out;
    }
    for c in word.chars().flat_map(char::to_lowercase).nfd() {
        match c {
            '\u{300}'..='\u{36f}' | '.' | '\'' | '’' | 'ʼ' | 'ʻ' | 'ʹ' | '`' | '´' => {}
            '\u{200c}'..='\u{200f}' | '\u{61c}' | '\u{ad}' => {}
            'ı' => out.push('i'),
            '-' | '־' | '/' => out.push(' '),
            c if c.is_whitespace() => out.push(' '),
            c => out.push(c),
        }
    }
    out.split(' ').filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

/// The primary subtag of a language tag, in lower case, as the CLDR names it.
pub fn primary(tag: &str) -> String {
    let primary = tag.trim().split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
    match primary.as_str() {
        "iw" => "he".to_owned(),
        "in" => "id".to_owned(),
        "tl" => "fil".to_owned(),
        "sh" => "hr".to_owned(),
        "mo" => "ro".to_owned(),
        "cmn" => "zh".to_owned(),
        "prs" | "pes" => "fa".to_owned(),
        _ => primary,
    }
}

/// The months that `word` (folded) names, as far as this is certain.
///
/// Names and abbreviations in the document's languages go first, then English
/// ones, which the standards ask for, then what is the same month in all languages
/// that know the word; then beginnings of names, and names with an ending.
pub fn months(word: &str, languages: &[String]) -> Months {
    if word == "mrz" {
        // German's own, which the CLDR lacks.
        return Months { gregorian: Some(3), solar_hijri: None };
    }
    // Most words of a text begin like no name at all.
    let opening = word.char_indices().nth(SHORTEST).map_or(word, |(end, _)| &word[..end]);
    if !WORDS.has_prefix(opening) {
        return Months::default();
    }
    // "mar" is a Tuesday in some languages, and no beginning of a month then.
    let weekday = weekday(word, languages).is_some();
    let wide = if word.chars().count() > SHORTEST { LanguageScope::All } else { LanguageScope::WellKnown };
    let exact = |role, scope| meaning(WORDS.get(word).into_iter(), role, languages, scope);
    let of = |role: char| {
        let settled = exact(role, LanguageScope::Spoken);
        if settled.is_some() || weekday {
            return settled.flatten();
        }
        beginning(word, role, languages, LanguageScope::Spoken)
            .or_else(|| with_ending(word, role, languages))
            .or_else(|| exact(role, wide))
            .or_else(|| {
                if wide == LanguageScope::All {
                    beginning(word, role, languages, LanguageScope::WellKnown)
                } else {
                    None
                }
            })
            .flatten()
    };
    Months { gregorian: of('m'), solar_hijri: of('p') }
}

/// The day of the week that `word` (folded) names, Monday as 1.
pub fn weekday(word: &str, languages: &[String]) -> Option<u8> {
    let day = meaning(WORDS.get(word).into_iter(), 'd', languages, LanguageScope::WellKnown)??;
    u8::try_from(day).ok()
}

/// Whether `word` (folded) is a weekday in a language of the document, or in any.
pub fn may_be_weekday(word: &str, languages: &[String]) -> bool {
    let Some(line) = WORDS.get(word) else { return false };
    let days = line.split(';').filter(|field| field.starts_with('d'));
    days.into_iter().any(|field| {
        let (inner, outer) = spoken(field);
        let known = languages.iter().any(|language| has(inner, language) || has(outer, language));
        known || languages.is_empty() && !inner.is_empty()
    })
}

/// The part of the day that `word` (folded) names.
pub fn day_period(word: &str, languages: &[String]) -> Option<DayPeriod> {
    let line = WORDS.get(word)?;
    // In Latin letters such words are other words elsewhere: "de", "sa", "em".
    let certain = !word.is_ascii();
    let named = |field: &&str| {
        let (inner, outer) = spoken(field);
        let mut known = languages.iter().map(String::as_str).chain(["en"]);
        known.any(|language| has(inner, language) || has(outer, language)) || certain && !inner.is_empty()
    };
    let mut periods = line.split(';').filter(|field| field.starts_with('h')).filter(named).map(|field| &field[..2]);
    let first = periods.next()?;
    match first {
        _ if periods.any(|other| other != first) => None,
        "ha" => Some(DayPeriod::Am),
        "hp" if PAST_MIDNIGHT.contains(&word) => Some(DayPeriod::Night),
        "hp" => Some(DayPeriod::Pm),
        "hz" => Some(DayPeriod::Noon),
        _ => Some(DayPeriod::Night),
    }
}

/// The languages of a field, those with much data and the others.
fn spoken(field: &str) -> (&str, &str) {
    let languages = field.split_once(':').map_or("", |(_, languages)| languages);
    languages.split_once('|').unwrap_or((languages, ""))
}

fn has(languages: &str, language: &str) -> bool {
    languages.split(',').any(|known| known == language)
}

/// In which languages a word is looked for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd)]
enum LanguageScope {
    /// Those of the document, and English.
    Spoken,
    /// Also those that the CLDR covers well.
    WellKnown,
    /// Also all others.
    All,
}

/// The one number that the fields of `role` in `lines` mean: in the first of the
/// languages that has any, else in English, else in all within `scope`. Two numbers
/// in one language are none, but settle the question.
fn meaning<'l>(
    lines: impl Iterator<Item = &'l str>,
    role: char,
    languages: &[String],
    scope: LanguageScope,
) -> Option<Option<u32>> {
    let fields: Vec<&str> = lines.flat_map(|line| line.split(';')).filter(|field| field.starts_with(role)).collect();
    if fields.is_empty() {
        return None;
    }
    let number = |field: &str| field[1..].split(':').next().and_then(|digits| digits.parse().ok());
    let one = |fits: &dyn Fn(&str, &str) -> bool| {
        let mut found = fields.iter().filter(|field| {
            let (inner, outer) = spoken(field);
            fits(inner, outer)
        });
        let first = number(found.next()?);
        Some(first.filter(|first| found.all(|field| number(field) == Some(*first))))
    };
    for language in languages.iter().map(String::as_str).chain(["en"]) {
        if let Some(settled) = one(&|inner, outer| has(inner, language) || has(outer, language)) {
            return Some(settled);
        }
    }
    let well_known = if scope >= LanguageScope::WellKnown { one(&|inner, _| !inner.is_empty()) } else { None };
    if scope == LanguageScope::All { well_known.or_else(|| one(&|_, _| true)) } else { well_known }
}

/// What names mean that begin with `word`, where all mean one.
fn beginning(word: &str, role: char, languages: &[String], scope: LanguageScope) -> Option<Option<u32>> {
    if word.chars().count() < SHORTEST {
        return None;
    }
    meaning(WORDS.under(word), role, languages, scope)
}

/// What the longest name means that `word` only adds an ending to, in the
/// document's languages: "marraskuussa", "novembertől".
fn with_ending(word: &str, role: char, languages: &[String]) -> Option<Option<u32>> {
    let ends = word.char_indices().rev().map(|(at, _)| at).take(LONGEST_ENDING);
    let names = ends.map(|end| &word[..end]).filter(|name| name.chars().count() > SHORTEST);
    let foreign: Vec<String> = languages.iter().filter(|language| *language != "en").cloned().collect();
    names.into_iter().find_map(|name| {
        let line = WORDS.get(name)?;
        let known = line.split(';').filter(|field| field.starts_with(role)).any(|field| {
            let (inner, outer) = spoken(field);
            foreign.iter().any(|language| has(inner, language) || has(outer, language))
        });
        if known { meaning(std::iter::once(line), role, &foreign, LanguageScope::Spoken) } else { None }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn month(word: &str, language: &str) -> Option<u32> {
        let languages: Vec<String> = if language.is_empty() { Vec::new() } else { vec![language.to_owned()] };
        months(&fold(word), &languages).gregorian
    }

    #[test]
    fn the_table_is_sorted_and_folded() {
        let words = include_str!("cldr/words.txt");
        for table in [words, include_str!("cldr/orders.txt")] {
            let lines = table.lines().filter(|line| !line.starts_with('#'));
            let keys: Vec<&str> = lines.map(|line| line.split_once('\t').unwrap().0).collect();
            assert!(keys.len() > 500);
            assert!(keys.is_sorted_by(|a, b| a.as_bytes() < b.as_bytes()));
            for key in keys.iter().filter(|_| std::ptr::eq(table, words)) {
                assert_eq!(fold(key), **key);
                assert!(WORDS.get(key).is_some(), "{key}");
            }
        }
        assert_eq!(WORDS.get("zzzz"), None);
        assert_eq!(WORDS.get(""), None);
    }

    #[test]
    fn months_are_those_of_the_documents_language() {
        let check = |word: &str, language: &str, expected: Option<u32>| {
            assert_eq!(month(word, language), expected, "{word} in {language:?}");
        };
        check("listopada", "hr", Some(10));
        check("listopada", "pl", Some(11));
        check("listopadu", "cs", Some(11));
        check("listopad", "", None);
        check("lipanj", "hr", Some(6));
        check("lip", "hr", Some(6));
        check("lip", "pl", Some(7));
        check("lip", "", None);
        check("srpna", "cs", Some(8));
        check("srpnja", "hr", Some(7));
        check("srp", "", None);
        check("marraskuuta", "fi", Some(11));
        check("marraskuussa", "fi", Some(11));
        check("marras", "fi", Some(11));
        check("lokakuuta", "", Some(10));
        check("Mar", "fi", Some(3)); // RFC 822 is English
        check("mar", "fr", Some(3));
        check("Kasım", "", Some(11));
        check("KASIM", "tr", Some(11));
        check("décembre", "", Some(12));
        check("decembre", "fr", Some(12));
        check("Jänner", "de", Some(1));
        check("Sept", "en", Some(9));
        check("juil", "fr", Some(7));
        check("jui", "fr", None); // juin and juillet
        check("novembertől", "hu", Some(11));
        check("تشرين الثاني", "ar", Some(11));
        check("out", "pt", Some(10));
        check("zzz", "", None);
        check("ma", "", None);
        check("setting", "en", None);
    }

    #[test]
    fn weekdays_and_parts_of_the_day_are_known() {
        let languages = ["vi".to_owned()];
        assert_eq!(weekday(&fold("Pazar"), &[]), Some(7));
        assert_eq!(weekday(&fold("воскресенье"), &[]), Some(7));
        assert_eq!(weekday(&fold("mar"), &["fr".to_owned()]), Some(2));
        assert_eq!(day_period("ch", &languages), Some(DayPeriod::Pm));
        assert_eq!(day_period("ch", &[]), None);
        assert_eq!(day_period("م", &[]), Some(DayPeriod::Pm));
        assert_eq!(day_period("下午", &[]), Some(DayPeriod::Pm));
        assert_eq!(day_period(&fold("p.m."), &[]), Some(DayPeriod::Pm));
        assert_eq!(day_period("de", &["hu".to_owned()]), Some(DayPeriod::Am));
        assert_eq!(day_period("de", &["es".to_owned()]), None);
        assert_eq!(day_period("凌晨", &[]), Some(DayPeriod::Am));
        assert_eq!(day_period("中午", &[]), Some(DayPeriod::Noon));
        assert_eq!(day_period(&fold("de la noche"), &["es".to_owned()]), Some(DayPeriod::Night));
    }
}
