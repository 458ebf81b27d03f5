//! From an expression as written to one that can run: fields are pushed down to the terms,
//! and lists and terms get numbers.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use crate::filter::TermList;
use crate::filter::language::ast::{Award, Expr, ExprSpan, FieldName, Order, PLACES};
use crate::filter::language::error::{MOST_PROBLEMS, RuleError, SyntaxError, likely};
use crate::filter::language::term::{self, Term};
use crate::filter::language::when::When;
use crate::filter::lookup::places::PlacesWanted;
use crate::filter::lookup::slot::Needs;
use crate::filter::lookup::vocabulary::{Builder, Vocabulary};
use crate::places::{Country, Gazetteer};
use crate::text::quote::in_quotes;

/// The largest size of a compiled regular expression: anybody may send queries (check B80).
const MOST_REGEX_BYTES: usize = crate::limits::FILTER_REGEX_BYTES.count();

/// How many of them one expression may hold.
const MOST_REGEXES: usize = crate::limits::FILTER_REGEXES.count();

/// A part of an expression that can run.
pub(super) struct ExprNode {
    /// As printed.
    pub text: Arc<str>,
    pub op: Op,
    /// The number of nodes in it, itself included.
    pub size: usize,
    /// Its parts in reading order: one of NOT and ATLEAST, two of NEAR.
    pub parts: Vec<ExprNode>,
}

/// What a part does.
pub(super) enum Op {
    /// Any term of a list, or a single term.
    Group {
        group: u32,
        scope: FieldName,
    },
    /// A value compared as a whole.
    Exact {
        field: FieldName,
        value: String,
    },
    /// When it was published, or how old it is.
    When(When),
    /// A regular expression over a field's text as shown.
    Matches {
        regex: Box<regex::Regex>,
        scope: FieldName,
    },
    Not,
    And,
    Or,
    Near {
        order: Order,
        words: u32,
    },
    AtLeast {
        count: u32,
    },
    /// With a prize for each part.
    Score {
        threshold: i32,
        prizes: Vec<Prize>,
    },
}

/// What a part of a score is worth.
pub(super) struct Prize {
    pub points: i32,
    /// The points and the reason.
    pub text: Arc<str>,
}

impl ExprNode {
    /// Adds the groups it looks for and the fields it looks at.
    pub fn wants(&self, groups: &mut BTreeSet<u32>, needs: &mut Needs) {
        if let Op::Group { group, scope } = self.op {
            groups.insert(group);
            needs.add(scope);
        }
        self.parts.iter().for_each(|part| part.wants(groups, needs));
    }

    /// Its verdict when no term is found, if that is certain.
    pub fn without_hits(&self) -> Option<bool> {
        let mut parts = self.parts.iter().map(ExprNode::without_hits);
        match &self.op {
            Op::Group { .. } | Op::Near { .. } | Op::AtLeast { .. } => Some(false),
            Op::Exact { .. } | Op::When(_) | Op::Matches { .. } => None,
            Op::Not => parts.next().flatten().map(|held| !held),
            Op::And => all(parts, false),
            Op::Or => all(parts, true),
            Op::Score { threshold, .. } => parts.all(|part| part == Some(false)).then_some(*threshold <= 0),
        }
    }
}

/// The verdict on parts if a single `decisive` one decides them all.
fn all(parts: impl Iterator<Item = Option<bool>>, decisive: bool) -> Option<bool> {
    let mut verdict = Some(!decisive);
    for part in parts {
        match part {
            Some(held) if held == decisive => return Some(decisive),
            Some(_) => {}
            None => verdict = None,
        }
    }
    verdict
}

/// A list with its terms read.
#[derive(Default)]
pub(super) struct ReadList {
    pub terms: Vec<Term>,
    pub exceptions: Vec<Term>,
}

/// Lists by name.
pub(super) type ListsByName = BTreeMap<String, ReadList>;

