//! Spans of time that lie back: "2 hours ago", "3天前", "há 2 horas". The table is `spans.txt`.
//!
//! Each language has its own units: "3 годин" are hours in Ukrainian and "3 години" years in
//! Bulgarian, and "min" begins minutes in many languages and the weeks of Indonesian.

use std::sync::LazyLock;

use super::super::super::super::date::DateContext;
use super::wording::{has, is_wide, words};

/// Words of a text that says "2 hours ago".
const MOST_WORDS: usize = 6;

/// How many of a unit, and its seconds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TimeBack {
    /// How many.
    pub count: u64,
    /// Seconds of each.
    pub unit: u64,
}

/// The seconds of the units of a line: its third field and those behind it. Weeks, months
/// and years tell no day.
const UNITS: [Option<u64>; 5] = [Some(1), Some(60), Some(3600), Some(86_400), None];

/// How one language says that a span lies back.
struct Speech {
    language: &'static str,
    ago: Vec<&'static str>,
    /// Beginnings of words for units, and their seconds.
    units: Vec<(&'static str, Option<u64>)>,
}

static SPEECHES: LazyLock<Vec<Speech>> = LazyLock::new(|| {
    let lines = include_str!("spans.txt").lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(Speech::read).collect()
});

impl Speech {
    fn read(line: &'static str) -> Option<Speech> {
        let mut fields = line.split('|');
        let (language, ago) = (fields.next()?, fields.next()?.split(',').collect());
        let units = fields.zip(UNITS).flat_map(|(words, unit)| words.split(',').map(move |word| (word, unit)));
        Some(Speech { language, ago, units: units.collect() })
    }

    /// The seconds of the unit that `text` begins with; `None` for a word that is none.
    fn unit(&self, text: &str) -> Option<Option<u64>> {
        let known = self.units.iter().filter(|(unit, _)| text.starts_with(unit));
        known.max_by_key(|(unit, _)| unit.len()).map(|(_, seconds)| *seconds)
    }
}

/// All words that say that a span lies back.
pub fn ago() -> impl Iterator<Item = &'static str> {
    SPEECHES.iter().flat_map(|speech| speech.ago.iter().copied())
}

