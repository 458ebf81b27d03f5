//! Ranges of days: "27.11.2026 - 30.11.2026", "24./25.11.2026", "from 27 to 30 November".
//! A range says when something takes place, not when it was reported, so neither of its days
//! is a date (check B220).

use super::super::super::date::{DateContext, PairEnding, YEARS, is_clock, is_filler, is_hour, joins_days};

/// Signs between the days of a range.
const SIGNS: &str = "-‐‑–—−~〜～/+&→";

/// Those that also stand between a day and its clock, or a count.
const DASHES: &str = "-‐‑–—−/";

/// Words and signs of a range in scripts without blanks, which stand right behind a day, and
/// words that are written with stops.
const GLUED: [&str; 14] =
    ["至", "到", "和", "から", "부터", "ถึง", "と", "及び", "および", "및", "・", "、", "t.o.m.", "s.d."];

/// Words and signs of a text that are tried as joints.
const MOST_WORDS: usize = 24;

/// Units behind the number of a day.
const DAY_UNITS: [char; 4] = ['日', '号', '號', '일'];

/// Whether the day at `from..until` of `text` is one of a range.
pub fn holds(text: &str, from: usize, until: usize, known: &DateContext<'_>) -> bool {
    let (before, behind) = (&text[..from], &text[until..]);
    let day = &text[from..until];
    after_sign(behind.trim_start_matches(is_idle)).is_some_and(|(sign, rest)| begins_with_day(rest, sign, day, known))
        || [before, without_weekday(before, known)]
            .into_iter()
            .any(|before| before_sign(before).is_some_and(|rest| ends_in_day(rest, known)))
}

/// The same of a `part` that was cut out of `text`.
pub fn holds_part(text: &str, part: &str, known: &DateContext<'_>) -> bool {
    let from = (part.as_ptr() as usize).checked_sub(text.as_ptr() as usize);
    from.is_some_and(|from| from + part.len() <= text.len() && holds(text, from, from + part.len(), known))
}

/// Whether `text` ends in a sign or word after which a range goes on.
pub fn begins(text: &str) -> bool {
    before_sign(text).is_some()
}

/// Blanks, stops and brackets behind a day: "27.11. (Fri) -".
fn is_idle(c: char) -> bool {
    c.is_whitespace() || ".)]）".contains(c)
}

/// What stands between a day and what follows it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Joint {
    /// A dash, which may be that of a range or stand before a clock.
    Dash,
    /// A sign or word of ranges alone.
    Range,
}

/// The sign or the word of a range that `text` begins with, and what stands behind it.
fn after_sign(text: &str) -> Option<(Joint, &str)> {
    let text = in_brackets(text).unwrap_or(text).trim_start();
    if let Some(rest) = text.strip_prefix(|c| SIGNS.contains(c)) {
        let joint = if text.starts_with(|c| DASHES.contains(c)) { Joint::Dash } else { Joint::Range };
        let rest = rest.trim_start_matches(|c: char| c.is_whitespace() || SIGNS.contains(c));
        // "20-tól 25-ig"
        let (word, behind) = first_word(rest);
        return Some(joint_of(word).map_or((joint, rest), |joint| (joint, behind.trim_start())));
    }
    if let Some(rest) = GLUED.iter().find_map(|word| text.strip_prefix(word)) {
        return Some((Joint::Range, rest.trim_start()));
    }
    let (word, rest) = first_word(text);
    joint_of(word).map(|joint| (joint, rest.trim_start()))
}

/// How `word` joins the days of a range; "a" joins them in Spanish, Portuguese and Czech, and
/// nothing else between two days. Behind "la" a clock may stand in Romanian.
fn joint_of(word: &str) -> Option<Joint> {
    match word {
        "la" => Some(Joint::Dash),
        _ => (joins_days(word) || word == "a").then_some(Joint::Range),
    }
}

/// Whether two days stand in `text` that a word joins, or a comma as in "20., 21.10.2026".
pub fn is_in(text: &str, known: &DateContext<'_>) -> bool {
    if text.bytes().filter(u8::is_ascii_digit).take(2).count() < 2 {
        return false;
    }
    let joins = |at: usize, joint: Joint, rest: &str| {
        let before = text[..at].trim_end_matches(|c: char| c.is_whitespace() || DASHES.contains(c));
        ends_in_day(before, known) && begins_with_day(rest.trim_start(), joint, before, known)
    };
    let mut is_word = false;
    let words = text.char_indices().filter(|(_, c)| {
        let begins = !is_word && is_of_word(*c);
        is_word = is_of_word(*c);
        begins
    });
    let by_word = words.take(MOST_WORDS).any(|(at, _)| {
        let (word, rest) = first_word(&text[at..]);
        joint_of(word).is_some_and(|joint| joins(at, joint, rest))
    });
    let is_ascii = text.is_ascii();
    let mut glued = GLUED.iter().filter(|sign| !is_ascii || sign.is_ascii());
    let by_sign = |sign: &str| {
        text.match_indices(sign).take(MOST_WORDS).any(|(at, _)| joins(at, Joint::Range, &text[at + sign.len()..]))
    };
    by_word
        || glued.any(|sign| by_sign(sign))
        || text.match_indices(',').take(MOST_WORDS).any(|(at, _)| {
            let before = &text[..at];
            let is_day = before.ends_with('.') || number(before.trim()).is_some();
            is_day && joins(at, Joint::Dash, &text[at + 1..])
        })
}

