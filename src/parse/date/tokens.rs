//! A date's text as tokens, its digits and signs those of ASCII.

use std::sync::LazyLock;

/// The CLDR's table of decimal digits.
const DIGITS: &str = include_str!("cldr/digits.txt");

/// The zeros of all decimal digits, sorted.
static ZEROS: LazyLock<Vec<u32>> = LazyLock::new(|| {
    let lines = DIGITS.lines().filter(|line| !line.starts_with('#'));
    let mut zeros: Vec<u32> = lines.filter_map(|line| u32::from_str_radix(line.split('\t').next()?, 16).ok()).collect();
    zeros.sort_unstable();
    zeros
});

/// Numbers of Chinese and Japanese; the last stands for ten.
const HAN: [char; 11] = ['〇', '一', '二', '三', '四', '五', '六', '七', '八', '九', '十'];

/// The years before the first of an era.
const ERAS: [(&str, u32); 6] =
    [("令和", 2018), ("平成", 1988), ("昭和", 1925), ("大正", 1911), ("民國", 1911), ("民国", 1911)];

/// Letters that stand for the eras of Japan, and the years before the first of each.
const ERA_LETTERS: [(&str, u32); 3] = [("R", 2018), ("H", 1988), ("S", 1925)];

/// The years before the first of the era that `letter` stands for: "R8.11.13".
pub fn before_era(letter: &str) -> Option<u32> {
    ERA_LETTERS.iter().find(|(known, _)| *known == letter).map(|(_, before)| *before)
}

/// A piece of a date's text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Piece<'a> {
    /// What it is.
    pub kind: Shape,
    /// Its characters.
    pub text: &'a str,
    /// Whether it stands in parentheses: a remark.
    pub aside: bool,
}

/// What a token is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Shape {
    /// Digits.
    Number,
    /// Letters.
    Word,
    /// White space.
    Blank,
    /// Any other character.
    Sign(char),
}

impl Piece<'_> {
    /// Whether it parts other tokens.
    pub fn parts(&self) -> bool {
        matches!(self.kind, Shape::Blank | Shape::Sign(_))
    }

    /// Whether it is this character.
    pub fn is(&self, sign: char) -> bool {
        self.kind == Shape::Sign(sign)
    }
}

/// `text` with ASCII digits, blanks and signs; the units of East Asian dates as
/// what they part: `2026年11月29日8時30分` becomes `2026-11-29 8h30 `.
pub fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' => {}
            '\u{61c}' | '\u{ad}' | '\u{feff}' => {}
            '：' | '∶' | '︓' => out.push(':'),
            '／' | '⁄' | '∕' => out.push('/'),
            '．' => out.push('.'),
            '，' | '、' | '،' => out.push(','),
            '（' => out.push('('),
            '）' => out.push(')'),
            '‐'..='―' | '−' | '－' | '﹣' => out.push('-'),
            '＋' => out.push('+'),
            '○' => out.push('〇'),
            'Ａ'..='Ｚ' | 'ａ'..='ｚ' => {
                out.extend(u8::try_from(u32::from(c) - 0xff21 + 0x41).ok().map(char::from));
            }
            c if c.is_whitespace() => out.push(' '),
            c => out.push(digit(c).unwrap_or(c)),
        }
    }
    if out.is_ascii() { out } else { without_words(without_units(&without_eras(&han_numbers(&out)))) }
}

/// The ASCII digit that `c` is in its own script.
pub fn digit(c: char) -> Option<char> {
    if c.is_ascii() || !c.is_numeric() {
        return None;
    }
    let code = u32::from(c);
    let zero = ZEROS[..ZEROS.partition_point(|zero| *zero <= code)].last()?;
    char::from_digit(code - zero, 10)
}

fn unit(c: char) -> bool {
    "年月日号號时時点點分".contains(c)
}

/// Numbers of Han characters before a unit as figures: `二〇二六年十一月`.
fn han_numbers(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let run = rest.find(|c| !HAN.contains(&c) && c != '零').unwrap_or(rest.len());
        let followed = rest[run..].trim_start().starts_with(unit);
        match han_value(&rest[..run]).filter(|_| run > 0 && followed) {
            Some(value) => {
                out.push_str(&value);
                rest = &rest[run..];
            }
            None => {
                let length = if run > 0 { run } else { first.len_utf8() };
                out.push_str(&rest[..length]);
                rest = &rest[length..];
            }
        }
    }
    out
}

fn han_value(run: &str) -> Option<String> {
    let value = |c: char| HAN.iter().position(|han| *han == c || *han == '〇' && c == '零');
    let values: Vec<usize> = run.chars().map(value).collect::<Option<_>>()?;
    let number = match values[..] {
        [10] => 10,
        [10, ones @ 1..=9] => 10 + ones,
        [tens @ 1..=9, 10] => tens * 10,
        [tens @ 1..=9, 10, ones @ 1..=9] => tens * 10 + ones,
        ref digits if (1..=4).contains(&digits.len()) && digits.iter().all(|digit| *digit < 10) => {
            return Some(digits.iter().map(usize::to_string).collect());
        }
        _ => return None,
    };
    Some(number.to_string())
}

/// Years of eras as years: `令和8年` as `2026年`.
fn without_eras(text: &str) -> String {
    let mut text = text.replace("元年", "1年");
    for (era, before) in ERAS {
        let Some(at) = text.find(era) else { continue };
        let rest = text[at + era.len()..].trim_start();
        let length = rest.bytes().take_while(u8::is_ascii_digit).count();
        if let Ok(year @ 1..=200) = rest[..length].parse::<u32>() {
            text = format!("{}{}{}", &text[..at], before + year, &rest[length..]);
            text = text.replace("中華", "").replace("中华", "");
        }
    }
    text
}

