//! Who may read a feed.

use std::fmt;
use std::hint::black_box;

/// Who may read a feed.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum FeedAccess {
    /// Everybody.
    #[default]
    Public,
    /// Whoever has one of these tokens. The first of them stands in the links of its documents;
    /// the others are those of before, so that readers can move from one to the next.
    ByToken(Vec<FeedToken>),
}

impl FeedAccess {
    /// Whether a token is needed.
    pub fn is_private(&self) -> bool {
        *self != FeedAccess::Public
    }

    /// The token that stands in links; `None` where none is needed.
    pub(super) fn token(&self) -> Option<&FeedToken> {
        match self {
            FeedAccess::Public => None,
            FeedAccess::ByToken(tokens) => tokens.first(),
        }
    }

    /// Whether what a client sent lets it in. Each token is compared to its end, so that the time
    /// that takes tells nothing of where one differs.
    pub fn admits(&self, sent: Option<&str>) -> bool {
        match (self, sent) {
            (FeedAccess::Public, _) => true,
            (FeedAccess::ByToken(_), None) => false,
            (FeedAccess::ByToken(tokens), Some(sent)) => {
                tokens.iter().fold(false, |is_one, token| is_one | token.is(sent))
            }
        }
    }
}

/// A token is at least so long: by guessing nobody finds one.
const SHORTEST: usize = 20;

/// And no longer than this, for it stands in URLs.
const LONGEST: usize = 128;

/// What lets a reader into a private feed. It is never shown but in the links of that feed.
#[derive(Clone, PartialEq, Eq)]
pub struct FeedToken(String);

/// A text that is no token, and why.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum NoToken {
    /// Its length.
    #[error("a token has {SHORTEST} to {LONGEST} characters, and this one {0}")]
    Length(usize),
    /// It would have to be encoded in URLs.
    #[error("a token is made of letters, digits, \"-\", \"_\", \".\" and \"~\" alone")]
    Character,
}

impl FeedToken {
    /// The token of a text.
    ///
    /// # Errors
    /// Why it is none. The text is not named: it is a secret.
    pub fn new(text: &str) -> Result<FeedToken, NoToken> {
        let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '~');
        match text.chars().count() {
            length if !(SHORTEST..=LONGEST).contains(&length) => Err(NoToken::Length(length)),
            _ if text.chars().all(fits) => Ok(FeedToken(text.to_owned())),
            _ => Err(NoToken::Character),
        }
    }

    /// As it stands in links.
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    /// Compares all bytes, whatever the first ones are; only the length may be told from the time
    /// that takes.
    fn is(&self, sent: &str) -> bool {
        let (own, sent) = (self.0.as_bytes(), sent.as_bytes());
        let differ = own.iter().zip(sent).fold(0, |differ, (a, b)| black_box(differ | (a ^ b)));
        own.len() == sent.len() && differ == 0
    }
}

impl fmt::Debug for FeedToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FeedToken(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN: &str = "q7Xv-2mB9_tR4.kL8~wZ1c";

    #[test]
    fn a_token_is_compared_to_its_end_and_never_shown_o178() {
        let other = FeedToken::new(&TOKEN.replace('q', "p")).unwrap();
        let access = FeedAccess::ByToken(vec![FeedToken::new(TOKEN).unwrap(), other]);
        assert!(access.is_private() && access.admits(Some(TOKEN)) && access.admits(Some(&TOKEN.replace('q', "p"))));
        let near = [&TOKEN[1..], &TOKEN[..TOKEN.len() - 1], &format!("{TOKEN}x"), &TOKEN.replace("1c", "1d"), "", "x"];
        for sent in near {
            assert!(!access.admits(Some(sent)), "{sent}");
        }
        assert!(!access.admits(None));
        assert!(FeedAccess::Public.admits(None) && FeedAccess::Public.admits(Some("x")));
        assert!(!format!("{access:?}").contains("7Xv"), "{access:?}");
    }

    #[test]
    fn what_can_be_guessed_or_must_be_encoded_is_no_token_o178() {
        let check = |text: &str, expected: &str| {
            assert_eq!(FeedToken::new(text).unwrap_err().to_string(), expected);
        };
        check("short", "a token has 20 to 128 characters, and this one 5");
        check(&"x".repeat(129), "a token has 20 to 128 characters, and this one 129");
        for odd in ["/", "%", " ", "é", "?", "\n"] {
            let text = format!("{TOKEN}{odd}");
            check(&text, "a token is made of letters, digits, \"-\", \"_\", \".\" and \"~\" alone");
        }
    }
}
