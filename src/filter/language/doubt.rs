//! Parts of an expression that can never match: valid, but surely not what the author
//! meant.

use crate::filter::TermList;
use crate::model::newswire::NoticeKind;
use crate::text::quote::in_quotes;

use super::ast::{Award, Expr, FieldName};
use super::contrary;
use super::error::{SyntaxError, likely};
use super::parser;

/// What the configuration knows by name.
#[derive(Clone, Debug, Default)]
pub struct ConfiguredNames<'n> {
    /// Ids of sources.
    pub sources: Vec<&'n str>,
    /// Their tags.
    pub tags: Vec<&'n str>,
    /// The languages that the feed takes; empty for all.
    pub languages: Vec<&'n str>,
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
            Expr::And(sides) | Expr::Or(sides) => {
                self.contrary(expr, field);
                sides.iter().for_each(|side| self.look(side, field));
            }
            Expr::Near { left, right, at, order, .. } => {
                if fields(left, field) & fields(right, field) == 0 {
                    self.never_near(order.as_str(), at.0);
                }
                [left, right].into_iter().for_each(|side| self.look(side, field));
            }
            Expr::AtLeast { count, inner, at } => {
                self.at_least(*count, inner, at.0);
                self.look(inner, field);
            }
            Expr::Score { threshold, awards, at } => {
                self.score(*threshold, awards, at.0);
                awards.iter().for_each(|award| self.look(&award.expr, field));
            }
        }
    }

    /// Doubts sides that shut each other out, or say the same.
    fn contrary(&mut self, expr: &Expr, field: FieldName) {
        let doubts = match expr {
            Expr::And(_) => contrary::in_and(expr, field),
            _ => contrary::in_or(expr, field),
        };
        doubts.into_iter().for_each(|(at, message)| self.doubt(at, message, None));
    }

    /// Doubts a NEAR of two fields.
    fn never_near(&mut self, order: &str, at: usize) {
        let message = format!("the sides of this {order} are never in one field");
        self.doubt(at, message, Some("write title:(… NEAR/n …), or AND".to_owned()));
    }

    /// Doubts an ATLEAST that asks for more terms than there are.
    fn at_least(&mut self, count: u32, inner: &Expr, at: usize) {
        let terms = self.terms(inner);
        if (count as usize) > terms {
            self.doubt(at, format!("ATLEAST/{count} of {terms} terms can never hold"), None);
        }
    }

    /// Doubts a SCORE that asks for more points than there are, or for none, and parts that
    /// give none.
    fn score(&mut self, threshold: i32, awards: &[Award], at: usize) {
        let most: i64 = awards.iter().map(|award| i64::from(award.points.max(0))).sum();
        if i64::from(threshold) > most {
            self.doubt(at, format!("SCORE/{threshold} of {most} points can never hold"), None);
        } else if threshold == 0 {
            let message = match awards.iter().any(|award| award.points < 0) {
                true => "SCORE/0 holds of every entry that loses no points",
                false => "SCORE/0 always holds",
            };
            self.doubt(at, message.to_owned(), Some("ask for one point at least: SCORE/1".to_owned()));
        }
        for award in awards.iter().filter(|award| award.points == 0) {
            self.doubt(award.at.0, "a part of no points changes nothing".to_owned(), None);
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
            FieldName::Lang => return self.language(value, at),
            FieldName::Published => return self.date(value, at),
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

    /// Doubts a language that no entry has.
    fn language(&mut self, value: &str, at: usize) {
        let tag = value.to_lowercase().replace('_', "-");
        let primary = tag.split('-').next().unwrap_or_default();
        if !matches!(primary.len(), 2 | 3) || !primary.bytes().all(|b| b.is_ascii_alphabetic()) {
            let hint = "write its code (BCP 47), as lang:en or lang:zh-Hant".to_owned();
            self.doubt(at, format!("{} is no language", in_quotes(value)), Some(hint));
        } else if let Some((_, meant)) = MISTAKEN.iter().find(|(written, _)| *written == primary) {
            let message = format!("{} is the code of a country, not of a language", in_quotes(value));
            self.doubt(at, message, Some(format!("write lang:{meant}")));
        } else if !self.names.languages.is_empty()
            && !self.names.languages.iter().any(|taken| taken.to_lowercase().split('-').next() == Some(primary))
        {
            let taken = self.names.languages.join(", ");
            let message = format!("the feed takes no entries in {}: its languages are {taken}", in_quotes(value));
            self.doubt(at, message, None);
        }
    }

    /// Doubts a date that no entry has.
    fn date(&mut self, value: &str, at: usize) {
        let year = value.trim_start_matches(['<', '>', '=']).get(..4).and_then(|year| year.parse::<u16>().ok());
        if let Some(year) = year.filter(|year| !YEARS.contains(year)) {
            self.doubt(at, format!("no entry is of the year {year}"), None);
        }
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

/// Years of which there may be news.
const YEARS: std::ops::RangeInclusive<u16> = 1800..=2199;

/// Codes of countries that are taken for those of their languages, and are none.
const MISTAKEN: [(&str, &str); 10] = [
    ("cn", "zh"),
    ("cz", "cs"),
    ("dk", "da"),
    ("gb", "en"),
    ("gr", "el"),
    ("jp", "ja"),
    ("tw", "zh"),
    ("ua", "uk"),
    ("us", "en"),
    ("vn", "vi"),
];

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
