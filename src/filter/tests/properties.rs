//! What holds of all expressions and texts, tried on drawn ones.

use super::*;
use crate::text::fold::fold;

/// Numbers drawn by a fixed sequence.
struct Draw(u64);

impl Draw {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % end
    }

    fn of<'t>(&mut self, all: &[&'t str]) -> &'t str {
        all[self.below(all.len())]
    }

    /// A term, a list, or an OR of them.
    fn terms(&mut self) -> String {
        match self.below(6) {
            0 => format!("({} OR {})", self.of(&TERMS), self.of(&TERMS)),
            1 => "@head".to_owned(),
            2 => "@pairing".to_owned(),
            _ => self.of(&TERMS).to_owned(),
        }
    }

    fn expression(&mut self, depth: usize) -> String {
        if depth == 0 {
            return match self.below(5) {
                0 => format!("{}:{}", self.of(&["title", "lead", "body", "hlead", "any"]), self.terms()),
                1 => self.of(&["lang:zh", "tag:wire", "age:<3d", "title:/[a-m]+/", "lang:en"]).to_owned(),
                _ => self.terms(),
            };
        }
        match self.below(7) {
            0 => format!("NOT ({})", self.expression(depth - 1)),
            1 => format!("({}) AND ({})", self.expression(depth - 1), self.expression(depth - 1)),
            2 => format!("({}) OR ({})", self.expression(depth - 1), self.expression(depth - 1)),
            3 => format!("{} NEAR/{} {}", self.terms(), 1 + self.below(9), self.terms()),
            4 => format!("hlead:({} ONEAR/{} {})", self.terms(), 1 + self.below(9), self.terms()),
            5 => format!("ATLEAST/{} ({} OR {})", 1 + self.below(3), self.terms(), self.terms()),
            _ => format!(
                "SCORE/{}(+{} {} BECAUSE \"a\" -{} {} BECAUSE \"b\")",
                self.below(9),
                self.below(9),
                self.expression(depth - 1),
                self.below(9),
                self.expression(depth - 1)
            ),
        }
    }

    fn text(&mut self, words: usize) -> String {
        let mut text = String::new();
        for _ in 0..self.below(words + 1) {
            text.push_str(self.of(&WORDS));
            text.push_str(self.of(&[" ", " ", " ", "", "-", ", ", "\n", ". "]));
        }
        text
    }

    fn entry(&mut self) -> Readable {
        copy(&self.text(8), &self.text(40))
    }
}

const TERMS: [&str; 14] = [
    "mayor",
    "~town",
    "consul*",
    "\"consul general\"",
    "市长",
    "友好城市|友城",
    "мэр",
    "총영사",
    "=WHO",
    "城*",
    "\"u.s.\"",
    "ガイド",
    "é",
    "เมือง",
];

const WORDS: [&str; 22] = [
    "mayor",
    "Mayors",
    "downtown",
    "town",
    "consul",
    "Consul-General",
    "WHO",
    "who",
    "市长",
    "市長江",
    "友城路",
    "友好城市",
    "мэр",
    "Мэрия",
    "총영사",
    "U.S.",
    "ｶﾞｲﾄﾞ",
    "é",
    "e\u{301}",
    "เมือง",
    "😀",
    "ß\u{AD}ﬁ½",
];

fn holds(expression: &str, entry: &Readable) -> bool {
    route(expression, entry).admitted
}

/// Draws so many expressions and entries and has `check` look at each.
fn drawn(count: u64, mut check: impl FnMut(&mut Draw, &Readable)) {
    for seed in 0..count {
        let mut draw = Draw(seed * 7919 + 1);
        let entry = draw.entry();
        check(&mut draw, &entry);
    }
}

#[test]
fn what_is_printed_reads_back_and_decides_alike() {
    drawn(400, |draw, entry| {
        let text = draw.expression(3);
        let expr = crate::filter::language::parser::parse(&text).unwrap_or_else(|e| panic!("{text}: {e:?}"));
        let printed = expr.to_string();
        assert_eq!(crate::filter::language::parser::parse(&printed).as_ref(), Ok(&expr), "{text} printed as {printed}");
        assert_eq!(holds(&text, entry), holds(&printed, entry), "{text}");
    });
}

