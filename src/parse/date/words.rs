//! The words of dates: months and weekdays in the languages of the wires,
//! names of zones.

/// The month, 1 to 12, that `word` (lower case, without a final stop) names.
///
/// English may be cut anywhere after three letters; other languages are listed
/// by the beginnings that tell their months apart.
pub fn month(word: &str) -> Option<u32> {
    const STEMS: [(u32, &[&str]); 12] = [
        (
            1,
            &[
                "jan",
                "jän",
                "ene",
                "gen",
                "янв",
                "sty",
                "ιαν",
                "يناير",
                "जनवरी",
                "ม.ค",
                "led",
                "siječ",
                "oca",
                "ianu",
                "січ",
            ],
        ),
        (
            2,
            &["feb", "fév", "fev", "фев", "lut", "φεβ", "فبراير", "फ़रवरी", "ก.พ", "únor", "unor", "velj", "şub", "лют"],
        ),
        (
            3,
            &[
                "mar",
                "mär",
                "maa",
                "mrz",
                "мар",
                "mrt",
                "μάρ",
                "μαρ",
                "مارس",
                "मार्च",
                "มี.ค",
                "březen",
                "břez",
                "ožuj",
                "már",
                "бер",
            ],
        ),
        (
            4,
            &[
                "apr",
                "avr",
                "abr",
                "апр",
                "kwi",
                "απρ",
                "أبريل",
                "ابريل",
                "अप्रैल",
                "เม.ย",
                "dub",
                "trav",
                "nis",
                "ápr",
                "квіт",
                "кві",
            ],
        ),
        (
            5,
            &[
                "may", "mai", "mag", "мая", "май", "maj", "mei", "μάι", "μαϊ", "μαΐ", "مايو", "मई", "พ.ค", "květ",
                "svib", "máj", "трав",
            ],
        ),
        (6, &["jun", "juin", "giu", "июн", "cze", "ιούν", "ιουν", "يونيو", "जून", "มิ.ย", "červn", "haz", "jún", "черв"]),
        (
            7,
            &[
                "jul",
                "juil",
                "lug",
                "июл",
                "lip",
                "ιούλ",
                "ιουλ",
                "يوليو",
                "जुलाई",
                "ก.ค",
                "červenc",
                "tem",
                "júl",
                "лип",
            ],
        ),
        (8, &["aug", "aoû", "aou", "ago", "авг", "sie", "αύγ", "αυγ", "أغسطس", "اغسطس", "अगस्त", "ส.ค", "ağu", "серп"]),
        (9, &["sep", "set", "сен", "wrz", "σεπ", "سبتمبر", "सितम्बर", "ก.ย", "září", "zář", "eyl", "szept", "вер"]),
        (
            10,
            &[
                "oct",
                "okt",
                "ott",
                "out",
                "окт",
                "paź",
                "paz",
                "οκτ",
                "أكتوبر",
                "اكتوبر",
                "अक्टूबर",
                "ต.ค",
                "říj",
                "eki",
                "жовт",
            ],
        ),
        (11, &["nov", "ноя", "lis", "νοέ", "νοε", "نوفمبر", "नवम्बर", "พ.ย", "kas", "лист"]),
        (12, &["dec", "déc", "dez", "dic", "дек", "gru", "δεκ", "ديسمبر", "दिसम्बर", "ธ.ค", "pros", "ara", "груд"]),
    ];
    let month = STEMS.iter().find(|(_, stems)| stems.iter().any(|stem| word.starts_with(stem)))?.0;
    // "march" begins as "mardi" and "martes" do, "set" as "setting" does.
    let foreign = matches!(word, "mardi" | "martes" | "martedì" | "martedi" | "marți" | "maandag" | "sette");
    (word.chars().count() <= 14 && !foreign).then_some(month)
}

/// Whether `word` (lower case, without a final stop) can be the day of a week.
/// Days are never checked against their date: too many templates get them wrong.
pub fn is_weekday(word: &str) -> bool {
    const STEMS: [&str; 62] = [
        "mon",
        "tue",
        "wed",
        "thu",
        "fri",
        "sat",
        "sun", // en
        "lun",
        "mar",
        "mer",
        "jeu",
        "ven",
        "sam",
        "dim", // fr
        "mié",
        "mie",
        "jue",
        "vie",
        "sáb",
        "sab",
        "dom", // es
        "gio",
        "seg",
        "ter",
        "qua",
        "qui",
        "sex", // it, pt
        "montag",
        "dienstag",
        "mittwoch",
        "donnerstag",
        "freitag",
        "samstag",
        "sonntag",
        "maan",
        "din",
        "woe",
        "don",
        "vri",
        "zat",
        "zon",
        "пн",
        "вт",
        "ср",
        "чт",
        "пт",
        "сб",
        "вс",
        "пон",
        "вто",
        "сре",
        "чет",
        "пят",
        "суб",
        "вос",
        "κυρ",
        "δευ",
        "τρί",
        "τετ",
        "πέμ",
        "παρ",
        "σάβ",
    ];
    const WHOLE: [&str; 46] = [
        "mo",
        "di",
        "mi",
        "do",
        "fr",
        "sa",
        "so",
        "lu",
        "ma",
        "me",
        "je",
        "ve",
        "wo",
        "vr",
        "za",
        "zo",
        "pon",
        "wt",
        "śr",
        "czw",
        "pt",
        "sob",
        "nie",
        "ndz",
        "wto",
        "śro",
        "pią",
        "niedz",
        "poniedziałek",
        "wtorek",
        "środa",
        "czwartek",
        "piątek",
        "sobota",
        "niedziela",
        "พฤ",
        "อา",
        "จ",
        "อ",
        "พ",
        "ศ",
        "ส",
        "الخميس",
        "الجمعة",
        "الأحد",
        "السبت",
    ];
    WHOLE.contains(&word) || STEMS.iter().any(|stem| word.starts_with(stem)) || word.starts_with("ال")
}

