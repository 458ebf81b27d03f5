//! The words and signs of an expression.

use crate::text::quote::in_quotes;

use super::ast::Order;
use super::error::SyntaxError;

/// A word or sign with its place.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Token {
    pub kind: Kind,
    pub start: usize,
    pub end: usize,
}

/// What a token is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    Open,
    Close,
    /// `name:`
    Field(String),
    /// `@name`
    List(String),
    /// A bare word.
    Word(String),
    /// Words between quotation marks.
    Phrase(String),
    /// `/…/`, right after a field.
    Regex(String),
    And,
    Or,
    Not,
    Near(Order, u32),
    AtLeast(u32),
    Score(i32),
    /// `+8`, `-4`
    Points(i32),
    Because,
}

/// Whether `text` can stand in an expression without quotation marks.
pub(super) fn is_bare(text: &str) -> bool {
    match tokens(text) {
        // Within a field a slash begins a regular expression.
        Ok(_) if text.starts_with('/') => false,
        Ok(tokens) => matches!(&tokens[..], [Token { kind: Kind::Word(word), .. }] if word == text),
        Err(_) => false,
    }
}

/// Reads all tokens of `text`.
pub(super) fn tokens(text: &str) -> Result<Vec<Token>, SyntaxError> {
    let mut lexer = Lexer { text, at: 0, after_field: false, open: Vec::new() };
    let mut tokens = Vec::new();
    while let Some(token) = lexer.next()? {
        tokens.push(token);
    }
    Ok(tokens)
}

struct Lexer<'t> {
    text: &'t str,
    at: usize,
    /// Whether a field ends right here.
    after_field: bool,
    /// For each open parenthesis, whether a field stands before it or further
    /// out: only there a slash begins a regular expression.
    open: Vec<bool>,
}

