//! Dates that count from the moment of the poll: "2 hours ago", "Вчера, 12:15", "3天前".
//!
//! Weeks, months and years ago tell no day, and are no dates.

use std::time::Duration;

use crate::clock::Timestamp;

use super::super::super::date::{DateContext, with_ascii_digits};
use super::boxes::without_clock;

/// Longer texts are sentences.
const LONGEST: usize = 60;

/// Words around "yesterday" or "2 hours ago" that leave it a date.
const MOST_WORDS: usize = 6;

/// Days before today by their names.
const DAYS: &[(&str, u8)] = &[
    ("today", 0),
    ("yesterday", 1),
    ("сегодня", 0),
    ("вчера", 1),
    ("позавчера", 2),
    ("сьогодні", 0),
    ("вчора", 1),
    ("позавчора", 2),
    ("сёння", 0),
    ("учора", 1),
    ("днес", 0),
    ("вчера", 1),
    ("бүгін", 0),
    ("кеше", 1),
    ("heute", 0),
    ("gestern", 1),
    ("vorgestern", 2),
    ("hoy", 0),
    ("ayer", 1),
    ("anteayer", 2),
    ("hoje", 0),
    ("ontem", 1),
    ("anteontem", 2),
    ("avui", 0),
    ("ahir", 1),
    ("aujourd'hui", 0),
    ("aujourd’hui", 0),
    ("hier", 1),
    ("avant-hier", 2),
    ("oggi", 0),
    ("ieri", 1),
    ("astăzi", 0),
    ("azi", 0),
    ("vandaag", 0),
    ("gisteren", 1),
    ("dzisiaj", 0),
    ("dziś", 0),
    ("wczoraj", 1),
    ("przedwczoraj", 2),
    ("dnes", 0),
    ("včera", 1),
    ("danas", 0),
    ("jučer", 1),
    ("juče", 1),
    ("danes", 0),
    ("včeraj", 1),
    ("i dag", 0),
    ("idag", 0),
    ("i går", 1),
    ("igår", 1),
    ("tänään", 0),
    ("eilen", 1),
    ("ma", 0),
    ("tegnap", 1),
    ("bugün", 0),
    ("dün", 1),
    ("σήμερα", 0),
    ("χθες", 1),
    ("χτες", 1),
    ("今天", 0),
    ("今日", 0),
    ("昨天", 1),
    ("昨日", 1),
    ("前天", 2),
    ("오늘", 0),
    ("어제", 1),
    ("اليوم", 0),
    ("أمس", 1),
    ("hôm nay", 0),
    ("hôm qua", 1),
];

/// Words that say that a span lies back.
const AGO: &[&str] = &[
    "ago",
    "назад",
    "тому",
    "таму",
    "преди",
    "vor",
    "hace",
    "há",
    "fa",
    "il y a",
    "fa ",
    "acum",
    "geleden",
    "temu",
    "před",
    "pred",
    "prije",
    "pre",
    "för",
    "siden",
    "sedan",
    "sitten",
    "ezelőtt",
    "önce",
    "πριν",
    "前",
    "전",
    "منذ",
    "قبل",
    "पहले",
    "trước",
    "lalu",
    "yang lalu",
    "ที่แล้ว",
    "לפני",
];

/// Beginnings of words for units, and their seconds.
const UNITS: &[(&str, u64)] = &[
    ("sec", 1),
    ("min", 60),
    ("hour", 3600),
    ("hr", 3600),
    ("day", 86_400),
    ("сек", 1),
    ("мин", 60),
    ("хвил", 60),
    ("час", 3600),
    ("годин", 3600),
    ("гадзін", 3600),
    ("день", 86_400),
    ("дн", 86_400),
    ("дзён", 86_400),
    ("sekund", 1),
    ("stunde", 3600),
    ("std", 3600),
    ("tag", 86_400),
    ("seg", 1),
    ("hora", 3600),
    ("día", 86_400),
    ("dia", 86_400),
    ("die", 86_400),
    ("heure", 3600),
    ("jour", 86_400),
    ("ore", 3600),
    ("ora", 3600),
    ("giorn", 86_400),
    ("zile", 86_400),
    ("zi", 86_400),
    ("uur", 3600),
    ("uren", 3600),
    ("dag", 86_400),
    ("godzin", 3600),
    ("dni", 86_400),
    ("dzień", 86_400),
    ("hodin", 3600),
    ("den", 86_400),
    ("dny", 86_400),
    ("sat", 3600),
    ("dan", 86_400),
    ("ur", 3600),
    ("timm", 3600),
    ("time", 3600),
    ("tunti", 3600),
    ("tuntia", 3600),
    ("päivä", 86_400),
    ("óra", 3600),
    ("órá", 3600),
    ("perc", 60),
    ("nap", 86_400),
    ("dakika", 60),
    ("dk", 60),
    ("saat", 3600),
    ("gün", 86_400),
    ("saniye", 1),
    ("λεπτ", 60),
    ("ώρ", 3600),
    ("ημέρ", 86_400),
    ("μέρ", 86_400),
    ("秒", 1),
    ("分", 60),
    ("小时", 3600),
    ("小時", 3600),
    ("时", 3600),
    ("時", 3600),
    ("天", 86_400),
    ("日", 86_400),
    ("초", 1),
    ("분", 60),
    ("시간", 3600),
    ("일", 86_400),
    ("دقائق", 60),
    ("دقيقة", 60),
    ("ساعات", 3600),
    ("ساعة", 3600),
    ("أيام", 86_400),
    ("giờ", 3600),
];

