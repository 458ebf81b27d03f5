//! What a date beside a headline is the date of: "Published: 20 October" stands beside
//! "Deadline: 29 November", and a teaser tells of a treaty's day (check B215).

use std::collections::HashMap;

use scraper::ElementRef;

use super::super::date::{DateContext, in_figures};
use super::css;
use super::headed::short_text;
pub use labels::DateOf;
use labels::{WordPlace, by_label, by_word, names_number, says_nothing};

mod labels;

/// Bytes of a label.
const LONGEST_LABEL: usize = 48;
/// Letters behind a date that belong to it in scripts without blanks: `11月27日まで`.
const MOST_BEHIND: usize = 8;
/// Cells of a row that are counted.
const MOST_CELLS: usize = 40;
/// Elements around a date beside which its label may stand.
const MOST_AROUND: usize = 2;

/// What labels say, each of which is looked up once.
#[derive(Default)]
pub struct DateWords(HashMap<String, Option<DateOf>>);

impl DateWords {
    /// What the date that `found` holds of `entry` is the date of.
    pub fn of(&mut self, found: ElementRef<'_>, entry: ElementRef<'_>, known: &DateContext<'_>) -> DateOf {
        let own = own_text(found, entry);
        let said = self.by_text(&own, known);
        let said = said.or_else(|| self.by_text(&label_before(found, entry)?, known));
        let said = said.or_else(|| self.by_text(&column(found)?, known));
        match said.or_else(|| by_names(found, entry)) {
            Some(said) => said,
            None if is_sentence(&own, known) => DateOf::Sentence,
            None => DateOf::Unsaid,
        }
    }

    /// What the date in `text`, which stands in no element of its own, is the date of.
    pub fn of_text(&mut self, text: &str, known: &DateContext<'_>) -> DateOf {
        self.by_text(text, known).unwrap_or(DateOf::Unsaid)
    }

    /// What the words of `text` before its first figure say; in scripts without blanks also
    /// those right behind.
    fn by_text(&mut self, text: &str, known: &DateContext<'_>) -> Option<DateOf> {
        let first = text.find(char::is_numeric).unwrap_or(text.len());
        let label = text[..first].to_owned();
        let before = if label.is_empty() {
            None
        } else if is_number_alone(&text[first..]) && names_number(&label) {
            Some(DateOf::Event)
        } else {
            *self.0.entry(label).or_insert_with_key(|label| by_label(label, known))
        };
        let behind = || {
            let last = text.rfind(char::is_numeric)?;
            let tail: String = text[last..].chars().skip(1).take(MOST_BEHIND).collect();
            let said = tail.split(|c: char| c.is_whitespace() || "|（(".contains(c)).next()?;
            if said.is_ascii() { None } else { by_word(said, WordPlace::FAR).filter(|said| *said == DateOf::Event) }
        };
        before.or_else(behind)
    }
}

/// Whether `figures` begin with three numbers that signs join, and no other follows: a date,
/// or the number that it looks like.
fn is_number_alone(figures: &str) -> bool {
    let end = figures.find(char::is_whitespace).unwrap_or(figures.len());
    let (number, rest) = figures.split_at(end);
    let runs = number.split(|c: char| !c.is_numeric()).filter(|run| !run.is_empty()).count();
    runs == 3 && !number.contains(char::is_alphabetic) && !rest.contains(char::is_numeric)
}

/// The text that holds the date of `found`: its own where it is the entry.
fn own_text(found: ElementRef<'_>, entry: ElementRef<'_>) -> String {
    if found.id() == entry.id() { css::own_text(found) } else { css::spaced(found) }
}

/// The label of the date that `found` holds of `entry`, if it is none of those that say what
/// the date is, nor a word such as "Date" that says nothing.
pub fn unknown_label(found: ElementRef<'_>, entry: ElementRef<'_>, known: &DateContext<'_>) -> Option<String> {
    // The year of a reign has a name of its own.
    let own = in_figures(&own_text(found, entry));
    let label = own[..own.find(char::is_numeric).unwrap_or(0)].trim_end_matches([':', '：', ' ', '.']);
    let own = Some(label.to_owned()).filter(|label| !label.ends_with([',', '-', '–', '|', ')']) && !label.is_empty());
    let label = own.or_else(|| label_before(found, entry)).or_else(|| column(found))?;
    let label = label.trim_end_matches([':', '：', ' ']);
    (label.len() <= LONGEST_LABEL && by_label(label, known).is_none() && !says_nothing(label, known))
        .then(|| label.to_owned())
}

