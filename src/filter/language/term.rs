//! The notation of terms.
//!
//! `a|b` are alternative spellings, `cit{y,ies}` expands, `*` after a word allows any
//! ending, a leading `~` lets the word begin earlier, a leading `=` makes case and accents
//! count.

use super::error::SyntaxError;
use crate::text::quote::in_quotes;
use crate::text::{fold, script};

/// How many spellings one term may expand to.
const MOST_SPELLINGS: usize = crate::limits::FILTER_SPELLINGS.count();

/// A term with its spellings.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(in crate::filter) struct Term {
    /// As written.
    pub written: String,
    pub spellings: Vec<Spelling>,
}

/// One way in which a term may be found.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(in crate::filter) struct Spelling {
    /// What to look for in the folded text.
    pub literal: String,
    /// For `*` within a phrase: what must follow, each piece after any ending of the word
    /// before it.
    pub rest: Vec<String>,
    pub left: Edge,
    pub right: Edge,
    /// The form with case and accents, for `=`.
    pub exact: Option<String>,
}

/// What must stand beside a hit.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(in crate::filter) enum Edge {
    /// The border of a word.
    Border,
    /// Anything: beside this script or sign there are no word borders.
    Free,
    /// Anything, and the rest of the word belongs to the hit: `~` and `*`.
    Open,
}

/// Reads a term.
pub(in crate::filter) fn parse(text: &str) -> Result<Term, SyntaxError> {
    let mut spellings = Vec::new();
    let mut start = 0;
    for spelling in text.split('|') {
        read(text, spelling, start, &mut spellings)?;
        start += spelling.len() + 1;
    }
    Ok(Term { written: text.to_owned(), spellings })
}

/// The signs around a spelling.
#[derive(Clone, Copy)]
struct TermSigns {
    /// `~` before it: the word may begin earlier.
    open: bool,
    /// `=` before it: case and accents count.
    exact: bool,
    /// `*` after it: the word may go on.
    ending: bool,
}

/// Reads the spelling that begins at byte `start` of the term `whole`.
fn read(whole: &str, spelling: &str, start: usize, out: &mut Vec<Spelling>) -> Result<(), SyntaxError> {
    let flaw = |at: usize, message: String, hint: &str| {
        SyntaxError::at(whole, start + at, message, Some(hint.to_owned()).filter(|h| !h.is_empty()))
    };
    let marks = spelling.len() - spelling.trim_start_matches(['~', '=', ' ']).len();
    let (before, stem) = (&spelling[..marks], spelling[marks..].trim_end());
    let signs = TermSigns { open: before.contains('~'), exact: before.contains('='), ending: stem.ends_with('*') };
    let stem = if signs.ending { &stem[..stem.len() - 1] } else { stem };
    if let Some((at, message, hint)) = misplaced_sign(spelling, marks, stem, signs) {
        return Err(flaw(at, message, hint));
    }
    for text in expand(stem).map_err(|(at, message)| flaw(marks + at, message, ""))? {
        let empty = || format!("{} has a spelling without characters", in_quotes(whole));
        out.push(spelled(&text, signs).ok_or_else(|| flaw(0, empty(), "write what is to be found"))?);
    }
    if out.len() > MOST_SPELLINGS {
        let message = format!("{} expands to more than {MOST_SPELLINGS} spellings", in_quotes(whole));
        return Err(flaw(0, message, "write several terms"));
    }
    Ok(())
}

/// A sign in the wrong place: where in `spelling`, what is wrong, and what to write. The
/// stem begins at byte `marks`.
fn misplaced_sign(spelling: &str, marks: usize, stem: &str, signs: TermSigns) -> Option<(usize, String, &'static str)> {
    let astray = stem.match_indices('*').find(|(at, _)| !stem[at + 1..].starts_with([' ', '-']) || *at == 0);
    if let Some((at, _)) = astray {
        let message = format!("{} has a * before a word's end", in_quotes(spelling));
        return Some((marks + at, message, "* stands only at the end of a word"));
    }
    if signs.exact && stem.contains('*') {
        let message = format!("{} has both = and a * within", in_quotes(spelling));
        return Some((0, message, "write either of them"));
    }
    let at = weight(stem)?;
    let message = format!("{} is not part of a term", in_quotes(&stem[at..]));
    Some((marks + at, message, "there are no weights on terms; give points in a SCORE"))
}