#[test]
fn de_morgan_and_double_negation() {
    let mut both = [0, 0];
    drawn(300, |draw, entry| {
        let (a, b) = (draw.expression(1), draw.expression(1));
        let same = |left: String, right: String| {
            let held = holds(&left, entry);
            assert_eq!(held, holds(&right, entry), "{left} and {right} on {entry:?}");
            held
        };
        both[usize::from(same(format!("NOT (({a}) OR ({b}))"), format!("NOT ({a}) AND NOT ({b})")))] += 1;
        same(format!("NOT (({a}) AND ({b}))"), format!("NOT ({a}) OR NOT ({b})"));
        same(format!("NOT NOT ({a})"), a.clone());
        same(format!("({a}) AND ({b})"), format!("({b}) AND ({a})"));
        same(format!("({a}) OR ({b})"), format!("({b}) OR ({a})"));
    });
    assert!(both.iter().all(|count| *count > 30), "{both:?}");
}

#[test]
fn near_is_symmetric_and_grows_with_its_distance() {
    let mut near = 0;
    drawn(600, |draw, entry| {
        let (a, b, n) = (draw.terms(), draw.terms(), 1 + draw.below(12));
        let held = holds(&format!("{a} NEAR/{n} {b}"), entry);
        near += usize::from(held);
        assert_eq!(held, holds(&format!("{b} NEAR/{n} {a}"), entry), "{a} and {b} within {n} on {entry:?}");
        assert!(!held || holds(&format!("{a} NEAR/{} {b}", n + 1), entry), "{a} NEAR/{n} {b}, but not a word further");
        assert!(!held || holds(&format!("({a}) AND ({b})"), entry), "{a} NEAR/{n} {b}, but not both");
        let ordered = |a: &str, b: &str| holds(&format!("{a} ONEAR/{n} {b}"), entry);
        assert!(held || !(ordered(&a, &b) || ordered(&b, &a)), "{a} ONEAR/{n} {b}, but not NEAR");
    });
    assert!(near > 60, "{near}");
}

/// A hundred terms of few letters in one vocabulary, so that many begin alike.
#[test]
fn terms_are_found_where_trying_each_place_finds_them() {
    let mut draw = Draw(5);
    for _ in 0..60 {
        let word = |draw: &mut Draw| -> String {
            let crowd = draw.of(&["", "", "aaaaaaaa", "市市市"]).to_owned();
            (0..1 + draw.below(6)).fold(crowd, |word, _| word + draw.of(&["a", "a", "a", "b", "c", "т", "市", "長"]))
        };
        let terms: Vec<(bool, String, bool)> = (0..100)
            .map(|_| {
                let mut text = word(&mut draw);
                if draw.below(3) == 0 {
                    text = format!("{text} {}", word(&mut draw));
                }
                (draw.below(4) == 0, text, draw.below(4) == 0)
            })
            .collect();
        let rules: Vec<FeedRule> = terms
            .iter()
            .enumerate()
            .map(|(n, (left, text, right))| FeedRule {
                feed: FeedId::new(&format!("feed-{n}")).unwrap(),
                ..rule(&format!("\"{}{text}{}\"", if *left { "~" } else { "" }, if *right { "*" } else { "" }))
            })
            .collect();
        let rules = Ruleset::compile(&rules, &[], &known_places()).unwrap();
        for _ in 0..20 {
            let mut text = String::new();
            for _ in 0..draw.below(60) {
                let known = terms[draw.below(terms.len())].1.clone();
                text += &if draw.below(3) == 0 { known } else { word(&mut draw) };
                text += draw.of(&[" ", " ", "", ", ", "b"]);
            }
            let routes = rules.route(&copy(&text, ""));
            let folded = fold(&text);
            for (n, (left, term, right)) in terms.iter().enumerate() {
                let found = routes.iter().any(|r| r.admitted && r.feed.as_str() == format!("feed-{n}"));
                assert_eq!(found, tried(folded.text(), *left, term, *right), "{left} {term:?} {right} in {text:?}");
            }
        }
    }
}

/// Whether a term is in a text, by trying each place.
fn tried(text: &str, open_left: bool, term: &str, open_right: bool) -> bool {
    use crate::text::script::has_border;
    let fold = fold(term);
    let term = fold.text();
    let borders =
        |inner: Option<char>, outer: Option<char>| inner.is_some_and(has_border) && outer.is_some_and(has_border);
    text.char_indices().any(|(at, _)| {
        let Some(after) = text[at..].strip_prefix(term) else { return false };
        let before = text[..at].chars().next_back();
        let left = open_left || !borders(term.chars().next(), before);
        left && (open_right || !borders(term.chars().next_back(), after.chars().next()))
    })
}

