//! What parses, how it is printed, and the errors of what does not parse.

use super::*;
use crate::filter::language::ast::Expr;
use crate::filter::language::parser::parse;

#[test]
fn what_is_printed_parses_to_the_same() {
    let atoms = [
        "mayor",
        "\"city hall\"",
        "@head",
        "title:@head",
        "hlead:(a OR b)",
        "cit{y,ies}|town",
        "=C40",
        "~stadt*",
        "\"say \\\"no\\\" \\\\\"",
        "\"AND\"",
        "\"and\"",
        "\"-x\"",
        "\"a:b\"",
        "lang:zh",
        "市长",
        "“curly quotes”",
        "=\"New York\"",
        "ATLEAST/2 @sport",
        "ATLEAST/2 hlead:(a OR @sport)",
        "(a NEAR/3 b)",
        "(a ONEAR/3 b NEAR/4 c)",
        "\"$\"",
        "\"“x”\"",
    ];
    let mut expressions: Vec<String> = atoms.iter().map(|a| (*a).to_owned()).collect();
    for a in atoms {
        for b in atoms {
            expressions.push(format!("{a} AND {b} OR NOT {a}"));
            expressions.push(format!("({a} OR {b}) AND NOT ({b} AND {a})"));
            expressions.push(format!("{a} NEAR/5 {b} AND NOT NOT {b}"));
            expressions.push(format!("{a} ONEAR/5 ({b} NEAR/2 {a})"));
            expressions.push(format!("(({a} AND {b}) AND {b}) OR ({b} OR {a})"));
            expressions.push(format!("SCORE/6(+8 {a} OR {b} BECAUSE \"x \\\"y\\\"\" -4 {b} BECAUSE \"\") AND NOT {a}"));
        }
    }
    for text in expressions {
        let once = parse(&text).unwrap_or_else(|e| panic!("{text}: {e:?}"));
        let printed = once.to_string();
        let twice = parse(&printed).unwrap_or_else(|e| panic!("{text} printed {printed}: {e:?}"));
        assert_eq!(once, twice, "{text} printed {printed}");
        assert_eq!(printed, twice.to_string());
    }
}

fn prints(text: &str, expected: &str) {
    assert_eq!(parse(text).unwrap().to_string(), expected);
}

#[test]
fn precedence_is_near_not_and_or() {
    prints("a OR b AND NOT c NEAR/3 d", "a OR b AND NOT c NEAR/3 d");
    prints("((a) OR (b AND (NOT (c NEAR/3 d))))", "a OR b AND NOT c NEAR/3 d");
    prints("(a OR b) AND c", "(a OR b) AND c");
    prints("NOT (a AND b)", "NOT (a AND b)");
    prints("title: ( a )", "title:a");
    prints("“city hall” AND \"x\"", "\"city hall\" AND x");
    assert!(matches!(parse("a AND b AND c").unwrap(), Expr::And(sides) if sides.len() == 3));
    assert!(matches!(parse("a NEAR/2 b OR c").unwrap(), Expr::Or(_)));
}

/// Checks where an expression fails and with what message, as one line.
fn check_error(text: &str, line: usize, column: usize, said: &str) {
    let errors =
        Ruleset::compile(&[rule(text)], &lists(), &known_places()).err().unwrap_or_else(|| panic!("{text} stands"));
    let [RuleError::Expression { error, .. }] = &errors[..] else { panic!("{text}: {errors:?}") };
    assert_eq!((error.line, error.column, error.to_string().as_str()), (line, column, said), "{text}");
    let characters = text[..error.offset].chars().filter(|c| *c == '\n').count();
    assert_eq!(characters + 1, error.line, "{text}: the offset agrees with the line");
}

