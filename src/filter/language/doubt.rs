//! Parts of an expression that can never match: valid, but surely not what the author
//! meant.

use crate::filter::TermList;
use crate::model::newswire::NoticeKind;
use crate::text::quote::in_quotes;

use super::ast::{Award, Expr, FieldName};
use super::error::{SyntaxError, likely};
use super::parser;

/// What the configuration knows by name.
#[derive(Clone, Debug, Default)]
pub struct ConfiguredNames<'n> {
    /// Ids of sources.
    pub sources: Vec<&'n str>,
    /// Their tags.
    pub tags: Vec<&'n str>,
}

/// The parts of `expression` that can never hold, each with its place. Empty for an
/// expression that cannot be read, which is an error of its own.
pub fn doubts(expression: &str, lists: &[TermList], names: &ConfiguredNames<'_>) -> Vec<SyntaxError> {
    let mut doubter = Doubter { text: expression, lists, names, found: Vec::new() };
    if let Ok(expr) = parser::parse(expression) {
        doubter.look(&expr, FieldName::Any);
    }
    doubter.found
}

/// Notation of another search language in a term, which is taken literally here: where it
/// is, what it is, and what to write instead.
pub fn habit(term: &str) -> Option<SyntaxError> {
    let told = |at: usize, message: &str, hint: &str| {
        Some(SyntaxError::at(term, at, message.to_owned(), Some(hint.to_owned())))
    };
    if let Some(at) = blank_in_braces(term) {
        return told(at, "a blank within braces belongs to the spelling", "leave it out: cit{y,ies}");
    }
    if term.len() > 2 && term.starts_with('/') && term.ends_with('/') {
        return told(0, "a regular expression needs a field; this is the text itself", "write title:/…/");
    }
    let is_one_word = !term.contains(char::is_whitespace);
    let sign = term.char_indices().zip(term.chars().skip(1).map(Some).chain([None])).find(|((at, sign), next)| {
        let after_letter = term[..*at].chars().next_back().is_some_and(char::is_alphanumeric);
        after_letter
            && match sign {
                '?' => is_one_word && next.is_none_or(char::is_alphanumeric),
                '$' => next.is_some_and(|c| c.is_ascii_digit()),
                _ => false,
            }
    });
    let ((at, sign), _) = sign?;
    told(at, &format!("{sign} stands for itself"), "write {a,b} for each of some letters, * for any ending")
}

fn blank_in_braces(term: &str) -> Option<usize> {
    let open = term.find('{')?;
    let inner = &term[open..][..term[open..].find('}')?];
    let blank = inner.find(", ").or_else(|| inner.find("{ ")).map(|at| open + at + 1);
    // "{, of understanding}" is an ending with a blank of its own.
    blank.filter(|at| !term[..*at].ends_with("{,"))
}

struct Doubter<'d> {
    text: &'d str,
    lists: &'d [TermList],
    names: &'d ConfiguredNames<'d>,
    found: Vec<SyntaxError>,
}

