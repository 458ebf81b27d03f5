//! Words of dates that name neither day nor month: what may stand beside them, and what
//! tells of their clock.

use std::collections::HashSet;
use std::sync::LazyLock;

/// Words that may stand between day, month and year, and beside them.
const FILLERS: &str = "\
    at of on the de del di da d le la el den der die am um uhr a i e o om alle as ore г года год року р \
    в о у m men gada ko kl klo t st nd rd th er ere eme º ª го h hs hrs hour hours พศ คศ ж жыл жылы \
    жылғы yil ta luc saat ωρα στις klockan klokken las الساعة בשעה dne dnia ден";

/// Whether `word` (folded) may stand between day, month and year, or beside them.
pub fn is_filler(word: &str) -> bool {
    static KNOWN: LazyLock<HashSet<&str>> = LazyLock::new(|| FILLERS.split(' ').collect());
    KNOWN.contains(word) || is_unit(word) || is_hour(word)
}

/// Whether `word` (folded) stands between the days of a range.
pub fn joins_days(word: &str) -> bool {
    const WORDS: &str = "to until till til through thru and or bis und au et al e y hasta ate ao do i по до и та tot \
        en och og ile ila ve εως μεχρι με και az pana si va đen dan hingga sampai ja tol حتى الى ا\u{655}لى و";
    static KNOWN: LazyLock<HashSet<&str>> = LazyLock::new(|| WORDS.split(' ').collect());
    KNOWN.contains(word) || matches!(word, "t m" | "s d")
}

/// Whether `word` names a unit in dates of figures, Vietnamese and Mongolian.
pub fn is_unit(word: &str) -> bool {
    matches!(word, "ngay" | "thang" | "thg" | "th" | "nam" | "оны" | "он" | "сарын" | "сар" | "р" | "өдөр")
}

/// The hour that has a name. Of midnight the day that is told begins: where its end
/// is meant, the date is a day early, and no later than the news.
pub fn named_hour(word: &str) -> Option<u32> {
    match word {
        "noon" | "midday" | "mittag" | "mittags" | "mediodia" | "mezzogiorno" => Some(12),
        "midnight" | "mitternacht" | "medianoche" | "mezzanotte" => Some(0),
        _ => None,
    }
}

/// Whether `word` stands behind an hour.
pub fn is_hour(word: &str) -> bool {
    matches!(
        word,
        "h" | "hs"
            | "hr"
            | "hrs"
            | "hour"
            | "hours"
            | "u"
            | "uhr"
            | "uur"
            | "gio"
            | "ч"
            | "час"
            | "часов"
            | "heure"
            | "heures"
            | "horas"
            | "ore"
            | "godz"
    )
}

/// Whether `word` stands behind a minute.
pub fn is_minute(word: &str) -> bool {
    matches!(word, "m" | "mn" | "min" | "mins" | "minutes" | "minutos" | "phut" | "мин" | "минут")
}

/// Whether `word` stands behind a second.
pub fn is_second(word: &str) -> bool {
    matches!(word, "s" | "sec" | "secs" | "seconds" | "giay" | "сек")
}

/// Whether `word` means time.
pub fn names_time(word: &str) -> bool {
    const TIMES: [&str; 16] = [
        "time",
        "เวลา",
        "zeit",
        "heure",
        "hora",
        "ora",
        "tid",
        "tijd",
        "czasu",
        "czas",
        "время",
        "времени",
        "часу",
        "saati",
        "ido",
        "waktu",
    ];
    TIMES.contains(&word)
}

/// Whether `word` says that a time is the source's own.
pub fn is_local(word: &str) -> bool {
    matches!(word, "local" | "locale" | "locales" | "lokal" | "lokale" | "ortszeit" | "местное" | "yerel")
}

/// Whether `word` names a place and its time in one: "莫斯科时间", "Ostküstenzeit".
pub fn is_foreign_time(word: &str) -> bool {
    ["时间", "時間", "시간", "zeit"].iter().any(|time| word.strip_suffix(time).is_some_and(|place| !place.is_empty()))
        && !matches!(word, "ortszeit" | "uhrzeit" | "当地时间" | "當地時間" | "本地时间" | "现地时间" | "현지시간")
}
