//! Names of time zones.

use crate::clock::{Timestamp, Zone};

use super::DateContext;

/// What a date says of its zone.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum SaidZone {
    /// Minutes east of Greenwich.
    Offset(i32),
    /// A place with its own rules.
    Place(Zone),
    /// An abbreviation, whose meaning the source may decide.
    Called(&'static str),
}

/// Abbreviations and the minutes ahead of UTC they mean. Where several clocks
/// have one name, the one that news feeds mean comes first.
const NAMES: [(&str, &[i32]); 86] = [
    ("CET", &[60]),
    ("MET", &[60]),
    ("MEZ", &[60]),
    ("BST", &[60, 360, 660]),
    ("WEST", &[60]),
    ("WAT", &[60]),
    ("MEWT", &[60]),
    ("WET", &[0]),
    ("CEST", &[120]),
    ("MEST", &[120]),
    ("MESZ", &[120]),
    ("EET", &[120]),
    ("SAST", &[120]),
    ("CAT", &[120]),
    ("EEST", &[180]),
    ("IDT", &[180]),
    ("MSK", &[180]),
    ("EAT", &[180]),
    ("TRT", &[180]),
    ("MSD", &[240]),
    ("GST", &[240, -120]),
    ("SAMT", &[240]),
    ("AMT", &[-240, 240]),
    ("AZT", &[240]),
    ("GET", &[240]),
    ("MUT", &[240]),
    ("PKT", &[300]),
    ("YEKT", &[300]),
    ("UZT", &[300]),
    ("OMST", &[360]),
    ("ALMT", &[360]),
    ("BDT", &[360, 480]),
    ("ICT", &[420]),
    ("WIB", &[420]),
    ("NOVT", &[420]),
    ("KRAT", &[420]),
    ("HOVT", &[420]),
    ("HKT", &[480]),
    ("SGT", &[480]),
    ("AWST", &[480]),
    ("PHT", &[480]),
    ("WITA", &[480]),
    ("MYT", &[480]),
    ("ULAT", &[480]),
    ("IRKT", &[480]),
    ("JST", &[540]),
    ("KST", &[540]),
    ("WIT", &[540]),
    ("YAKT", &[540]),
    ("AEST", &[600]),
    ("VLAT", &[600]),
    ("CHST", &[600]),
    ("AEDT", &[660]),
    ("MAGT", &[660]),
    ("NZST", &[720]),
    ("PETT", &[720]),
    ("FJT", &[720]),
    ("NZDT", &[780]),
    ("AZOT", &[-60]),
    ("CVT", &[-60]),
    ("BRST", &[-120]),
    ("BRT", &[-180]),
    ("ART", &[-180]),
    ("ADT", &[-180]),
    ("CLST", &[-180]),
    ("UYT", &[-180]),
    ("GFT", &[-180]),
    ("AST", &[-240, 180]),
    ("AT", &[-240]),
    ("EDT", &[-240]),
    ("CLT", &[-240]),
    ("VET", &[-240]),
    ("BOT", &[-240]),
    ("EST", &[-300]),
    ("CDT", &[-300]),
    ("COT", &[-300]),
    ("PET", &[-300]),
    ("ECT", &[-300, -240]),
    ("CST", &[-360, 480]),
    ("MDT", &[-360]),
    ("MST", &[-420, 480, 390]),
    ("PDT", &[-420]),
    ("PST", &[-480]),
    ("AKDT", &[-480]),
    ("AKST", &[-540]),
    ("HST", &[-600]),
];

/// As [`NAMES`], of clocks that are not a whole hour ahead, and of islands.
const MORE_NAMES: [(&str, &[i32]); 12] = [
    ("IST", &[330, 60, 120]),
    ("NPT", &[345]),
    ("ACST", &[570]),
    ("ACDT", &[630]),
    ("IRST", &[210]),
    ("IRDT", &[270]),
    ("AFT", &[270]),
    ("MMT", &[390]),
    ("NST", &[-210]),
    ("NDT", &[-150]),
    ("SST", &[-660, 480]),
    ("WST", &[480, 780]),
];

