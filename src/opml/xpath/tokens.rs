//! The tokens of an expression (XPath 1.0 §3.7).

use std::fmt;

use crate::text::quote::in_quotes;

/// One token.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Token<'t> {
    Name(&'t str),
    Literal(&'t str),
    Number(&'t str),
    Sign(&'t str),
}

impl fmt::Display for Token<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Token::Literal(text) => write!(f, "the text {}", crate::text::quote::in_quotes(text)),
            Token::Name(text) | Token::Number(text) | Token::Sign(text) => write!(f, "`{text}`"),
        }
    }
}

/// Signs, longer ones first.
const SIGNS: [&str; 20] =
    ["//", "::", "..", "!=", "<=", ">=", "/", ".", "@", "[", "]", "(", ")", "|", ",", "=", "<", ">", "*", "+"];

/// Tokens with a place among them.
pub struct Tokens<'t> {
    all: Vec<Token<'t>>,
    at: usize,
}

impl<'t> Tokens<'t> {
    /// All tokens of `text`.
    ///
    /// # Errors
    /// A character that is none, a literal without its end.
    pub fn of(text: &'t str) -> Result<Tokens<'t>, String> {
        let mut all = Vec::new();
        let mut rest = text.trim_start();
        while let Some(c) = rest.chars().next() {
            let (token, length) = if c == '"' || c == '\'' {
                let end = rest[1..].find(c).ok_or("a text in quotation marks is not closed")?;
                (Token::Literal(&rest[1..=end]), end + 2)
            } else if c.is_ascii_digit() {
                let length = rest.bytes().take_while(u8::is_ascii_digit).count();
                (Token::Number(&rest[..length]), length)
            } else if c.is_ascii_alphabetic() || c == '_' {
                let length = rest.bytes().take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_')).count();
                (Token::Name(&rest[..length]), length)
            } else {
                let sign = SIGNS.into_iter().find(|sign| rest.starts_with(sign));
                let sign =
                    sign.ok_or_else(|| format!("{} has no counterpart", in_quotes(c.encode_utf8(&mut [0; 4]))))?;
                (Token::Sign(&rest[..sign.len()]), sign.len())
            };
            all.push(token);
            rest = rest[length..].trim_start();
        }
        Ok(Tokens { all, at: 0 })
    }

    /// The next token.
    pub fn peek(&self) -> Option<Token<'t>> {
        self.all.get(self.at).copied()
    }

    /// The next token, if it is a sign.
    pub fn sign(&self) -> Option<&'t str> {
        match self.peek() {
            Some(Token::Sign(sign)) => Some(sign),
            _ => None,
        }
    }

    pub fn skip(&mut self) {
        self.at += 1;
    }

    /// Passes over `sign` if it is next.
    pub fn takes(&mut self, sign: &str) -> bool {
        let is_next = self.sign() == Some(sign);
        self.at += usize::from(is_next);
        is_next
    }

    /// Takes the next token if it is a name.
    pub fn name(&mut self) -> Option<&'t str> {
        let Some(Token::Name(name)) = self.peek() else { return None };
        self.at += 1;
        Some(name)
    }

    /// Takes the next token if it is a number.
    pub fn number(&mut self) -> Option<&'t str> {
        let Some(Token::Number(number)) = self.peek() else { return None };
        self.at += 1;
        Some(number)
    }

    /// Takes the next token if it is a text in quotation marks.
    pub fn literal(&mut self) -> Option<&'t str> {
        let Some(Token::Literal(text)) = self.peek() else { return None };
        self.at += 1;
        Some(text)
    }

    /// Passes over the name `word` if it is next.
    pub fn takes_word(&mut self, word: &str) -> bool {
        let is_next = self.is_name(0, word);
        self.at += usize::from(is_next);
        is_next
    }

    pub fn is_name(&self, ahead: usize, name: &str) -> bool {
        self.all.get(self.at + ahead) == Some(&Token::Name(name))
    }

    pub fn is_sign(&self, ahead: usize, sign: &str) -> bool {
        self.all.get(self.at + ahead) == Some(&Token::Sign(sign))
    }

    /// Whether the next tokens call this function.
    pub fn call(&self, name: &str) -> bool {
        self.is_name(0, name) && self.is_sign(1, "(")
    }

    /// Passes over a call without arguments.
    pub fn skip_call(&mut self) {
        self.at += 3;
    }

    /// Whether `1]` is next.
    pub fn is_one(&self) -> bool {
        self.peek() == Some(Token::Number("1")) && self.is_sign(1, "]")
    }
}
