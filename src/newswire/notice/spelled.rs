//! The words of times and dates, and texts made ready to be searched for them.

use std::collections::HashMap;
use std::sync::LazyLock;

use regex::Regex;
use toml::de::DeValue;

use super::super::built_in::{BuiltInTable, items, list, number, parsed, strings, table};
use super::super::notation::regex;

static WORDS: LazyLock<TimeWords> = LazyLock::new(|| {
    let times = parsed(include_str!("../../../data/newswire/times.toml"));
    let months = parsed(include_str!("../../../data/newswire/months.toml"));
    TimeWords::read(&times, &months)
});

/// What a word says of the zone of a time.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum ZoneWord {
    /// Minutes from UTC.
    Offset(i32),
    /// A zone of the IANA database.
    Named(String),
    /// By the country of the source: code, and minutes from UTC.
    ByCountry(Vec<(String, i32)>),
}

/// The words of times and dates.
pub(super) struct TimeWords {
    pub months: HashMap<String, u8>,
    pub weekdays: HashMap<String, u8>,
    pub zones: HashMap<String, ZoneWord>,
    pub fillers: Vec<String>,
    pub tomorrow: Vec<String>,
    pub after_noon: Vec<String>,
    pub noon: Vec<String>,
    /// Days of the month with names of months, in both orders.
    pub day_month: Regex,
    pub month_day: Regex,
    pub weekday: Regex,
    pub near_day: Regex,
    /// Times of day.
    pub time: Regex,
    /// A zone, right after a time.
    pub zone_after: Regex,
    /// A zone anywhere.
    pub zone: Regex,
}

impl TimeWords {
    pub fn built_in() -> &'static TimeWords {
        &WORDS
    }

    fn read(times: &BuiltInTable, months: &BuiltInTable) -> TimeWords {
        let all = |key: &str| strings(times, key).into_iter().map(str::to_owned).collect::<Vec<String>>();
        let months = numbered(months.values().flat_map(|names| items(names.get_ref()).into_iter().enumerate()));
        let weekdays = numbered(list(times, "weekdays").into_iter().enumerate());
        let zones = zones(times);
        let month = any(months.keys());
        let zone = format!(
            r"(?:(?P<name>{})|(?:utc|gmt|ut)?\s*(?P<sign>[+-])(?P<h>[0-9]{{1,2}})(?::?(?P<m>[0-9]{{2}}))?|(?P<z>z))",
            any(zones.keys())
        );
        let (noon, midnight) = (all("noon"), all("midnight"));
        let (am, pm) = (all("before_noon"), all("after_noon"));
        let half = any(am.iter().chain(&pm));
        let hours = any(all("hours").iter());
        let time = format!(
            r"(?P<word>{}|{})|(?P<lead>{half})?\s*(?:(?P<hm>[0-9]{{1,2}})\s*(?:[:.h時时点點시]|uhr)\s*(?P<min>[0-9]{{2}})|(?P<h>[0-9]{{1,2}}))(?:分|분)?\s*(?:(?P<half>{half})|(?P<hours>{hours}))?",
            any(noon.iter()),
            any(midnight.iter()),
        );
        TimeWords {
            day_month: regex(&format!(
                r"(?P<day>[0-9]{{1,2}})\s?(?:st|nd|rd|th|er|º|°|ª|\.)?\s*(?:de |of |d'|di )?\s*(?P<month>{month})\b\.?,?\s*(?:de |del |of )?(?P<year>20[0-9]{{2}}\b)?"
            )),
            month_day: regex(&format!(
                r"\b(?P<month>{month})\b\.?\s+(?P<day>[0-9]{{1,2}})(?:st|nd|rd|th)?\b(?:,?\s*(?P<year>20[0-9]{{2}})\b)?"
            )),
            weekday: regex(&format!(r"(?:^|[^\p{{L}}])(?P<name>{})(?:[^\p{{L}}]|$)", any(weekdays.keys()))),
            near_day: regex(&format!("(?P<name>{})", any(all("today").iter().chain(&all("tomorrow"))))),
            time: regex(&time),
            zone_after: regex(&format!(r"^[\s,(]*{zone}(?:[^\p{{L}}0-9]|$)")),
            zone: regex(&format!(r"(?:^|[^\p{{L}}]){zone}(?:[^\p{{L}}0-9]|$)")),
            fillers: all("fillers"),
            tomorrow: all("tomorrow"),
            after_noon: pm,
            noon,
            months,
            weekdays,
            zones,
        }
    }
}