/// What follows a remark in brackets, as a weekday is, that `text` begins with.
fn in_brackets(text: &str) -> Option<&str> {
    let inside = text.strip_prefix(['(', '（'])?;
    let (remark, rest) = inside.split_once([')', '）'])?;
    (remark.chars().count() <= 4).then(|| rest.trim_start())
}

/// What stands before the sign or the word of a range that `text` ends in.
fn before_sign(text: &str) -> Option<&str> {
    let text = text.trim_end();
    if let Some(rest) = text.strip_suffix(|c| SIGNS.contains(c)) {
        return Some(rest.trim_end_matches(|c: char| c.is_whitespace() || SIGNS.contains(c)));
    }
    // "24., 25.11.2026"
    if let Some(rest) = text.strip_suffix(',').filter(|rest| rest.ends_with('.')) {
        return Some(rest);
    }
    if let Some(rest) = GLUED.iter().find_map(|word| text.strip_suffix(word)) {
        return Some(rest.trim_end());
    }
    let (rest, word) = last_word(text);
    joint_of(word).map(|_| rest.trim_end())
}

/// `text` without the weekday that it ends in: "27. bis Mo., " before "30.11.".
fn without_weekday<'t>(text: &'t str, known: &DateContext<'_>) -> &'t str {
    let bare = text.trim_end_matches(|c: char| c.is_whitespace() || ".,".contains(c));
    let (rest, word) = last_word(bare);
    if !word.is_empty() && known.names_weekday(word) { rest } else { text }
}

fn is_of_word(c: char) -> bool {
    c.is_alphabetic() || c == '/' || matches!(c, '\u{300}'..='\u{36f}' | '\u{900}'..='\u{dff}' | '\u{e31}'..='\u{e4e}')
}

fn first_word(text: &str) -> (&str, &str) {
    text.split_at(text.find(|c| !is_of_word(c)).unwrap_or(text.len()))
}

fn last_word(text: &str) -> (&str, &str) {
    let from = text.char_indices().rev().take_while(|(_, c)| is_of_word(*c)).last();
    text.split_at(from.map_or(text.len(), |(at, _)| at))
}

fn first_digits(text: &str) -> (&str, &str) {
    text.split_at(text.bytes().take_while(u8::is_ascii_digit).count())
}

fn last_digits(text: &str) -> (&str, &str) {
    text.split_at(text.len() - text.bytes().rev().take_while(u8::is_ascii_digit).count())
}

/// The number of a day or month.
fn number(digits: &str) -> Option<u32> {
    digits.parse().ok().filter(|number| digits.len() <= 2 && (1..=31).contains(number))
}

/// Whether two numbers with `sign` between them can be day and month; "14.30" is a clock.
fn is_day_and_month(one: u32, other: u32, sign: char) -> bool {
    other <= 12 || one <= 12 && sign != '.'
}

