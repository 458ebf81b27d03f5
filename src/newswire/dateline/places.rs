//! Lists of places: whether a text can be one, where it begins, and what it names.

use std::ops::Range;

use super::gap::is_dash;
use super::reading::DatelineDesk;
use super::{area, printed};
use crate::newswire::tables::Tables;

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
pub(super) fn evidence(desk: &DatelineDesk<'_>, text: &str) -> Evidence {
    let Some(form) = form(desk, text) else { return Evidence::None };
    if text.chars().next().is_some_and(char::is_lowercase) || opens_byline(desk, text) {
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
    match (caseless, form.is_capital) {
        (true, _) if form.words > 4 || text.chars().count() > 24 => Evidence::None,
        (false, true) if text.chars().filter(|c| c.is_uppercase()).count() > 1 => Evidence::Capitals,
        _ => Evidence::Words,
    }
}

/// What the words of a list look like.
struct ListForm {
    words: usize,
    /// All in capitals, but for small words and regions ("HOUSTON, Texas").
    is_capital: bool,
}

/// The form of a list; `None` if its words cannot be names.
fn form(desk: &DatelineDesk<'_>, text: &str) -> Option<ListForm> {
    let words = &desk.tables.words;
    let mut form = ListForm { words: 0, is_capital: true };
    let mut run = 0;
    for word in text.split(|c: char| c.is_whitespace() || "/&,،、;".contains(c)) {
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
        if bare.is_empty() {
            run = 0;
            continue;
        }
        (form.words, run) = (form.words + 1, run + 1);
        let is_long = form.words > MOST_WORDS || run > NAME_WORDS || bare.chars().count() > 30;
        if is_long || bare.chars().any(|c| c.is_ascii_digit()) {
            return None;
        }
        let is_small = words.particles.contains(bare) || words.conjunctions.contains(bare);
        if bare.chars().any(char::is_lowercase) && !is_small {
            form.is_capital &= is_area(desk, bare);
        }
        let begins_small = bare.chars().next().is_some_and(char::is_lowercase);
        if begins_small && !is_small && !is_elided(bare) && desk.tables.region(bare).is_none() {
            return None;
        }
    }
    (form.words > 0).then_some(form)
}

/// "By Yoo Jee-ho SEOUL": a byline first.
fn opens_byline(desk: &DatelineDesk<'_>, text: &str) -> bool {
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
fn is_area(desk: &DatelineDesk<'_>, word: &str) -> bool {
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
    if let Some((before, last)) = text[start..end].rsplit_once(char::is_whitespace)
        && tables.words.prepositions.contains(last)
        && !before.trim().is_empty()
    {
        end = start + before.trim_end_matches(is_sign).len();
    }
    // "МОСКВА. 12 октября": a full stop, not that of an abbreviation.
    let list = &text[start..end];
    let stopped = list.strip_suffix('.').filter(|list| !list.contains([',', '.']) && !tables_know(tables, list));
    start..start + stopped.map_or(list.len(), str::len)
}

fn tables_know(tables: &Tables, list: &str) -> bool {
    list.rsplit(char::is_whitespace).next().is_some_and(|word| tables.region(word).is_some())
}

/// Where the list of places in capitals begins that ends `text`, after a sub-headline or
/// byline.
pub(super) fn last_in_capitals(desk: &DatelineDesk<'_>, text: &str) -> Option<usize> {
    let words = words(text);
    let first = capitals_from(desk, &words);
    let end = first_city_end(&words, first);
    if first >= words.len() || area_before(desk, &words, end) == Some(first) {
        return None;
    }
    // "... as CFO SAN JOSE": the longest ending that is a city, else all that is in capitals.
    let known = (first..end).find(|from| is_city(desk, &words[*from..end]));
    let start = known.or((end - first <= 4).then_some(first))?;
    Some(words[start].0)
}

/// The same of a known city in small letters, before its region or at the end.
pub(super) fn last_known(desk: &DatelineDesk<'_>, text: &str) -> Option<usize> {
    let words = words(text);
    let end = capitals_from(desk, &words);
    let starts = end.saturating_sub(4)..end;
    let is_name = |from: &usize| words[*from].1.starts_with(char::is_uppercase) && is_city(desk, &words[*from..end]);
    starts.into_iter().find(is_name).map(|from| words[from].0)
}

/// The first of the words in capitals that end a text, with regions and small words between.
fn capitals_from(desk: &DatelineDesk<'_>, words: &[(usize, &str)]) -> usize {
    let (mut first, mut tentative) = (words.len(), words.len());
    let joining = &desk.tables.words;
    while tentative > 0 && words.len() - tentative < MOST_WORDS {
        if let Some(start) = area_before(desk, words, tentative) {
            (first, tentative) = (start, start);
            continue;
        }
        let word = words[tentative - 1].1;
        let bare = word.trim_matches(|c: char| ",.;&()[]".contains(c));
        let is_capital =
            bare.chars().any(char::is_alphabetic) && !bare.chars().any(|c| c.is_lowercase() || c.is_numeric());
        let ends_sentence = word.ends_with(['.', ':', ';', ')', '!', '?']) && bare.chars().count() > 3;
        let joins = bare.is_empty() || joining.conjunctions.contains(bare) || joining.particles.contains(bare);
        if is_capital && (!ends_sentence || tentative == words.len()) {
            (first, tentative) = (tentative - 1, tentative - 1);
        } else if first < words.len() && joins {
            tentative -= 1;
        } else {
            break;
        }
    }
    first
}

/// Where the first city of a list ends.
fn first_city_end(words: &[(usize, &str)], from: usize) -> usize {
    let ends = |word: &str| word.ends_with([',', '/', ';']) || word == "&";
    (from..words.len()).find(|n| ends(words[*n].1)).map_or(words.len(), |n| n + 1)
}

fn is_city(desk: &DatelineDesk<'_>, words: &[(usize, &str)]) -> bool {
    let name: Vec<&str> = words.iter().map(|(_, word)| *word).collect();
    !area::cities(desk, name.join(" ").trim_end_matches([',', '.'])).is_empty()
}

/// Where a region or country begins that ends before word `end` and follows a comma.
fn area_before(desk: &DatelineDesk<'_>, words: &[(usize, &str)], end: usize) -> Option<usize> {
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
