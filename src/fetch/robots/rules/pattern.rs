//! The pattern of a rule: the beginning of a path, with `*` for anything and `$` for the end
//! (RFC 9309 §2.2.3).

use memchr::memmem;

/// A pattern in its normal form, in which `*`, and `$` at the end, keep their meaning.
#[derive(Debug)]
pub struct Pattern(Box<[u8]>);

impl Pattern {
    /// The pattern of a rule; `None` if it is empty, which matches nothing.
    pub fn read(value: &[u8]) -> Option<Pattern> {
        let (body, end) = match value.strip_suffix(b"$") {
            Some(body) => (body, true),
            None => (value, false),
        };
        if value.is_empty() {
            return None;
        }
        let mut out = Vec::with_capacity(value.len());
        for (at, part) in body.split(|b| *b == b'*').enumerate() {
            if at > 0 && out.last() != Some(&b'*') {
                out.push(b'*');
            }
            out.extend(normal(part));
        }
        if end {
            out.push(b'$');
        }
        Some(Pattern(out.into()))
    }

    /// How many bytes it has: a longer one is more specific.
    pub fn length(&self) -> usize {
        self.0.len()
    }

    /// Whether a path in its normal form begins as the pattern says. Each part between two `*`
    /// is matched where it first occurs: no later place can leave more for the parts that
    /// follow. So no byte of the path is passed twice.
    pub fn matches(&self, path: &[u8]) -> bool {
        let (body, end) = match self.0.strip_suffix(b"$") {
            Some(body) => (body, true),
            None => (&*self.0, false),
        };
        let mut parts = body.split(|b| *b == b'*');
        let first = parts.next().unwrap_or_default();
        let Some(mut rest) = path.strip_prefix(first) else { return false };
        let mut last: Option<&[u8]> = None;
        for part in parts {
            if let Some(before) = last {
                let Some(at) = memmem::find(rest, before) else { return false };
                rest = &rest[at + before.len()..];
            }
            last = Some(part);
        }
        match last {
            None => !end || rest.is_empty(),
            Some(part) if end => rest.ends_with(part),
            Some(part) => memmem::find(rest, part).is_some(),
        }
    }
}

/// A path, or a part of a pattern, in the form in which they are compared (RFC 9309 §2.2.2):
/// what needs no percent-encoding has none, everything else has it, in capitals. A literal `*`
/// or `$` is encoded.
pub fn normal(text: &[u8]) -> Vec<u8> {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    let mut out = Vec::with_capacity(text.len());
    let mut at = 0;
    while let Some(&b) = text.get(at) {
        let written = match text.get(at..at + 3) {
            Some([b'%', high, low]) => digit(*high).zip(digit(*low)).map(|(high, low)| high * 16 + low),
            _ => None,
        };
        at += if written.is_some() { 3 } else { 1 };
        let plain = match written {
            Some(byte) => is_unreserved(byte),
            None => is_unreserved(b) || is_reserved(b) || b == b'%',
        };
        let byte = written.unwrap_or(b);
        if plain {
            out.push(byte);
        } else {
            out.extend([b'%', HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 15)]]);
        }
    }
    out
}

fn digit(b: u8) -> Option<u8> {
    char::from(b).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

fn is_unreserved(b: u8) -> bool {
    b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_' | b'~')
}

/// Characters that have a meaning in a URL as they are (RFC 3986 §2.2), except those that have
/// one in a pattern.
fn is_reserved(b: u8) -> bool {
    b":/?#[]@!&'()+,;=".contains(&b)
}
