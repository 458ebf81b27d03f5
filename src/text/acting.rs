//! Shows other people's text where some characters would act instead of being read: a
//! terminal obeys control characters, and text layout obeys direction overrides and hides
//! characters without width. Each such character is shown as its number.
//!
//! Unicode TR 36 §3.6, UAX 9 §2; controls of the C1 set: ECMA-48 §5.4.

use std::borrow::Cow;
use std::fmt::Write;

/// How a character's number is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum EscapeForm {
    /// `\u{202e}`, for people. Line breaks and tabs stay.
    Text,
    /// The same on one line, for titles and logs: line breaks are numbers too.
    Line,
    /// `\u202e`, which a reader of JSON reads as the character itself.
    Json,
    /// `&#x202e;`, which a reader of XML reads as the character itself.
    Xml,
}

/// Whether a character acts wherever it stands. The joiners do not: see [`marked`].
pub fn acts(c: char) -> bool {
    match c {
        '\n' | '\t' => false,
        _ if c.is_control() => true,
        // Unicode's format characters except the visible Arabic signs, line and paragraph
        // separators, and letters that are blank.
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180e}' => true,
        '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' => true,
        '\u{3164}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' => true,
        '\u{13430}'..='\u{1343f}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' => true,
        '\u{e0000}'..='\u{e0fff}' => true,
        _ => false,
    }
}

/// Zero width joiner and non-joiner: part of the spelling in Persian, in Indic scripts and
/// in composed emoji; a disguise elsewhere.
fn joins(c: char) -> bool {
    matches!(c, '\u{200c}' | '\u{200d}')
}

/// Whether a joiner beside `c` can be spelling.
fn is_joined(c: Option<char>) -> bool {
    c.is_some_and(|c| {
        let script = matches!(c, '\u{600}'..='\u{10ff}' | '\u{1780}'..='\u{18af}' | '\u{a840}'..='\u{abff}');
        let emoji = matches!(c, '\u{2190}'..='\u{2bff}' | '\u{fe0f}' | '\u{1f000}'..='\u{1faff}');
        (script || emoji) && !acts(c)
    })
}

/// `text` with every acting character shown as its number.
pub fn marked(text: &str, form: EscapeForm) -> Cow<'_, str> {
    let is_plain = |b: u8| (0x20..0x7f).contains(&b) || b == b'\t' || (b == b'\n' && form != EscapeForm::Line);
    if text.bytes().all(is_plain) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    let (mut before, mut rest) = (None, text.chars());
    while let Some(c) = rest.next() {
        let disguises = joins(c) && !(is_joined(before) && is_joined(rest.clone().next()));
        match c {
            '\n' if form == EscapeForm::Line => shown.push_str("\\n"),
            _ if acts(c) || disguises => number(&mut shown, c, form),
            _ => shown.push(c),
        }
        before = Some(c);
    }
    Cow::Owned(shown)
}

fn number(shown: &mut String, c: char, form: EscapeForm) {
    let code = u32::from(c);
    // Writing to a string cannot fail.
    let _ = match form {
        EscapeForm::Text | EscapeForm::Line => write!(shown, "\\u{{{code:x}}}"),
        EscapeForm::Xml => write!(shown, "&#x{code:x};"),
        EscapeForm::Json => {
            let mut units = [0; 2];
            c.encode_utf16(&mut units).iter().try_for_each(|unit| write!(shown, "\\u{unit:04x}"))
        }
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        assert_eq!(marked(text, EscapeForm::Text), expected, "B122");
    }

    #[test]
    fn what_acts_stands_as_its_number_b122() {
        check("Mayor \u{1b}]0;owned\u{7}\u{9b}31m", "Mayor \\u{1b}]0;owned\\u{7}\\u{9b}31m");
        check("a\rb\u{8}c\u{7f}d\u{85}e", "a\\u{d}b\\u{8}c\\u{7f}d\\u{85}e");
        check("\u{202e}gpj.exe\u{2066}x\u{2069}", "\\u{202e}gpj.exe\\u{2066}x\\u{2069}");
        check("pay\u{200b}pal\u{feff}\u{ad}\u{2060}", "pay\\u{200b}pal\\u{feff}\\u{ad}\\u{2060}");
        check("tag\u{e0041} sep\u{2028}", "tag\\u{e0041} sep\\u{2028}");
        for c in ('\u{0}'..='\u{10ffff}').filter(|c| c.is_control() && !matches!(c, '\n' | '\t')) {
            assert!(!marked(&format!("a{c}b"), EscapeForm::Text).contains(c), "{c:?}");
        }
    }

    #[test]
    fn what_is_read_stays_as_it_is() {
        for text in ["two\nlines\tand a tab", "友好城市 café Ærø ﷺ", "שלום עולם", "‘quotes’ – dash…", "e\u{301}"]
        {
            check(text, text);
        }
        // Joiners where scripts and emoji need them, and nowhere else.
        for text in ["می\u{200c}خواهم", "क्\u{200d}ष", "👩\u{200d}👧", "🏳\u{fe0f}\u{200d}🌈"] {
            check(text, text);
        }
        check("pay\u{200d}pal \u{200c}", "pay\\u{200d}pal \\u{200c}");
        check("ک\u{200c}\u{200c}ک", "ک\\u{200c}\\u{200c}ک");
    }

    #[test]
    fn each_form_is_read_back_as_the_character() {
        let text = "a\u{9b}b\u{202e}c\u{e0041}d";
        let json = format!("\"{}\"", marked(text, EscapeForm::Json));
        assert_eq!(json, "\"a\\u009bb\\u202ec\\udb40\\udc41d\"");
        assert_eq!(serde_json::from_str::<String>(&json).unwrap(), text);
        assert_eq!(marked("\u{202e}", EscapeForm::Xml), "&#x202e;");
        assert_eq!(marked("one\ntwo", EscapeForm::Line), "one\\ntwo");
    }
}