/// Just now.
const NOW: &[&str] = &["just now", "刚刚", "剛剛", "たった今", "방금", "только что", "à l'instant", "gerade eben"];

/// Whether `text` may hold such a date; cheap.
pub fn may_be(text: &str) -> bool {
    if text.len() > LONGEST || text.len() < 4 {
        return false;
    }
    let text = text.to_lowercase();
    let words = words(&text);
    // "Mayo" says neither "ma" nor "ago", and "March" is no day.
    let says = |phrase: &str| if is_wide(phrase) { text.contains(phrase) } else { has(&words, phrase) };
    NOW.iter().any(|now| text.contains(now))
        || DAYS.iter().any(|(day, _)| says(day))
        || text.chars().any(char::is_numeric) && AGO.iter().any(|ago| says(ago))
}

/// Whether `phrase` is of a script that has no blanks between words.
fn is_wide(phrase: &str) -> bool {
    phrase.chars().any(|c| c >= '\u{2e80}')
}

/// The day or the moment that `text` names, against `now`.
pub fn read(text: &str, known: &DateContext<'_>, now: Timestamp) -> Option<String> {
    if !may_be(text) {
        return None;
    }
    let text = with_ascii_digits(text).to_lowercase();
    if NOW.iter().any(|just| text == *just) {
        return Some(now.rfc3339());
    }
    by_name(&text, known, now).or_else(|| by_span(&text, known, now))
}

fn words(text: &str) -> Vec<&str> {
    text.split(|c: char| !c.is_alphanumeric() && !"'’-".contains(c)).filter(|word| !word.is_empty()).collect()
}

/// "Вчера, 12:15", "昨天 10:30", "Published today at 9:05".
fn by_name(text: &str, known: &DateContext<'_>, now: Timestamp) -> Option<String> {
    let (bare, clock) = without_clock(text);
    // "Heute um 12:15 Uhr"
    let (bare, clock) = match clock {
        Some(clock) => (bare, Some(clock)),
        None => without_clock(bare.trim_end_matches("uhr").trim_end_matches(['ч', 'h'])),
    };
    let words = words(bare);
    let numbered = bare.chars().any(|c| c.is_ascii_digit());
    if words.len() > MOST_WORDS - 2 || numbered {
        return None;
    }
    let is_it = |day: &str| {
        // Scripts without blanks have the day at an edge.
        if is_wide(day) { bare.starts_with(day) || bare.ends_with(day) } else { has(&words, day) }
    };
    let (_, ago) = DAYS.iter().find(|(day, _)| is_it(day))?;
    let day = known.wall(now).date().checked_sub(jiff::Span::new().days(i64::from(*ago))).ok()?;
    match clock {
        None => Some(day.to_string()),
        Some((hour, minute)) => {
            let at = known.instant(day.at(i8::try_from(hour).ok()?, i8::try_from(minute).ok()?, 0, 0))?;
            (at <= now.plus(Duration::from_secs(3600))).then(|| at.rfc3339())
        }
    }
}

/// Whether `phrase`, of one word or several, stands among `words`.
fn has(words: &[&str], phrase: &str) -> bool {
    let parts: Vec<&str> = phrase.split_whitespace().collect();
    words.windows(parts.len()).any(|run| run == parts)
}

/// "2 hours ago", "3天前", "há 2 horas", "an hour ago".
fn by_span(text: &str, known: &DateContext<'_>, now: Timestamp) -> Option<String> {
    let words = words(text);
    let ago = AGO.iter().any(|ago| if is_wide(ago) { text.trim().ends_with(ago) } else { has(&words, ago.trim()) });
    if !ago || words.len() > MOST_WORDS {
        return None;
    }
    let mut numbers = text.split(|c: char| !c.is_ascii_digit()).filter(|run| !run.is_empty());
    let number: u64 = match numbers.next() {
        Some(digits) => digits.parse().ok().filter(|_| digits.len() <= 3)?,
        None if words
            .iter()
            .any(|word| matches!(*word, "a" | "an" | "einer" | "einem" | "une" | "un" | "una" | "один")) =>
        {
            1
        }
        None => return None,
    };
    if numbers.next().is_some() {
        return None;
    }
    // The unit stands by the number, not by what is around.
    let behind = text.find(|c: char| c.is_ascii_digit()).map_or(text, |at| &text[at..]);
    let behind = behind.trim_start_matches(|c: char| c.is_ascii_digit() || c.is_whitespace());
    let unit = |text: &str| UNITS.iter().filter(|(unit, _)| text.starts_with(unit)).max_by_key(|(unit, _)| unit.len());
    let (_, seconds) = match numbers_in(text) {
        true => unit(behind)?,
        false => words.iter().find_map(|word| unit(word))?,
    };
    let at = now.minus(Duration::from_secs(number.checked_mul(*seconds)?));
    if *seconds < 86_400 { Some(at.rfc3339()) } else { Some(known.wall(at).date().to_string()) }
}

fn numbers_in(text: &str) -> bool {
    text.bytes().any(|b| b.is_ascii_digit())
}