/// The span that `text`, in lower case and with the digits of ASCII, says lies back. Where
/// languages that share a word for this differ, that of the page decides.
pub fn read(text: &str, known: &DateContext<'_>) -> Option<TimeBack> {
    let words = words(text);
    if words.len() > MOST_WORDS {
        return None;
    }
    let mut numbers = text.split(|c: char| !c.is_ascii_digit()).filter(|run| !run.is_empty());
    let count: u64 = numbers.next().filter(|digits| digits.len() <= 3)?.parse().ok()?;
    if numbers.next().is_some() {
        return None;
    }
    // The unit stands by the number, not by what is around.
    let behind = text.find(|c: char| c.is_ascii_digit()).map_or(text, |at| &text[at..]);
    let behind = behind.trim_start_matches(|c: char| c.is_ascii_digit() || c.is_whitespace());
    let is_said = |ago: &&str| if is_wide(ago) { text.trim().ends_with(*ago) } else { has(&words, ago) };
    let said: Vec<&Speech> = SPEECHES.iter().filter(|speech| speech.ago.iter().any(&is_said)).collect();
    let meant = |speeches: &[&Speech]| -> Option<u64> {
        let mut units = speeches.iter().filter_map(|speech| speech.unit(behind));
        let first = units.next()?;
        if units.all(|unit| unit == first) { first } else { None }
    };
    let spoken: Vec<&Speech> = said.iter().copied().filter(|speech| known.speaks(speech.language)).collect();
    let unit = if spoken.is_empty() { meant(&said) } else { meant(&spoken) };
    Some(TimeBack { count, unit: unit? })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Zone;

    #[test]
    fn every_language_has_all_its_units() {
        assert_eq!(SPEECHES.len(), 34);
        for speech in SPEECHES.iter() {
            for seconds in UNITS {
                assert!(speech.units.iter().any(|(_, unit)| *unit == seconds), "{} {seconds:?}", speech.language);
            }
            assert!(speech.units.iter().all(|(word, _)| !word.is_empty()), "{}", speech.language);
        }
    }

    /// B133: weeks, months and years ago tell no day, whatever their words begin with.
    #[test]
    fn weeks_months_and_years_ago_tell_no_day_b133() {
        let utc = Zone::UTC;
        for (language, hours, others) in [
            ("en", "3 hours ago", ["3 weeks ago", "3 months ago", "3 years ago"]),
            ("ru", "3 часа назад", ["3 недели назад", "3 месяца назад", "3 года назад"]),
            ("uk", "3 години тому", ["3 тижні тому", "3 місяці тому", "3 роки тому"]),
            ("be", "3 гадзіны таму", ["3 тыдні таму", "3 месяцы таму", "3 гады таму"]),
            ("bg", "преди 3 часа", ["преди 3 седмици", "преди 3 месеца", "преди 3 години"]),
            ("de", "vor 3 stunden", ["vor 3 wochen", "vor 3 monaten", "vor 3 jahren"]),
            ("es", "hace 3 horas", ["hace 3 semanas", "hace 3 meses", "hace 3 años"]),
            ("pt", "há 3 horas", ["há 3 semanas", "há 3 meses", "há 3 anos"]),
            ("ca", "fa 3 hores", ["fa 3 setmanes", "fa 3 mesos", "fa 3 anys"]),
            ("it", "3 ore fa", ["3 settimane fa", "3 mesi fa", "3 anni fa"]),
            ("fr", "il y a 3 heures", ["il y a 3 semaines", "il y a 3 mois", "il y a 3 ans"]),
            ("ro", "acum 3 ore", ["acum 3 săptămâni", "acum 3 luni", "acum 3 ani"]),
            ("nl", "3 uur geleden", ["3 weken geleden", "3 maanden geleden", "3 jaar geleden"]),
            ("pl", "3 godziny temu", ["3 tygodnie temu", "3 miesiące temu", "3 lata temu"]),
            ("cs", "před 3 hodinami", ["před 3 týdny", "před 3 měsíci", "před 3 lety"]),
            ("sk", "pred 3 hodinami", ["pred 3 týždňami", "pred 3 mesiacmi", "pred 3 rokmi"]),
            ("sl", "pred 3 urami", ["pred 3 tedni", "pred 3 meseci", "pred 3 leti"]),
            ("hr", "prije 3 sata", ["prije 3 tjedna", "prije 3 mjeseca", "prije 3 godine"]),
            ("sr", "pre 3 sata", ["pre 3 nedelje", "pre 3 meseca", "pre 3 godine"]),
            ("sv", "för 3 timmar sedan", ["för 3 veckor sedan", "för 3 månader sedan", "för 3 år sedan"]),
            ("nb", "3 timer siden", ["3 uker siden", "3 måneder siden", "3 år siden"]),
            ("fi", "3 tuntia sitten", ["3 viikkoa sitten", "3 kuukautta sitten", "3 vuotta sitten"]),
            ("hu", "3 órával ezelőtt", ["3 héttel ezelőtt", "3 hónappal ezelőtt", "3 évvel ezelőtt"]),
            ("tr", "3 saat önce", ["3 hafta önce", "3 ay önce", "3 yıl önce"]),
            ("el", "πριν 3 ώρες", ["πριν 3 εβδομάδες", "πριν 3 μήνες", "πριν 3 χρόνια"]),
            ("zh", "3个小时前", ["3周前", "3个月前", "3年前"]),
            ("ja", "3時間前", ["3週間前", "3か月前", "3年前"]),
            ("ko", "3시간 전", ["3주 전", "3개월 전", "3년 전"]),
            ("ar", "منذ 3 ساعات", ["منذ 3 أسابيع", "منذ 3 أشهر", "منذ 3 سنوات"]),
            ("hi", "3 घंटे पहले", ["3 सप्ताह पहले", "3 महीने पहले", "3 साल पहले"]),
            ("vi", "3 giờ trước", ["3 tuần trước", "3 tháng trước", "3 năm trước"]),
            ("id", "3 jam yang lalu", ["3 minggu yang lalu", "3 bulan yang lalu", "3 tahun yang lalu"]),
            ("th", "3 ชั่วโมงที่แล้ว", ["3 สัปดาห์ที่แล้ว", "3 เดือนที่แล้ว", "3 ปีที่แล้ว"]),
            ("he", "לפני 3 שעות", ["לפני 3 שבועות", "לפני 3 חודשים", "לפני 3 שנים"]),
        ] {
            for tag in [None, Some(language)] {
                let known = DateContext::new(&utc, [tag]);
                assert_eq!(read(hours, &known), Some(TimeBack { count: 3, unit: 3600 }), "{hours} in {tag:?}");
                for other in others {
                    assert_eq!(read(other, &known), None, "{other} in {tag:?}");
                }
            }
        }
    }

    #[test]
    fn languages_that_share_a_word_are_told_apart() {
        let utc = Zone::UTC;
        let check = |language: &str, text: &str, expected: Option<u64>| {
            let known = DateContext::new(&utc, [Some(language).filter(|tag| !tag.is_empty())]);
            assert_eq!(read(text, &known).map(|span| span.unit), expected, "{language} {text}");
        };
        check("uk", "3 години назад", Some(3600));
        check("ru", "3 года назад", None);
        check("", "3 години назад", None);
        check("", "5 минут назад", Some(60));
        check("", "3 min ago", Some(60));
    }
}
