//! Lists of places: whether a text can be one, where it begins, and what it names.

use std::ops::Range;

use super::gap::is_dash;
use super::reading::Desk;
use super::{area, printed};
use crate::newswire::tables::Tables;
use crate::text::script::is_unspaced;

/// How much speaks for a text as a list of places.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Evidence {
    /// It cannot be one.
    None,
    /// It has the form: few words, each with a capital, or of a script without.
    Words,
    /// It is all in capitals.
    Capitals,
    /// The gazetteer knows the city, or a region or country stands beside it.
    Known,
}

/// Words of the longest list.
const MOST_WORDS: usize = 18;

/// Words of the longest name.
const NAME_WORDS: usize = 6;

/// How much speaks for `text`.
pub(super) fn evidence(desk: &Desk<'_>, text: &str) -> Evidence {
    let words = &desk.tables.words;
    let (mut count, mut run, mut capitals, mut letters) = (0, 0, true, false);
    for word in text.split(|c: char| c.is_whitespace() || "/&,،、;".contains(c)) {
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
        if word.is_empty() || bare.is_empty() {
            run = 0;
            continue;
        }
        if bare.chars().any(|c| c.is_ascii_digit()) {
            return Evidence::None;
        }
        (count, run, letters) = (count + 1, run + 1, true);
        if count > MOST_WORDS || run > NAME_WORDS || bare.chars().count() > 30 {
            return Evidence::None;
        }
        let first_is_small = bare.chars().next().is_some_and(char::is_lowercase);
        if bare.chars().any(char::is_lowercase) && !is_area(desk, bare) {
            capitals &= words.particles.contains(bare) || words.conjunctions.contains(bare);
        }
        let may_be_small = || words.particles.contains(bare) || words.conjunctions.contains(bare) || is_elided(bare);
        if first_is_small && !may_be_small() && desk.tables.region(bare).is_none() {
            return Evidence::None;
        }
    }
    if !letters || text.chars().next().is_some_and(char::is_lowercase) || opens_byline(desk, text) {
        return Evidence::None;
    }
    if text.contains(|c| ('ぁ'..='ん').contains(&c)) && desk.gazetteer.named(text).is_empty() {
        // A sentence: its particles are hiragana.
        return Evidence::None;
    }
    if printed::is_known(desk, text) {
        return Evidence::Known;
    }
    let caseless = !text.chars().any(|c| c.is_uppercase() || c.is_lowercase());
    match (caseless, capitals) {
        (true, _) if count > 4 || text.chars().count() > 24 => Evidence::None,
        (false, true) if text.chars().filter(|c| c.is_uppercase()).count() > 1 => Evidence::Capitals,
        _ => Evidence::Words,
    }
}

/// "By Yoo Jee-ho SEOUL": a byline first.
fn opens_byline(desk: &Desk<'_>, text: &str) -> bool {
    let opening = text.split_once(char::is_whitespace).map(|(word, _)| word.to_lowercase());
    opening.is_some_and(|word| desk.tables.words.byline_openings.contains(&word))
}

/// `d'Alene`, `l'Étang`: a small letter, an apostrophe, a capital.
fn is_elided(word: &str) -> bool {
    let mut letters = word.chars();
    let (_, sign, next) = (letters.next(), letters.next(), letters.next());
    sign.is_some_and(|c| "'’-".contains(c)) && next.is_some_and(char::is_uppercase)
}

/// A region or country of one word, in small letters after the city: "HOUSTON, Texas".
fn is_area(desk: &Desk<'_>, word: &str) -> bool {
    desk.tables.region(word).is_some() || desk.tables.country(word).is_some() || {
        let named = desk.gazetteer.named(word);
        named.iter().any(|place| !place.kind.is_city() || place.kind.is_country())
    }
}

/// Whether a text in brackets is short enough for a list of places.
pub(super) fn is_short(text: &str) -> bool {
    let letters = text.chars().count();
    (1..=40).contains(&letters) && text.chars().any(char::is_alphabetic) && !text.contains(['。', '！', '？', '"'])
}

