//! A filter's expression as a tree, each word of it once.

use maud::{Markup, html};

use crate::model::{ExprPart, Route};

use super::{foreign, nothing, shown};

/// The expression, one part on each line, with the words found for it.
pub fn tree(route: &Route) -> Markup {
    if route.parts.is_empty() {
        return nothing();
    }
    html! {
        details {
            summary { "The filter, part by part" }
            ul.tree {
                @for (at, part) in route.parts.iter().enumerate() {
                    li class=(format!("depth-{}", part.depth.min(8))) {
                        span class=(if part.held { "yes" } else { "no" }) title=(if part.held { "holds" } else { "does not hold" }) {
                            (if part.held { "✓" } else { "✗" })
                        }
                        " " code { (shown(head(part, route.parts.get(at + 1)))) }
                        @if let Some(note) = &part.note { " " em { (shown(note)) } }
                        @for hit in part.hits.iter().filter_map(|at| route.hits.get(usize::from(*at))) {
                            " " mark { (foreign(&hit.text, None)) } small { " in the " (hit.field.as_str()) }
                        }
                    }
                }
            }
        }
    }
}

/// What a part says besides the parts below it, which follow: its operator. A part without any
/// below it says all of itself.
fn head<'p>(part: &'p ExprPart, next: Option<&ExprPart>) -> &'p str {
    let whole = &*part.text;
    let Some(first) = next.filter(|next| next.depth > part.depth) else { return whole };
    let Some((before, after)) = whole.split_once(&*first.text) else { return whole };
    let operator = |text: &'p str| {
        let text = text.trim_start_matches(['(', ')', ' ', '\n']);
        text.split(['(', ' ', '\n']).next().filter(|word| word.starts_with(|c: char| c.is_ascii_uppercase()))
    };
    operator(before).or_else(|| operator(after)).unwrap_or(whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(depth: u16, text: &str) -> ExprPart {
        ExprPart { depth, text: text.into(), held: true, note: None, hits: Vec::new() }
    }

    #[test]
    fn a_part_is_not_told_again_above_itself_o165() {
        let check = |whole: &str, first: &str, expected: &str| {
            assert_eq!(head(&part(0, whole), Some(&part(1, first))), expected, "{whole}");
        };
        check("a AND b", "a", "AND");
        check("(a OR b) AND NOT c", "(a OR b)", "AND");
        check("(a OR b) AND NOT c", "a OR b", "AND");
        check("NOT title:x", "title:x", "NOT");
        check("SCORE/6( +8 title:@pairing BECAUSE \"x\" )", "title:@pairing", "SCORE/6");
        check("odd", "even", "odd");
        assert_eq!(head(&part(1, "a OR b"), Some(&part(1, "a"))), "a OR b");
        assert_eq!(head(&part(0, "a"), None), "a");
    }
}
