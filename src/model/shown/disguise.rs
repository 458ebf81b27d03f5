//! Undoes escapes, to see what an embedded text says: escapes of URLs (RFC 3986 §2.1), of
//! JSON (RFC 8259 §7) and of HTML. Nothing made here is shown.

/// How often escapes that were escaped themselves are undone.
const DEEPEST: usize = 6;

/// Characters of URLs that HTML has names for.
const NAMED: [(&str, char); 9] = [
    ("amp", '&'),
    ("sol", '/'),
    ("bsol", '\\'),
    ("colon", ':'),
    ("commat", '@'),
    ("quest", '?'),
    ("equals", '='),
    ("num", '#'),
    ("percnt", '%'),
];

/// `text` with all escapes undone; `None` if it is escaped more often than anybody would.
pub fn undone(text: &str) -> Option<String> {
    let mut now = text.to_owned();
    for _ in 0..DEEPEST {
        let next = once(&now);
        if next == now {
            return Some(now);
        }
        now = next;
    }
    None
}

fn once(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['&', '\\']) {
        plain.push_str(&rest[..at]);
        rest = &rest[at..];
        let (found, length) = escape(rest).unwrap_or_else(|| (rest.chars().next().unwrap_or_default(), 1));
        plain.push(found);
        rest = &rest[length..];
    }
    plain.push_str(rest);
    percent_encoding::percent_decode_str(&plain).decode_utf8_lossy().into_owned()
}

/// The character that an escape at the beginning of `text` stands for, and its length.
fn escape(text: &str) -> Option<(char, usize)> {
    if let Some(rest) = text.strip_prefix('\\') {
        let number = |digits: usize| {
            let code = u32::from_str_radix(rest.get(1..=digits)?, 16).ok()?;
            Some((char::from_u32(code)?, digits + 2))
        };
        return match rest.chars().next()? {
            '/' => Some(('/', 2)),
            'u' => number(4),
            'x' => number(2),
            _ => None,
        };
    }
    let rest = text.strip_prefix('&')?;
    // None is longer, so nothing searches a megabyte for its end.
    let name = &rest[..rest.bytes().take(10).position(|b| b == b';')?];
    let found = match name.strip_prefix('#') {
        Some(number) => {
            let hex = number.strip_prefix(['x', 'X']);
            let code = hex.map_or_else(|| number.parse().ok(), |hex| u32::from_str_radix(hex, 16).ok());
            char::from_u32(code?)?
        }
        None => NAMED.iter().find(|(known, _)| *known == name)?.1,
    };
    Some((found, name.len() + 2))
}
