//! What it would cost to parse a TOML file, estimated from its tokens before it is parsed:
//! how deep values are nested, how many tokens there are, and how many errors. The parser
//! recurses, and it keeps a lot for each error.

use toml_parser::lexer::TokenKind;
use toml_parser::parser::{RecursionGuard, parse_document};
use toml_parser::{ParseError, Source};

use super::report::Complaint;
use crate::limits::{CONFIG_DEPTH, CONFIG_SYNTAX, CONFIG_TOKENS};

/// Why a file is not parsed, and the byte that shows it, unless it is the file as a whole.
pub struct Misshapen {
    pub at: Option<usize>,
    pub complaint: Complaint,
}

/// Whether `text` can be parsed at a bounded cost.
pub fn check(text: &str) -> Result<(), Misshapen> {
    count(text)?;
    // There are no more tokens than were counted, and they nest no deeper than was
    // measured.
    let source = Source::new(text);
    let tokens = source.lex().into_vec();
    let (mut slips, mut first) = (0, None);
    let mut note = |error: ParseError| {
        slips += 1;
        first = first.or(error.unexpected().or(error.context()).map(|span| span.start()));
    };
    let mut nowhere = ();
    let mut receiver = RecursionGuard::new(&mut nowhere, u32::try_from(CONFIG_DEPTH.count()).unwrap_or(u32::MAX));
    parse_document(&tokens, &mut receiver, &mut note);
    if slips <= CONFIG_SYNTAX.count() {
        return Ok(());
    }
    let sentence = format!("is no TOML: it holds {slips} syntax errors; the first is here");
    Err(Misshapen { at: Some(first.unwrap_or(0)), complaint: Complaint::new(sentence) })
}

/// Counts tokens and levels: each bracket is a level, and so is each dot of a key.
fn count(text: &str) -> Result<(), Misshapen> {
    let mut words = 0;
    let mut depth = Depth::default();
    for token in Source::new(text).lex() {
        words += 1;
        if words > CONFIG_TOKENS.count() {
            let sentence = format!("holds more than {} words and signs", CONFIG_TOKENS.most);
            return Err(Misshapen {
                at: None,
                complaint: Complaint::new(sentence).hint("split it: include = [\"…\"]"),
            });
        }
        depth.take(token.kind());
        if depth.levels > CONFIG_DEPTH.count() {
            let sentence = format!("values lie within one another more than {} deep", CONFIG_DEPTH.most);
            let hint = "is a bracket left open, or is this another file?";
            return Err(Misshapen { at: Some(token.span().start()), complaint: Complaint::new(sentence).hint(hint) });
        }
    }
    Ok(())
}

/// How deep the tokens read so far are nested.
#[derive(Default)]
struct Depth {
    /// For each open bracket, the one that closes it and the dots of the key before it.
    open: Vec<(TokenKind, usize)>,
    /// Dots since the last statement or item began.
    dots: usize,
    levels: usize,
}

impl Depth {
    fn take(&mut self, kind: TokenKind) {
        match kind {
            TokenKind::Dot => {
                self.dots += 1;
                self.levels += 1;
            }
            TokenKind::LeftSquareBracket => self.enter(TokenKind::RightSquareBracket),
            TokenKind::LeftCurlyBracket => self.enter(TokenKind::RightCurlyBracket),
            // A bracket that closes nothing ends nothing: the parser reads on inside.
            TokenKind::RightSquareBracket | TokenKind::RightCurlyBracket
                if self.open.last().is_some_and(|(closes, _)| *closes == kind) =>
            {
                self.leave();
            }
            TokenKind::Comma | TokenKind::Newline => self.begin(),
            _ => {}
        }
    }

    fn enter(&mut self, closes: TokenKind) {
        self.open.push((closes, std::mem::take(&mut self.dots)));
        self.levels += 1;
    }

    fn leave(&mut self) {
        self.begin();
        if let Some((_, dots)) = self.open.pop() {
            self.levels -= 1;
            self.dots = dots;
        }
    }

    /// The next statement or item begins.
    fn begin(&mut self) {
        self.levels -= std::mem::take(&mut self.dots);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> Option<String> {
        check(text).err().map(|misshapen| format!("{:?} {:?}", misshapen.at, misshapen.complaint))
    }

    #[track_caller]
    fn refused(text: &str, why: &str) {
        let said = said(text).unwrap_or_default();
        assert!(said.contains(why), "B120: {:.60}… {said}", text);
    }

    #[test]
    fn what_lies_too_deep_is_refused_before_it_is_parsed_b120() {
        let deep = "more than 64 deep";
        refused(&format!("x = {}", "[".repeat(28_000)), deep);
        refused(&format!("x = {}{}", "[".repeat(70), "]".repeat(70)), deep);
        refused(&format!("x = {}1{}", "{a=".repeat(70), "}".repeat(70)), deep);
        refused(&format!("x = {{[ ], }}\ny = {}", "[".repeat(30_000)), deep);
        refused(&format!("x = {}", "{[ ".repeat(10_000)), deep);
        refused(&format!("x = {}", "[}".repeat(10_000)), deep);
        refused(&format!("{}x = 1", "a.".repeat(100_000)), deep);
        refused(&format!("[{}x]", "a.".repeat(100)), deep);
        // Levels of both kinds add up.
        refused(&format!("x = {}1{}", "{a.a.a.a.a.a.a.a.a = ".repeat(8), "}".repeat(8)), deep);
    }

    #[test]
    fn what_lies_side_by_side_is_not_deep() {
        for text in [
            "x = [1.5, 2.5]\n".replace("2.5", &"2.5, ".repeat(500)),
            "[[source]]\nid = \"a\"\npage = { entries = \"[[[[\" }\n".repeat(5_000),
            "a.b.c = [[1], [2]]\n".repeat(200).replace("a.b", "a.\"x.y\""),
            format!("x = '''\n{}'''", "[[[[{{{{....\n".repeat(500)),
            format!("# {}\n", "[".repeat(500)),
        ] {
            assert_eq!(said(&text), None, "{text:.80}");
        }
    }

    #[test]
    fn what_is_no_toml_is_told_once_b120() {
        refused(&"=]\n".repeat(100_000), "is no TOML");
        refused(&"a ".repeat(5_000_000), "words and signs");
        assert_eq!(said(&"=]\n".repeat(300)), None, "the parser tells each");
    }
}
