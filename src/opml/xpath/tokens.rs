//! The tokens of an expression (XPath 1.0 §3.7).

use std::fmt;

use crate::text::quote::in_quotes;

/// One token.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PathToken<'t> {
    Name(&'t str),
    Literal(&'t str),
    Number(&'t str),
    Sign(&'t str),
}

impl fmt::Display for PathToken<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PathToken::Literal(text) => write!(f, "the text {}", crate::text::quote::in_quotes(text)),
            PathToken::Name(text) | PathToken::Number(text) | PathToken::Sign(text) => write!(f, "`{text}`"),
        }
    }
}

/// Signs, longer ones first.
const SIGNS: [&str; 20] =
    ["//", "::", "..", "!=", "<=", ">=", "/", ".", "@", "[", "]", "(", ")", "|", ",", "=", "<", ">", "*", "+"];

/// Tokens, and a position among them.
pub struct PathTokens<'t> {
    all: Vec<PathToken<'t>>,
    at: usize,
}

impl<'t> PathTokens<'t> {
    /// All tokens of `text`.
    ///
    /// # Errors
    /// A character that begins no token, or a literal without its end.
    pub fn of(text: &'t str) -> Result<PathTokens<'t>, String> {
        let mut all = Vec::new();
        let mut rest = text.trim_start();
        while let Some(c) = rest.chars().next() {
            let (token, length) = if c == '"' || c == '\'' {
                let end = rest[1..].find(c).ok_or("a text in quotation marks is not closed")?;
                (PathToken::Literal(&rest[1..=end]), end + 2)
            } else if c.is_ascii_digit() {
                let length = rest.bytes().take_while(u8::is_ascii_digit).count();
                (PathToken::Number(&rest[..length]), length)
            } else if c.is_ascii_alphabetic() || c == '_' {
                let length = rest.bytes().take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_')).count();
                (PathToken::Name(&rest[..length]), length)
            } else {
                let sign = SIGNS.into_iter().find(|sign| rest.starts_with(sign));
                let sign =
                    sign.ok_or_else(|| format!("{} has no counterpart", in_quotes(c.encode_utf8(&mut [0; 4]))))?;
                (PathToken::Sign(&rest[..sign.len()]), sign.len())
            };
            all.push(token);
            rest = rest[length..].trim_start();
        }
        Ok(PathTokens { all, at: 0 })
    }

    /// The next token.
    pub fn peek(&self) -> Option<PathToken<'t>> {
        self.all.get(self.at).copied()
    }

    /// The next token, if it is a sign.
    pub fn sign(&self) -> Option<&'t str> {
        match self.peek() {
            Some(PathToken::Sign(sign)) => Some(sign),
            _ => None,
        }
    }

    /// Skips the next token, whatever it is.
    pub fn skip(&mut self) {
        self.at += 1;
    }

    /// Skips `sign` if it is next.
    pub fn takes(&mut self, sign: &str) -> bool {
        let is_next = self.sign() == Some(sign);
        self.at += usize::from(is_next);
        is_next
    }

    /// Takes the next token if it is a name.
    pub fn name(&mut self) -> Option<&'t str> {
        let Some(PathToken::Name(name)) = self.peek() else { return None };
        self.at += 1;
        Some(name)
    }

    /// Takes the next token if it is a number.
    pub fn number(&mut self) -> Option<&'t str> {
        let Some(PathToken::Number(number)) = self.peek() else { return None };
        self.at += 1;
        Some(number)
    }

    /// Takes the next token if it is a text in quotation marks.
    pub fn literal(&mut self) -> Option<&'t str> {
        let Some(PathToken::Literal(text)) = self.peek() else { return None };
        self.at += 1;
        Some(text)
    }

    /// Skips the name `word` if it is next.
    pub fn takes_word(&mut self, word: &str) -> bool {
        let is_next = self.is_name(0, word);
        self.at += usize::from(is_next);
        is_next
    }

    /// Whether the token so many behind the next one is this name.
    pub fn is_name(&self, ahead: usize, name: &str) -> bool {
        self.all.get(self.at + ahead) == Some(&PathToken::Name(name))
    }

    /// Whether the token so many behind the next one is this sign.
    pub fn is_sign(&self, ahead: usize, sign: &str) -> bool {
        self.all.get(self.at + ahead) == Some(&PathToken::Sign(sign))
    }

    /// Whether the next tokens call this function.
    pub fn call(&self, name: &str) -> bool {
        self.is_name(0, name) && self.is_sign(1, "(")
    }

    /// Skips a call without arguments.
    pub fn skip_call(&mut self) {
        self.at += 3;
    }

    /// Whether `1]` is next.
    pub fn is_one(&self) -> bool {
        self.peek() == Some(PathToken::Number("1")) && self.is_sign(1, "]")
    }
}
