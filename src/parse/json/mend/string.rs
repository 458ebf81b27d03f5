//! Texts in quotation marks.

use crate::text::html::is_allowed;

use super::{Expected, Mender, first_name};

/// The longest name of a member that is looked for in a text that may not end.
const LONGEST_NAME: usize = 40;

impl Mender<'_, '_> {
    /// Takes the name of a member.
    pub(super) fn key(&mut self) {
        self.separate();
        let from = self.out.len() + 1;
        self.string();
        let name = self.out[from..].strip_suffix('"').unwrap_or_default().to_owned();
        self.begin_key(&name);
    }

    /// Takes a text that is a value.
    pub(super) fn value_string(&mut self) {
        if self.is_in_array() {
            self.separate();
        }
        if self.string() {
            self.end_value();
        } else if self.at < self.text.len() {
            self.give_up();
        }
    }

    /// Writes the text that begins here. False when the document ends before it
    /// does, or the next entry begins.
    fn string(&mut self) -> bool {
        let quote = self.rest()[0];
        if quote == b'\'' {
            self.slip("JSON: a text in single quotation marks");
        }
        self.out.push('"');
        self.at += 1;
        loop {
            let rest = self.rest();
            let plain = |b: &u8| *b >= 0x20 && !matches!(b, b'"' | b'\'' | b'\\');
            let length = rest.iter().take_while(|b| plain(b)).count();
            self.out.push_str(&self.text[self.at..self.at + length]);
            self.at += length;
            let Some(&b) = self.rest().first() else { return false };
            match b {
                b'\\' => self.escape(),
                _ if b == quote && self.ends_here() => {
                    self.at += 1;
                    break;
                }
                _ if b == quote && self.was_not_closed() => break,
                _ if b == quote && self.begins_item() => return false,
                b'"' | b'\'' => {
                    if b == quote {
                        self.slip("JSON: a quotation mark that is not escaped");
                    }
                    self.push_char(char::from(b));
                    self.at += 1;
                }
                _ => {
                    self.slip("JSON: a control character that is not escaped");
                    self.push_char(char::from(b));
                    self.at += 1;
                }
            }
        }
        self.out.push('"');
        true
    }

    /// Whether the quotation mark here ends its text: what follows says so.
    fn ends_here(&self) -> bool {
        let behind = self.rest()[1..].trim_ascii_start();
        // Nobody quotes in the name of a member.
        if self.next == Expected::Key {
            return true;
        }
        match (behind.first(), self.is_in_array()) {
            (None, _) => true,
            (Some(b'}'), false) | (Some(b']'), true) => true,
            // A bracket that is missing, or one too many.
            (Some(b'}' | b']'), _) => true,
            (Some(b'/'), _) => behind.starts_with(b"//") || behind.starts_with(b"/*"),
            (Some(b','), true) => true,
            (Some(b','), false) => {
                let next = behind[1..].trim_ascii_start();
                let name = |rest: &[u8]| names_member(rest);
                next.first().is_none_or(|b| matches!(b, b'}' | b']' | b',' | b'/'))
                    || first_name(next).is_some()
                    || next.strip_prefix(b"\"").or_else(|| next.strip_prefix(b"'")).is_some_and(name)
                    || next.iter().take(LONGEST_NAME).take_while(|b| b.is_ascii_alphanumeric() || **b == b'_').count()
                        > 0
                        && is_bare_name(next)
            }
            // The comma is missing.
            (Some(b'"'), false) => names_member(&behind[1..]),
            (Some(b'"' | b'{'), true) => self.rest()[1].is_ascii_whitespace(),
            _ => false,
        }
    }

    /// Whether the quotation mark here belongs to the next entry; goes back to
    /// where that begins.
    fn begins_item(&mut self) -> bool {
        if !self.in_items || self.stack.len() < 3 || !names_member(&self.rest()[1..]) {
            return false;
        }
        let before = self.text.as_bytes()[..self.at].trim_ascii_end();
        let from = before.len().saturating_sub(1);
        if before.last() != Some(&b'{') || !self.is_item(from) {
            return false;
        }
        self.at = from;
        true
    }

    /// Whether the text that is being read has no quotation mark at its end: the
    /// one here begins the name of the next member. Takes the text back to where
    /// it should have ended.
    fn was_not_closed(&mut self) -> bool {
        if self.next == Expected::Key || self.is_in_array() || !names_member(&self.rest()[1..]) {
            return false;
        }
        let written = self.out.trim_end_matches(' ');
        let mut kept = written;
        while let Some(shorter) = without_break(kept) {
            kept = shorter.trim_end_matches(' ');
        }
        let line_ends = kept.len() < written.len();
        let bare = kept.strip_suffix(',');
        if !line_ends && bare.is_none() {
            return false;
        }
        let length = bare.unwrap_or(kept).len();
        self.out.truncate(length);
        self.slip("JSON: a text without a quotation mark at its end");
        true
    }

