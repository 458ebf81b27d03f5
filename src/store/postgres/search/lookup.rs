//! Look-ups as the text form of a `tsquery` (PostgreSQL's documentation, §8.11.2): cast as
//! it is, so no configuration of the server stems or drops a word.

use super::words::{ALL, LONG, cut, quoted};
use crate::store::{Lookup, WordRun};

/// How deep a query may nest, as with SQLite: what lies deeper is not looked up.
const DEEPEST: usize = 24;

/// Words that are looked up at once; what comes after narrows no more.
const MOST: usize = 4_000;

/// Words in a row that are looked up.
const LONGEST_ROW: usize = 64;

/// How rows are looked up.
#[derive(Clone, Copy)]
enum RowWay {
    /// Their words next to one another.
    Places,
    /// Their words, wherever they are.
    Words,
}

/// The query of a look-up; `None` when it narrows nothing.
///
/// Of an entry without all its places its words are asked for, and one that lacks words
/// comes along: whoever asks looks at each.
pub fn query(lookup: &Lookup) -> Option<String> {
    let made = |way| QueryMaking { way, left: MOST }.of(lookup, DEEPEST);
    let (places, words) = (made(RowWay::Places)?, made(RowWay::Words)?);
    Some(format!("{places} | {} & {words} | {}", quoted(LONG), quoted(ALL)))
}

struct QueryMaking {
    way: RowWay,
    /// Words that may come.
    left: usize,
}

impl QueryMaking {
    fn of(&mut self, lookup: &Lookup, deepest: usize) -> Option<String> {
        match lookup {
            Lookup::Everything => None,
            Lookup::Run(row) => self.row(row),
            Lookup::Near(left, right, _) => {
                joined(vec![self.row(left), self.row(right)].into_iter().flatten().collect(), " & ")
            }
            Lookup::And(parts) => {
                let deeper = deepest.checked_sub(1)?;
                joined(parts.iter().filter_map(|part| self.of(part, deeper)).collect(), " & ")
            }
            Lookup::Or(parts) => {
                let deeper = deepest.checked_sub(1)?;
                joined(parts.iter().map(|part| self.of(part, deeper)).collect::<Option<_>>()?, " | ")
            }
        }
    }

    fn row(&mut self, row: &WordRun) -> Option<String> {
        let all: Vec<&str> = row.words.iter().map(|word| cut(word)).collect();
        // What is left out at the end of a row leaves the rest as it is.
        let words = &all[..all.len().min(LONGEST_ROW)];
        if words.is_empty() || words.iter().any(|word| word.is_empty()) {
            return None;
        }
        self.left = self.left.checked_sub(words.len())?;
        let is_open = |n: usize| row.open && n + 1 == all.len();
        let word = |(n, word): (usize, &&str)| format!("{}{}", quoted(word), if is_open(n) { ":*" } else { "" });
        let words = words.iter().enumerate().map(word).collect();
        joined(words, if matches!(self.way, RowWay::Places) { " <-> " } else { " & " })
    }
}

fn joined(mut parts: Vec<String>, with: &str) -> Option<String> {
    match parts.len() {
        0 => None,
        1 => parts.pop(),
        _ => Some(format!("({})", parts.join(with))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(words: &[&str], open: bool) -> WordRun {
        WordRun { words: words.iter().map(|word| (*word).to_owned()).collect(), open }
    }

    fn word(word: &str) -> Lookup {
        Lookup::Run(row(&[word], false))
    }

    #[test]
    fn look_ups_become_queries_b80() {
        let check = |lookup: Lookup, expected: Option<(&str, &str)>| {
            let expected = expected.map(|(places, words)| format!("{places} | '\u{2}long' & {words} | '\u{2}all'"));
            assert_eq!(query(&lookup), expected, "{lookup:?}");
        };
        check(Lookup::Everything, None);
        check(word("a' | 'b"), Some(("'a'' | ''b'", "'a'' | ''b'")));
        check(word("\\"), Some(("'\\\\'", "'\\\\'")));
        check(Lookup::Run(row(&["a", "por"], true)), Some(("('a' <-> 'por':*)", "('a' & 'por':*)")));
        check(Lookup::Run(row(&["a", "b"], false)), Some(("('a' <-> 'b')", "('a' & 'b')")));
        let near = Lookup::Near(row(&["a", "b"], false), row(&["c"], true), 7);
        check(near, Some(("(('a' <-> 'b') & 'c':*)", "(('a' & 'b') & 'c':*)")));
        check(Lookup::And(vec![word("a"), Lookup::Everything]), Some(("'a'", "'a'")));
        check(Lookup::And(vec![Lookup::Everything]), None);
        check(Lookup::Or(vec![word("a"), Lookup::Everything]), None);
        check(Lookup::Or(Vec::new()), None);
        check(Lookup::Or(vec![word("a"), word("b")]), Some(("('a' | 'b')", "('a' | 'b')")));
        // A word without letters narrows nothing.
        check(Lookup::And(vec![word("a"), word("")]), Some(("'a'", "'a'")));
        check(Lookup::Run(row(&["a", ""], true)), None);
    }

    #[test]
    fn what_is_too_large_is_looked_up_as_far_as_can_be_b80() {
        let mut deep = word("mayor");
        for n in 0..64 {
            deep = match n % 2 {
                0 => Lookup::And(vec![word("mayor"), deep]),
                _ => Lookup::Or(vec![word("none"), deep]),
            };
        }
        let found = query(&Lookup::And(vec![word("mayor"), deep])).expect("something to look up");
        assert!(found.len() < 1000, "{}", found.len());
        let words: Vec<Lookup> = (0..MOST + 1).map(|n| word(&format!("w{n}"))).collect();
        assert_eq!(query(&Lookup::Or(words.clone())), None, "any of too many is anything");
        let all = query(&Lookup::And(words)).expect("most of them");
        assert!(all.contains("'w3999'") && !all.contains("'w4000'"));
        let long: Vec<String> = (0..100).map(|n| format!("w{n}")).collect();
        let long = query(&Lookup::Run(WordRun { words: long, open: true })).expect("its beginning");
        assert!(long.contains("'w63'") && !long.contains("'w64'") && !long.contains(":*"));
    }
}
