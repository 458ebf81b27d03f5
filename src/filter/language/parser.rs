//! Expressions out of text, by recursive descent.
//!
//! ```text
//! expr  = and *( "OR" and )          and  = not *( "AND" not )
//! not   = "NOT" not / near           near = prim *( ("NEAR/" n / "ONEAR/" n) prim )
//! prim  = "(" expr ")" / field ":" prim / field ":/" regex "/" / "ATLEAST/" n prim / "@" name / word / "phrase"
//!         / "SCORE/" n "(" 1*( sign number expr "BECAUSE" text ) ")"
//! ```
//!
//! A mistake is reported and left out; reading then goes on at the next operator, or at the
//! end of the parentheses or of the part of a score. So all mistakes are reported at once,
//! and each of them once.

use super::ast::{Award, Expr, ExprSpan, FieldName};
use super::error::{MOST_PROBLEMS, SyntaxError};
use super::lexer::{FilterToken, TokenKind, tokens};
use super::misplaced::{self, starts_prim};

/// What could stand where an expression begins.
const TERM: &str = "a term, a list, a field or \"(\"";

/// How deep expressions may nest: anybody may send queries.
const DEEPEST: usize = crate::limits::FILTER_DEPTH.count();

/// Reads an expression.
///
/// # Errors
/// All mistakes, in the order of the text.
pub(in crate::filter) fn parse(text: &str) -> Result<Expr, Vec<SyntaxError>> {
    let (expr, errors) = read(text);
    if errors.is_empty() { Ok(expr) } else { Err(errors) }
}

/// Reads what can be read of an expression, and returns all mistakes with it.
pub(in crate::filter) fn read(text: &str) -> (Expr, Vec<SyntaxError>) {
    let (tokens, errors) = tokens(text);
    let is_cut = errors.len() == MOST_PROBLEMS || tokens.last().is_some_and(|token| token.kind == TokenKind::Unclosed);
    let mut parser = Parser { text, tokens, at: 0, depth: 0, chained: 0, awards: 0, is_cut, errors };
    let expr = parser.whole(Until::End);
    let mut errors = parser.errors;
    errors.sort_by_key(|error| error.offset);
    errors.truncate(MOST_PROBLEMS);
    (expr, errors)
}

/// A mistake that has been reported.
struct AlreadyTold;

/// What ends an expression.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Until {
    End,
    Close,
    Because,
}

impl Until {
    /// What could stand in the place of a mistake.
    fn expected(self) -> &'static str {
        match self {
            Until::End => "AND, OR or the end",
            Until::Close => "AND, OR or \")\"",
            Until::Because => "BECAUSE",
        }
    }
}

struct Parser<'t> {
    text: &'t str,
    tokens: Vec<FilterToken>,
    at: usize,
    depth: usize,
    /// How many NEARs in the whole expression follow another in a chain.
    chained: usize,
    /// How many scores are being read, nested in one another.
    awards: usize,
    /// Whether the rest of the text is not read, so that nothing is reported missing at its
    /// end.
    is_cut: bool,
    errors: Vec<SyntaxError>,
}