/// East Asian units behind numbers as separators.
fn without_units(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut joined = false;
    for c in text.chars() {
        let was_joined = std::mem::take(&mut joined);
        let numbered = out.trim_end().ends_with(|c: char| c.is_ascii_digit());
        match c {
            '年' | '月' | '년' | '월' if numbered => {
                out.truncate(out.trim_end().len());
                out.push('-');
                joined = true;
            }
            '日' | '号' | '號' | '일' if numbered => out.push(' '),
            '時' | '时' | '点' | '點' | '시' if numbered => {
                out.truncate(out.trim_end().len());
                out.push('h');
            }
            // "8点半"
            '半' if out.ends_with('h') => out.push_str("30 "),
            '分' | '분' if numbered => out.push_str("m "),
            '秒' | '초' if numbered => out.push_str("s "),
            ' ' if was_joined => joined = true,
            c => out.push(c),
        }
    }
    out
}

/// Words of Khmer for day, number of the day, month and year, which stand right before them.
const KHMER: [&str; 4] = ["ថ្ងៃទី", "ថ្ងៃ", "ខែ", "ឆ្នាំ"];

/// `text` with blanks for words that are written together with what they name.
fn without_words(text: String) -> String {
    if !text.contains(|c| ('\u{1780}'..='\u{17ff}').contains(&c)) {
        return text;
    }
    KHMER.into_iter().fold(text, |text, word| text.replace(word, " ")).replace(" ទី", " ")
}

/// The tokens of `text`, which [`plain`] has made.
pub fn of(text: &str) -> Vec<Piece<'_>> {
    let mut found = Vec::new();
    let mut depth = 0_u32;
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        match first {
            '(' | '[' | '【' => depth += 1,
            ')' | ']' | '】' => depth = depth.saturating_sub(1),
            _ => {}
        }
        let (kind, length) = if first.is_ascii_digit() {
            (Shape::Number, rest.bytes().take_while(u8::is_ascii_digit).count())
        } else if is_letter(first) {
            (Shape::Word, word_length(rest))
        } else if first == ' ' {
            (Shape::Blank, rest.bytes().take_while(|b| *b == b' ').count())
        } else {
            (Shape::Sign(first), first.len_utf8())
        };
        let (text, after) = rest.split_at(length);
        found.push(Piece { kind, text, aside: depth > 0 });
        rest = after;
    }
    found
}

/// Letters, and the marks of scripts that write vowels as marks.
fn is_letter(c: char) -> bool {
    let mark = matches!(c, '\u{300}'..='\u{36f}' | '\u{5b0}'..='\u{5c7}' | '\u{64b}'..='\u{65f}' | '\u{900}'..='\u{1cff}'
        if !c.is_numeric() && !matches!(c, '।' | '॥' | '။' | '។' | '၊'));
    c.is_alphabetic() || mark
}

/// The length of the word that `text` begins with. Stops and apostrophes within
/// belong to it, and so do slashes and underscores between letters of ASCII: names
/// of zones.
fn word_length(text: &str) -> usize {
    let mut characters = text.char_indices().peekable();
    let mut before = ' ';
    while let Some((at, c)) = characters.next() {
        let next = characters.peek().map_or(' ', |(_, next)| *next);
        let joins = match c {
            '.' | '\'' | '’' | 'ʼ' | '‘' => is_letter(next),
            '/' | '_' => before.is_ascii_alphabetic() && next.is_ascii_alphabetic(),
            _ => false,
        };
        if !is_letter(c) && !joins {
            return at;
        }
        before = c;
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_of_all_scripts_and_units_become_plain() {
        let check = |text: &str, expected: &str| assert_eq!(plain(text), expected, "{text}");
        check("٢٩/١١/٢٠٢٦ ٠٨:٣٠", "29/11/2026 08:30");
        check("۱۴۰۵/۰۹/۰۸", "1405/09/08");
        check("२९-११-२०२६", "29-11-2026");
        check("২৯", "29");
        check("２０２６／１１／２９　０８：３０", "2026/11/29 08:30");
        check("2026年11月29日 星期日 8时30分", "2026-11-29  星期日 8h30m ");
        check("二〇二六年十一月二十九日", "2026-11-29 ");
        check("令和8年11月29日(日)", "2026-11-29 (日)");
        check("民國115年11月29日", "2026-11-29 ");
        check("2026년 11월 29일 오후 3시", "2026-11-29  오후 3h");
        check("3点半", "3h30 ");
        check("½", "½");
    }

    #[test]
    fn every_zero_begins_ten_digits() {
        for line in DIGITS.lines().filter(|line| !line.starts_with('#')) {
            let zero = u32::from_str_radix(line.split('\t').next().unwrap(), 16).unwrap();
            for value in 0..10 {
                let c = char::from_u32(zero + value).unwrap();
                let shown = plain(&c.to_string());
                assert_eq!(shown, value.to_string(), "{line}");
            }
        }
    }

    #[test]
    fn tokens_are_numbers_words_and_signs() {
        let texts = |text: &str| of(text).iter().map(|t| t.text.to_owned()).collect::<Vec<_>>();
        assert_eq!(texts("22nov. 2026"), ["22", "nov", ".", " ", "2026"]);
        assert_eq!(texts("a.m. d’abril"), ["a.m", ".", " ", "d’abril"]);
        assert_eq!(texts("Europe/London"), ["Europe/London"]);
        assert!(of("8 (Sun) 9").iter().filter(|t| t.aside).any(|t| t.text == "Sun"));
    }
}