/// What `found`, or the element right around it in `entry`, is called: a property of
/// schema.org, or a word of a class, as WordPress and hCalendar have it.
fn by_names(found: ElementRef<'_>, entry: ElementRef<'_>) -> Option<DateOf> {
    const PUBLICATION: [&str; 6] =
        ["datepublished", "published", "pubdate", "posted", "dtpublished", "publicationdate"];
    const CHANGE: [&str; 6] = ["datemodified", "updated", "modified", "dtmodified", "changed", "lastmod"];
    const EVENT: [&str; 14] = [
        "startdate",
        "enddate",
        "dtstart",
        "dtend",
        "event",
        "events",
        "deadline",
        "expires",
        "expiry",
        "expiration",
        "validthrough",
        "closing",
        "doortime",
        "due",
    ];
    let around = found.parent().and_then(ElementRef::wrap).filter(|around| around.id() != entry.id());
    let elements = [Some(found).filter(|found| found.id() != entry.id()), around];
    elements.into_iter().flatten().find_map(|element| {
        let property = element.attr("itemprop").into_iter().flat_map(str::split_whitespace);
        let words = element.value().classes().flat_map(|class| class.split(['-', '_']).chain([class]));
        let names: Vec<String> = property.chain(words).map(str::to_ascii_lowercase).collect();
        let says = |known: &[&str]| names.iter().any(|name| known.contains(&name.as_str()));
        let of = [(DateOf::Publication, &PUBLICATION[..]), (DateOf::Change, &CHANGE), (DateOf::Event, &EVENT)];
        of.into_iter().find(|(_, known)| says(known)).map(|(of, _)| of)
    })
}

/// The label that stands before `found` within `entry`: a text, a term, or what ends in a
/// colon. A headline is none.
fn label_before(found: ElementRef<'_>, entry: ElementRef<'_>) -> Option<String> {
    let up = std::iter::once(found).chain(found.ancestors().filter_map(ElementRef::wrap));
    for at in up.take_while(|up| up.id() != entry.id()).take(MOST_AROUND) {
        for before in at.prev_siblings() {
            if let Some(text) = before.value().as_text().map(|text| text.trim()).filter(|text| !text.is_empty()) {
                let label = text.rsplit(|c: char| c.is_numeric() || "|·•;".contains(c)).next()?;
                return Some(label.to_owned()).filter(|label| !label.trim().is_empty());
            }
            let Some(before) = ElementRef::wrap(before) else { continue };
            if before.text().take(8).all(|text| text.trim().is_empty()) {
                continue;
            }
            let text = short_text(before, LONGEST_LABEL)?;
            let is_label =
                matches!(before.value().name(), "dt" | "th" | "label" | "b" | "strong") || text.ends_with([':', '：']);
            let is_headline = css::first_link(before).is_some() || css::is_heading(before);
            return Some(text).filter(|text| is_label && !is_headline && !text.contains(char::is_numeric));
        }
    }
    None
}

