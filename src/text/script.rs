//! Scripts, as far as word borders depend on them.
//!
//! UAX #29 does more than is needed here: filters ask only whether a word ends between two
//! characters.

use unicode_normalization::char::{canonical_combining_class, is_combining_mark};

use super::letter::is_ignored;

/// Whether `c` is part of a word: letters, digits and the marks on them.
pub fn is_word(c: char) -> bool {
    match u32::from(c) {
        0..=0x7F => c.is_ascii_alphanumeric(),
        // Most texts consist of these; no table is needed for them.
        0xD8..=0xF6 | 0xF8..=0x24F | 0x3B1..=0x3C9 | 0x410..=0x44F | 0x4E00..=0x9FFF | 0xAC00..=0xD7A3 => true,
        // Numbers and letters in black circles.
        0x24EB..=0x24FF | 0x2776..=0x2793 | 0x1F10B..=0x1F10C | 0x1F150..=0x1F169 => false,
        _ => is_unspaced(c) || c.is_alphanumeric() || canonical_combining_class(c) != 0,
    }
}

/// Whether `c` belongs to a script written without word borders that could be
/// relied on: Han, kana, bopomofo, Hangul (whose particles cling to words),
/// Thai, Lao, Khmer, Burmese.
pub fn is_unspaced(c: char) -> bool {
    let code = u32::from(c);
    if code < 0x0E01 || matches!(code, 0x2000..=0x2FFF) {
        return false;
    }
    if matches!(code, 0x4E00..=0x9FFF) {
        return true;
    }
    matches!(code,
        0x0E01..=0x0E3A | 0x0E40..=0x0E4E           // Thai
        | 0x0E81..=0x0ECE | 0x0EDC..=0x0EDF         // Lao
        | 0x1000..=0x103F | 0x1050..=0x108F         // Burmese
        | 0x1100..=0x11FF | 0xA960..=0xA97C | 0x3131..=0x318E | 0xAC00..=0xD7FB // Hangul
        | 0x1780..=0x17D3                           // Khmer
        | 0x3005..=0x3007 | 0x3021..=0x3029 | 0x3038..=0x303B
        | 0x3400..=0x4DBF | 0x4E00..=0x9FFF | 0xF900..=0xFAFF | 0x20000..=0x3FFFF // Han
        | 0x3041..=0x309A | 0x309D..=0x309F | 0x30A1..=0x30FA | 0x30FC..=0x30FF
        | 0x31F0..=0x31FF | 0xFF66..=0xFF9F         // kana
        | 0x3105..=0x312F | 0x31A0..=0x31BF) // bopomofo
}

/// Whether people count `c` as a character: no mark on the one before, and not invisible.
pub fn is_counted(c: char) -> bool {
    c.is_ascii() || !is_combining_mark(c) && !is_ignored(c)
}

/// Whether word borders count beside `c`.
pub fn has_border(c: char) -> bool {
    is_word(c) && !is_unspaced(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_are_counted_as_people_do_b353() {
        let count = |text: &str| text.chars().filter(|c| is_counted(*c)).count();
        assert_eq!(count("mayor"), 5);
        assert_eq!(count("cafe\u{301} \u{200B}é"), 6);
        assert_eq!(count("沈阳市"), 3);
        assert_eq!(count("مُدَرِّس"), 4);
        assert_eq!(count("พี่น้อง"), 4);
    }

    #[test]
    fn scripts_with_and_without_borders() {
        for c in ['a', 'Z', '7', 'é', 'ж', 'α', 'ש', 'ب', 'अ', 'ł'] {
            assert!(has_border(c), "{c}");
        }
        for c in ['市', '々', 'の', 'ー', 'ｶ', '시', 'ก', '่', 'ᄀ'] {
            assert!(is_unspaced(c) && is_word(c) && !has_border(c), "{c}");
        }
        for c in [' ', '-', '.', '\'', '。', '・', '（', '_', '€'] {
            assert!(!is_word(c), "{c}");
        }
    }
}
