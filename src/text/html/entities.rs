//! The names of HTML (WHATWG HTML §13.5) and the characters they stand for.

/// A name and its code points in hexadecimal on each line, sorted by bytes.
const TABLE: &str = include_str!("entities.txt");

/// The one or two characters that `name` stands for.
pub fn named(name: &str) -> Option<(char, Option<char>)> {
    let (mut low, mut high) = (0, TABLE.len());
    // Both ends stay at the beginnings of lines.
    while low < high {
        let middle = low + (high - low) / 2;
        let from = memchr::memrchr(b'\n', &TABLE.as_bytes()[low..middle]).map_or(low, |at| low + at + 1);
        let to = memchr::memchr(b'\n', &TABLE.as_bytes()[from..]).map_or(TABLE.len(), |at| from + at);
        let mut words = TABLE[from..to].split(' ');
        match words.next()?.cmp(name) {
            std::cmp::Ordering::Less => low = to + 1,
            std::cmp::Ordering::Greater => high = from,
            std::cmp::Ordering::Equal => {
                let mut code = || char::from_u32(u32::from_str_radix(words.next()?, 16).ok()?);
                return Some((code()?, code()));
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_found() {
        let names: Vec<&str> = TABLE.lines().filter_map(|line| line.split(' ').next()).collect();
        assert!(names.is_sorted() && names.len() > 2000);
        assert!(names.iter().all(|name| named(name).is_some()));
    }

    #[test]
    fn names_stand_for_their_characters() {
        let check = |name: &str, expected: Option<(char, Option<char>)>| assert_eq!(named(name), expected, "{name}");
        check("AElig", Some(('Æ', None)));
        check("alpha", Some(('α', None)));
        check("zwnj", Some(('\u{200c}', None)));
        check("NotEqualTilde", Some(('≂', Some('\u{338}'))));
        check("", None);
        check("nosuch", None);
        check("zzzz", None);
    }
}