/// Names with the number of their list, from 1.
fn numbered<'v>(lists: impl Iterator<Item = (usize, &'v DeValue<'static>)>) -> HashMap<String, u8> {
    let named = lists.flat_map(|(n, names)| {
        let number = u8::try_from(n % 12 + 1).unwrap_or(0);
        texts(names).into_iter().map(move |name| (name, number))
    });
    let mut all = HashMap::new();
    for (name, number) in named {
        all.entry(name).or_insert(number);
    }
    all
}

fn zones(times: &BuiltInTable) -> HashMap<String, ZoneWord> {
    let rows = |key: &str| {
        table(times, key).into_iter().flatten().map(|(name, value)| (name.get_ref().to_string(), value.get_ref()))
    };
    let minutes = |value: &DeValue<'_>| number(value).unwrap_or(0);
    let mut all: HashMap<String, ZoneWord> =
        rows("offsets").map(|(name, value)| (name, ZoneWord::Offset(minutes(value)))).collect();
    for (name, countries) in rows("shared") {
        let countries = countries.as_table().into_iter().flatten();
        let by = countries.map(|(country, value)| (country.get_ref().to_string(), minutes(value.get_ref())));
        all.insert(name, ZoneWord::ByCountry(by.collect()));
    }
    for (zone, names) in rows("zones") {
        all.extend(texts(names).into_iter().map(|name| (name, ZoneWord::Named(zone.clone()))));
    }
    all
}

fn texts(value: &DeValue<'static>) -> Vec<String> {
    items(value).into_iter().filter_map(DeValue::as_str).map(str::to_owned).collect()
}

/// Alternatives, the longest first.
fn any<'w>(words: impl Iterator<Item = &'w String>) -> String {
    let mut words: Vec<&String> = words.collect();
    words.sort_by(|a, b| b.len().cmp(&a.len()).then(a.cmp(b)));
    words.into_iter().map(|word| regex::escape(word).replace(' ', r"\s+")).collect::<Vec<_>>().join("|")
}

/// A text in lower case, with digits, signs and spaces in one form, and the way back.
pub(super) struct Spelled {
    pub text: String,
    /// Where each of its bytes was in the text that it was made of.
    origin: Vec<usize>,
}

impl Spelled {
    pub fn of(shown: &str) -> Spelled {
        let mut text = String::with_capacity(shown.len());
        let mut origin = Vec::with_capacity(shown.len() + 1);
        for (at, c) in shown.char_indices() {
            let plain = plain(c);
            origin.extend(std::iter::repeat_n(at, plain.len_utf8()));
            text.push(plain);
        }
        origin.push(shown.len());
        Spelled { text, origin }
    }

    /// Where byte `at` was.
    pub fn shown(&self, at: usize) -> usize {
        self.origin.get(at).or(self.origin.last()).copied().unwrap_or(0)
    }
}

fn plain(c: char) -> char {
    match c {
        '\u{FF01}'..='\u{FF5E}' => {
            let ascii = char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c);
            ascii.to_ascii_lowercase()
        }
        '٠'..='٩' => char::from_u32(u32::from(c) - 0x660 + 0x30).unwrap_or(c),
        '‐'..='―' | '−' => '-',
        '’' | 'ʼ' => '\'',
        _ if c.is_whitespace() => ' ',
        _ => c.to_lowercase().next().unwrap_or(c),
    }
}