impl Parser<'_> {
    fn peek(&self) -> Option<&TokenKind> {
        self.tokens.get(self.at).map(|t| &t.kind)
    }

    /// Takes the next token if it is `kind`.
    fn take(&mut self, kind: &TokenKind) -> bool {
        let taken = self.peek() == Some(kind);
        self.at += usize::from(taken);
        taken
    }

    /// Takes the next token if it is a mistake that may stand for an operator.
    fn take_broken(&mut self) -> bool {
        self.take(&TokenKind::Broken) || self.take(&TokenKind::Unclosed)
    }

    /// An expression, up to `until`.
    fn whole(&mut self, until: Until) -> Expr {
        let mut sides = vec![self.or()];
        while let Some(kind) = self.peek() {
            match kind {
                TokenKind::Close if until != Until::End => break,
                TokenKind::Because if until == Until::Because => break,
                // Parentheses left open in a part of a score end with it.
                TokenKind::Because if self.awards > 0 => {
                    self.unexpected(until.expected());
                    break;
                }
                _ => {}
            }
            self.unexpected(until.expected());
            self.at += 1;
            self.skip();
            if self.take(&TokenKind::And) || self.take(&TokenKind::Or) {
                sides.push(self.or());
            }
        }
        if sides.len() == 1 { sides.remove(0) } else { Expr::Or(sides) }
    }

    fn or(&mut self) -> Expr {
        let mut sides = vec![self.and()];
        while self.take(&TokenKind::Or) {
            sides.push(self.and());
        }
        if sides.len() == 1 { sides.remove(0) } else { Expr::Or(sides) }
    }

    fn and(&mut self) -> Expr {
        let mut sides = vec![self.side()];
        loop {
            if self.take(&TokenKind::And) {
                sides.push(self.side());
                continue;
            }
            let was_broken = self.at.checked_sub(1).is_some_and(|n| self.tokens[n].kind == TokenKind::Broken);
            let is_joined = self.take_broken() || was_broken;
            if !is_joined || !self.peek().is_some_and(starts_prim) {
                break;
            }
            sides.push(self.side());
        }
        if sides.len() == 1 { sides.remove(0) } else { Expr::And(sides) }
    }

    /// One side of an AND; after a mistake, skips to the next operator.
    fn side(&mut self) -> Expr {
        self.not().unwrap_or_else(|AlreadyTold| {
            self.skip();
            nothing()
        })
    }

    /// Skips to the next operator or end.
    fn skip(&mut self) {
        match self.awards {
            0 => self.skip_to(|kind| matches!(kind, TokenKind::And | TokenKind::Or)),
            _ => self.skip_to(|kind| {
                matches!(kind, TokenKind::And | TokenKind::Or | TokenKind::Because | TokenKind::Points(_))
            }),
        }
    }

    /// Skips to the next `stop` outside of nested parentheses, or to the end of the
    /// enclosing ones.
    fn skip_to(&mut self, stop: fn(&TokenKind) -> bool) {
        let mut open = 0_usize;
        while let Some(kind) = self.peek() {
            match kind {
                TokenKind::Open => open += 1,
                TokenKind::Close if open > 0 => open -= 1,
                kind if open == 0 && (*kind == TokenKind::Close || stop(kind)) => return,
                _ => {}
            }
            self.at += 1;
        }
    }

    fn not(&mut self) -> Result<Expr, AlreadyTold> {
        if self.take(&TokenKind::Not) {
            return Ok(Expr::Not(Box::new(self.deeper(Parser::not)?)));
        }
        self.near()
    }

    fn near(&mut self) -> Result<Expr, AlreadyTold> {
        let mut left = self.prim()?;
        let mut is_chain = false;
        while let Some(&TokenKind::Near(order, words)) = self.peek() {
            let at = ExprSpan(self.tokens[self.at].start);
            // A chain nests to the left, wherever it stands.
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

    fn prim(&mut self) -> Result<Expr, AlreadyTold> {
        let Some(token) = self.tokens.get(self.at).cloned() else {
            return Err(self.unexpected(TERM));
        };
        let at = ExprSpan(token.start);
        self.at += 1;
        match token.kind {
            TokenKind::Word(text) | TokenKind::Phrase(text) => Ok(Expr::Term { text, at }),
            TokenKind::List(name) => Ok(Expr::List { name, at }),
            TokenKind::Regex(pattern) => Ok(Expr::Regex { pattern, at }),
            TokenKind::Broken | TokenKind::Unclosed => Ok(nothing()),
            TokenKind::Open => {
                let inner = self.deeper(|parser| Ok(parser.whole(Until::Close)))?;
                self.close(token.start);
                Ok(inner)
            }
            TokenKind::Field(name) => self.field(&name, at),
            TokenKind::AtLeast(count) => Ok(Expr::AtLeast { count, inner: Box::new(self.deeper(Parser::prim)?), at }),
            TokenKind::Score(threshold) => self.score(threshold, at),
            _ => {
                self.at -= 1;
                Err(self.unexpected(TERM))
            }
        }
    }

    fn field(&mut self, name: &str, at: ExprSpan) -> Result<Expr, AlreadyTold> {
        let Some(field) = FieldName::named(name) else {
            self.tell(|parser| misplaced::field(parser.text, name, at.0));
            // Most often this is a URL, and its slashes are no regular expression.
            let is_url = matches!(self.peek(), Some(TokenKind::Regex(_)));
            return if is_url { Err(AlreadyTold) } else { self.deeper(Parser::prim) };
        };
        Ok(Expr::In { field, inner: Box::new(self.deeper(Parser::prim)?), at })
    }

    fn score(&mut self, threshold: i32, at: ExprSpan) -> Result<Expr, AlreadyTold> {
        let open = self.tokens.get(self.at).map_or(self.text.len(), |t| t.start);
        if !self.take(&TokenKind::Open) {
            return Err(self.unexpected("\"(\""));
        }
        self.awards += 1;
        let awards = self.deeper(Parser::awards);
        self.awards -= 1;
        self.close(open);
        Ok(Expr::Score { threshold, awards: awards?, at })
    }

    /// The parts of a score, up to its `)`.
    fn awards(&mut self) -> Result<Vec<Award>, AlreadyTold> {
        let mut awards = Vec::new();
        while let Some(&TokenKind::Points(points)) = self.peek() {
            let at = ExprSpan(self.tokens[self.at].start);
            self.at += 1;
            let expr = self.whole(Until::Because);
            if let Ok(because) = self.because() {
                awards.push(Award { points, expr, because, at });
            } else {
                self.skip_to(|kind| matches!(kind, TokenKind::Points(_)));
            }
        }
        let is_begun = self.tokens[self.at - 1].kind != TokenKind::Open;
        if !is_begun || !matches!(self.peek(), None | Some(TokenKind::Close)) {
            let told = self.unexpected("points, as in +8,");
            self.skip_to(|_| false);
            return Err(told);
        }
        Ok(awards)
    }

    /// The reason of a part of a score.
    fn because(&mut self) -> Result<String, AlreadyTold> {
        if !self.take(&TokenKind::Because) {
            let told = self.unexpected(Until::Because.expected());
            // Past a parenthesis that was never opened.
            if !self.tokens.get(self.at + 1).is_some_and(|token| token.kind == TokenKind::Because) {
                return Err(told);
            }
            self.at += 2;
        }
        match self.peek().cloned() {
            Some(TokenKind::Phrase(because)) => {
                self.at += 1;
                Ok(because)
            }
            _ => Err(self.unexpected("the reason in quotes")),
        }
    }

    /// Takes the `)` that ends what was opened at byte `open`.
    fn close(&mut self, open: usize) {
        if self.take(&TokenKind::Close) || self.is_cut || self.peek().is_some() {
            return;
        }
        let hint = Some("add \")\"".to_owned());
        self.tell(|parser| SyntaxError::at(parser.text, open, "this \"(\" is never closed".into(), hint));
    }

    fn deeper<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T, AlreadyTold>) -> Result<T, AlreadyTold> {
        if self.depth == DEEPEST {
            return Err(self.too_deep());
        }
        self.depth += 1;
        let read = read(self);
        self.depth -= 1;
        read
    }

    /// Reports a mistake; after too many of them nothing further is read.
    fn tell(&mut self, error: impl FnOnce(&Self) -> SyntaxError) -> AlreadyTold {
        if self.errors.len() < MOST_PROBLEMS {
            let error = error(self);
            self.errors.push(error);
        } else {
            self.give_up();
        }
        AlreadyTold
    }

    fn give_up(&mut self) {
        self.at = self.tokens.len();
        self.is_cut = true;
    }

    fn too_deep(&mut self) -> AlreadyTold {
        let at = self.tokens.get(self.at).map_or(self.text.len(), |t| t.start);
        let message = format!("the expression nests deeper than {DEEPEST} levels");
        self.tell(|parser| SyntaxError::at(parser.text, at, message, None));
        self.give_up();
        AlreadyTold
    }

    /// Reports that the next token is in the wrong place, where `expected` is what could
    /// stand there.
    fn unexpected(&mut self, expected: &str) -> AlreadyTold {
        let is_told = match self.peek() {
            None => self.is_cut,
            Some(kind) => matches!(kind, TokenKind::Broken | TokenKind::Unclosed),
        };
        if is_told {
            AlreadyTold
        } else {
            self.tell(|parser| misplaced::token(parser.text, &parser.tokens, parser.at, expected))
        }
    }
}

/// Takes the place of a part with a mistake.
fn nothing() -> Expr {
    Expr::Or(Vec::new())
}
