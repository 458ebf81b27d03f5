//! What `check` warns about.

use super::*;
use crate::filter::{ConfiguredNames, doubts, habit, vain_terms};

fn check(expression: &str, expected: &[&str]) {
    check_in(&[], expression, expected);
}

/// The same in a feed that takes these languages.
fn check_in(languages: &[&str], expression: &str, expected: &[&str]) {
    let lists = [list("sport", &["golf", "football|soccer"], &[])];
    let names =
        ConfiguredNames { sources: vec!["un-news", "dpa"], tags: vec!["wire", "china"], languages: languages.to_vec() };
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
fn what_excludes_itself_is_told_b354() {
    check("a AND NOT a", &["11: a AND NOT a can never hold"]);
    check("title:(a AND b) AND NOT title:(c OR a)", &["37: a AND NOT a can never hold"]);
    check("@sport AND lang:en AND NOT @sport", &["28: @sport AND NOT @sport can never hold"]);
    check("title:a AND NOT lead:a", &[]);
    check("a AND NOT (a AND b)", &[]);
    check("a OR b OR NOT a", &["1: a OR NOT a always holds"]);
    check("lang:en AND lang:(de)", &["19: no entry has two languages"]);
    check("lang:zh AND lang:zh-Hant", &[]);
    check("source:dpa AND source:un-news", &["23: no entry has two sources"]);
    check("source:dpa AND source:dp*", &[]);
    let dates = "no entry meets all that is said of published:";
    check("published:>2026-11 AND published:<2026-11", &[&format!("34: {dates}")]);
    check("published:>2026-10 AND published:<2026-11", &["34: no entry meets all that is said of published:"]);
    check("published:>2026-09 AND published:<2026-11", &[]);
    check("age:<1d AND age:>2d", &["17: no entry meets all that is said of age:"]);
    check("age:>1d AND age:<2d", &[]);
}

#[test]
fn what_no_entry_is_is_told_b354() {
    check("lang:english", &["6: \"english\" is no language; write its code (BCP 47), as lang:en or lang:zh-Hant"]);
    check("lang:jp", &["6: \"jp\" is the code of a country, not of a language; write lang:ja"]);
    check_in(
        &["de", "zh-Hans"],
        "lang:(zh OR en)",
        &["13: the feed takes no entries in \"en\": its languages are de, zh-Hans"],
    );
    check("published:>2206-11-01", &["11: no entry is of the year 2206"]);
    check("a AND published:<0226", &["17: no entry is of the year 226"]);
}

#[test]
fn scores_in_vain_are_told_at_their_own_place_b354() {
    check(
        "SCORE/1(+1 a BECAUSE \"SCORE/9\") AND SCORE/9(+8 a BECAUSE \"a\")",
        &["37: SCORE/9 of 8 points can never hold"],
    );
    let hint = "ask for one point at least: SCORE/1";
    check("SCORE/0(+8 a BECAUSE \"a\")", &[&format!("1: SCORE/0 always holds; {hint}")]);
    check("SCORE/0(-8 a BECAUSE \"a\")", &[&format!("1: SCORE/0 holds of every entry that loses no points; {hint}")]);
    check("SCORE/1(+8 a BECAUSE \"a\" +0 b BECAUSE \"b\")", &["26: a part of no points changes nothing"]);
}

#[test]
fn terms_in_vain_are_told_b354() {
    let check = |terms: &[&str], not_inside: &[&str], expected: &[&str]| {
        let told: Vec<String> =
            vain_terms(&list("l", terms, not_inside)).into_iter().map(|vain| vain.doubt.to_string()).collect();
        assert_eq!(told, expected, "{terms:?}");
    };
    check(&["port", "park"], &["Park"], &["\"park\" is never found, because not_inside has \"Park\""]);
    check(&["union{,s}"], &["union*"], &["\"union{,s}\" is never found, because not_inside has \"union*\""]);
    check(&["union{,s}"], &["unions"], &[]);
    check(&["city", "City"], &[], &["\"City\" adds nothing to \"city\", which finds all of it"]);
    check(&["cities", "cit{y,ies}"], &[], &["\"cities\" adds nothing to \"cit{y,ies}\", which finds all of it"]);
    check(&["mayor*", "mayoral"], &[], &["\"mayoral\" adds nothing to \"mayor*\", which finds all of it"]);
    check(&["mayor", "lord mayor"], &[], &["\"lord mayor\" adds nothing to \"mayor\", which finds all of it"]);
    check(
        &["\u{5e02}\u{957f}", "\u{526f}\u{5e02}\u{957f}"],
        &[],
        &["\"\u{526f}\u{5e02}\u{957f}\" adds nothing to \"\u{5e02}\u{957f}\", which finds all of it"],
    );
    check(&["~stadt", "partnerstadt"], &[], &["\"partnerstadt\" adds nothing to \"~stadt\", which finds all of it"]);
    check(
        &["mayor", "mayors", "=Nice", "nice", "stadt*", "~stadt", "city hall"],
        &[],
        &["\"=Nice\" adds nothing to \"nice\", which finds all of it"],
    );
    check(&["mayor", "mayor*"], &[], &["\"mayor\" adds nothing to \"mayor*\", which finds all of it"]);
    check(&["a|b", "b"], &[], &["\"b\" adds nothing to \"a|b\", which finds all of it"]);
    check(&["a|b", "b|c"], &[], &[]);
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
        "SCORE/6(+8 a BECAUSE \"a\") AND age:<3d AND NOT (a AND b) AND published:>2026",
        "url:a NEAR/2 (url:b OR c)",
    ] {
        if !expression.starts_with("title:(a OR lang") && !expression.starts_with("url") {
            Ruleset::compile(&[rule(expression)], &[], &known_places())
                .unwrap_or_else(|e| panic!("{expression}: {e:?}"));
        }
        check(expression, &[]);
    }
}
