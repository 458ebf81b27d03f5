//! Words that stand beside names of places: prepositions, offices, kinds of places.
//!
//! All are folded. What stands before a name ends in the word itself, what stands after
//! begins with it.

/// Prepositions of places, by language. Those that stand before other words as often
/// ("from", "of", "de", "a") are left out.
const PREPOSITIONS: [(&str, &[&str]); 11] = [
    ("en", &["in", "at", "near", "outside", "visiting", "visited"]),
    ("de", &["in", "nach", "aus", "bei"]),
    ("fr", &["a"]),
    ("es", &["en"]),
    ("it", &["a", "ad"]),
    ("pt", &["em"]),
    ("ru", &["в", "во", "под", "из", "близ"]),
    ("ar", &["في", "الى", "إلى", "من"]),
    ("nl", &["in", "te"]),
    ("pl", &["w", "we", "z"]),
    ("uk", &["в", "у", "з"]),
];

/// Offices and kinds of places that stand before the name, in any language.
const BEFORE: &[&str] = &[
    "mayor of",
    "mayors of",
    "city of",
    "town of",
    "cities of",
    "port of",
    "borough of",
    "municipality of",
    "county of",
    "state of",
    "province of",
    "prefecture of",
    "governor of",
    "consulate in",
    "capital",
    "capital of",
    "suburb of",
    "village of",
    "bishop of",
    "university of",
    "residents of",
    "people of",
    "streets of",
    "outskirts of",
    "north of",
    "south of",
    "east of",
    "west of",
    "centre of",
    "center of",
    "maire de",
    "ville de",
    "mairie de",
    "commune de",
    "prefet de",
    "metropole de",
    "agglomeration de",
    "port de",
    "alcalde de",
    "alcaldesa de",
    "ciudad de",
    "ayuntamiento de",
    "municipio de",
    "puerto de",
    "provincia de",
    "sindaco di",
    "sindaca di",
    "citta di",
    "comune di",
    "porto di",
    "prefeito de",
    "prefeita de",
    "cidade de",
    "camara de",
    "camara municipal de",
    "prefeitura de",
    "municipio de",
    "burgermeister von",
    "burgermeisterin von",
    "oberburgermeister von",
    "stadt",
    "stadten",
    "landeshauptstadt",
    "stadtrat",
    "hauptstadt",
    "partnerstadt",
    "hafenstadt",
    "universitat",
    "flughafen",
    "raum",
    "мэр",
    "мэра",
    "мэру",
    "мэром",
    "город",
    "города",
    "городе",
    "городу",
    "городом",
    "мэрия",
    "мэрии",
    "администрация",
    "администрации",
    "г.",
    "глава",
    "столица",
    "столице",
    "порт",
    "مدينة",
    "عمدة",
    "بلدية",
    "محافظ",
    "محافظة",
    "ميناء",
    "عاصمة",
    "العاصمة",
];

/// The same after the name, in scripts with word borders.
const AFTER: &[&str] = &[
    "mayor",
    "city council",
    "city hall",
    "city government",
    "county",
    "airport",
    "'s mayor",
    "'s city council",
    "'s city hall",
    "borough",
    "township",
    "prefecture",
    "province",
    "residents",
    "municipal",
];

/// The same after the name in Han, kana and Hangul.
const SUFFIXES: &[&str] = &[
    "市", "县", "県", "區", "区", "州", "省", "镇", "町", "村", "府", "都", "盟", "港", "地区", "機場", "机场", "시",
    "군", "구", "도", "항", "공항",
];

/// Words between a name and the country or region that stands before it: "the Chinese city of Shenyang".
const BETWEEN: &[&str] = &[
    "",
    " ",
    "の",
    "的",
    "省",
    "市",
    "国",
    "州",
    "・",
    "、",
    " city of ",
    " city ",
    " town of ",
    " port city of ",
    " port of ",
    " capital ",
    " capital city ",
    " province of ",
    "'s ",
    "'s city of ",
    "'s capital ",
    " stadt ",
    " grossstadt ",
    " hauptstadt ",
    " metropole ",
    " hafenstadt ",
    " город ",
    " города ",
    " городе ",
    " городом ",
    " городу ",
];

/// Whether a preposition of places in this language (any, if unknown) is `word`.
pub(super) fn is_preposition(word: &str, language: Option<&str>) -> bool {
    let speaks = |known: &str| language.map_or(known != "fr" && known != "it", |language| language == known);
    PREPOSITIONS.iter().any(|(known, words)| speaks(known) && words.contains(&word))
}

/// Whether an office or kind of place stands directly before what follows `before`.
pub(super) fn ends_in_office(before: &str) -> bool {
    let before = before.trim_end_matches([' ', '"', '«', '„', '“']);
    // "maire d'Angers": the article lost its vowel.
    let whole = before.strip_suffix("d'").map(|rest| format!("{rest}de"));
    let before = whole.as_deref().unwrap_or(before);
    let is_whole = |cue: &&&str| {
        let rest = &before[..before.len() - cue.len()];
        !rest.chars().next_back().is_some_and(crate::text::script::has_border)
    };
    BEFORE.iter().filter(|cue| before.ends_with(**cue)).any(|cue| is_whole(&cue))
}

/// What joins names of places in a list, in scripts where a capital tells them.
const JOINS: &[&str] = &[" and ", " & ", " und ", " et ", " y ", " e ", " ed ", " и ", " en ", " i ", "/"];

/// Whether names on both sides of `between` stand in one list.
pub(super) fn joins(between: &str) -> bool {
    JOINS.contains(&between)
}

/// Whether an office or kind of place stands directly after a name.
pub(super) fn begins_with_office(after: &str) -> bool {
    if SUFFIXES.iter().any(|cue| after.starts_with(cue)) {
        return true;
    }
    let after = after.strip_prefix(' ').unwrap_or(after);
    AFTER
        .iter()
        .filter_map(|cue| after.strip_prefix(cue))
        .any(|rest| !rest.starts_with(crate::text::script::has_border))
}

/// Whether `between` may stand between a country or region and a place in it that follows.
pub(super) fn leads_on(between: &str) -> bool {
    BETWEEN.contains(&between)
}

/// Whether `between` may stand between a place and the country or region after it.
pub(super) fn encloses(between: &str) -> bool {
    matches!(between, ", " | "," | " , " | " (" | "(" | "（" | "、" | ", in " | " in " | "، " | " ، ")
}

/// What may cling to a name in Hangul: particles, kinds of places, offices.
pub(super) const CLINGING: &[&str] = &[
    "에", "의", "은", "는", "이", "가", "을", "를", "과", "와", "로", "으로", "도", "만", "까지", "부터", "발", "시",
    "군", "구", "성", "주", "현", "측", "인", "계", "산", "행", "내", "등", "및", "간", "대", "정부", "총", "항",
    "공항", "지역", "당국", "국", "출신", "한", "식", "어", "제", "북", "남", "동", "서", "보다", "처럼", "이나", "나",
    "라", "뿐", "외교", "대사", "여행", "관광", "기업", "경제", "증시",
];

/// "Accredited to": these are followed by any word.
pub(super) const POSTS: &[&str] = &["주한", "주중", "주일", "주미"];

/// What may stand before a country's name in Hangul without a space.
pub(super) const LEADING: [char; 7] = ['주', '대', '재', '방', '반', '친', '탈'];
