//! Which encoding bytes fit, where labels are silent or cannot be right (B44).
//!
//! Any bytes at all are windows-1252, so a label that says so tells nothing.
//! What has several bytes a character tells much: bytes of another kind are
//! full of errors in it, and letters that come out of it by chance stand alone
//! among ASCII, while those of a language stand side by side.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{
    DecoderResult, Encoding, IBM866, ISO_2022_JP, ISO_8859_5, ISO_8859_6, ISO_8859_7, ISO_8859_8, ISO_8859_8_I, KOI8_R,
    KOI8_U, UTF_8, WINDOWS_874, WINDOWS_1251, WINDOWS_1252, WINDOWS_1253, WINDOWS_1255, WINDOWS_1256, X_MAC_CYRILLIC,
};

/// How much of a document detection looks at.
const SAMPLE_BYTES: usize = 256 * 1024;

/// How many bad runs make a document that calls itself UTF-8 look like another encoding.
const MANY_BAD_RUNS: usize = 20;

/// How many wide letters outweigh a label that says Latin letters; names have two.
const LEAST_WIDE: usize = 2;

/// How many outweigh a label of another script, whose words by chance look
/// like some.
const LEAST_WIDE_OVER_OTHERS: usize = 16;

/// How many letters of one byte outweigh a label that says Latin letters.
const LEAST_NARROW: usize = 8;

/// One-byte encodings of scripts other than Latin.
const NOT_LATIN: [&Encoding; 14] = [
    IBM866,
    ISO_8859_5,
    ISO_8859_6,
    ISO_8859_7,
    ISO_8859_8,
    ISO_8859_8_I,
    KOI8_R,
    KOI8_U,
    WINDOWS_874,
    WINDOWS_1251,
    WINDOWS_1253,
    WINDOWS_1255,
    WINDOWS_1256,
    X_MAC_CYRILLIC,
];

/// The encoding that `bytes` look like; they are not UTF-8.
pub fn detect(bytes: &[u8]) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    detector.feed(&bytes[..bytes.len().min(SAMPLE_BYTES)], bytes.len() <= SAMPLE_BYTES);
    detector.guess(None, Utf8Detection::Deny)
}

/// The encoding that `bytes` fit, which are not UTF-8: `first` says the label
/// that counts, `second` another one that disagrees with it.
pub fn fitting(bytes: &[u8], first: &'static Encoding, second: Option<&'static Encoding>) -> &'static Encoding {
    if let Some(found) = escapes(bytes) {
        return found;
    }
    match first {
        _ if first == UTF_8 => under_utf8(bytes, second).unwrap_or(first),
        _ if first.is_single_byte() => under_narrow(bytes, first, second).unwrap_or(first),
        _ => under_wide(bytes, first, second).unwrap_or(first),
    }
}

/// ISO-2022-JP, by its escapes: no text of any other encoding has them.
pub fn escapes(bytes: &[u8]) -> Option<&'static Encoding> {
    let escape = memchr::memchr(0x1b, bytes)?;
    (bytes[escape + 1..].starts_with(b"$") && wide_letters(bytes, ISO_2022_JP)? > 0).then_some(ISO_2022_JP)
}