/// How `text`, which has no alternatives left, is looked for; `None` if nothing is
/// left of it to look for.
fn spelled(text: &str, signs: TermSigns) -> Option<Spelling> {
    let folded = fold::fold(text);
    let mut pieces = folded.text().trim().split('*').map(str::to_owned);
    let literal = pieces.next().unwrap_or_default();
    let rest: Vec<String> = pieces.collect();
    let first = literal.chars().next()?;
    let last = rest.last().unwrap_or(&literal).chars().next_back()?;
    let exact = signs.exact.then(|| fold::keep(text).trim().to_owned());
    Some(Spelling { left: edge(first, signs.open), right: edge(last, signs.ending), exact, literal, rest })
}

fn edge(c: char, open: bool) -> Edge {
    match (script::has_border(c), open) {
        (true, true) => Edge::Open,
        (true, false) => Edge::Border,
        (false, _) => Edge::Free,
    }
}

/// Where a weight (`^2`) stands in `stem`.
fn weight(stem: &str) -> Option<usize> {
    let at = stem.rfind('^')?;
    let digits = &stem[at + 1..];
    (!digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit() || b == b'.')).then_some(at)
}

/// All texts that `{a,b}` alternatives stand for.
fn expand(stem: &str) -> Result<Vec<String>, (usize, String)> {
    let mut texts = vec![String::new()];
    let mut at = 0;
    while let Some(n) = stem[at..].find(['{', '}']) {
        let brace = at + n;
        let close = stem[brace + 1..].find(['{', '}']).map(|n| brace + 1 + n);
        let Some(close) = close.filter(|c| stem[brace..].starts_with('{') && stem[*c..].starts_with('}')) else {
            return Err((brace, format!("the brace in {} has no partner; braces do not nest", in_quotes(stem))));
        };
        texts.iter_mut().for_each(|text| text.push_str(&stem[at..brace]));
        let alternatives: Vec<&str> = stem[brace + 1..close].split(',').collect();
        if texts.len() * alternatives.len() > MOST_SPELLINGS {
            return Err((brace, format!("{} expands to more than {MOST_SPELLINGS} spellings", in_quotes(stem))));
        }
        texts = texts.iter().flat_map(|t| alternatives.iter().map(move |a| format!("{t}{a}"))).collect();
        at = close + 1;
    }
    texts.iter_mut().for_each(|text| text.push_str(&stem[at..]));
    Ok(texts)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(term: &str, expected: &[&str]) {
        let spellings = parse(term).unwrap().spellings;
        let printed: Vec<String> = spellings
            .iter()
            .map(|s| {
                let sign = |edge| match edge {
                    Edge::Border => "[",
                    Edge::Free => "",
                    Edge::Open => "~",
                };
                format!(
                    "{}{}{}{}{}",
                    sign(s.left),
                    s.literal,
                    s.rest.concat(),
                    sign(s.right),
                    s.exact.clone().unwrap_or_default()
                )
            })
            .collect();
        assert_eq!(printed, expected, "{term}");
    }

    #[test]
    fn spellings() {
        check("sister-cit{y,ies}", &["[sister city[", "[sister cities["]);
        check("mayor{,s}", &["[mayor[", "[mayors["]);
        check("友好城市|友誼城", &["友好城市", "友谊城"]);
        check("~partnerstädt*", &["~partnerstadt~"]);
        check("=C40", &["[c40[C40"]);
        check("u.s.", &["[u.s."]);
        check("побратим*|Ёлка", &["[побратим~", "[елка["]);
        check("{a,b} {c,}", &["[a c[", "[a[", "[b c[", "[b["]);
        check("4月", &["[4月"]);
        check("генеральн* консул*", &["[генеральн консул~"]);
    }

    fn check_error(term: &str, offset: usize, part: &str) {
        let error = parse(term).unwrap_err();
        assert_eq!((error.offset, error.to_string().contains(part)), (offset, true), "{term}: {error}");
    }

    #[test]
    fn terms_that_cannot_stand() {
        check_error("", 0, "without characters");
        check_error("a||b", 2, "without characters");
        check_error("a|*", 2, "without characters");
        check_error("ci*ty", 2, "at the end of a word");
        check_error("=a* b", 0, "both");
        check_error("cit{y", 3, "no partner");
        check_error("cit}y", 3, "no partner");
        check_error("a{b{c}}", 1, "do not nest");
        check_error("mayor^2", 5, "no weights");
        check_error("{a,b,c,d,e,f,g,h,i}{a,b,c,d,e,f,g,h,i}{a,b,c,d,e,f,g,h,i}", 38, "512");
    }
}