#[test]
fn errors_say_where_what_and_what_to_write() {
    check_error("", 1, 1, "expected a term, a list, a field or \"(\" but the expression ends");
    check_error(
        "mayor consul",
        1,
        7,
        "nothing joins mayor and consul; write mayor AND consul, mayor OR consul, or \"mayor consul\" for the phrase",
    );
    check_error("(a OR b) @head", 1, 10, "nothing joins ) and @head; write ) AND @head, ) OR @head");
    check_error(
        "a\n  and b",
        2,
        3,
        "operators are written in upper case, \"and\" is not; write AND, or \"and\" in quotes for the word",
    );
    check_error(
        "市长 near/5 b",
        1,
        4,
        "operators are written in upper case, \"near/5\" is not; write NEAR/5, or \"near/5\" in quotes for the word",
    );
    check_error("a NEAR b", 1, 3, "NEAR needs a number, \"NEAR\" has none; write NEAR/10");
    check_error("a NEAR/0 b", 1, 3, "NEAR needs a number, \"NEAR/0\" has none; write NEAR/10");
    check_error(
        "a w/5 b",
        1,
        3,
        "\"w/5\" is not part of the language; write NEAR/5, or \"w/5\" in quotes for the word",
    );
    check_error(
        "a adj5 b",
        1,
        3,
        "\"adj5\" is not part of the language; write ONEAR/5, or \"adj5\" in quotes for the word",
    );
    check_error("a -b", 1, 3, "\"-b\" is not part of the language; write NOT b");
    check_error("a && b", 1, 3, "\"&&\" is not part of the language; write AND");
    check_error("a AND", 1, 6, "expected a term, a list, a field or \"(\" but the expression ends");
    check_error("a AND OR b", 1, 7, "expected a term, a list, a field or \"(\" but found OR");
    check_error("(a OR b", 1, 1, "this \"(\" is never closed; add \")\"");
    check_error("a) OR b", 1, 2, "expected AND, OR or the end but found ); check the parentheses");
    check_error("a OR \"b c", 1, 6, "this quotation mark is never closed; end the phrase with \"");
    check_error("titel:a", 1, 1, "there is no field \"titel\"; did you mean title:?");
    check_error(
        "http://x",
        1,
        1,
        "there is no field \"http\"; fields are title, lead, body, hlead, any, author, category, \
        url, wire, issuer, dateline, place, country, notice, lang, source, tag, published, age; a colon within a term needs quotes",
    );
    check_error("title:@pairng", 1, 7, "there is no list \"pairng\"; did you mean @pairing?");
    check_error("@zzzzzzzz", 1, 1, "there is no list \"zzzzzzzz\"; define [lists.zzzzzzzz]");
    check_error("title:(a AND body:b)", 1, 14, "body: stands inside title:; give each term one field");
    check_error("lang:@head", 1, 6, "a term list cannot stand under lang:; name the values: (a OR b)");
    check_error("a NEAR/2 NOT b", 1, 10, "expected a term, a list, a field or \"(\" but found NOT");
    check_error("a NEAR/2 (b AND c)", 1, 3, "NEAR cannot take b AND c; it takes terms, lists and ORs of them");
    check_error("ATLEAST/2 (NOT a)", 1, 1, "ATLEAST cannot take NOT a; it takes terms, lists and ORs of them");
    check_error("lang:(a NEAR/2 b)", 1, 9, "lang has no words to be near");
    check_error("a OR cit*y", 1, 6, "\"cit*y\" has a * before a word's end; * stands only at the end of a word");
    check_error(
        "a OR mayor^2",
        1,
        6,
        "\"^2\" is not part of a term; there are no weights on terms; give points in a SCORE",
    );
    check_error(
        "+8 a",
        1,
        1,
        "expected a term, a list, a field or \"(\" but found +8; \
        points belong into SCORE/n(…); write \"+8\" in quotes for the text",
    );
    check_error("SCORE/6(+8 a)", 1, 13, "expected BECAUSE but found ); check the parentheses");
    check_error("SCORE/6(+8 a BECAUSE b)", 1, 22, "expected the reason in quotes but found b");
    check_error("SCORE/6()", 1, 9, "expected points, as in +8, but found ); check the parentheses");
    check_error(
        "title：a",
        1,
        6,
        "'：' is a full-width sign; write it in half width, or in quotes when it is part of a phrase",
    );
    check_error("@", 1, 1, "'@' stands without a list's name; write @name");
}