/// Whether `text` begins with a day to which `joint` joins `day`.
fn begins_with_day(text: &str, joint: Joint, day: &str, known: &DateContext<'_>) -> bool {
    let text = text.trim_start_matches(|c: char| c.is_whitespace() || "([,.（".contains(c));
    let (word, rest) = first_word(text);
    if !word.is_empty() {
        let rest = rest.trim_start_matches(|c: char| c.is_whitespace() || ".,".contains(c));
        // "27/11/2026 a las 9:05", "27/11/2026 - ore 9.05": behind such a word stands a clock, too.
        if is_filler(word) && !known.names_month(word) && !known.names_weekday(word) {
            return rest.starts_with(|c: char| c.is_ascii_digit()) && begins_with_day(rest, Joint::Dash, day, known);
        }
        let is_followed = number(first_digits(rest).0).is_some();
        return is_followed && (known.names_month(word) || known.names_weekday(word));
    }
    let (digits, rest) = first_digits(text);
    let sign = rest.chars().next().unwrap_or(' ');
    let next = first_digits(rest.trim_start_matches(sign)).0;
    if digits.len() == 4 {
        return "-/.年".contains(sign) && !next.is_empty();
    }
    let Some(first) = number(digits) else { return false };
    if sign == ':' {
        return false;
    }
    if let Some(other) = number(next).filter(|_| "-/.".contains(sign)) {
        let behind = rest[sign.len_utf8() + next.len()..].trim_start();
        let is_clock = joint == Joint::Dash && sign == '.' && is_clock(digits, next, day, PairEnding::of(behind));
        return !is_clock && is_day_and_month(first, other, sign) && !names_hour(behind, known);
    }
    let has_stop = rest.trim_start().starts_with('.');
    let rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '.');
    let (word, _) = first_word(rest);
    if word.starts_with(DAY_UNITS) {
        return true;
    }
    if word.is_empty() {
        // "- 3" counts something.
        return has_stop || joint == Joint::Range;
    }
    !names_hour(rest, known) && (known.names_month(word) || is_ordinal(word) || is_filler(word))
}

/// Whether `text` begins with a word that stands behind an hour: "Uhr", "h30", "pm".
fn names_hour(text: &str, known: &DateContext<'_>) -> bool {
    let (word, _) = first_word(text);
    is_hour(word) || known.hour_in_period(word, 9).is_some()
}

fn is_ordinal(word: &str) -> bool {
    matches!(word, "st" | "nd" | "rd" | "th" | "er" | "ος" | "º" | "ª")
}