/// Reads all lists; invalid terms are left out and reported.
pub(super) fn lists(lists: &[TermList]) -> (ListsByName, Vec<RuleError>) {
    let mut errors = Vec::new();
    let mut read = |list: &TermList, terms: &[String], exception| {
        let mut good = Vec::new();
        for (index, text) in terms.iter().enumerate() {
            match term::parse(text) {
                Ok(term) => good.push(term),
                Err(error) => errors.push(RuleError::Term { list: list.name.clone(), index, exception, error }),
            }
        }
        good
    };
    let read_all = lists.iter().map(|list| {
        let terms = read(list, &list.terms, false);
        (list.name.clone(), ReadList { terms, exceptions: read(list, &list.not_inside, true) })
    });
    let all = read_all.collect();
    let empty = lists.iter().filter(|l| l.terms.is_empty());
    errors.extend(empty.map(|l| RuleError::EmptyList { list: l.name.clone() }));
    (all, errors)
}

/// Turns expressions into nodes over one vocabulary.
pub(super) struct Planner<'l> {
    lists: &'l ListsByName,
    gazetteer: &'l Arc<Gazetteer>,
    builder: Builder,
    numbers: HashMap<GroupUse, u32>,
}

/// What a group is made for.
#[derive(PartialEq, Eq, Hash)]
enum GroupUse {
    List(String),
    Term(String),
    Places(PlacesWanted),
}

impl<'l> Planner<'l> {
    pub fn new(lists: &'l ListsByName, gazetteer: &'l Arc<Gazetteer>) -> Self {
        Planner { lists, gazetteer, builder: Builder::default(), numbers: HashMap::new() }
    }

    pub fn finish(self) -> Vocabulary {
        self.builder.build(Arc::clone(self.gazetteer))
    }

    /// Plans `expr`, which was read from `text`, for a feed whose entries are at home in
    /// `home` if they do not tell; adds what is invalid to `errors`.
    pub fn plan(
        &mut self,
        (text, expr): (&str, &Expr),
        home: Option<Country>,
        errors: &mut Vec<SyntaxError>,
    ) -> Option<ExprNode> {
        let before = errors.len();
        let node = FieldScope { planner: self, text, home, errors, field: None, regexes: 0 }.node(expr);
        if errors.len() > before { None } else { node }
    }

    /// The groups that `node` looks for, and the fields that it looks at.
    pub fn wants(&self, node: &ExprNode) -> (BTreeSet<u32>, Needs) {
        let (mut groups, mut needs) = (BTreeSet::new(), Needs::default());
        node.wants(&mut groups, &mut needs);
        if groups.iter().any(|group| self.builder.asks_places(*group)) {
            needs.add_places();
        }
        (groups, needs)
    }

    fn group(&mut self, looked: GroupUse, make: impl FnOnce(&mut Builder) -> u32) -> u32 {
        let builder = &mut self.builder;
        *self.numbers.entry(looked).or_insert_with(|| make(builder))
    }
}

struct FieldScope<'p, 'l, 't> {
    planner: &'p mut Planner<'l>,
    text: &'t str,
    home: Option<Country>,
    errors: &'p mut Vec<SyntaxError>,
    field: Option<FieldName>,
    regexes: usize,
}