/// Three mistakes are reported as three, and each of them once.
#[test]
fn all_mistakes_of_a_filter_are_told_at_once_b190() {
    let check = |text: &str, expected: &[&str]| {
        let told = parse(text).map(|expr| panic!("{text} stands: {expr}")).unwrap_or_else(|errors| errors);
        let told: Vec<String> = told.iter().map(|error| format!("{} {}", error.column, error.message)).collect();
        assert_eq!(told, expected, "{text}");
    };
    check(
        "titel:a OR mayor consul OR (b and c)",
        &[
            "1 there is no field \"titel\"",
            "18 nothing joins mayor and consul",
            "31 operators are written in upper case, \"and\" is not",
        ],
    );
    check(
        "(a b) OR c) AND d w/5 e OR -f",
        &[
            "4 nothing joins a and b",
            "11 expected AND, OR or the end but found )",
            "19 \"w/5\" is not part of the language",
            "28 \"-f\" is not part of the language",
        ],
    );
    check(
        "a NEAR b AND c ONEAR/0 (d AND",
        &[
            "3 NEAR needs a number, \"NEAR\" has none",
            "16 ONEAR needs a number, \"ONEAR/0\" has none",
            "24 this \"(\" is never closed",
            "30 expected a term, a list, a field or \"(\" but the expression ends",
        ],
    );
    check(
        "http://x.example/a:b AND @ OR ：c && \"d AND (e",
        &[
            "1 there is no field \"http\"",
            "26 '@' stands without a list's name",
            "31 '：' is a full-width sign",
            "34 \"&&\" is not part of the language",
            "37 this quotation mark is never closed",
        ],
    );
    check(
        "SCORE/6(+8 a) BECAUSE \"x\" -4 b c BECAUSE \"y\" +2 (d BECAUSE \"z\" +1 e BECAUSE f) OR g h",
        &[
            "13 expected BECAUSE but found )",
            "32 nothing joins b and c",
            "52 expected AND, OR or \")\" but found BECAUSE",
            "77 expected the reason in quotes but found f",
            "85 nothing joins g and h",
        ],
    );
    check(
        "SCORE/6((a) BECAUSE \"x\") AND SCORE/1 b",
        &["9 expected points, as in +8, but found (", "38 expected \"(\" but found b"],
    );
    let expression = "@nothing AND published:soon OR a b OR title:(b AND body:c)";
    let errors = Ruleset::compile(&[rule(expression)], &lists(), &known_places()).err().unwrap();
    assert_eq!(errors.len(), 4, "what the planner refuses is told beside it: {errors:?}");
    let many = "a b OR ".repeat(100_000);
    assert_eq!(parse(&many).unwrap_err().len(), 50, "but no more than anybody reads");
    assert_eq!(parse(&"&& ".repeat(100_000)).unwrap_err().len(), 50);
}

#[test]
fn nesting_is_bounded() {
    for (open, close) in [("(", ")"), ("NOT ", ""), ("ATLEAST/1 ", "")] {
        let deep = format!("{}a{}", open.repeat(1000), close.repeat(1000));
        assert!(parse(&deep).unwrap_err()[0].message.contains("nests deeper"));
    }
    // A chain of NEARs nests to its left, in parentheses or not.
    let chain = |links: usize| format!("a{}", " NEAR/1 a".repeat(links));
    assert!(parse(&chain(65)).is_ok());
    assert!(parse(&chain(66)).unwrap_err()[0].message.contains("nests deeper"));
    let mut nested = "a".to_owned();
    (0..9).for_each(|_| nested = format!("({nested}{})", " NEAR/1 a".repeat(10)));
    assert!(parse(&nested).unwrap_err()[0].message.contains("nests deeper"));
    let many = vec!["a NEAR/1 b"; 500].join(" OR ");
    assert!(parse(&many).is_ok(), "pairs nest nowhere");
}

#[test]
fn all_problems_are_told() {
    let rules = [rule("a b"), rule("@nothing AND titel:x"), rule("@none OR @nil")];
    let lists = [list("empty", &[], &[]), list("bad", &["ok", "{a", "*"], &["x*y"])];
    let errors = Ruleset::compile(&rules, &lists, &known_places()).err().unwrap();
    let told: Vec<String> = errors
        .iter()
        .map(|e| match e {
            RuleError::Expression { error, .. } => format!("expression {}", error.offset),
            RuleError::Term { list, index, exception, error } => format!("{list} {index} {exception} {}", error.offset),
            RuleError::EmptyList { list } => format!("empty {list}"),
        })
        .collect();
    assert_eq!(
        told,
        [
            "bad 1 false 0",
            "bad 2 false 0",
            "bad 0 true 1",
            "empty empty",
            "expression 2",
            "expression 0",
            "expression 13",
            "expression 0",
            "expression 9",
        ]
    );
}