fn ends_in_day(text: &str, known: &DateContext<'_>) -> bool {
    let text = text.trim_end_matches(|c: char| is_idle(c) || DAY_UNITS.contains(&c) || "ºª".contains(c));
    let (before, word) = last_word(text);
    if !word.is_empty() {
        let before = before.trim_end_matches(|c: char| c.is_whitespace() || c == '.');
        let is_counted = number(last_digits(before).1).is_some();
        let is_of =
            || is_filler(last_word(before).1) && number(last_digits(last_word(before).0.trim_end()).1).is_some();
        return known.names_month(word) && (is_counted || is_of()) || is_ordinal(word) && is_counted;
    }
    let (before, digits) = last_digits(text);
    let sign = before.chars().next_back().unwrap_or(' ');
    let joined = before.strip_suffix(['-', '/', '.']).map(last_digits).filter(|(_, other)| !other.is_empty());
    let is_third = joined.is_some_and(|(before, _)| before.ends_with(['-', '/', '.']));
    if digits.len() == 4 {
        let is_year = digits.parse().is_ok_and(|year| YEARS.contains(&year));
        let (_, month) = last_word(before.trim_end_matches(|c: char| c.is_whitespace() || ",.".contains(c)));
        return is_year && (is_third || !month.is_empty() && (known.names_month(month) || is_filler(month)));
    }
    let Some(day) = number(digits) else { return false };
    match joined {
        Some((_, other)) => is_third || number(other).is_some_and(|other| is_day_and_month(other, day, sign)),
        None => sign != ':' && !sign.is_alphabetic() || "月월年년".contains(sign),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Zone;

    /// B220, B250: a day beside another one is no date, beside a clock or a count it is.
    #[test]
    fn days_beside_others_are_ranges_b220() {
        let utc = Zone::UTC;
        let check = |language: &str, text: &str, expected: bool| {
            let known = DateContext::new(&utc, [Some(language)]);
            let from = text.find('[').unwrap();
            let until = text.find(']').unwrap() - 1;
            let bare = text.replace(['[', ']'], "");
            assert_eq!(holds(&bare, from, until, &known), expected, "{language} {text}");
        };
        for (language, text) in [
            ("de", "[27.11.2026] - 30.11.2026"),
            ("de", "27.11.2026 - [30.11.2026]"),
            ("de", "24./[25.11.2026]"),
            ("de", "24.11.-[26.11.2026]"),
            ("de", "24., [25.11.2026]"),
            ("de", "24. und [25.11.2026]"),
            ("de", "[27.11.2026] - 30.11."),
            ("de", "[27.11.2026] - 14.12."),
            ("de", "[20.11.2026] - 23.11"),
            ("de", "[27.11.2026] bis 14.05"),
            ("es", "[27/11/2026] a 5 de diciembre de 2026"),
            ("de", "vom Fr., 27. bis Mo., [30.11.2026]"),
            ("de", "[27.11.2026] bis Montag, 30. November"),
            ("en", "27 November - [2 December 2026]"),
            ("en", "[27 November 2026] to 2nd December"),
            ("en", "[November 27, 2026] – December 2, 2026"),
            ("en", "27 & [28 November 2026]"),
            ("es", "del 24 al [26 de noviembre de 2026]"),
            ("es", "del 24 de noviembre al [2 de diciembre de 2026]"),
            ("fr", "du 27 au [30 novembre 2026]"),
            ("it", "dal 27/11/2026 al [30/11/2026]"),
            ("ru", "с 27 по [30 ноября 2026]"),
            ("nl", "[27-11-2026] t/m 30-11-2026"),
            ("zh", "[2026-11-27]至30日"),
            ("ja", "[2026-11-27](金)～30日"),
            ("", "[2026-11-27]/2026-11-30"),
            ("hu", "[2026. november 20]-tól 25-ig"),
            ("id", "[20 November 2026] s.d. 25 November 2026"),
        ] {
            check(language, text, true);
        }
        let known = |language: &str| DateContext::new(&utc, [Some(language)]);
        for (language, text) in [
            ("es", "3/11/2026 a 6/11/2026"),
            ("pt", "3 a 6/11/2026"),
            ("it", "dal 3 al 6/11/2026"),
            ("cs", "3. až 6. 11. 2026"),
            ("cs", "3. a 4. 11. 2026"),
            ("ro", "3 până la 6.11.2026"),
            ("ro", "3 la 6.11.2026"),
            ("ro", "3 și 4.11.2026"),
            ("vi", "3 đến 6/11/2026"),
            ("vi", "3 và 4/11/2026"),
            ("id", "3 s.d. 6 November 2026"),
            ("id", "3 s/d 6 November 2026"),
            ("id", "3 hingga 6 November 2026"),
            ("id", "3 dan 4 November 2026"),
            ("en", "3, 4 November 2026"),
            ("sv", "3 t.o.m. 6 november 2026"),
            ("hu", "2026. november 3., 4."),
            ("tr", "3 ila 6 Kasım 2026"),
            ("ar", "من 3 إلى 6 نوفمبر 2026"),
            ("ar", "3 حتى 6 نوفمبر 2026"),
            ("ja", "2026年11月3日・6日"),
            ("ja", "2026年11月3日、4日"),
            ("ja", "2026年11月3日及び4日"),
            ("ko", "2026.11.3., 4."),
            ("el", "3 με 6/11/2026"),
            ("el", "3 και 4/11/2026"),
            ("fi", "3. ja 4.11.2026"),
            ("hu", "2026. november 3-tól 6-ig"),
            ("ar", "3 و4 نوفمبر 2026"),
        ] {
            assert!(is_in(text, &known(language)), "{language} {text}");
        }
        for (language, text) in [
            ("en", "Press room 12, 4 November 2026"),
            ("en", "Friday, 6 November 2026, 10 am"),
            ("en", "November 6, 2026"),
            ("en", "6 November 2026 at 9.05"),
            ("es", "6/11/2026 a las 9:05"),
            ("ro", "6.11.2026 la 14.05"),
            ("de", "Nr. 20 vom 6.11.2026"),
            ("ar", "الجمعة 6 نوفمبر 2026"),
            ("ja", "東京、2026年11月6日"),
            ("", "05-11-26"),
            ("", "Fri, 6 Nov 2026 10:00:15 +0100"),
        ] {
            assert!(!is_in(text, &known(language)), "{language} {text}");
        }
        for (language, text) in [
            ("de", "[27.11.2026] - 12:30"),
            ("de", "12:30 - [27.11.2026]"),
            ("de", "[27.11.2026] – 14.30 Uhr"),
            ("de", "[27.11.2026], 9 Uhr"),
            ("de", "[27.11.2026] - 5. Sitzung"),
            ("de", "14.30 - [27.11.2026]"),
            ("it", "[27/11/2026] - 09.10"),
            ("it", "[27.11.2026] - 14.05"),
            ("it", "[22/11/2026] - ore 09.10"),
            ("it", "[22/11/2026] alle 9.05"),
            ("es", "[22/11/2026] a las 9:05"),
            ("es", "[22/11/2026] a las 9.05"),
            ("fr", "[23 novembre 2026] - 3"),
            ("de", "Nr. 24 | [25.11.2026]"),
            ("en", "[27 November 2026] - 3 comments"),
            ("en", "[27 November 2026] - 9 pm"),
            ("en", "Published [27/11/2026] and updated 30/11/2026"),
            ("en", "Release 24/2026 - [26.11.2026]"),
            ("fr", "[27 novembre 2026] - 18h30"),
            ("fr", "18h30 - [27 novembre 2026]"),
            ("", "[2026-11-27]-harbour"),
        ] {
            check(language, text, false);
        }
    }
}
