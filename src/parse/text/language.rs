//! Language tags as documents write them.

use crate::limits::LANGUAGE;

/// Names that stand where a tag should, and the tags.
const NAMES: [(&str, &str); 26] = [
    ("english", "en"),
    ("german", "de"),
    ("deutsch", "de"),
    ("french", "fr"),
    ("français", "fr"),
    ("francais", "fr"),
    ("spanish", "es"),
    ("español", "es"),
    ("italian", "it"),
    ("italiano", "it"),
    ("portuguese", "pt"),
    ("português", "pt"),
    ("dutch", "nl"),
    ("nederlands", "nl"),
    ("russian", "ru"),
    ("русский", "ru"),
    ("chinese", "zh"),
    ("中文", "zh"),
    ("简体中文", "zh-Hans"),
    ("繁體中文", "zh-Hant"),
    ("japanese", "ja"),
    ("日本語", "ja"),
    ("korean", "ko"),
    ("한국어", "ko"),
    ("arabic", "ar"),
    ("العربية", "ar"),
];

/// `written` as a tag (RFC 5646): `zh_CN`, `de_DE.UTF-8@euro` and `en-us, en` are
/// tags once what is around them is gone, and names of languages have one. `None`
/// for what is none.
pub fn tag(written: &str) -> Option<String> {
    let written = written.trim();
    if written.len() > LANGUAGE.count() {
        return None;
    }
    let lower = written.to_lowercase();
    if let Some((_, tag)) = NAMES.iter().find(|(name, _)| *name == lower) {
        return Some((*tag).to_owned());
    }
    let first = written.split([',', ';', '.', '@', ' ', '|']).next().unwrap_or(written);
    let tag: String = first.chars().map(|c| if matches!(c, '_' | '\u{2010}'..='\u{2013}') { '-' } else { c }).collect();
    let tag = tag.trim_matches('-');
    let mut parts = tag.split('-');
    // Two or three letters, `i` and `x`; four and more are no language yet.
    let language =
        parts.next().filter(|part| matches!(part.len(), 1..=3) && part.bytes().all(|b| b.is_ascii_alphabetic()))?;
    let sound = parts.all(|part| matches!(part.len(), 1..=8) && part.bytes().all(|b| b.is_ascii_alphanumeric()));
    let alone = tag.len() == language.len();
    (sound && (language.len() > 1 || !alone)).then(|| tag.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// O12.
    #[test]
    fn tags_are_made_out_of_what_stands_for_them() {
        let check = |written: &str, expected: Option<&str>| assert_eq!(tag(written).as_deref(), expected, "{written}");
        check("zh_CN", Some("zh-CN"));
        check("zh_Hant_TW", Some("zh-Hant-TW"));
        check("de_DE.UTF-8@euro", Some("de-DE"));
        check("pt-BR", Some("pt-BR"));
        check(" en-us, en ", Some("en-us"));
        check("en_", Some("en"));
        check("English", Some("en"));
        check("简体中文", Some("zh-Hans"));
        check("x-klingon", Some("x-klingon"));
        check("de\u{2013}AT", Some("de-AT"));
        for none in ["", "N/A", "C", "POSIX", "en-", "neutral", "123", "zh CN?"] {
            check(none, none.strip_suffix('-').or(none.strip_suffix(" CN?")));
        }
    }
}
