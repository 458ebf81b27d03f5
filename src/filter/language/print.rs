//! Prints expressions so that they parse to the same expression.

use std::fmt::{self, Display, Formatter};

use super::ast::{Award, Expr, Order};
use super::lexer;

/// How tightly an expression binds.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Bond {
    Or,
    And,
    Not,
    Near,
    Prim,
}

impl Expr {
    fn bond(&self) -> Bond {
        match self {
            Expr::Or(_) => Bond::Or,
            Expr::And(_) => Bond::And,
            Expr::Not(_) => Bond::Not,
            Expr::Near { .. } => Bond::Near,
            _ => Bond::Prim,
        }
    }

    fn write(&self, least: Bond, f: &mut Formatter<'_>) -> fmt::Result {
        if self.bond() < least { write!(f, "({self})") } else { write!(f, "{self}") }
    }
}

impl Display for Expr {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Expr::Term { text, .. } if lexer::is_bare(text) => f.write_str(text),
            Expr::Term { text, .. } => quote(text, f),
            Expr::Regex { pattern, .. } => write!(f, "/{}/", pattern.replace('/', "\\/")),
            Expr::List { name, .. } => write!(f, "@{name}"),
            Expr::In { field, inner, .. } => {
                write!(f, "{}:", field.as_str())?;
                inner.write(Bond::Prim, f)
            }
            Expr::Not(inner) => {
                f.write_str("NOT ")?;
                inner.write(Bond::Not, f)
            }
            Expr::And(sides) => joined(sides, " AND ", Bond::Not, f),
            Expr::Or(sides) => joined(sides, " OR ", Bond::And, f),
            Expr::Near { order, words, left, right, .. } => {
                left.write(Bond::Near, f)?;
                write!(f, " {}/{words} ", order.as_str())?;
                right.write(Bond::Prim, f)
            }
            Expr::AtLeast { count, inner, .. } => {
                write!(f, "ATLEAST/{count} ")?;
                inner.write(Bond::Prim, f)
            }
            Expr::Score { threshold, awards, .. } => {
                write!(f, "SCORE/{threshold}(")?;
                for (n, Award { points, expr, because, .. }) in awards.iter().enumerate() {
                    write!(f, "{}{points:+} {expr} BECAUSE ", if n > 0 { " " } else { "" })?;
                    quote(because, f)?;
                }
                f.write_str(")")
            }
        }
    }
}

impl Order {
    /// The operator's name.
    pub fn as_str(self) -> &'static str {
        match self {
            Order::Any => "NEAR",
            Order::AsWritten => "ONEAR",
        }
    }
}

fn joined(sides: &[Expr], word: &str, least: Bond, f: &mut Formatter<'_>) -> fmt::Result {
    for (n, side) in sides.iter().enumerate() {
        if n > 0 {
            f.write_str(word)?;
        }
        side.write(least, f)?;
    }
    Ok(())
}

fn quote(text: &str, f: &mut Formatter<'_>) -> fmt::Result {
    write!(f, "\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}