/// A list without what separates it from the next part, and without a preposition before a
/// date: ranges in `text`.
pub(super) fn trimmed(tables: &Tables, text: &str) -> Range<usize> {
    let is_sign = |c: char| c.is_whitespace() || is_dash(c) || ",،、;:/=＝|·".contains(c);
    let start = text.len() - text.trim_start_matches(is_sign).len();
    let mut end = start + text[start..].trim_end_matches(is_sign).len();
    if let Some((before, last)) = text[start..end].rsplit_once(char::is_whitespace) {
        if tables.words.prepositions.contains(last) && !before.trim().is_empty() {
            end = start + before.trim_end_matches(is_sign).len();
        }
    }
    // "МОСКВА. 12 октября": a full stop, not that of an abbreviation.
    let list = &text[start..end];
    let stopped = list.strip_suffix('.').filter(|list| !list.contains([',', '.']) && !tables_know(tables, list));
    start..start + stopped.map_or(list.len(), str::len)
}

fn tables_know(tables: &Tables, list: &str) -> bool {
    list.rsplit(char::is_whitespace).next().is_some_and(|word| tables.region(word).is_some())
}

/// Where the list of places begins that ends `text`, after a sub-headline or byline. In
/// small letters it must be known and have a date.
pub(super) fn last(desk: &Desk<'_>, text: &str, has_date: bool) -> Option<usize> {
    let words: Vec<(usize, &str)> = words(text);
    let mut first = words.len();
    let mut tentative = words.len();
    while tentative > 0 && words.len() - tentative < MOST_WORDS {
        if let Some(start) = area_before(desk, &words, tentative) {
            (first, tentative) = (start, start);
            continue;
        }
        let bare = words[tentative - 1].1.trim_matches(|c: char| ",.;&()[]".contains(c));
        let is_capital =
            bare.chars().any(char::is_alphabetic) && !bare.chars().any(|c| c.is_lowercase() || c.is_numeric());
        let ends_list = words[tentative - 1].1.ends_with(['.', ':', ';', ')', '!', '?']) && bare.chars().count() > 3;
        if is_capital && (!ends_list || tentative == words.len()) {
            (first, tentative) = (tentative - 1, tentative - 1);
        } else if first < words.len()
            && (bare.is_empty()
                || desk.tables.words.conjunctions.contains(bare)
                || desk.tables.words.particles.contains(bare))
        {
            tentative -= 1;
        } else {
            break;
        }
    }
    let area_from = first;
    let is_city = |from: usize, to: usize| {
        let name: Vec<&str> = words[from..to].iter().map(|(_, word)| *word).collect();
        !area::cities(desk, name.join(" ").trim_end_matches(|c: char| ",.".contains(c))).is_empty()
    };
    let segment = |from: usize| {
        let ends = |word: &str| word.ends_with([',', '/', ';']) || word == "&";
        (from..words.len()).find(|n| ends(words[*n].1)).map_or(words.len(), |n| n + 1)
    };
    let holds_area_alone = area_from < words.len() && area_before(desk, &words, segment(area_from)) == Some(area_from);
    if area_from < words.len() && !holds_area_alone {
        // "... as CFO SAN JOSE": the longest ending that is a city, else all that is in capitals.
        let end = segment(area_from);
        let known = (area_from..end).find(|from| is_city(*from, end));
        let start = known.or((end - area_from <= 4).then_some(area_from))?;
        return Some(words[start].0);
    }
    // Small letters: a known city before the area, or before the date.
    let end = area_from;
    let from = (end.saturating_sub(4)..end)
        .find(|from| is_city(*from, end) && words[*from].1.starts_with(char::is_uppercase))?;
    has_date.then(|| words[from].0)
}

/// Where a region or country begins that ends before word `end` and follows a comma.
fn area_before(desk: &Desk<'_>, words: &[(usize, &str)], end: usize) -> Option<usize> {
    (end.saturating_sub(4)..end).find(|from| {
        let follows = *from > 0 && words[from - 1].1.ends_with(',');
        if !follows {
            return false;
        }
        let name: Vec<&str> = words[*from..end].iter().map(|(_, word)| *word).collect();
        let name = name.join(" ");
        let name = name.trim_end_matches(',');
        desk.tables.region(name).is_some() || area::country(desk, name, &desk.gazetteer.named(name)).is_some()
    })
}

fn words(text: &str) -> Vec<(usize, &str)> {
    let mut at = 0;
    let all = text.split_inclusive(char::is_whitespace).map(|word| {
        let start = at;
        at += word.len();
        (start, word.trim_end())
    });
    all.filter(|(_, word)| !word.is_empty()).collect()
}

/// Whether a text is written without spaces between words.
pub(super) fn is_glued(text: &str) -> bool {
    text.chars().next().is_some_and(is_unspaced)
}