/// What bytes are that say they are UTF-8: stray bytes among UTF-8 stay what
/// they are (B47), and so does text that tells little.
fn under_utf8(bytes: &[u8], second: Option<&'static Encoding>) -> Option<&'static Encoding> {
    let (mut bad, mut good) = (0_usize, 0_usize);
    for run in bytes.split(u8::is_ascii).filter(|run| !run.is_empty()) {
        let valid: usize = run.utf8_chunks().map(|chunk| chunk.valid().len()).sum();
        bad += run.utf8_chunks().filter(|chunk| !chunk.invalid().is_empty()).count();
        // A character or two of UTF-8 come out of other text by chance.
        good += if valid * 2 > run.len() { valid } else { 0 };
    }
    if bad <= good {
        return None;
    }
    let declared = second.filter(|e| e.is_single_byte() || wide_letters(bytes, e).is_some());
    declared.or_else(|| {
        let guess = detect(bytes);
        let found = match guess.is_single_byte() {
            true => NOT_LATIN.contains(&guess) && is_in_runs(bytes),
            false => wide_letters(bytes, guess).is_some_and(|letters| letters >= LEAST_WIDE),
        };
        (found || bad >= MANY_BAD_RUNS).then_some(guess)
    })
}

/// What bytes are whose label names an encoding of one byte a character.
fn under_narrow(
    bytes: &[u8],
    first: &'static Encoding,
    second: Option<&'static Encoding>,
) -> Option<&'static Encoding> {
    let latin = !NOT_LATIN.contains(&first);
    match second {
        Some(second)
            if !second.is_single_byte() && (wide_letters(bytes, second).is_some() || second == detect(bytes)) =>
        {
            return Some(second);
        }
        // A server's default against somebody's word.
        Some(second) if second.is_single_byte() && first == WINDOWS_1252 && detect(bytes) != first => {
            return Some(second);
        }
        _ => {}
    }
    if !is_dense(bytes) {
        return None;
    }
    let guess = detect(bytes);
    let least = if latin { LEAST_WIDE } else { LEAST_WIDE_OVER_OTHERS };
    let found = match guess.is_single_byte() {
        true => latin && NOT_LATIN.contains(&guess) && is_in_runs(bytes),
        false => wide_letters(bytes, guess).is_some_and(|letters| letters >= least),
    };
    found.then_some(guess)
}

/// What bytes are that are full of errors in the encoding they name.
fn under_wide(bytes: &[u8], first: &'static Encoding, second: Option<&'static Encoding>) -> Option<&'static Encoding> {
    if decoded(bytes, first).is_some() {
        return None;
    }
    let declared = second.filter(|e| wide_letters(bytes, e).is_some());
    declared.or_else(|| Some(detect(bytes)).filter(|e| !e.is_single_byte() && wide_letters(bytes, e).is_some()))
}

/// Whether bytes beyond ASCII stand together: within two bytes of the one
/// before, for most of them. In Latin text they are far apart.
fn is_dense(bytes: &[u8]) -> bool {
    let (mut near, mut all, mut last) = (0_usize, 0_usize, None);
    for (at, _) in bytes[..bytes.len().min(SAMPLE_BYTES)].iter().enumerate().filter(|(_, b)| !b.is_ascii()) {
        near += usize::from(last.is_some_and(|last| at - last <= 2));
        all += 1;
        last = Some(at);
    }
    near * 2 >= all && all > 1
}

/// Whether bytes beyond ASCII make up words, as in alphabets other than Latin.
fn is_in_runs(bytes: &[u8]) -> bool {
    let runs = bytes[..bytes.len().min(SAMPLE_BYTES)].split(u8::is_ascii).map(<[u8]>::len);
    let (words, all) = runs.fold((0, 0), |(words, all), run| (words + if run >= 3 { run } else { 0 }, all + run));
    words * 2 > all && words >= LEAST_NARROW
}

/// How many letters of Han, kana and Hangul there are in `bytes` if they make
/// sense in `encoding`: without an error, most letters beyond ASCII side by side.
fn wide_letters(bytes: &[u8], encoding: &'static Encoding) -> Option<usize> {
    let text = decoded(bytes, encoding)?;
    let (mut together, mut all) = (0_usize, 0_usize);
    let mut before = false;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let wide = is_wide(c);
        all += usize::from(!c.is_ascii());
        together += usize::from(wide && (before || chars.peek().is_some_and(|&c| is_wide(c))));
        before = wide;
    }
    (all > 0 && together * 10 >= all * 8).then_some(together)
}

/// `bytes` in `encoding`, if there is no error in them; they may be cut short.
fn decoded(bytes: &[u8], encoding: &'static Encoding) -> Option<String> {
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let mut text = String::with_capacity(decoder.max_utf8_buffer_length_without_replacement(bytes.len())?);
    let (outcome, _) = decoder.decode_to_string_without_replacement(bytes, &mut text, false);
    (outcome == DecoderResult::InputEmpty).then_some(text)
}

/// Han, kana, Hangul and what stands among them; not the narrow kana that
/// Shift_JIS has where Latin letters are.
fn is_wide(c: char) -> bool {
    matches!(c, '\u{2e80}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}' | '\u{f900}'..='\u{faff}' | '\u{ff00}'..='\u{ff60}' | '\u{20000}'..='\u{3ffff}')
}