impl FieldScope<'_, '_, '_> {
    fn node(&mut self, expr: &Expr) -> Option<ExprNode> {
        let (op, parts) = match expr {
            Expr::Term { text, at } => (self.term(text, *at)?, Vec::new()),
            Expr::Regex { pattern, at } => (self.regex(pattern, *at)?, Vec::new()),
            Expr::List { name, at } => (self.list(name, *at)?, Vec::new()),
            Expr::In { field, inner, at } => {
                let inner = self.within(*field, inner, *at)?;
                (inner.op, inner.parts)
            }
            Expr::Not(inner) => (Op::Not, vec![self.node(inner)?]),
            Expr::And(sides) => (Op::And, self.nodes(sides)?),
            Expr::Or(sides) => (Op::Or, self.nodes(sides)?),
            Expr::Near { order, words, left, right, at } => {
                if let Some(outer) = self.field.filter(|f| f.is_exact()) {
                    return self.error(*at, format!("{} has no words to be near", outer.as_str()), None);
                }
                let sides = [left, right];
                sides.iter().try_for_each(|side| self.only_terms(side, order.as_str(), *at))?;
                (Op::Near { order: *order, words: *words }, self.nodes(sides.map(|side| &**side))?)
            }
            Expr::AtLeast { count, inner, at } => {
                self.only_terms(inner, "ATLEAST", *at)?;
                (Op::AtLeast { count: *count }, vec![self.node(inner)?])
            }
            Expr::Score { threshold, awards, .. } => {
                let prize =
                    |a: &Award| Prize { points: a.points, text: format!("{:+} {}", a.points, a.because).into() };
                let prizes = awards.iter().map(prize).collect();
                (Op::Score { threshold: *threshold, prizes }, self.nodes(awards.iter().map(|a| &a.expr))?)
            }
        };
        let size = 1 + parts.iter().map(|part| part.size).sum::<usize>();
        Some(ExprNode { text: expr.to_string().into(), op, size, parts })
    }

    fn within(&mut self, field: FieldName, inner: &Expr, at: ExprSpan) -> Option<ExprNode> {
        if let Some(outer) = self.field {
            let message = format!("{}: stands inside {}:", field.as_str(), outer.as_str());
            return self.error(at, message, Some("give each term one field".into()));
        }
        self.field = Some(field);
        let node = self.node(inner);
        self.field = None;
        node
    }

    /// Plans all of them, so that each error is reported.
    fn nodes<'e>(&mut self, exprs: impl IntoIterator<Item = &'e Expr>) -> Option<Vec<ExprNode>> {
        let nodes: Vec<_> = exprs.into_iter().map(|e| self.node(e)).collect();
        nodes.into_iter().collect()
    }

    fn regex(&mut self, pattern: &str, at: ExprSpan) -> Option<Op> {
        let Some(scope) = self.field.filter(|field| field.is_text()) else {
            let message =
                format!("a regular expression cannot stand under {}:", self.field.map_or("", FieldName::as_str));
            return self.error(at, message, Some("it reads text: title:/…/, body:/…/, url:/…/".to_owned()));
        };
        self.regexes += 1;
        if self.regexes > MOST_REGEXES {
            let message = format!("an expression takes {MOST_REGEXES} regular expressions at most");
            return self.error(at, message, Some("join them with |".to_owned()));
        }
        let built =
            regex::RegexBuilder::new(pattern).size_limit(MOST_REGEX_BYTES).dfa_size_limit(MOST_REGEX_BYTES).build();
        match built {
            Ok(regex) => Some(Op::Matches { regex: Box::new(regex), scope }),
            Err(error) => {
                let said = error.to_string();
                let said = said.lines().last().unwrap_or_default().trim().trim_start_matches("error: ").to_owned();
                self.error(at, format!("/{pattern}/ is not a regular expression: {said}"), None)
            }
        }
    }

    fn term(&mut self, text: &str, at: ExprSpan) -> Option<Op> {
        if let Some(field @ (FieldName::Published | FieldName::Age)) = self.field {
            return match When::read(field, text) {
                Ok(when) => Some(Op::When(when)),
                Err((message, hint)) => self.error(at, message, Some(hint.to_owned())),
            };
        }
        if let Some(field) = self.field.filter(|f| f.is_exact()) {
            let value = if field == FieldName::Lang { text.to_lowercase().replace('_', "-") } else { text.to_owned() };
            return Some(Op::Exact { field, value });
        }
        if let Some(field @ (FieldName::Place | FieldName::Country)) = self.field {
            return self.place(field, text, at);
        }
        let term = match term::parse(text) {
            Ok(term) => term,
            Err(error) => return self.error(at, error.message, error.hint),
        };
        let group = self.planner.group(GroupUse::Term(text.to_owned()), |builder| builder.add(None, &[term], &[]));
        Some(Op::Group { group, scope: self.field.unwrap_or(FieldName::Any) })
    }

    /// `place:NAME`, `country:CODE`.
    fn place(&mut self, field: FieldName, text: &str, at: ExprSpan) -> Option<Op> {
        let gazetteer = self.planner.gazetteer;
        let wanted = if field == FieldName::Country {
            let known = Country::new(text).filter(|country| gazetteer.country(*country).is_some());
            let named = || gazetteer.named(text).into_iter().find(|place| place.kind.is_country());
            let Some(country) = known.or_else(|| named().map(|place| place.country)) else {
                let hint = "write its two letters (ISO 3166-1), as country:CN, or its name";
                return self.error(at, format!("no country is called {}", in_quotes(text)), Some(hint.to_owned()));
            };
            PlacesWanted::In(country)
        } else {
            let Some(named) = PlacesWanted::named(text, gazetteer) else {
                let hint = "add it to the file of [places], or look for the word: any:…";
                return self.error(at, format!("no place is called {}", in_quotes(text)), Some(hint.to_owned()));
            };
            named
        };
        let group = self.places(None, wanted);
        Some(Op::Group { group, scope: field })
    }

    fn places(&mut self, list: Option<&str>, wanted: PlacesWanted) -> u32 {
        self.planner.group(GroupUse::Places(wanted.clone()), |builder| builder.add_places(list, wanted))
    }

    fn list(&mut self, name: &str, at: ExprSpan) -> Option<Op> {
        if let Some(field @ (FieldName::Place | FieldName::Country)) = self.field {
            let message = format!("a list cannot stand under {}:", field.as_str());
            return self.error(at, message, Some("name the places: (a OR b)".to_owned()));
        }
        if let Some(field) = self.field.filter(|f| f.is_exact()) {
            let hint = Some("name the values: (a OR b)".to_owned());
            return self.error(at, format!("a term list cannot stand under {}:", field.as_str()), hint);
        }
        if name.starts_with(PLACES) {
            let Some(wanted) = PlacesWanted::list(name, self.home) else {
                let hint = "there are @places.city, @places.country, @places.home, @places.abroad";
                return self.error(at, format!("there is no list {}", in_quotes(name)), Some(hint.to_owned()));
            };
            let group = self.places(Some(name), wanted);
            return Some(Op::Group { group, scope: self.field.unwrap_or(FieldName::Any) });
        }
        let lists = self.planner.lists;
        let Some(list) = lists.get(name) else {
            let hint = match likely(name, lists.keys().map(String::as_str)) {
                Some(near) => format!("did you mean @{near}?"),
                None => format!("define [lists.{name}]"),
            };
            return self.error(at, format!("there is no list {}", in_quotes(name)), Some(hint));
        };
        let make = |builder: &mut Builder| builder.add(Some(name), &list.terms, &list.exceptions);
        let group = self.planner.group(GroupUse::List(name.to_owned()), make);
        Some(Op::Group { group, scope: self.field.unwrap_or(FieldName::Any) })
    }

    /// Refuses an operand that has no places in a text.
    fn only_terms(&mut self, expr: &Expr, operator: &str, at: ExprSpan) -> Option<()> {
        match expr {
            Expr::Term { .. } | Expr::List { .. } => Some(()),
            Expr::Near { .. } if operator != "ATLEAST" => Some(()),
            Expr::Or(sides) => sides.iter().try_for_each(|side| self.only_terms(side, operator, at)),
            Expr::In { field, inner, .. } if !field.is_exact() => self.only_terms(inner, operator, at),
            _ => {
                let message = format!("{operator} cannot take {expr}");
                self.error(at, message, Some("it takes terms, lists and ORs of them".into()))
            }
        }
    }

    fn error<T>(&mut self, at: ExprSpan, message: String, hint: Option<String>) -> Option<T> {
        // Finding line and column takes a pass from the beginning of the expression.
        if self.errors.len() < MOST_PROBLEMS {
            self.errors.push(SyntaxError::at(self.text, at.0, message, hint));
        }
        None
    }
}
