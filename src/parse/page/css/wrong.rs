//! What is wrong with a selector, in plain words: the library names neither the place nor
//! the mistake so that an operator could mend it.

use scraper::Selector;

use crate::text::quote::in_quotes;

/// Characters of a longer selector are not tried one by one.
const MOST_TRIED: usize = 400;

/// What is wrong with `css`, and where.
pub fn told(css: &str) -> String {
    if css.is_empty() {
        return "it is empty".to_owned();
    }
    let bounds = css.char_indices().map(|(at, _)| at).skip(1).take(MOST_TRIED);
    // A beginning that ends in a combinator or a comma is read without it.
    let reads = |beginning: &str| !beginning.ends_with([' ', ',', '>', '+', '~']) && Selector::parse(beginning).is_ok();
    let good = bounds.filter(|at| reads(&css[..*at])).last().unwrap_or(0);
    let rest = css[good..].trim_start();
    let place = css.chars().count() - rest.chars().count() + 1;
    format!("{} at character {place}", because(rest))
}

/// Why `rest` does not go on with a selector.
fn because(rest: &str) -> String {
    let Some(sign) = rest.chars().next() else { return "it ends too early".to_owned() };
    let behind = rest[sign.len_utf8()..].trim_start();
    let name =
        |text: &str| text.split(|c: char| !c.is_alphanumeric() && c != '-').next().unwrap_or_default().to_owned();
    match sign {
        '[' | '(' if !rest.contains(if sign == '[' { ']' } else { ')' }) => format!("nothing closes `{sign}`"),
        '[' => format!("{} is no condition like [name=\"value\"]", in_quotes(shown(rest))),
        ']' | ')' => format!("`{sign}` closes nothing"),
        '"' | '\'' => format!("there is a `{sign}` where none may stand"),
        '>' | '+' | '~' | ',' if behind.is_empty() => format!("nothing follows `{sign}`"),
        '>' | '+' | '~' | ',' => {
            format!("{} is no selector behind `{sign}`", in_quotes(shown(behind)))
        }
        '.' | '#' if behind.starts_with(|c: char| c.is_ascii_digit()) => {
            let attribute = if sign == '.' { "class~" } else { "id" };
            let name = name(behind);
            format!("a name after `{sign}` begins with no digit (write [{attribute}=\"{name}\"]):")
        }
        '.' | '#' => format!("no name follows `{sign}`"),
        ':' if rest.starts_with("::") => format!("`::{}` is no element of a page", name(&rest[2..])),
        ':' if !name(behind).is_empty() && !balanced(rest) => format!("nothing closes `:{}(`", name(behind)),
        ':' => format!("`:{}` is not known, or not with what stands in it,", name(behind)),
        _ => format!("{} is not CSS", in_quotes(shown(rest))),
    }
}

fn balanced(text: &str) -> bool {
    text.matches('(').count() == text.matches(')').count()
}

fn shown(text: &str) -> &str {
    text.split_whitespace().next().unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// B206: what is wrong with a selector is told in plain words, with its place.
    #[test]
    fn what_is_wrong_is_told_with_its_place_b206() {
        let check = |css: &str, expected: &str| {
            assert!(Selector::parse(css).is_err(), "{css}");
            assert_eq!(told(css), expected, "{css}");
        };
        check("", "it is empty");
        check("a[", "nothing closes `[` at character 2");
        check("ul > ", "nothing follows `>` at character 4");
        check("ul >> li", "\">\" is no selector behind `>` at character 4");
        check("ul li,", "nothing follows `,` at character 6");
        check("div:contains(\"x\")", "`:contains` is not known, or not with what stands in it, at character 4");
        check("li..news", "no name follows `.` at character 3");
        check(".3col", "a name after `.` begins with no digit (write [class~=\"3col\"]): at character 1");
        check("li)", "`)` closes nothing at character 3");
        check("p::first-line", "`::first-line` is no element of a page at character 2");
        check("{}", "\"{}\" is not CSS at character 1");
        check("äöü > li]", "`]` closes nothing at character 9");
    }
}
