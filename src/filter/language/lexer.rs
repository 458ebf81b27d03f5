//! The words and signs of an expression.

use crate::text::quote::in_quotes;

use super::ast::Order;
use super::error::{MOST_PROBLEMS, SyntaxError};

/// A word or sign with its place.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct FilterToken {
    pub kind: TokenKind,
    pub start: usize,
    pub end: usize,
}

/// What a token is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum TokenKind {
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
    /// A mistake that was reported; it is taken as a term or as an operator, whichever
    /// fits.
    Broken,
    /// The same, up to the end of the text because a closing mark is missing.
    Unclosed,
}

/// Whether `text` can stand in an expression without quotation marks.
pub(super) fn is_bare(text: &str) -> bool {
    let (tokens, errors) = tokens(text);
    // Within a field a slash begins a regular expression.
    let is_one_word = matches!(&tokens[..], [FilterToken { kind: TokenKind::Word(word), .. }] if word == text);
    is_one_word && errors.is_empty() && !text.starts_with('/')
}

/// Reads all tokens of `text`, and the mistakes in it.
pub(super) fn tokens(text: &str) -> (Vec<FilterToken>, Vec<SyntaxError>) {
    let mut lexer = Lexer { text, at: 0, after_field: false, open: Vec::new(), errors: Vec::new() };
    let mut tokens = Vec::new();
    while let Some(token) = lexer.next() {
        tokens.push(token);
        if lexer.errors.len() == MOST_PROBLEMS {
            break;
        }
    }
    (tokens, lexer.errors)
}

struct Lexer<'t> {
    text: &'t str,
    at: usize,
    /// Whether a field ends right here.
    after_field: bool,
    /// For each open parenthesis, whether a field stands before it or further
    /// out: only there a slash begins a regular expression.
    open: Vec<bool>,
    errors: Vec<SyntaxError>,
}

