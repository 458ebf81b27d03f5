//! An expression as written.

/// With this begin the names of built-in lists: lists of the configuration have no dot.
pub(in crate::filter) const PLACES: &str = "places.";

/// Where something stands in the text; expressions are equal whatever their places.
#[derive(Clone, Copy, Debug)]
pub(in crate::filter) struct ExprSpan(pub usize);

impl PartialEq for ExprSpan {
    fn eq(&self, _: &ExprSpan) -> bool {
        true
    }
}

impl Eq for ExprSpan {}

/// An expression as written.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(in crate::filter) enum Expr {
    /// `/…/`: a regular expression over a field's text as shown.
    Regex { pattern: String, at: ExprSpan },
    /// A word or phrase, in the notation of list terms.
    Term { text: String, at: ExprSpan },
    /// `@name`
    List { name: String, at: ExprSpan },
    /// `field:…`
    In { field: FieldName, inner: Box<Expr>, at: ExprSpan },
    /// `NOT …`
    Not(Box<Expr>),
    /// `… AND …`
    And(Vec<Expr>),
    /// `… OR …`
    Or(Vec<Expr>),
    /// `… NEAR/n …`, `… ONEAR/n …`
    Near { order: Order, words: u32, left: Box<Expr>, right: Box<Expr>, at: ExprSpan },
    /// `ATLEAST/n …`
    AtLeast { count: u32, inner: Box<Expr>, at: ExprSpan },
    /// `SCORE/n(…)`
    Score { threshold: i32, awards: Vec<Award>, at: ExprSpan },
}

impl Expr {
    /// Whether it asks for places.
    pub fn reads_places(&self) -> bool {
        match self {
            Expr::List { name, .. } => name.starts_with(PLACES),
            Expr::In { field: FieldName::Place | FieldName::Country, .. } => true,
            Expr::Term { .. } | Expr::Regex { .. } => false,
            Expr::In { inner, .. } | Expr::Not(inner) | Expr::AtLeast { inner, .. } => inner.reads_places(),
            Expr::And(sides) | Expr::Or(sides) => sides.iter().any(Expr::reads_places),
            Expr::Near { left, right, .. } => left.reads_places() || right.reads_places(),
            Expr::Score { awards, .. } => awards.iter().any(|award| award.expr.reads_places()),
        }
    }

    /// Adds the lists that it names, with their places.
    pub fn lists<'e>(&'e self, out: &mut Vec<(&'e str, usize)>) {
        match self {
            Expr::Term { .. } | Expr::Regex { .. } => {}
            Expr::List { name, at } => out.push((name, at.0)),
            Expr::In { inner, .. } | Expr::Not(inner) | Expr::AtLeast { inner, .. } => inner.lists(out),
            Expr::And(sides) | Expr::Or(sides) => sides.iter().for_each(|side| side.lists(out)),
            Expr::Near { left, right, .. } => [left, right].iter().for_each(|side| side.lists(out)),
            Expr::Score { awards, .. } => awards.iter().for_each(|award| award.expr.lists(out)),
        }
    }
}

/// A part of a `SCORE`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(in crate::filter) struct Award {
    pub points: i32,
    pub expr: Expr,
    pub because: String,
    /// Where its points stand.
    pub at: ExprSpan,
}

/// Whether the sides of a NEAR may be in either order.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::filter) enum Order {
    /// NEAR
    Any,
    /// ONEAR: the left side stands before the right one.
    AsWritten,
}

/// The fields of the language.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::filter) enum FieldName {
    Title,
    Lead,
    Body,
    Hlead,
    Any,
    Author,
    Category,
    Url,
    Issuer,
    Wire,
    Dateline,
    Place,
    Country,
    Lang,
    Source,
    Tag,
    Published,
    Age,
    Notice,
    Copies,
}

/// All fields with their names.
pub(in crate::filter) const FIELDS: [(FieldName, &str); 20] = [
    (FieldName::Title, "title"),
    (FieldName::Lead, "lead"),
    (FieldName::Body, "body"),
    (FieldName::Hlead, "hlead"),
    (FieldName::Any, "any"),
    (FieldName::Author, "author"),
    (FieldName::Category, "category"),
    (FieldName::Url, "url"),
    (FieldName::Issuer, "issuer"),
    (FieldName::Wire, "wire"),
    (FieldName::Dateline, "dateline"),
    (FieldName::Place, "place"),
    (FieldName::Country, "country"),
    (FieldName::Lang, "lang"),
    (FieldName::Source, "source"),
    (FieldName::Tag, "tag"),
    (FieldName::Published, "published"),
    (FieldName::Age, "age"),
    (FieldName::Notice, "notice"),
    (FieldName::Copies, "copies"),
];

impl FieldName {
    /// The field called `name`.
    pub fn named(name: &str) -> Option<FieldName> {
        FIELDS.iter().find(|(_, n)| *n == name).map(|(field, _)| *field)
    }

    /// Its name.
    pub fn as_str(self) -> &'static str {
        FIELDS.iter().find(|(field, _)| *field == self).map_or("", |(_, name)| name)
    }

    /// Whether its value is compared as a whole instead of searched for terms.
    pub fn is_exact(self) -> bool {
        use FieldName::{Age, Copies, Lang, Notice, Published, Source, Tag};
        matches!(self, Lang | Source | Tag | Published | Age | Notice | Copies)
    }

    /// Whether its text can be searched by a regular expression.
    pub fn is_text(self) -> bool {
        use FieldName::{Any, Author, Body, Category, Dateline, Hlead, Issuer, Lead, Title, Url, Wire};
        matches!(self, Title | Lead | Body | Hlead | Any | Author | Category | Url | Wire | Issuer | Dateline)
    }
}
