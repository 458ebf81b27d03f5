//! Dates, ages, regular expressions, reserved fields.

use super::*;
use crate::filter::language::ast::Expr;
use crate::filter::language::parser::parse;

/// Verdicts over an entry published 2026-11-21T00:00Z and looked at two days later.
fn check(rows: &[(&str, bool)]) {
    let entry = copy(
        "Mayor Lindqvist receives envoy",
        "SHENYANG, Nov. 21 (Xinhua) -- 第12届友城大会\nPact No. 2026-117 signed.",
    );
    for (expression, expected) in rows {
        let route = route(expression, &entry);
        assert_eq!(route.admitted, *expected, "{expression}: {:?}", route.because);
        let printed = parse(expression).unwrap().to_string();
        assert_eq!(parse(&printed).unwrap(), parse(expression).unwrap(), "{expression} printed {printed}");
    }
}

#[test]
fn published_takes_days_months_years_and_instants() {
    check(&[
        ("published:>2026-11-01", true),
        ("published:>2026-11-20", true),
        ("published:>2026-11-21", false),
        ("published:>=2026-11-21", true),
        ("published:<2026-11-21", false),
        ("published:<=2026-11-21", true),
        ("published:2026-11-21", true),
        ("published:=2026-11-20", false),
        ("published:2026-11", true),
        ("published:>2026-10", true),
        ("published:<2026-11", false),
        ("published:2026", true),
        ("published:>2025 AND published:<2027", true),
        ("published:>=\"2026-11-21T00:00:00Z\"", true),
        ("published:>\"2026-11-21T00:00Z\"", false),
        ("published:>\"2026-11-20T23:30:00-01:00\"", false),
        ("NOT published:2026", false),
        ("published:(2025 OR 2026-11)", true),
        ("title:mayor AND published:2026-11-21", true),
        ("SCORE/3(+2 title:mayor BECAUSE \"a\" +1 published:>2026-11-01 BECAUSE \"late\")", true),
    ]);
}

#[test]
fn age_is_told_from_the_moment_of_the_question() {
    check(&[
        ("age:<3d", true),
        ("age:<2d", true),
        ("age:<47h", false),
        ("age:>36h", true),
        ("age:>2d", false),
        ("age:<1d OR age:>40h", true),
    ]);
}

#[test]
fn regular_expressions_read_a_field_as_shown() {
    check(&[
        ("title:/Lind\\w+/", true),
        ("title:/lind/", false),
        ("title:/(?i)LIND/", true),
        ("body:/No\\. \\d{4}-\\d+/", true),
        ("lead:/signed/", false),
        ("lead:/第\\d+届/", true),
        ("hlead:/envoy$/", true),
        ("any:/^SHENYANG/", true),
        ("url:/sister-city-pact\\?id=\\d/", true),
        ("url:/news\\/sister/", true),
        ("author:/^Ana/", true),
        ("category:/^Städte/", true),
        ("title:/^$/", false),
        ("title:(/receives/ OR /refuses/) AND NOT body:/strike/", true),
        ("title:\"/receives/\"", false),
        ("title:(\"/PRNewswire/\" OR mayor)", true),
    ]);
    let found =
        route("body:/\\d{4}-\\d+/ AND lead:/第(\\d+)届/", &copy("T", "第12届友城大会\nPact No. 2026-117 signed."));
    let hits: Vec<(&str, u32, u32, &str)> =
        found.hits.iter().map(|h| (&*h.term, h.start, h.end, h.text.as_str())).collect();
    assert_eq!(hits, [("body:/\\d{4}-\\d+/", 30, 38, "2026-117"), ("lead:/第(\\d+)届/", 0, 8, "第12届")]);
    assert_eq!(found.because, ["\"2026-117\" in the body", "\"第12届\" in the lead"]);
}

/// Reserved words answer from what an entry carries once wire copy is read, and
/// are empty until then.
#[test]
fn reserved_fields_are_empty_and_no_error() {
    check(&[
        ("notice:correction", false),
        ("NOT notice:kill", true),
        ("copies:>3", false),
        ("wire:xinhua", false),
        ("issuer:@head", false),
        ("dateline:shenyang", false),
    ]);
}

#[test]
fn what_cannot_be_compared_or_matched_is_told_with_its_place() {
    let check = |expression: &str, expected: &str| {
        let errors = Ruleset::compile(&[rule(expression)], &lists(), &known_places()).err().unwrap_or_default();
        let told: Vec<String> = errors
            .iter()
            .map(|error| match error {
                RuleError::Expression { error, .. } => format!("{}:{}: {error}", error.line, error.column),
                other => format!("{other:?}"),
            })
            .collect();
        assert!(told.len() == 1 && told[0].starts_with(expected), "{expression}: {told:?}");
    };
    check("title:a AND published:>yesterday", "1:23: \"yesterday\" is not a date; write published:>2026-11-01");
    check("published:2026-13-01", "1:11: \"2026-13-01\" is not a date");
    check("age:3d", "1:5: age:3d does not say whether younger or older; write age:<3d");
    check("age:<soon", "1:5: \"soon\" is not a duration");
    check("published:@head", "1:11: a term list cannot stand under published:");
    check("published:/2026/", "1:11: a regular expression cannot stand under published:");
    let many = vec!["title:/a/"; 33].join(" OR ");
    check(&many, "1:423: an expression takes 32 regular expressions at most; join them with |");
    check("title:/(/", "1:7: /(/ is not a regular expression");
    check("title:/abc", "1:7: this regular expression is never closed; end it with /");
    check("body:/(a{500}){500}/", "1:6: /(a{500}){500}/ is not a regular expression");
    check("title:(a NEAR/3 /b/)", "1:10: NEAR cannot take /b/");
    check("title:/a/ title:b", "1:11: nothing joins /a/ and title:");
}

#[test]
fn regular_expressions_print_with_their_slashes() {
    let expr = parse("url:/a\\/b\\.c/").unwrap();
    let Expr::In { inner, .. } = &expr else { panic!("{expr:?}") };
    assert!(matches!(&**inner, Expr::Regex { pattern, .. } if pattern == "a/b\\.c"), "{inner:?}");
    assert_eq!(expr.to_string(), "url:/a\\/b\\.c/");
}