impl Lexer<'_> {
    fn next(&mut self) -> Option<FilterToken> {
        self.skip_space();
        let start = self.at;
        let c = self.peek()?;
        let kind = match c {
            '(' => {
                let in_field = self.is_in_field();
                self.open.push(in_field);
                self.sign(TokenKind::Open)
            }
            ')' => {
                self.open.pop();
                self.sign(TokenKind::Close)
            }
            ':' => {
                self.at += 1;
                self.broken(start, "':' stands without a field before it".into(), "write title:word")
            }
            '（' | '）' | '：' => {
                self.at += c.len_utf8();
                let hint = "write it in half width, or in quotes when it is part of a phrase";
                self.broken(start, format!("'{c}' is a full-width sign"), hint)
            }
            '/' if self.is_in_field() => self.regex(),
            _ if is_quote(c) => self.phrase(""),
            _ => self.word(),
        };
        self.after_field = matches!(kind, TokenKind::Field(_));
        Some(FilterToken { kind, start, end: self.at })
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

    fn sign(&mut self, kind: TokenKind) -> TokenKind {
        self.at += 1;
        kind
    }

    fn error(&mut self, at: usize, message: String, hint: &str) {
        self.errors.push(SyntaxError::at(self.text, at, message, Some(hint.to_owned())));
    }

    fn broken(&mut self, at: usize, message: String, hint: &str) -> TokenKind {
        self.error(at, message, hint);
        TokenKind::Broken
    }

    /// Reports something that begins at `at` and is never closed; it takes the rest of the
    /// text.
    fn unclosed(&mut self, at: usize, message: &str, hint: &str) -> TokenKind {
        self.error(at, message.to_owned(), hint);
        self.at = self.text.len();
        TokenKind::Unclosed
    }

    /// A phrase whose opening mark is next; `before` holds `=` or `~` written
    /// outside of it.
    fn phrase(&mut self, before: &str) -> TokenKind {
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
                    return TokenKind::Phrase(phrase);
                }
                _ => phrase.push(c),
            }
        }
        self.unclosed(start, "this quotation mark is never closed", "end the phrase with \"")
    }

    /// A regular expression; `\\/` stands for a slash in it.
    fn regex(&mut self) -> TokenKind {
        let start = self.at;
        let mut pattern = String::new();
        let mut chars = self.text[start + 1..].char_indices();
        while let Some((n, c)) = chars.next() {
            match c {
                '/' => {
                    self.at = start + 1 + n + 1;
                    return TokenKind::Regex(pattern);
                }
                '\\' => match chars.next() {
                    Some((_, '/')) => pattern.push('/'),
                    Some((_, c)) => pattern.extend(['\\', c]),
                    None => break,
                },
                _ => pattern.push(c),
            }
        }
        self.unclosed(start, "this regular expression is never closed", "end it with /")
    }

    fn word(&mut self) -> TokenKind {
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
                return TokenKind::Field(word.to_owned());
            }
            _ => {}
        }
        if let Some(name) = word.strip_prefix('@') {
            if name.is_empty() {
                return self.broken(start, "'@' stands without a list's name".into(), "write @name");
            }
            return TokenKind::List(name.to_owned());
        }
        if let Some(kind) = self.operator(word, start) {
            return kind;
        }
        match habit(word) {
            Some(hint) => self.broken(start, format!("{} is not part of the language", in_quotes(word)), &hint),
            None => TokenKind::Word(word.to_owned()),
        }
    }

    /// `word` as an operator; if it is misspelled, that is reported, and the operator that
    /// was meant is returned.
    fn operator(&mut self, word: &str, start: usize) -> Option<TokenKind> {
        let upper = word.to_ascii_uppercase();
        let (name, number) = upper.split_once('/').unwrap_or((&upper, ""));
        let kind = match (name, number) {
            ("AND", "") => TokenKind::And,
            ("OR", "") => TokenKind::Or,
            ("NOT", "") => TokenKind::Not,
            ("BECAUSE", "") => TokenKind::Because,
            ("NEAR" | "ONEAR" | "ATLEAST" | "SCORE", "") if word != upper => return None,
            ("NEAR" | "ONEAR" | "ATLEAST" | "SCORE", _) => return Some(self.numbered(word, name, number, start)),
            _ => return points(word),
        };
        if word != upper {
            let hint = format!("write {upper}, or \"{word}\" in quotes for the word");
            self.error(start, format!("operators are written in upper case, {} is not", in_quotes(word)), &hint);
        }
        Some(kind)
    }

    fn numbered(&mut self, word: &str, name: &str, number: &str, start: usize) -> TokenKind {
        let example = match name {
            "ATLEAST" => "ATLEAST/2",
            "SCORE" => "SCORE/6",
            "NEAR" => "NEAR/10",
            _ => "ONEAR/10",
        };
        let read = number.parse::<u32>().ok().filter(|n| *n <= 1_000_000 && (*n > 0 || name == "SCORE"));
        if word.starts_with(|c: char| c.is_ascii_lowercase()) {
            let hint = format!("write {name}/{number}, or \"{word}\" in quotes for the word");
            self.error(start, format!("operators are written in upper case, {} is not", in_quotes(word)), &hint);
        } else if read.is_none() {
            self.error(
                start,
                format!("{name} needs a number, {} has none", in_quotes(word)),
                &format!("write {example}"),
            );
        }
        let n = read.unwrap_or(1);
        match name {
            "SCORE" => TokenKind::Score(n.cast_signed()),
            "ATLEAST" => TokenKind::AtLeast(n),
            "NEAR" => TokenKind::Near(Order::Any, n),
            _ => TokenKind::Near(Order::AsWritten, n),
        }
    }
}

fn is_quote(c: char) -> bool {
    matches!(c, '"' | '“' | '”' | '„')
}

fn points(word: &str) -> Option<TokenKind> {
    let digits = word.strip_prefix(['+', '-'])?;
    if digits.is_empty() || digits.len() > 6 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    word.parse().ok().map(TokenKind::Points)
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
