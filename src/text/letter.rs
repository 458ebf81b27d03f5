//! Folds one character, with the marks that follow it.

use unicode_normalization::char::{canonical_combining_class, decompose_canonical};
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfkc_quick};

use super::han;

/// The form in which letters are compared.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum LetterForm {
    /// Without case and diacritics.
    Folded,
    /// With both, for `=` terms.
    AsWritten,
}

/// À to ÿ, folded; `?` where it takes more than a character.
const LATIN_1: &[u8; 64] = b"aaaaaa?ceeeeiiiidnooooo?ouuuuy??aaaaaa?ceeeeiiiidnooooo?ouuuuy?y";

/// The folded form of `c` if it is a single character in any context; otherwise `None`, and
/// [`cluster`] folds it the long way.
pub(super) fn simple(c: char) -> Option<char> {
    let code = u32::from(c);
    let folded = match code {
        0xC0..=0xFF => match LATIN_1[(code - 0xC0) as usize] {
            b'?' => return None,
            plain => u32::from(plain),
        },
        0x03B1..=0x03C1 | 0x03C3..=0x03C9 => code,
        0x0391..=0x03A1 | 0x03A3..=0x03A9 => code + 32,
        0x0430..=0x044F => code,
        0x0410..=0x042F => code + 32,
        0x0401 | 0x0451 => 0x0435,
        0x0402..=0x040F => code + 80,
        0x0452..=0x045F => code,
        0x4E00..=0x9FFF => return Some(han::simplified(c)),
        0x3041..=0x3096 | 0x30A1..=0x30FE | 0xAC00..=0xD7A3 => code,
        0x3000 => u32::from(' '),
        0x3001..=0x3003 | 0x3005..=0x3029 => code,
        0x2010..=0x2015 => u32::from(' '),
        0x2018 | 0x2019 => u32::from('\''),
        0x201C..=0x201E => code,
        _ => return None,
    };
    char::from_u32(folded)
}

/// Whether `c` may change the character before it.
pub(super) fn joins(c: char) -> bool {
    let code = u32::from(c);
    if code < 0x300 {
        return code == 0xAD;
    }
    if matches!(code, 0x0400..=0x0482 | 0x3000..=0x3029 | 0x4E00..=0x9FFF | 0xAC00..=0xD7A3) {
        return false;
    }
    matches!(code, 0xFF9E | 0xFF9F)
        || canonical_combining_class(c) != 0
        || is_nfkc_quick(std::iter::once(c)) == IsNormalized::Maybe
        || is_ignored(c)
}

/// Appends the folded form of one character and its marks to `out`.
///
/// The result of folding may need folding again (a ligature of letters with accents), so it
/// is repeated until nothing changes: that makes it idempotent.
pub(super) fn cluster(text: &str, form: LetterForm, out: &mut String) {
    let mut now = pass(text, form);
    loop {
        let next = pass(&now, form);
        if next == now {
            break;
        }
        now = next;
    }
    out.push_str(&now);
}

fn pass(text: &str, form: LetterForm) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars().flat_map(apart).nfkc() {
        match (mend(c), form) {
            (None, _) => {}
            (Some(c), LetterForm::AsWritten) => out.push(c),
            (Some(c), LetterForm::Folded) => c.to_lowercase().for_each(|c| bare(c, &mut out)),
        }
    }
    out
}

/// A sign that NFKC makes letters or digits of, kept from the words beside it: marks of trade
/// say nothing, and notes and numbers in circles are words of their own.
fn apart(c: char) -> impl Iterator<Item = char> {
    let is_number = matches!(u32::from(c),
        0x00B2 | 0x00B3 | 0x00B9 | 0x2070 | 0x2074..=0x2079 | 0x2460..=0x24EA | 0x3251..=0x325F | 0x32B1..=0x32BF
        | 0x1F100..=0x1F10A | 0x1F110..=0x1F149)
        && is_nfkc_quick(std::iter::once(c)) != IsNormalized::Yes;
    let is_trade = matches!(c, '\u{00AE}' | '\u{2120}' | '\u{2122}');
    let beside = (is_number || is_trade).then_some(' ');
    let own = Some(c).filter(|_| !is_trade);
    [beside, own, beside.filter(|_| is_number)].into_iter().flatten()
}

/// The part common to both forms: white space and hyphens become spaces, apostrophes
/// straight, Han simplified, and invisible characters are dropped.
fn mend(c: char) -> Option<char> {
    match c {
        '\u{2018}' | '\u{2019}' | '\u{201B}' | '\u{02BC}' | '\u{FF07}' => Some('\''),
        '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{2E3A}' | '\u{2E3B}' | '\u{05BE}' => Some(' '),
        _ if is_ignored(c) => None,
        _ if c.is_whitespace() || c.is_control() => Some(' '),
        _ => Some(han::simplified(c)),
    }
}

/// Soft hyphens, joiners, direction marks, variation selectors, the stroke that makes Arabic
/// words longer.
pub(super) fn is_ignored(c: char) -> bool {
    matches!(u32::from(c),
        0x00AD | 0x0640 | 0x034F | 0x061C | 0x180E | 0x200B..=0x200F | 0x202A..=0x202E | 0x2060..=0x206F
        | 0xFE00..=0xFE0F | 0xFEFF | 0xE0000..=0xE0FFF)
}

/// Marks that most texts leave out. Combining Diacritical Marks: what is left of them after
/// composition sits on Latin, Greek, or as a stress mark on Cyrillic. The vowels of Hebrew;
/// the vowels, doubling and recitation marks of Arabic (a hamza on its letter is composed).
fn is_diacritic(c: char) -> bool {
    matches!(u32::from(c),
        0x0300..=0x036F
        | 0x0591..=0x05BD | 0x05BF | 0x05C1 | 0x05C2 | 0x05C4 | 0x05C5 | 0x05C7
        | 0x0610..=0x061A | 0x064B..=0x065F | 0x0670 | 0x06D6..=0x06DC | 0x06DF..=0x06E4 | 0x06E7 | 0x06E8
        | 0x06EA..=0x06ED | 0x08D3..=0x08E1 | 0x08E3..=0x08FF)
}

/// Appends a lower-case character without its diacritics.
fn bare(c: char, out: &mut String) {
    match c {
        _ if is_diacritic(c) => {}
        'ß' => out.push_str("ss"),
        'æ' => out.push_str("ae"),
        'œ' => out.push_str("oe"),
        'þ' => out.push_str("th"),
        'ς' => out.push('σ'),
        'ё' => out.push('е'),
        'ø' => out.push('o'),
        'ł' => out.push('l'),
        'đ' | 'ð' => out.push('d'),
        'ħ' => out.push('h'),
        'ŧ' => out.push('t'),
        'ı' => out.push('i'),
        _ if is_latin_or_greek(c) => decompose_canonical(c, |part| {
            if !is_diacritic(part) {
                out.push(part);
            }
        }),
        _ => out.push(c),
    }
}

fn is_latin_or_greek(c: char) -> bool {
    matches!(u32::from(c),
        0x00C0..=0x024F | 0x0370..=0x03FF | 0x1E00..=0x1FFF | 0x2C60..=0x2C7F | 0xA720..=0xA7FF)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_short_way_agrees_with_the_long_one() {
        for c in ('\u{80}'..=char::MAX).filter(|c| simple(*c).is_some()) {
            let mut long = String::new();
            cluster(c.encode_utf8(&mut [0; 4]), LetterForm::Folded, &mut long);
            assert_eq!(simple(c).map(String::from), Some(long), "{c:?}");
        }
    }
}
