//! Expressions out of text, by recursive descent.
//!
//! ```text
//! expr  = and *( "OR" and )          and  = not *( "AND" not )
//! not   = "NOT" not / near           near = prim *( ("NEAR/" n / "ONEAR/" n) prim )
//! prim  = "(" expr ")" / field ":" prim / field ":/" regex "/" / "ATLEAST/" n prim / "@" name / word / "phrase"
//!         / "SCORE/" n "(" 1*( sign number expr "BECAUSE" text ) ")"
//! ```

use crate::text::quote::in_quotes;

use super::ast::{Award, Expr, FIELDS, FieldName, Place};
use super::error::{SyntaxError, likely};
use super::lexer::{Kind, Token, tokens};

/// How deep expressions may nest; queries come from anybody.
const DEEPEST: usize = crate::limits::FILTER_DEPTH.count();

/// Reads an expression.
pub(super) fn parse(text: &str) -> Result<Expr, SyntaxError> {
    let mut parser = Parser { text, tokens: tokens(text)?, at: 0, depth: 0, chained: 0 };
    let expr = parser.or()?;
    match parser.peek() {
        None => Ok(expr),
        Some(_) => Err(parser.unexpected("AND, OR or the end")),
    }
}

struct Parser<'t> {
    text: &'t str,
    tokens: Vec<Token>,
    at: usize,
    depth: usize,
    /// How many NEARs go on a chain, in all of the expression.
    chained: usize,
}

