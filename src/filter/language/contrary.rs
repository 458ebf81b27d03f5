//! Parts of an expression that exclude one another, or of which one always holds.

use super::ast::{Expr, FieldName};
use super::when::When;

/// A part with its field.
type Part<'e> = (FieldName, &'e Expr);

/// Why sides of this AND never hold together, each with its place.
pub(super) fn in_and(expr: &Expr, field: FieldName) -> Vec<(usize, String)> {
    let mut parts = Vec::new();
    joined(expr, field, &mut parts);
    let (refused, wanted): (Vec<Part<'_>>, Vec<Part<'_>>) =
        parts.into_iter().partition(|(_, part)| matches!(part, Expr::Not(_)));
    let mut found = Vec::new();
    for (field, part) in refused {
        let Expr::Not(inner) = part else { continue };
        let mut vetoes = Vec::new();
        any_of(inner, field, &mut vetoes);
        let never = vetoes.iter().find(|veto| wanted.contains(veto));
        found.extend(never.map(|(_, part)| (place(part), format!("{part} AND NOT {part} can never hold"))));
    }
    let values = |wanted_in: FieldName| {
        let of = wanted.iter().filter(move |(field, _)| *field == wanted_in);
        of.filter_map(|(_, part)| if let Expr::Term { text, at } = part { Some((text.as_str(), at.0)) } else { None })
    };
    for (field, what) in [(FieldName::Lang, "languages"), (FieldName::Source, "sources")] {
        let excludes = |a: &str, b: &str| !a.contains('*') && !b.contains('*') && !is_part(a, b) && !is_part(b, a);
        let first = values(field).next();
        let other = first.and_then(|(first, _)| values(field).find(|(other, _)| excludes(first, other)));
        found.extend(other.map(|(_, at)| (at, format!("no entry has two {what}"))));
    }
    found.extend(excluded(FieldName::Published, values(FieldName::Published)));
    found.extend(excluded(FieldName::Age, values(FieldName::Age)));
    found
}

/// Why this OR always holds, with the place.
pub(super) fn in_or(expr: &Expr, field: FieldName) -> Vec<(usize, String)> {
    let mut parts = Vec::new();
    any_of(expr, field, &mut parts);
    let always = parts.iter().find_map(|(field, part)| match part {
        Expr::Not(inner) => parts.iter().find(|other| **other == (*field, &**inner)),
        _ => None,
    });
    always.map(|(_, part)| (place(part), format!("{part} OR NOT {part} always holds"))).into_iter().collect()
}

/// Whether `narrow` is `wide` or a variety of it.
fn is_part(narrow: &str, wide: &str) -> bool {
    let narrow = narrow.get(..wide.len()).zip(Some(&narrow[wide.len().min(narrow.len())..]));
    narrow.is_some_and(|(same, rest)| same.eq_ignore_ascii_case(wide) && (rest.is_empty() || rest.starts_with('-')))
}

/// Times of which none meets all, with the place of the one that excludes the rest.
fn excluded<'e>(field: FieldName, values: impl Iterator<Item = (&'e str, usize)>) -> Option<(usize, String)> {
    let (mut from, mut until, mut younger, mut older) = (None, None, None, None);
    for (text, at) in values {
        match When::read(field, text) {
            Ok(When::Published(first, end)) => {
                from = from.max(first);
                until = [until, end].into_iter().flatten().min();
            }
            Ok(When::Younger(age)) => younger = [younger, Some(age)].into_iter().flatten().min(),
            Ok(When::Older(age)) => older = older.max(Some(age)),
            Err(_) => {}
        }
        let is_never = from.zip(until).is_some_and(|(from, until)| from >= until)
            || older.zip(younger).is_some_and(|(older, younger)| older >= younger);
        if is_never {
            return Some((at, format!("no entry meets all that is said of {}:", field.as_str())));
        }
    }
    None
}

/// The parts that must all hold for `expr` to hold.
fn joined<'e>(expr: &'e Expr, field: FieldName, out: &mut Vec<Part<'e>>) {
    match expr {
        Expr::And(sides) => sides.iter().for_each(|side| joined(side, field, out)),
        Expr::In { field, inner, .. } => joined(inner, *field, out),
        _ => out.push((field, expr)),
    }
}

/// The parts of which any makes `expr` hold.
fn any_of<'e>(expr: &'e Expr, field: FieldName, out: &mut Vec<Part<'e>>) {
    match expr {
        Expr::Or(sides) => sides.iter().for_each(|side| any_of(side, field, out)),
        Expr::In { field, inner, .. } => any_of(inner, *field, out),
        _ => out.push((field, expr)),
    }
}

/// Where it begins.
fn place(expr: &Expr) -> usize {
    match expr {
        Expr::Term { at, .. } | Expr::List { at, .. } | Expr::Regex { at, .. } | Expr::In { at, .. } => at.0,
        Expr::AtLeast { at, .. } | Expr::Score { at, .. } => at.0,
        Expr::Not(inner) => place(inner),
        Expr::Near { left, .. } => place(left),
        Expr::And(sides) | Expr::Or(sides) => sides.first().map_or(0, place),
    }
}