/// Words that say nothing.
pub fn is_filler(word: &str) -> bool {
    matches!(
        word,
        "at" | "de"
            | "del"
            | "of"
            | "um"
            | "uhr"
            | "on"
            | "the"
            | "à"
            | "le"
            | "г"
            | "года"
            | "в"
            | "om"
            | "alle"
            | "às"
            | "ore"
            | "den"
            | "am"
            | "r"
    )
}

/// What the name of a zone means.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Zone {
    /// Minutes east of Greenwich.
    Fixed(i32),
    /// A place with its own rules.
    Place(chrono_tz::Tz),
}

/// The zone that `name` stands for. Where a name is used by several, the one
/// news feeds mean: BST is British, CST American, IST Indian.
pub fn zone(name: &str) -> Option<Zone> {
    let upper = name.to_uppercase();
    let hours = match upper.as_str() {
        "Z" | "UT" | "UTC" | "GMT" | "WET" | "UCT" | "ZULU" => 0,
        "CET" | "MET" | "MEZ" | "BST" | "WEST" | "WAT" | "MEWT" => 1,
        "CEST" | "MEST" | "MESZ" | "EET" | "SAST" | "CAT" => 2,
        "EEST" | "MSK" | "EAT" | "TRT" => 3,
        "MSD" | "GST" | "SAMT" => 4,
        "PKT" | "YEKT" | "UZT" => 5,
        "OMST" | "ALMT" => 6,
        "ICT" | "WIB" | "NOVT" | "KRAT" => 7,
        "HKT" | "SGT" | "AWST" | "PHT" | "WITA" | "MYT" | "北京时间" | "ULAT" => 8,
        "JST" | "KST" | "WIT" | "日本时间" => 9,
        "AEST" | "VLAT" => 10,
        "AEDT" | "MAGT" => 11,
        "NZST" | "PETT" => 12,
        "NZDT" => 13,
        "AZOT" | "CVT" => -1,
        "BRST" => -2,
        "BRT" | "ART" | "ADT" | "CLST" | "UYT" | "GFT" => -3,
        "AST" | "AT" | "EDT" | "CLT" | "VET" | "BOT" => -4,
        "EST" | "CDT" | "COT" | "PET" | "ECT" => -5,
        "CST" | "MDT" => -6,
        "MST" | "PDT" => -7,
        "PST" | "AKDT" => -8,
        "AKST" => -9,
        "HST" => -10,
        "IST" => return Some(Zone::Fixed(330)),
        "NPT" => return Some(Zone::Fixed(345)),
        "ACST" => return Some(Zone::Fixed(570)),
        "ACDT" => return Some(Zone::Fixed(630)),
        "IRST" => return Some(Zone::Fixed(210)),
        "MMT" => return Some(Zone::Fixed(390)),
        "NST" => return Some(Zone::Fixed(-210)),
        "NDT" => return Some(Zone::Fixed(-150)),
        "ET" => return Some(Zone::Place(chrono_tz::America::New_York)),
        "CT" => return Some(Zone::Place(chrono_tz::America::Chicago)),
        "MT" => return Some(Zone::Place(chrono_tz::America::Denver)),
        "PT" => return Some(Zone::Place(chrono_tz::America::Los_Angeles)),
        _ if name.contains('/') => return spelled(&upper).parse().ok().map(Zone::Place),
        _ => return None,
    };
    Some(Zone::Fixed(hours * 60))
}

/// A place as the zone database spells it: `AMERICA/LOS_ANGELES` as
/// `America/Los_Angeles`.
fn spelled(upper: &str) -> String {
    let mut out = String::with_capacity(upper.len());
    let mut in_word = false;
    for c in upper.chars() {
        if in_word {
            out.extend(c.to_lowercase())
        } else {
            out.push(c)
        }
        in_word = c.is_alphabetic();
    }
    out.replace("/Gmt", "/GMT").replace("/Utc", "/UTC")
}