impl Lexer<'_> {
    fn next(&mut self) -> Result<Option<Token>, SyntaxError> {
        self.skip_space();
        let start = self.at;
        let Some(c) = self.peek() else { return Ok(None) };
        let kind = match c {
            '(' => {
                let in_field = self.is_in_field();
                self.open.push(in_field);
                self.sign(Kind::Open)
            }
            ')' => {
                self.open.pop();
                self.sign(Kind::Close)
            }
            ':' => return Err(self.error(start, "':' stands without a field before it".into(), "write title:word")),
            '（' | '）' | '：' => {
                let hint = "write it in half width, or in quotes when it is part of a phrase";
                return Err(self.error(start, format!("'{c}' is a full-width sign"), hint));
            }
            '/' if self.is_in_field() => self.regex()?,
            _ if is_quote(c) => self.phrase("")?,
            _ => self.word()?,
        };
        self.after_field = matches!(kind, Kind::Field(_));
        Ok(Some(Token { kind, start, end: self.at }))
    }

    fn is_in_field(&self) -> bool {
        self.after_field || self.open.last().copied().unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.text[self.at..].chars().next()
    }

    fn skip_space(&mut self) {
        let rest = &self.text[self.at..];
        self.at += rest.len() - rest.trim_start().len();
    }

    fn sign(&mut self, kind: Kind) -> Kind {
        self.at += 1;
        kind
    }

    fn error(&self, at: usize, message: String, hint: &str) -> SyntaxError {
        SyntaxError::at(self.text, at, message, Some(hint.to_owned()))
    }

    /// A phrase whose opening mark is next; `before` holds `=` or `~` written
    /// outside of it.
    fn phrase(&mut self, before: &str) -> Result<Kind, SyntaxError> {
        let start = self.at;
        let curly = self.peek() != Some('"');
        let mut phrase = before.to_owned();
        let mut chars = self.text[start..].char_indices().skip(1);
        while let Some((n, c)) = chars.next() {
            match c {
                '\\' => match chars.next() {
                    Some((_, c @ ('"' | '\\'))) => phrase.push(c),
                    Some((_, c)) => phrase.extend(['\\', c]),
                    None => break,
                },
                '"' | '”' if c == '"' || curly => {
                    self.at = start + n + c.len_utf8();
                    if self.peek() == Some('*') {
                        self.at += 1;
                        phrase.push('*');
                    }
                    return Ok(Kind::Phrase(phrase));
                }
                _ => phrase.push(c),
            }
        }
        Err(self.error(start, "this quotation mark is never closed".into(), "end the phrase with \""))
    }

    /// A regular expression; `\\/` stands for a slash in it.
    fn regex(&mut self) -> Result<Kind, SyntaxError> {
        let start = self.at;
        let mut pattern = String::new();
        let mut chars = self.text[start + 1..].char_indices();
        while let Some((n, c)) = chars.next() {
            match c {
                '/' => {
                    self.at = start + 1 + n + 1;
                    return Ok(Kind::Regex(pattern));
                }
                '\\' => match chars.next() {
                    Some((_, '/')) => pattern.push('/'),
                    Some((_, c)) => pattern.extend(['\\', c]),
                    None => break,
                },
                _ => pattern.push(c),
            }
        }
        Err(self.error(start, "this regular expression is never closed".into(), "end it with /"))
    }

    fn word(&mut self) -> Result<Kind, SyntaxError> {
        let start = self.at;
        let rest = &self.text[start..];
        let ends = |c: char| c.is_whitespace() || matches!(c, '(' | ')' | ':' | '（' | '）' | '：') || is_quote(c);
        let word = &rest[..rest.find(ends).unwrap_or(rest.len())];
        self.at += word.len();
        match self.peek() {
            Some(c) if is_quote(c) && matches!(word, "=" | "~" | "=~" | "~=") => return self.phrase(word),
            Some(c) if is_quote(c) && self.after_field && matches!(word, "<" | ">" | "<=" | ">=") => {
                return self.phrase(word);
            }
            Some(':') if !word.starts_with('@') => {
                self.at += 1;
                return Ok(Kind::Field(word.to_owned()));
            }
            _ => {}
        }
        if let Some(name) = word.strip_prefix('@') {
            if name.is_empty() {
                return Err(self.error(start, "'@' stands without a list's name".into(), "write @name"));
            }
            return Ok(Kind::List(name.to_owned()));
        }
        if let Some(kind) = self.operator(word, start)? {
            return Ok(kind);
        }
        match habit(word) {
            Some(hint) => Err(self.error(start, format!("{} is not part of the language", in_quotes(word)), &hint)),
            None => Ok(Kind::Word(word.to_owned())),
        }
    }

    /// `word` as an operator, or why it cannot be one.
    fn operator(&self, word: &str, start: usize) -> Result<Option<Kind>, SyntaxError> {
        let upper = word.to_ascii_uppercase();
        let (name, number) = upper.split_once('/').unwrap_or((&upper, ""));
        let kind = match (name, number) {
            ("AND", "") => Kind::And,
            ("OR", "") => Kind::Or,
            ("NOT", "") => Kind::Not,
            ("BECAUSE", "") => Kind::Because,
            ("NEAR" | "ONEAR" | "ATLEAST" | "SCORE", "") if word != upper => return Ok(None),
            ("NEAR" | "ONEAR" | "ATLEAST" | "SCORE", _) => return self.numbered(word, name, number, start).map(Some),
            _ => return points(word).map(Ok).transpose(),
        };
        if word != upper {
            let hint = format!("write {upper}, or \"{word}\" in quotes for the word");
            return Err(self.error(
                start,
                format!("operators are written in upper case, {} is not", in_quotes(word)),
                &hint,
            ));
        }
        Ok(Some(kind))
    }

    fn numbered(&self, word: &str, name: &str, number: &str, start: usize) -> Result<Kind, SyntaxError> {
        let example = match name {
            "ATLEAST" => "ATLEAST/2",
            "SCORE" => "SCORE/6",
            "NEAR" => "NEAR/10",
            _ => "ONEAR/10",
        };
        if word.starts_with(|c: char| c.is_ascii_lowercase()) {
            let hint = format!("write {name}/{number}, or \"{word}\" in quotes for the word");
            return Err(self.error(
                start,
                format!("operators are written in upper case, {} is not", in_quotes(word)),
                &hint,
            ));
        }
        match (name, number.parse::<u32>()) {
            ("SCORE", Ok(n @ 0..=1_000_000)) => Ok(Kind::Score(n.cast_signed())),
            ("ATLEAST", Ok(n @ 1..=1_000_000)) => Ok(Kind::AtLeast(n)),
            ("NEAR", Ok(n @ 1..=1_000_000)) => Ok(Kind::Near(Order::Any, n)),
            ("ONEAR", Ok(n @ 1..=1_000_000)) => Ok(Kind::Near(Order::AsWritten, n)),
            _ => Err(self.error(
                start,
                format!("{name} needs a number, {} has none", in_quotes(word)),
                &format!("write {example}"),
            )),
        }
    }
}

fn is_quote(c: char) -> bool {
    matches!(c, '"' | '“' | '”' | '„')
}

fn points(word: &str) -> Option<Kind> {
    let digits = word.strip_prefix(['+', '-'])?;
    if digits.is_empty() || digits.len() > 6 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    word.parse().ok().map(Kind::Points)
}

/// What a user of another search language should write for `word`.
fn habit(word: &str) -> Option<String> {
    match word {
        "&" | "&&" => return Some("write AND".into()),
        "|" | "||" => return Some("write OR".into()),
        "!" => return Some("write NOT".into()),
        _ => {}
    }
    if let Some(rest) = word.strip_prefix(['-', '!', '+']) {
        let (sign, wanted) = word.split_at(word.len() - rest.len());
        return Some(match sign {
            "+" => format!("terms are joined by AND: write AND {wanted}"),
            _ => format!("write NOT {wanted}"),
        });
    }
    let lower = word.to_ascii_lowercase();
    let digits = lower.find(|c: char| c.is_ascii_digit())?;
    let (name, number) = lower.split_at(digits);
    if !number.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    match name {
        "w/" | "near" => Some(format!("write NEAR/{number}, or \"{word}\" in quotes for the word")),
        "pre/" | "adj" | "onear" => Some(format!("write ONEAR/{number}, or \"{word}\" in quotes for the word")),
        "atleast" => Some(format!("write ATLEAST/{number}, or \"{word}\" in quotes for the word")),
        _ => None,
    }
}
