//! Years of two digits beside a month by its name: "22 Nov 26" has one, while in
//! "Nov 22-24", "22 Nov, 15 Std" and "Nov 22 12 comments" the number is another day, an
//! hour or a count.

use super::fillers::{is_filler, names_time};
use super::sheet::{MonthName, Sheet};
use super::tokens::Shape;
use super::words;

/// Whether the number at `year` is the year of the day at `day` in the month `named`: its
/// sign joins it to them, or it stands where years do and nothing behind it can be counted.
pub fn is_one(sheet: &Sheet<'_>, day: usize, named: &[&MonthName], year: usize) -> bool {
    let (Some(first), Some(last)) = (named.first(), named.last()) else { return false };
    let is_day_first = day < first.from;
    let gap = if is_day_first { (day + 1, first.from) } else { (last.until, day) };
    let before = if is_day_first { last.until } else { day + 1 };
    if year < before {
        return false;
    }
    let sign = sign_alone(sheet, before, year);
    if sign.is_some() && sign == sign_alone(sheet, gap.0, gap.1) {
        return true;
    }
    let marked = year.checked_sub(1).is_some_and(|at| sheet.tokens[at].is('\'') || sheet.tokens[at].is('’'));
    (marked || is_day_first && follows(sheet, before, year)) && ends(sheet, year + 1)
}

/// The one sign that joins what stands around the tokens of a range.
fn sign_alone(sheet: &Sheet<'_>, from: usize, until: usize) -> Option<char> {
    match sheet.tokens[from..until] {
        [token] => match token.kind {
            Shape::Sign(sign @ ('/' | '-' | '.')) => Some(sign),
            _ => None,
        },
        _ => None,
    }
}

/// Whether nothing parts a month from its year: only blanks, the stop of an abbreviation,
/// and "de" as in "22 de nov de 26".
fn follows(sheet: &Sheet<'_>, from: usize, until: usize) -> bool {
    sheet.tokens[from..until].iter().enumerate().all(|(at, token)| match token.kind {
        Shape::Blank => true,
        Shape::Sign('.') => at == 0,
        Shape::Word => matches!(words::fold(token.text).as_str(), "de" | "del"),
        _ => false,
    })
}

/// Whether the text ends at `from`, or goes on with a clock, a zone or a weekday.
fn ends(sheet: &Sheet<'_>, from: usize) -> bool {
    for at in from..sheet.tokens.len() {
        let token = sheet.tokens[at];
        if sheet.taken[at] || token.aside {
            return true;
        }
        match token.kind {
            Shape::Blank | Shape::Sign(_) => {}
            Shape::Number => {
                let next = sheet.tokens.get(at + 2).is_some_and(|next| next.kind == Shape::Number);
                return next && sheet.tokens[at + 1].is('.');
            }
            Shape::Word => {
                let word = words::fold(token.text);
                if words::weekday(&word, &sheet.known.languages).is_some() {
                    return true;
                }
                if !is_filler(&word) && !names_time(&word) {
                    return false;
                }
            }
        }
    }
    true
}
