//! The reasons given for decisions.

use super::*;

fn check(expression: &str, title: &str, body: &str, because: &[&str]) {
    assert_eq!(route(expression, &copy(title, body)).because, because, "{expression} on {title:?} {body:?}");
}

#[test]
fn reasons_for_what_is_in() {
    check("@pairing", "A sister city", "", &["\"sister city\" (list pairing) in the headline"]);
    check("mayor", "x", "mayor and mayor", &["\"mayor\" in the lead, and 1 more"]);
    check("a AND b AND NOT c", "a b", "", &["\"a\" in the headline", "\"b\" in the headline"]);
    check("a OR b", "b", "", &["\"b\" in the headline"]);
    check("NOT a", "b", "", &["NOT a"]);
    check("lang:zh AND NOT a", "b", "", &["lang:zh"]);
    check(
        "hlead:(@head NEAR/5 @envoy)",
        "Mayor meets consul general",
        "",
        &["\"Mayor\" (list head) and \"consul general\" (list envoy) 2 words apart in the headline"],
    );
    check(
        "ATLEAST/2 @sport",
        "golf, football",
        "",
        &["2 of 2 terms: \"golf\" (list sport), \"football\" (list sport)"],
    );
    check("SCORE/6(+8 @pairing BECAUSE \"a pairing\" +2 golf BECAUSE \"golf\")", "sister city", "", &["+8 a pairing"]);
}

#[test]
fn reasons_for_what_is_out() {
    check("a", "b", "", &["no term of the filter was found"]);
    check("a AND b", "a", "", &["nothing for b"]);
    check("a OR lang:en", "b", "", &["nothing for a OR lang:en"]);
    check("a AND NOT @sport", "a golf", "", &["vetoed by \"golf\" (list sport) in the headline"]);
    check("NOT a", "a", "", &["vetoed by \"a\" in the headline"]);
    check("hlead:@pairing", "x", "y\na sister city", &["hlead:@pairing: in the body, not in the headline or lead"]);
    check("@head", "芜湖市长江大桥", "", &["@head: swallowed by 市长江"]);
    check("a NEAR/2 b", "a x x x b", "", &["a NEAR/2 b: NEAR/2 missed: 4 words apart"]);
    check("a NEAR/2 b", "a", "b", &["a NEAR/2 b: NEAR/2 missed: not in one field"]);
    check("a ONEAR/2 b", "b a", "", &["a ONEAR/2 b: ONEAR/2 missed: not in this order in one field"]);
    check("ATLEAST/2 @sport", "golf", "", &["ATLEAST/2 @sport: 1 of 2 terms"]);
    check("lang:en", "", "", &["not lang:en"]);
    check(
        "SCORE/6(+8 @pairing BECAUSE \"a pairing\" +2 golf BECAUSE \"golf\")",
        "golf",
        "",
        &["2 of 6 points", "+2 golf"],
    );
    check(
        "SCORE/6(+8 @pairing BECAUSE \"a pairing\") AND NOT title:@sport",
        "sister city golf",
        "",
        &["vetoed by \"golf\" (list sport) in the headline"],
    );
}

#[test]
fn the_tree_is_in_reading_order() {
    let expression =
        "SCORE/6(+6 hlead:(@head NEAR/2 @envoy) BECAUSE \"an envoy\" -4 golf BECAUSE \"sport\") AND NOT stadium";
    let route = route(expression, &copy("Mayor and also the consul general", "golf"));
    let tree: Vec<String> = route
        .parts
        .iter()
        .map(|p| {
            let (mark, note) = (if p.held { '+' } else { '-' }, p.note.as_deref().unwrap_or(""));
            format!("{}{mark} {} [{note}] {:?}", "  ".repeat(p.depth.into()), p.text, p.hits)
        })
        .collect();
    assert_eq!(tree, [
        format!("- {expression} [] []"),
        "  - SCORE/6(+6 hlead:(@head NEAR/2 @envoy) BECAUSE \"an envoy\" -4 golf BECAUSE sport) [-4 of 6 points] []"
            .replace("sport", "\"sport\""),
        "    - hlead:(@head NEAR/2 @envoy) [+6 an envoy (NEAR/2 missed: 4 words apart)] []".into(),
        "      + @head [] [0]".into(),
        "      + @envoy [] [1]".into(),
        "    + golf [-4 sport] [2]".into(),
        "  + NOT stadium [] []".into(),
        "    - stadium [] []".into(),
    ]);
    assert_eq!(route.score, Some(-4));
    let hits: Vec<_> = route.hits.iter().map(|h| (h.list.as_deref(), &*h.term, h.field, h.start, h.end)).collect();
    assert_eq!(
        hits,
        [
            (Some("head"), "mayor{,s}", Field::Title, 0, 5),
            (Some("envoy"), "consul{,s} general", Field::Title, 19, 33),
            (None, "golf", Field::Lead, 0, 4),
        ]
    );
}

#[test]
fn explanations_are_bounded() {
    let many: Vec<String> = (0..3000).map(|n| format!("w{n}")).collect();
    let route = route(&many.join(" OR "), &copy(&many.join(" "), ""));
    assert_eq!((route.parts.len(), route.hits.len(), route.because.len()), (2001, 200, 13));
    assert_eq!(route.because[12], "and 2988 more reasons");
    assert_eq!(&*route.parts[2000].text, "and 1001 more parts");
}

#[test]
fn lists_that_speak_against_an_entry_did_not_bring_it_in() {
    let check = |expression: &str, lists: &[&str]| {
        let route = route(expression, &copy("Mayor of our sister city plays golf", ""));
        assert!(route.admitted, "{expression}");
        assert_eq!(route.lists(), lists, "{expression}");
    };
    let score = "SCORE/4(+8 @pairing BECAUSE \"a pairing\" -4 @sport BECAUSE \"sport\" +2 @envoy BECAUSE \"an envoy\")";
    check(score, &["pairing"]);
    check("@pairing AND NOT (@sport AND stadium)", &["pairing"]);
    check("@pairing OR body:@sport", &["pairing"]);
    check("SCORE/0(-1 SCORE/1(+1 @sport BECAUSE \"b\") BECAUSE \"a\" +8 @pairing BECAUSE \"c\")", &["pairing"]);
}