/// What an abbreviation means in a language whose speakers have a clock of that
/// name, where the source says no zone.
const BY_LANGUAGE: [(&str, &str, i32); 6] = [
    ("CST", "zh", 480),
    ("IST", "he", 120),
    ("IST", "ga", 60),
    ("BST", "bn", 360),
    ("AST", "ar", 180),
    ("AMT", "hy", 240),
];

/// What Australians call AEST and the others of their clocks, without the A. Alaska's AKST
/// is no Korean KST.
const AUSTRALIAN: [&str; 5] = ["EST", "EDT", "CST", "CDT", "WST"];

/// The zone that `name` stands for, whatever its case.
pub fn named(name: &str) -> Option<SaidZone> {
    let upper = name.to_uppercase();
    let place = |name: &str| Zone::named(name).map(SaidZone::Place);
    match upper.as_str() {
        "Z" | "UT" | "UTC" | "GMT" | "UCT" | "ZULU" => Some(SaidZone::Offset(0)),
        "ET" => place("America/New_York"),
        "CT" => place("America/Chicago"),
        "MT" => place("America/Denver"),
        "PT" => place("America/Los_Angeles"),
        "北京时间" | "北京時間" => Some(SaidZone::Offset(480)),
        "香港时间" | "香港時間" | "台北时间" | "台北時間" => Some(SaidZone::Offset(480)),
        "日本时间" | "日本時間" => Some(SaidZone::Offset(540)),
        _ if name.contains('/') => place(name),
        _ => {
            let all = NAMES.iter().chain(&MORE_NAMES);
            all.map(|(known, _)| *known).find(|known| *known == upper).map(SaidZone::Called)
        }
    }
}

/// The minutes ahead of UTC that the abbreviation `name` means about `at`.
///
/// What the source's own zone calls its clocks goes first; then the meaning that
/// fits a zone whose clocks have no names (Dhaka's BST); then the usual one.
pub fn meant(name: &str, at: Timestamp, known: &DateContext<'_>) -> Option<i32> {
    let meanings = NAMES.iter().chain(&MORE_NAMES).find(|(known, _)| *known == name)?.1;
    let clocks = known.timezone.clocks_about(at);
    // Under any of its names: "Etc/UTC", "Zulu".
    if clocks.iter().all(|(called, seconds)| *seconds == 0 && called == "UTC") {
        let by_language = BY_LANGUAGE.iter().find(|(called, language, _)| *called == name && known.speaks(language));
        return by_language.map(|(.., minutes)| *minutes).or_else(|| meanings.first().copied());
    }
    let minutes = |seconds: i32| seconds / 60;
    let australian = AUSTRALIAN.contains(&name).then(|| format!("A{name}"));
    let same = |called: &str| called.eq_ignore_ascii_case(name) || Some(called) == australian.as_deref();
    if let Some((_, seconds)) = clocks.iter().find(|(called, _)| same(called)) {
        return Some(minutes(*seconds));
    }
    // Hong Kong's clocks are China's.
    let nameless = clocks.iter().filter(|(called, _)| called.starts_with(['+', '-']) || called == "HKT");
    let fitting = nameless.map(|(_, seconds)| minutes(*seconds)).find(|minutes| meanings.contains(minutes));
    fitting.or_else(|| meanings.first().copied())
}

/// The offset `[hh]:[mm]`, `hhmm`, `hh` or `h` of `digits`, in minutes.
pub fn offset(digits: &str) -> Option<i32> {
    let (hours, minutes) = match digits.split_once(':') {
        Some(parts) => parts,
        None if digits.len() <= 2 => (digits, "0"),
        None => digits.split_at_checked(digits.len() - 2)?,
    };
    if !(1..=2).contains(&hours.len()) || !(1..=2).contains(&minutes.len()) {
        return None;
    }
    let number = |digits: &str| super::figures::number(digits.as_bytes());
    let (hours, minutes) = (number(hours)?, number(minutes)?);
    let fits = hours <= 15 && minutes <= 59;
    fits.then(|| i32::try_from(hours * 60 + minutes).ok())?
}