/// The heading of the column that a cell stands in, where its row has as many cells.
fn column(found: ElementRef<'_>) -> Option<String> {
    let cell = std::iter::once(found).chain(found.ancestors().filter_map(ElementRef::wrap)).take(MOST_AROUND + 1);
    let cell = cell.into_iter().find(|up| matches!(up.value().name(), "td" | "th"))?;
    let row = cell.parent().and_then(ElementRef::wrap)?;
    let table = row.ancestors().filter_map(ElementRef::wrap).take(2).find(|up| up.value().name() == "table")?;
    let first =
        css::inner(table).take(4).find(|inner| inner.value().name() == "tr").filter(|tr| tr.id() != row.id())?;
    let heads: Vec<ElementRef<'_>> = first.children().filter_map(ElementRef::wrap).take(MOST_CELLS).collect();
    let own: Vec<ElementRef<'_>> = row.children().filter_map(ElementRef::wrap).take(MOST_CELLS).collect();
    let spans = |cells: &[ElementRef<'_>]| cells.iter().any(|cell| cell.attr("colspan").is_some());
    if heads.len() != own.len() || spans(&heads) || spans(&own) || css::links(first).next().is_some() {
        return None;
    }
    let at = own.iter().position(|other| other.id() == cell.id())?;
    short_text(*heads.get(at)?, LONGEST_LABEL)
}

/// Whether `text` is a sentence, and the date in it is what that tells. Words behind a
/// date with which it begins are the teaser that goes on with it.
fn is_sentence(text: &str, known: &DateContext<'_>) -> bool {
    let (Some(first), Some(last)) = (text.find(char::is_numeric), text.rfind(char::is_numeric)) else { return false };
    let count = |text: &str| {
        let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
        let said = words.filter(|word| !word.contains(char::is_numeric));
        // Short words are prepositions before they are abbreviations of days.
        said.filter(|word| word.chars().count() < 3 || !known.names_month(word) && !known.names_weekday(word))
            .map(|word| if word.starts_with(|c| c >= '\u{2e80}') { word.chars().count().div_ceil(2) } else { 1 })
            .sum::<usize>()
    };
    let before = count(&text[..first]);
    if before == 0 {
        return false;
    }
    let (after, all) = (count(&text[last..]), count(text));
    let end = text.trim_end();
    let stop = end.trim_end_matches(['.', '!', '?', '。', '！']);
    let ending = stop.chars().rev().take_while(|c| c.is_alphanumeric()).count();
    // "27 нояб." and "2026 г." end in a stop, too.
    let is_closed = stop.len() < end.len()
        && (stop.ends_with(char::is_numeric)
            || ending > 4
            || ending > 2 && all >= 5
            || stop.ends_with(|c| c >= '\u{2e80}'));
    is_closed && all >= 3 || before >= 2 && after >= 3 && all >= 7
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Zone;

    /// B215: what labels say in many languages, and what sentences tell.
    #[test]
    fn labels_and_sentences_are_told_from_bare_days_b215() {
        let utc = Zone::UTC;
        let known = DateContext::new(&utc, [Some("en")]);
        let check = |text: &str, expected: DateOf| {
            let said = DateWords::default().by_text(text, &known);
            let said = said.unwrap_or(if is_sentence(text, &known) { DateOf::Sentence } else { DateOf::Unsaid });
            assert_eq!(said, expected, "{text}");
        };
        for text in [
            "Published: 20 October 2026",
            "Posted by Maria Lopez of the office on 27 November 2026 in press releases",
            "Veröffentlicht am 20.10.2026",
            "Publié le 20 octobre",
            "Publicado el 20/10",
            "Pubblicato il 20.10.2026",
            "Opublikowano 20.10",
            "Zveřejněno: 20. 10. 2026",
            "Опубликовано: 20.10.2026",
            "发布时间：2026-10-20",
            "掲載日：2026年10月20日",
            "등록일 2026.10.20",
            "تاريخ النشر: 20/10/2026",
        ] {
            check(text, DateOf::Publication);
        }
        for text in [
            "Deadline: 29 November 2026",
            "Event date: 29 November",
            "Apply by 5 January 2026 (closed)",
            "Bis 01.09.2026",
            "Bewerbungsfrist: 15.10.2026",
            "Anmeldeschluss: 10.10.2026",
            "Einsendeschluss: 15.09.2026",
            "Frist: 1.10.2026",
            "Date limite : 20 novembre",
            "Plazo: 20/11/2026",
            "Scadenza: 20/11",
            "Prazo até 20/11",
            "Termin: 20.11",
            "Jelentkezési határidő: 2026. 11. 20.",
            "Срок подачи заявок: 20.11",
            "Son başvuru tarihi: 20.11.2026",
            "报名截止：2026-11-20",
            "2026年11月20日まで",
            "접수기간 2026.11.20",
            "آخر موعد: 20/11/2026",
        ] {
            check(text, DateOf::Event);
        }
        let dutch = DateContext::new(&utc, [Some("nl")]);
        assert_eq!(DateWords::default().by_text("do 26 nov", &dutch), None);
        assert_eq!(DateWords::default().by_text("Deadline: do 26 nov", &dutch), Some(DateOf::Event));
        let polish = DateContext::new(&utc, [Some("pl")]);
        assert_eq!(DateWords::default().by_text("do 26.11", &polish), Some(DateOf::Event));
        for text in [
            "Last updated 29 November 2026",
            "Stand: 29.11.2026",
            "Mis à jour le 29/11",
            "更新日：2026-11-29",
            "Обновлено 29.11",
        ] {
            check(text, DateOf::Change);
        }
        for text in [
            "The treaty of 12 November 2025 was renewed.",
            "Talks began on 4 April 2023.",
            "The ship was built on 1 July 1998.",
            "The bridge that was opened on 3 September 2024 by the mayor of the town",
        ] {
            check(text, DateOf::Sentence);
        }
        for text in [
            "27 November 2026",
            "Friday, 27 November 2026",
            "27 November 2026 – The mayor received the envoy.",
            "27. nov.",
            "Press office, 27 November 2026",
            "Brussels, 27 November 2026.",
            "by Maria Lopez on 27 November 2026",
            "11-27",
            "2026年11月27日更新",
        ] {
            check(text, DateOf::Unsaid);
        }
    }
}
