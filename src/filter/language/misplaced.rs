//! Errors for words and signs that are in the wrong place.

use crate::text::quote::in_quotes;

use super::ast::FIELDS;
use super::error::{SyntaxError, likely};
use super::lexer::{FilterToken, TokenKind};

/// The error for a field that the language does not know.
pub(super) fn field(text: &str, name: &str, at: usize) -> SyntaxError {
    let hint = match likely(name, FIELDS.iter().map(|(_, name)| *name)) {
        Some(field) => format!("did you mean {field}:?"),
        None => {
            "fields are title, lead, body, hlead, any, author, category, url, wire, issuer, dateline, place, country, \
                 notice, lang, source, tag, published, age; a colon within a term needs quotes"
                .to_owned()
        }
    };
    SyntaxError::at(text, at, format!("there is no field {}", in_quotes(name)), Some(hint))
}

/// The error for token `at` of `tokens`, where `expected` is what could stand there.
pub(super) fn token(text: &str, tokens: &[FilterToken], at: usize, expected: &str) -> SyntaxError {
    let Some(token) = tokens.get(at) else {
        let message = format!("expected {expected} but the expression ends");
        return SyntaxError::at(text, text.len(), message, None);
    };
    let found = &text[token.start..token.end];
    let before = at.checked_sub(1).map(|n| &tokens[n]);
    if let Some(before) = before.filter(|b| ends_prim(&b.kind) && starts_prim(&token.kind)) {
        let left = &text[before.start..before.end];
        let message = format!("nothing joins {left} and {found}");
        let mut hint = format!("write {left} AND {found}, {left} OR {found}");
        if let (TokenKind::Word(a), TokenKind::Word(b)) = (&before.kind, &token.kind) {
            hint = format!("{hint}, or \"{a} {b}\" for the phrase");
        }
        return SyntaxError::at(text, token.start, message, Some(hint));
    }
    let hint = match token.kind {
        TokenKind::Points(_) => {
            Some(format!("points belong into SCORE/n(…); write \"{found}\" in quotes for the text"))
        }
        TokenKind::Close => Some("check the parentheses".to_owned()),
        _ => None,
    };
    SyntaxError::at(text, token.start, format!("expected {expected} but found {found}"), hint)
}

fn ends_prim(kind: &TokenKind) -> bool {
    matches!(
        kind,
        TokenKind::Word(_) | TokenKind::Phrase(_) | TokenKind::Regex(_) | TokenKind::List(_) | TokenKind::Close
    )
}

/// Whether an expression may begin with it.
pub(super) fn starts_prim(kind: &TokenKind) -> bool {
    matches!(
        kind,
        TokenKind::Word(_)
            | TokenKind::Phrase(_)
            | TokenKind::List(_)
            | TokenKind::Open
            | TokenKind::Field(_)
            | TokenKind::AtLeast(_)
            | TokenKind::Score(_)
            | TokenKind::Not
    )
}
