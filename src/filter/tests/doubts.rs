//! What `check` warns about.

use super::*;
use crate::filter::{ConfiguredNames, doubts, habit};

fn check(expression: &str, expected: &[&str]) {
    let lists = [list("sport", &["golf", "football|soccer"], &[])];
    let names = ConfiguredNames { sources: vec!["un-news", "dpa"], tags: vec!["wire", "china"], languages: Vec::new() };
    let told: Vec<String> = doubts(expression, &lists, &names)
        .into_iter()
        .map(|d| format!("{}: {}{}", d.column, d.message, d.hint.map(|h| format!("; {h}")).unwrap_or_default()))
        .collect();
    assert_eq!(told, expected, "{expression}");
}

#[test]
fn what_can_never_hold_is_told() {
    check("copies:>3 AND mayor", &["1: copies: is empty in this version: it matches nothing"]);
    check("a AND NOT notice:kill", &[]);
    check(
        "notice:killed",
        &[
            "8: no notice is called \"killed\"; kinds are correction, update, refile, kill, withdrawal, embargo, reminder",
        ],
    );
    check("source:un-new", &["8: no source is called \"un-new\"; did you mean un-news?"]);
    check("tag:(china OR sports)", &["15: no tag is called \"sports\""]);
    check("lang:zh*", &["6: lang: takes no *; varieties are included: write lang:zh"]);
    check("ATLEAST/3 (@sport OR stadium)", &[]);
    check("ATLEAST/4 (@sport OR stadium)", &["1: ATLEAST/4 of 3 terms can never hold"]);
    let never = "the sides of this NEAR are never in one field; write title:(… NEAR/n …), or AND";
    check("title:a NEAR/5 body:b", &[&format!("9: {never}")]);
    check("author:a NEAR/5 b", &[&format!("10: {never}")]);
    check("SCORE/9(+8 a BECAUSE \"a\" -2 b BECAUSE \"b\")", &["1: SCORE/9 of 8 points can never hold"]);
}

#[test]
fn notation_of_other_languages_is_told() {
    let check = |term: &str, expected: Option<usize>| {
        assert_eq!(habit(term).map(|told| told.offset), expected, "{term}");
    };
    for (term, at) in [("m?yor", 1), ("mayor?", 5), ("mayor$1", 5), ("/ab+/", 0), ("cit{y, ies}", 6), ("市?长", 3)] {
        check(term, Some(at));
    }
    for term in
        ["mayor", "who?s who", "what now?", "cit{y,ies}", "memorand{um,a}{, of understanding}", "US$", "/", "$5"]
    {
        check(term, None);
    }
    self::check(
        "m?yor AND x",
        &["1: m?yor: ? stands for itself; write {a,b} for each of some letters, * for any ending"],
    );
}

#[test]
fn what_can_hold_is_not() {
    for expression in [
        "lead:a NEAR/5 body:b",
        "hlead:a NEAR/5 title:b",
        "title:(a NEAR/5 b) AND source:un-* AND tag:wire",
        "lang:zh-Hant",
        "title:(a OR lang",
        "SCORE/6(+8 a BECAUSE \"a\") AND age:<3d",
        "url:a NEAR/2 (url:b OR c)",
    ] {
        if !expression.starts_with("title:(a OR lang") && !expression.starts_with("url") {
            Ruleset::compile(&[rule(expression)], &[], &known_places())
                .unwrap_or_else(|e| panic!("{expression}: {e:?}"));
        }
        check(expression, &[]);
    }
}
