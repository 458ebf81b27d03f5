//! The built-in tables.

use std::collections::HashMap;

use super::lookup::Tables;
use super::wires::WireNames;
use super::words::{SmallWords, key};
use crate::newswire::built_in::{entries, fields, items, parsed, texts};
use crate::places::Country;

const WIRES: &str = include_str!("../../../data/newswire/wires.toml");
const MONTHS: &str = include_str!("../../../data/newswire/months.toml");
const REGIONS: &str = include_str!("../../../data/newswire/regions.toml");
const WORDS: &str = include_str!("../../../data/newswire/words.toml");

/// All files that reading goes by, for the edition of the tables.
pub(super) const FILES: [&str; 10] = [
    WIRES,
    MONTHS,
    REGIONS,
    WORDS,
    include_str!("../../../data/newswire/notices.toml"),
    include_str!("../../../data/newswire/times.toml"),
    include_str!("../../../data/newswire/numbers.tsv"),
    include_str!("../../../data/newswire/boilerplate.toml"),
    include_str!("../../../data/newswire/issuers.toml"),
    include_str!("../../../data/newswire/exchanges.toml"),
];

pub(super) fn tables() -> Tables {
    let months = months();
    let month_words = months.keys().map(|name| name.split(' ').count()).max().unwrap_or(1);
    let (words, countries) = words();
    let date_words = months.keys().chain(&words.weekdays).chain(&words.date_fillers);
    let date_openings = date_words.map(|word| first_two(word)).collect();
    Tables {
        wires: wires(),
        months,
        month_words,
        date_openings,
        regions: regions(),
        countries,
        words,
        end_marks: Vec::new(),
        own: Vec::new(),
    }
}

/// The first two characters of a word, a space for what is missing.
fn first_two(word: &str) -> [char; 2] {
    let mut letters = word.chars();
    [letters.next().unwrap_or(' '), letters.next().filter(|c| c.is_alphabetic()).unwrap_or(' ')]
}

fn wires() -> WireNames {
    let mut wires = WireNames::default();
    for (_, all) in entries(&parsed(WIRES)) {
        for (name, wire) in fields(all) {
            let fields: HashMap<&str, Vec<&str>> =
                fields(wire).map(|(field, list)| (field, texts(list).collect())).collect();
            let names = fields.get("names").map_or(&[][..], Vec::as_slice);
            let number = wires.entry(name, names.first().unwrap_or(&name));
            names.iter().for_each(|other| wires.add_name(number, other));
            fields.get("marks").into_iter().flatten().for_each(|mark| wires.add_mark(number, mark));
            fields.get("hosts").into_iter().flatten().for_each(|host| wires.add_host(number, host));
        }
    }
    wires.sort();
    wires
}

fn months() -> HashMap<String, u8> {
    let mut months = HashMap::new();
    for (_, language) in entries(&parsed(MONTHS)) {
        for (month, names) in (1..=12).zip(items(language)) {
            months.extend(texts(names).map(|name| (name.to_owned(), month)));
        }
    }
    months
}

fn regions() -> HashMap<String, (Country, String)> {
    let mut regions = HashMap::new();
    for (country, all) in entries(&parsed(REGIONS)) {
        let Some(country) = Country::new(country) else { continue };
        for (code, names) in fields(all) {
            let spelled = texts(names).chain([code]).map(|name| (key(name), (country, code.to_owned())));
            regions.extend(spelled);
        }
    }
    regions
}

fn words() -> (SmallWords, HashMap<String, Country>) {
    let mut words = SmallWords::default();
    let mut countries = HashMap::new();
    for (name, value) in entries(&parsed(WORDS)) {
        let list = || texts(value).map(str::to_owned);
        match name {
            "date_fillers" => words.date_fillers = list().collect(),
            "weekdays" => words.weekdays = list().collect(),
            "times" => words.times = list().collect(),
            "prepositions" => words.prepositions = list().collect(),
            "conjunctions" => words.conjunctions = list().collect(),
            "glued_conjunctions" => words.glued_conjunctions = list().collect(),
            "rivers" => words.rivers = list().collect(),
            "particles" => words.particles = list().collect(),
            "byline_openings" => words.byline_openings = longest_first(list()),
            "byline_endings" => words.byline_endings = longest_first(list()),
            "own_desks" => words.own_desks = longest_first(list()),
            "chinese_openings" => words.chinese_openings = longest_first(list()),
            "chinese_endings" => words.chinese_endings = longest_first(list()),
            "place_endings" => words.place_endings = longest_first(list()),
            "openings" => words.openings = longest_first(list()),
            "source_labels" => words.source_labels = longest_first(list()),
            _ => {
                for (code, names) in fields(value) {
                    let Some(country) = Country::new(code) else { continue };
                    countries.extend(texts(names).map(|name| (key(name), country)));
                }
            }
        }
    }
    (words, countries)
}

fn longest_first(words: impl Iterator<Item = String>) -> Vec<String> {
    let mut words: Vec<String> = words.collect();
    words.sort_by_key(|word| std::cmp::Reverse(word.len()));
    words
}