#[test]
fn counts_and_fields_are_what_they_are_made_of() {
    drawn(400, |draw, entry| {
        let (a, b, n) = (draw.terms(), draw.terms(), 1 + draw.below(4));
        let at_least = |n: usize| holds(&format!("ATLEAST/{n} ({a} OR {b})"), entry);
        assert!(!at_least(n + 1) || at_least(n));
        assert_eq!(at_least(1), holds(&format!("{a} OR {b}"), entry));
        assert_eq!(holds(&format!("hlead:{a}"), entry), holds(&format!("title:{a} OR lead:{a}"), entry), "{a}");
        assert_eq!(holds(&format!("any:{a}"), entry), holds(&format!("title:{a} OR body:{a}"), entry), "{a}");
        assert_eq!(holds(&a, entry), holds(&format!("any:{a}"), entry), "{a}");
    });
}

#[test]
fn evidence_points_at_its_own_words() {
    let mut hits = 0;
    drawn(500, |draw, entry| {
        let text = draw.expression(2);
        for hit in route(&text, entry).hits {
            let shown = match hit.field {
                Field::Title => &entry.title,
                Field::Lead => &entry.lead,
                Field::Body => &entry.body,
                _ => continue,
            };
            hits += 1;
            assert_eq!(shown.get(hit.start as usize..hit.end as usize), Some(hit.text.as_str()), "{text} on {entry:?}");
        }
    });
    assert!(hits > 500, "{hits}");
}

#[test]
fn folding_twice_is_folding_once_and_offsets_come_back() {
    let alphabet: Vec<char> = "aZ9 \t-–'’.,éÉßΣςЁйИ市長臺ガｶﾞ한ㄱ한กำ😀ﬁ½\u{301}\u{AD}\u{200B}İı'_\n".chars().collect();
    for seed in 0..3000 {
        let mut draw = Draw(seed);
        let shown: String = (0..draw.below(24)).map(|_| alphabet[draw.below(alphabet.len())]).collect();
        let once = fold(&shown);
        let twice = fold(once.text());
        assert_eq!(once.text(), twice.text(), "{shown:?}");
        for word in once.words() {
            let (start, end) = (word.start as usize, word.end as usize);
            assert!(start < end && once.text().get(start..end).is_some(), "{shown:?}: {word:?}");
            let range = once.shown(start..end, &shown);
            assert!(shown.get(range.clone()).is_some_and(|s| !s.is_empty()), "{shown:?}: {word:?} is {range:?}");
            // What is shown of a word folds to a text that holds it.
            let again = fold(&shown[range.clone()]);
            let found = again.text().contains(&once.text()[start..end]);
            assert!(found, "{shown:?}: {word:?} is {:?}", &shown[range]);
        }
        let places: Vec<usize> = (0..=shown.len()).map(|at| once.place_of(at)).collect();
        assert!(places.is_sorted() && places.iter().all(|at| *at <= once.text().len()), "{shown:?}: {places:?}");
    }
}

#[test]
fn soup_is_an_expression_or_an_error_with_a_place() {
    const PIECES: [&str; 24] = [
        "AND",
        "OR",
        "NOT",
        "NEAR/3",
        "ONEAR/0",
        "ATLEAST/2",
        "SCORE/6(",
        "+3",
        "-2",
        "BECAUSE",
        "\"x\"",
        "(",
        ")",
        "@head",
        "@",
        "title:",
        "/a+/",
        "mayor",
        "市*",
        "~",
        "=",
        "{a,b}",
        "|",
        "age:<3d",
    ];
    let (mut stood, entry) = (0, copy("Mayor 市长", "a b x"));
    for seed in 0..4000 {
        let mut draw = Draw(seed);
        let soup: String = (0..1 + draw.below(9)).map(|_| format!("{} ", draw.of(&PIECES))).collect();
        match Query::new(&soup, &lists(), &known_places()) {
            Ok(query) => {
                stood += 1;
                let _ = query.matches(&entry);
            }
            Err(error) => assert!(soup.is_char_boundary(error.offset), "{soup}: {error:?}"),
        }
    }
    assert!(stood > 100, "{stood}");
}
