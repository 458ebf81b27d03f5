//! How wide text is on a terminal, and lines no wider than one.
//!
//! Wide are the blocks that Unicode Standard Annex 11 calls wide or fullwidth throughout;
//! what combines with the letter before it takes no column.

/// Columns of a terminal that a character takes.
pub fn of(c: char) -> usize {
    match u32::from(c) {
        0x300..=0x36f | 0x200b..=0x200d | 0xfe00..=0xfe0f => 0,
        0x1100..=0x115f | 0x2e80..=0xa4cf | 0xac00..=0xd7a3 | 0xf900..=0xfaff | 0xfe30..=0xfe6f => 2,
        0xff00..=0xff60 | 0xffe0..=0xffe6 | 0x1f300..=0x1faff | 0x20000..=0x3fffd => 2,
        _ => 1,
    }
}

/// Columns that a text on one line takes.
pub fn width(text: &str) -> usize {
    text.chars().map(of).sum()
}

/// `text` in `most` columns: what is cut off is marked by an ellipsis.
pub fn cut(text: &str, most: usize) -> String {
    if width(text) <= most {
        return text.to_owned();
    }
    let (mut kept, mut taken) = (String::new(), 0);
    for c in text.chars() {
        if taken + of(c) >= most {
            break;
        }
        taken += of(c);
        kept.push(c);
    }
    if most == 0 { kept } else { kept.trim_end().to_owned() + "…" }
}

/// `text` in lines of at most `most` columns, broken at blanks; a word that is longer is
/// broken where the line ends.
pub fn folded(text: &str, most: usize) -> Vec<String> {
    let most = most.max(1);
    let (mut lines, mut line, mut taken) = (Vec::new(), String::new(), 0);
    for word in text.split_whitespace() {
        if taken > 0 && taken + 1 + width(word) > most {
            lines.push(std::mem::take(&mut line));
            taken = 0;
        }
        if taken > 0 {
            line.push(' ');
            taken += 1;
        }
        for c in word.chars() {
            if taken > 0 && taken + of(c) > most {
                lines.push(std::mem::take(&mut line));
                taken = 0;
            }
            line.push(c);
            taken += of(c);
        }
    }
    if !line.is_empty() || lines.is_empty() {
        lines.push(line);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wide_letters_take_two_columns_o84() {
        assert_eq!((width("Köln"), width("友城"), width("e\u{301}a")), (4, 4, 2));
        assert_eq!(
            (cut("abcdef", 6), cut("abcdef", 5), cut("ab cd", 4)),
            ("abcdef".into(), "abcd…".into(), "ab…".into())
        );
        assert_eq!((cut("友城市", 5), cut("友城市", 4), cut("x", 0)), ("友城…".into(), "友…".into(), "".into()));
    }

    #[test]
    fn lines_are_folded_at_blanks_and_long_words_anywhere_o84() {
        let check = |text: &str, most, expected: &[&str]| {
            assert_eq!(folded(text, most), expected, "{text}");
            assert!(folded(text, most).iter().all(|line| width(line) <= most), "{text}");
        };
        check("one two three", 7, &["one two", "three"]);
        check("abcdefgh ij", 3, &["abc", "def", "gh", "ij"]);
        check("友城市友城", 4, &["友城", "市友", "城"]);
        check("", 4, &[""]);
    }
}