impl Doubter<'_> {
    fn look(&mut self, expr: &Expr, field: FieldName) {
        match expr {
            Expr::Term { text, at } => {
                if let Some(habit) = habit(text).filter(|_| !field.is_exact()) {
                    self.doubt(at.0, format!("{text}: {}", habit.message), habit.hint);
                }
                self.value(field, text, at.0);
            }
            Expr::List { .. } | Expr::Regex { .. } => {}
            Expr::In { field, inner, at } => {
                if is_empty_yet(*field) {
                    let message = format!("{}: is empty in this version: it matches nothing", field.as_str());
                    self.doubt(at.0, message, None);
                }
                self.look(inner, *field);
            }
            Expr::Not(inner) => self.look(inner, field),
            Expr::And(sides) | Expr::Or(sides) => sides.iter().for_each(|side| self.look(side, field)),
            Expr::Near { left, right, at, order, .. } => {
                if fields(left, field) & fields(right, field) == 0 {
                    let message = format!("the sides of this {} are never in one field", order.as_str());
                    self.doubt(at.0, message, Some("write title:(… NEAR/n …), or AND".to_owned()));
                }
                [left, right].into_iter().for_each(|side| self.look(side, field));
            }
            Expr::AtLeast { count, inner, at } => {
                self.at_least(*count, inner, at.0);
                self.look(inner, field);
            }
            Expr::Score { threshold, awards } => {
                self.score(*threshold, awards);
                awards.iter().for_each(|award| self.look(&award.expr, field));
            }
        }
    }

    /// Doubts an ATLEAST that asks for more terms than there are.
    fn at_least(&mut self, count: u32, inner: &Expr, at: usize) {
        let terms = self.terms(inner);
        if (count as usize) > terms {
            self.doubt(at, format!("ATLEAST/{count} of {terms} terms can never hold"), None);
        }
    }

    /// Doubts a SCORE that asks for more points than there are.
    fn score(&mut self, threshold: i32, awards: &[Award]) {
        let most: i64 = awards.iter().map(|award| i64::from(award.points.max(0))).sum();
        if i64::from(threshold) > most {
            let at = self.text.find("SCORE/").unwrap_or_default();
            self.doubt(at, format!("SCORE/{threshold} of {most} points can never hold"), None);
        }
    }

    /// A value that is compared as a whole.
    fn value(&mut self, field: FieldName, value: &str, at: usize) {
        let (known, what) = match field {
            FieldName::Source => (&self.names.sources, "source"),
            FieldName::Tag => (&self.names.tags, "tag"),
            FieldName::Lang if value.contains('*') => {
                let hint = format!("varieties are included: write lang:{}", value.trim_end_matches(['*', '-']));
                return self.doubt(at, "lang: takes no *".to_owned(), Some(hint));
            }
            FieldName::Notice => {
                let kinds = NoticeKind::ALL.map(NoticeKind::as_str);
                if !kinds.contains(&value) && !value.ends_with('*') {
                    let hint = format!("kinds are {}", kinds.join(", "));
                    self.doubt(at, format!("no notice is called {}", in_quotes(value)), Some(hint));
                }
                return;
            }
            _ => return,
        };
        let is = |name: &&&str| match value.strip_suffix('*') {
            Some(stem) => name.starts_with(stem),
            None => **name == value,
        };
        if known.iter().find(is).is_some() {
            return;
        }
        let hint = likely(value, known.iter().copied()).map(|near| format!("did you mean {near}?"));
        self.doubt(at, format!("no {what} is called {}", in_quotes(value)), hint);
    }

    /// How many terms there are to find.
    fn terms(&self, expr: &Expr) -> usize {
        match expr {
            Expr::Term { .. } => 1,
            Expr::List { name, .. } => {
                self.lists.iter().find(|list| list.name == *name).map_or(usize::MAX, |list| list.terms.len())
            }
            Expr::In { inner, .. } => self.terms(inner),
            Expr::Or(sides) => sides.iter().map(|side| self.terms(side)).fold(0, usize::saturating_add),
            _ => usize::MAX,
        }
    }

    fn doubt(&mut self, at: usize, message: String, hint: Option<String>) {
        self.found.push(SyntaxError::at(self.text, at, message, hint));
    }
}

/// Fields reserved for what later versions know.
fn is_empty_yet(field: FieldName) -> bool {
    field == FieldName::Copies
}

/// The texts that may hold the terms of one side of a NEAR, a bit for each.
fn fields(expr: &Expr, field: FieldName) -> u8 {
    match expr {
        Expr::In { field, inner, .. } => fields(inner, *field),
        Expr::Or(sides) => sides.iter().fold(0, |all, side| all | fields(side, field)),
        Expr::Near { left, right, .. } => fields(left, field) & fields(right, field),
        _ => match field {
            FieldName::Title => 1,
            // The lead is the beginning of the body.
            FieldName::Lead | FieldName::Body => 2,
            FieldName::Author => 4,
            FieldName::Category => 8,
            FieldName::Url => 16,
            FieldName::Wire => 32,
            FieldName::Issuer => 64,
            FieldName::Dateline => 128,
            FieldName::Hlead | FieldName::Any | FieldName::Place | FieldName::Country => 3,
            // Other fields are reported elsewhere.
            _ => u8::MAX,
        },
    }
}
