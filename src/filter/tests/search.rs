//! Queries of the index.

use super::*;
use crate::filter::Phrase;
use crate::text::fold;

/// A query as text: words in a row `a_b`, `stem*`, `a~7~b` near, `&(…)`, `|(…)`,
/// `*` for everything.
fn printed(query: &IndexQuery) -> String {
    let all = |parts: &[IndexQuery]| parts.iter().map(printed).collect::<Vec<_>>().join(" ");
    match query {
        IndexQuery::Everything => "*".into(),
        IndexQuery::Phrase(phrase) => row(phrase),
        IndexQuery::Near(left, right, between) => format!("{}~{between}~{}", row(left), row(right)),
        IndexQuery::And(parts) => format!("&({})", all(parts)),
        IndexQuery::Or(parts) => format!("|({})", all(parts)),
    }
}

fn row(phrase: &Phrase) -> String {
    phrase.words.join("_") + if phrase.open { "*" } else { "" }
}

fn check(query: &str, expected: &str) {
    assert_eq!(printed(&Query::new(query, &lists(), &known_places()).unwrap().index_query()), expected, "{query}");
}

#[test]
fn index_queries() {
    check("Mayor", "mayor");
    check("\"City Hall\"", "city_hall");
    check("побратим*", "побратим*");
    check("\"генеральн* консул*\"", "&(генеральн* консул*)");
    check("友好城市", "友好_好城_城市");
    check("市长", "市长");
    check("市", "市*");
    check("4月", "4_月*");
    check("~partnerstadt", "*");
    check("~\"twin town\"", "town");
    check("a AND NOT b", "a");
    check("NOT b", "*");
    check("a OR b AND c", "|(a &(b c))");
    check("a OR lang:zh", "*");
    check("a AND source:x", "a");
    check("author:x", "x");
    check("category:\"x y\"", "x_y");
    check("url:x", "*");
    check("title:x", "x");
    check("a NEAR/5 (b OR c)", "|(a~14~b a~14~c)");
    check("a NEAR/5 b NEAR/5 c", "&(a~14~b c)");
    check("ATLEAST/2 (b OR c)", "|(b c)");
    check("@envoy", "|(consul_general consuls_general 总领_领事 총영_영사)");
    check("SCORE/6(+8 a BECAUSE \"x\" -2 b BECAUSE \"y\" +1 c BECAUSE \"z\")", "|(a c)");
    check("SCORE/0(-2 b BECAUSE \"y\")", "*");
    check("a AND a AND \"a b\"", "&(a a_b)");
    check("\"people's\"", "people_s");
}

/// Whether the index would give a text for `query`.
fn finds(query: &IndexQuery, words: &[&str]) -> bool {
    match query {
        IndexQuery::Everything => true,
        IndexQuery::Phrase(phrase) => !places(phrase, words).is_empty(),
        IndexQuery::Near(left, right, between) => {
            let (a, b) = (places(left, words), places(right, words));
            let gap = |a: usize, b: usize, length: usize| b.saturating_sub(a + length) <= *between as usize;
            let fits = |(a, b): (usize, usize)| {
                if a <= b { gap(a, b, left.words.len()) } else { gap(b, a, right.words.len()) }
            };
            a.iter().any(|a| b.iter().any(|b| fits((*a, *b))))
        }
        IndexQuery::And(parts) => parts.iter().all(|p| finds(p, words)),
        IndexQuery::Or(parts) => parts.iter().any(|p| finds(p, words)),
    }
}

/// Where a phrase stands among the words of a text.
fn places(phrase: &Phrase, words: &[&str]) -> Vec<usize> {
    let last = phrase.words.len() - 1;
    let fits = |(n, wanted): (usize, &String), word: &str| {
        if n == last && phrase.open { word.starts_with(wanted.as_str()) } else { word == wanted }
    };
    let here = |row: &[&str]| phrase.words.iter().enumerate().zip(row).all(|(wanted, word)| fits(wanted, word));
    words.windows(phrase.words.len()).enumerate().filter(|(_, row)| here(row)).map(|(n, _)| n).collect()
}

#[test]
fn the_index_gives_all_that_matches() {
    let texts = [
        "The Mayor’s visit to 沈阳市长",
        "un-twin towns",
        "Städtepartnerschaft in Köln",
        "在Beijing市友好城市ＡＢＣ",
        "Генеральный консул и города-побратимы",
        "총영사 접견 자매결연",
        "ガイド ｶﾞｲﾄﾞ 4月 u.s. c++",
        "เมืองพี่เมืองน้อง",
        "a",
    ];
    let queries = [
        "mayor",
        "市",
        "长",
        "市长",
        "沈阳市",
        "~town*",
        "\"twin town\"*",
        "~partnerschaft",
        "koln",
        "beijing",
        "beijing市",
        "在beijing",
        "abc",
        "友好城市abc",
        "\"генеральн* консул\"",
        "побратим*",
        "영사",
        "총영사",
        "자매결연",
        "ガイ",
        "4月",
        "u.s.",
        "c++",
        "เมือง",
        "น้อง",
        "\"mayor's visit\"",
        "a*",
        "u*",
        "NOT mayor",
        "mayor NEAR/9 市长",
        "@head",
        "@pairing",
    ];
    let mut matched = 0;
    for text in texts {
        let mut words = String::new();
        fold::index_words(text, &mut words);
        let words: Vec<&str> = words.split(' ').collect();
        for query in queries {
            let read = Query::new(query, &lists(), &known_places()).unwrap();
            if read.matches(&copy(text, "")).is_some() {
                matched += 1;
                assert!(finds(&read.index_query(), &words), "{query} matches {text:?} but the index holds {words:?}");
            }
        }
    }
    assert!(matched > 40, "{matched}");
}

#[test]
fn matches_gives_the_terms() {
    let query = Query::new("mayor AND NOT golf", &lists(), &known_places()).unwrap();
    let hits = query.matches(&copy("The mayor", "")).unwrap();
    assert_eq!((hits.len(), hits[0].text.as_str(), hits[0].start), (1, "mayor", 4));
    assert_eq!(query.matches(&copy("The mayor plays golf", "")), None);
    assert_eq!(Query::new("lang:zh", &[], &known_places()).unwrap().matches(&copy("", "")), Some(Vec::new()));
}

#[test]
fn queries_that_cannot_stand() {
    let said = |query: &str, lists: &[TermList]| {
        let error = Query::new(query, lists, &known_places()).err().unwrap();
        format!("{}: {error}", error.offset)
    };
    assert_eq!(said("a @b", &[]), "2: nothing joins a and @b; write a AND @b, a OR @b");
    assert_eq!(said("a OR @b", &[]), "5: there is no list \"b\"; define [lists.b]");
    assert_eq!(said("a OR @b", &[list("b", &[], &[])]), "5: list \"b\" has no terms");
    assert!(said("a OR @b", &[list("b", &["{x"], &[])]).starts_with("5: list \"b\": the brace in \"{x\""));
    assert!(Query::new("a OR @c", &[list("b", &["{x"], &[]), list("c", &["x"], &[])], &known_places()).is_ok());
}