impl Parser<'_> {
    fn peek(&self) -> Option<&Kind> {
        self.tokens.get(self.at).map(|t| &t.kind)
    }

    /// Takes the next token if it is `kind`.
    fn take(&mut self, kind: &Kind) -> bool {
        let taken = self.peek() == Some(kind);
        self.at += usize::from(taken);
        taken
    }

    fn or(&mut self) -> Result<Expr, SyntaxError> {
        let mut sides = vec![self.and()?];
        while self.take(&Kind::Or) {
            sides.push(self.and()?);
        }
        Ok(if sides.len() == 1 { sides.remove(0) } else { Expr::Or(sides) })
    }

    fn and(&mut self) -> Result<Expr, SyntaxError> {
        let mut sides = vec![self.not()?];
        while self.take(&Kind::And) {
            sides.push(self.not()?);
        }
        Ok(if sides.len() == 1 { sides.remove(0) } else { Expr::And(sides) })
    }

    fn not(&mut self) -> Result<Expr, SyntaxError> {
        if self.take(&Kind::Not) {
            return Ok(Expr::Not(Box::new(self.deeper(Parser::not)?)));
        }
        self.near()
    }

    fn near(&mut self) -> Result<Expr, SyntaxError> {
        let mut left = self.prim()?;
        let mut is_chain = false;
        while let Some(&Kind::Near(order, words)) = self.peek() {
            let at = Place(self.tokens[self.at].start);
            // A chain nests to its left, whatever it stands in.
            self.chained += usize::from(is_chain);
            is_chain = true;
            if self.chained > DEEPEST {
                return Err(self.too_deep());
            }
            self.at += 1;
            let right = Box::new(self.prim()?);
            left = Expr::Near { order, words, left: Box::new(left), right, at };
        }
        Ok(left)
    }

    fn prim(&mut self) -> Result<Expr, SyntaxError> {
        let Some(token) = self.tokens.get(self.at).cloned() else {
            return Err(self.unexpected("a term, a list, a field or \"(\""));
        };
        let at = Place(token.start);
        self.at += 1;
        match token.kind {
            Kind::Word(text) | Kind::Phrase(text) => Ok(Expr::Term { text, at }),
            Kind::List(name) => Ok(Expr::List { name, at }),
            Kind::Regex(pattern) => Ok(Expr::Regex { pattern, at }),
            Kind::Open => {
                let inner = self.deeper(Parser::or)?;
                self.close(token.start)?;
                Ok(inner)
            }
            Kind::Field(name) => {
                let field = FieldName::named(&name).ok_or_else(|| self.unknown_field(&name, token.start))?;
                Ok(Expr::In { field, inner: Box::new(self.deeper(Parser::prim)?), at })
            }
            Kind::AtLeast(count) => Ok(Expr::AtLeast { count, inner: Box::new(self.deeper(Parser::prim)?), at }),
            Kind::Score(threshold) => self.score(threshold),
            _ => {
                self.at -= 1;
                Err(self.unexpected("a term, a list, a field or \"(\""))
            }
        }
    }

    fn score(&mut self, threshold: i32) -> Result<Expr, SyntaxError> {
        let open = self.tokens.get(self.at).map_or(self.text.len(), |t| t.start);
        if !self.take(&Kind::Open) {
            return Err(self.unexpected("\"(\""));
        }
        let mut awards = Vec::new();
        while let Some(&Kind::Points(points)) = self.peek() {
            self.at += 1;
            let expr = self.deeper(Parser::or)?;
            if !self.take(&Kind::Because) {
                return Err(self.unexpected("BECAUSE"));
            }
            let Some(Kind::Phrase(because)) = self.peek().cloned() else {
                return Err(self.unexpected("the reason in quotes"));
            };
            self.at += 1;
            awards.push(Award { points, expr, because });
        }
        if awards.is_empty() || !matches!(self.peek(), None | Some(Kind::Close)) {
            return Err(self.unexpected("points, as in +8,"));
        }
        self.close(open)?;
        Ok(Expr::Score { threshold, awards })
    }

    fn close(&mut self, open: usize) -> Result<(), SyntaxError> {
        if self.take(&Kind::Close) {
            return Ok(());
        }
        if self.peek().is_none() {
            let hint = Some("add \")\"".to_owned());
            return Err(SyntaxError::at(self.text, open, "this \"(\" is never closed".into(), hint));
        }
        Err(self.unexpected("AND, OR or \")\""))
    }

    fn deeper(&mut self, read: fn(&mut Self) -> Result<Expr, SyntaxError>) -> Result<Expr, SyntaxError> {
        if self.depth == DEEPEST {
            return Err(self.too_deep());
        }
        self.depth += 1;
        let expr = read(self);
        self.depth -= 1;
        expr
    }

    fn too_deep(&self) -> SyntaxError {
        let at = self.tokens.get(self.at).map_or(self.text.len(), |t| t.start);
        SyntaxError::at(self.text, at, format!("the expression nests deeper than {DEEPEST} levels"), None)
    }

    fn unknown_field(&self, name: &str, at: usize) -> SyntaxError {
        let hint = match likely(name, FIELDS.iter().map(|(_, name)| *name)) {
            Some(field) => format!("did you mean {field}:?"),
            None => {
                "fields are title, lead, body, hlead, any, author, category, url, lang, source, tag, published, age; \
                     a colon within a term needs quotes"
                    .to_owned()
            }
        };
        SyntaxError::at(self.text, at, format!("there is no field {}", in_quotes(name)), Some(hint))
    }

    /// The error for the next token, `expected` being what could stand there.
    fn unexpected(&self, expected: &str) -> SyntaxError {
        let Some(token) = self.tokens.get(self.at) else {
            let message = format!("expected {expected} but the expression ends");
            return SyntaxError::at(self.text, self.text.len(), message, None);
        };
        let found = &self.text[token.start..token.end];
        let before = self.at.checked_sub(1).map(|n| &self.tokens[n]);
        if let Some(before) = before.filter(|b| ends_prim(&b.kind) && starts_prim(&token.kind)) {
            let left = &self.text[before.start..before.end];
            let message = format!("nothing joins {left} and {found}");
            let mut hint = format!("write {left} AND {found}, {left} OR {found}");
            if let (Kind::Word(a), Kind::Word(b)) = (&before.kind, &token.kind) {
                hint = format!("{hint}, or \"{a} {b}\" for the phrase");
            }
            return SyntaxError::at(self.text, token.start, message, Some(hint));
        }
        let hint = match token.kind {
            Kind::Points(_) => Some(format!("points belong into SCORE/n(…); write \"{found}\" in quotes for the text")),
            Kind::Close => Some("check the parentheses".to_owned()),
            _ => None,
        };
        SyntaxError::at(self.text, token.start, format!("expected {expected} but found {found}"), hint)
    }
}

fn ends_prim(kind: &Kind) -> bool {
    matches!(kind, Kind::Word(_) | Kind::Phrase(_) | Kind::Regex(_) | Kind::List(_) | Kind::Close)
}

fn starts_prim(kind: &Kind) -> bool {
    matches!(
        kind,
        Kind::Word(_)
            | Kind::Phrase(_)
            | Kind::List(_)
            | Kind::Open
            | Kind::Field(_)
            | Kind::AtLeast(_)
            | Kind::Score(_)
            | Kind::Not
    )
}