    /// Takes an escape, whatever follows the solidus.
    fn escape(&mut self) {
        let rest = &self.text[self.at + 1..];
        let Some(c) = rest.chars().next() else {
            self.at = self.text.len();
            return;
        };
        match c {
            '"' | '\\' | '/' | 'b' | 'f' | 'n' | 'r' | 't' => {
                self.out.push('\\');
                self.out.push(c);
                self.at += 2;
            }
            'u' => self.unicode(),
            'x' if hex(&rest[1..], 2).is_some() => {
                let value = hex(&rest[1..], 2).unwrap_or_default();
                self.slip("JSON: an escape that JSON does not know");
                char::from_u32(value).into_iter().for_each(|c| self.push_char(c));
                self.at += 4;
            }
            _ => {
                self.slip("JSON: an escape that JSON does not know");
                self.push_char(c);
                self.at += 1 + c.len_utf8();
            }
        }
    }

    /// Takes `\uXXXX`, one or two of them, and `\u{…}` of JavaScript.
    fn unicode(&mut self) {
        let rest = &self.text[self.at + 2..];
        if let Some((digits, _)) = rest
            .strip_prefix('{')
            .and_then(|inside| inside.split_at_checked(inside.bytes().take(7).position(|b| b == b'}')?))
        {
            self.slip("JSON: an escape that JSON does not know");
            let value = hex(digits, digits.len()).and_then(char::from_u32);
            value.into_iter().for_each(|c| self.push_char(c));
            self.at += 4 + digits.len();
            return;
        }
        let Some(first) = hex(rest, 4) else {
            self.slip("JSON: an escape that JSON does not know");
            self.push_char('u');
            self.at += 2;
            return;
        };
        let second = rest[4..].strip_prefix("\\u").and_then(|second| hex(second, 4));
        let half = |value: u32| u16::try_from(value).unwrap_or_default();
        let whole = match (char::from_u32(first), second) {
            (None, Some(second)) => char::decode_utf16([half(first), half(second)]).next().and_then(Result::ok),
            _ => None,
        };
        match (char::from_u32(first), whole) {
            (Some(c), _) => {
                self.push_char(c);
                self.at += 6;
            }
            (None, Some(c)) => {
                self.push_char(c);
                self.at += 12;
            }
            (None, None) => {
                self.slip("JSON: half a character was removed");
                self.at += 6;
            }
        }
    }

    /// Writes one character as JSON has it.
    pub(super) fn push_char(&mut self, c: char) {
        match c {
            '"' => self.out.push_str("\\\""),
            '\\' => self.out.push_str("\\\\"),
            '\n' => self.out.push_str("\\n"),
            '\r' => self.out.push_str("\\r"),
            '\t' => self.out.push_str("\\t"),
            c if is_allowed(c) => self.out.push(c),
            _ => {}
        }
    }
}

/// `written` without the line break at its end, which stands there as `\n`.
fn without_break(written: &str) -> Option<&str> {
    let shorter = written.strip_suffix("\\n").or_else(|| written.strip_suffix("\\r"))?;
    // Behind an odd number of solidi the letter is one.
    let solidi = shorter.bytes().rev().take_while(|&b| b == b'\\').count();
    solidi.is_multiple_of(2).then_some(shorter)
}

/// The number that `count` hexadecimal digits at the beginning of `text` are.
fn hex(text: &str, count: usize) -> Option<u32> {
    let digits = text.get(..count).filter(|digits| count > 0 && digits.bytes().all(|b| b.is_ascii_hexdigit()))?;
    u32::from_str_radix(digits, 16).ok()
}

/// Whether `rest`, behind a quotation mark, is the name of a member: a word, a
/// quotation mark, a colon.
fn names_member(rest: &[u8]) -> bool {
    let length =
        rest.iter().take(LONGEST_NAME).take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-')).count();
    let behind = rest.get(length + 1..).unwrap_or_default().trim_ascii_start();
    length > 0 && matches!(rest.get(length), Some(b'"' | b'\'')) && behind.starts_with(b":")
}

/// Whether `rest` begins with a name without quotation marks, and a colon.
fn is_bare_name(rest: &[u8]) -> bool {
    let length = rest.iter().take(LONGEST_NAME).take_while(|b| b.is_ascii_alphanumeric() || **b == b'_').count();
    length > 0 && rest[length..].trim_ascii_start().starts_with(b":")
}
