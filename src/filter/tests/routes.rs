//! Which feeds consider an entry, and which need not read it.

use super::*;

fn rule_of(feed: &str, sources: Vec<Selector>, languages: &[&str], expression: Option<&str>) -> FeedRule {
    FeedRule {
        feed: FeedId::new(feed).unwrap(),
        sources,
        languages: languages.iter().map(|l| (*l).to_owned()).collect(),
        home: None,
        expression: expression.map(str::to_owned),
    }
}

fn check(rules: &[FeedRule], copy: &Readable, expected: &[(&str, bool, &str)]) {
    let routes = Ruleset::compile(rules, &lists(), &known_places()).unwrap().route(copy);
    let routes: Vec<_> = routes.iter().map(|r| (r.feed.as_str(), r.admitted, r.because[0].as_str())).collect();
    assert_eq!(routes, expected);
}

#[test]
fn selectors() {
    let source = |id: &str| Selector::Source(SourceId::new(id).unwrap());
    let rules = [
        rule_of("all", vec![Selector::All], &[], None),
        rule_of("tagged", vec![Selector::Tag("wire".into())], &[], None),
        rule_of("other-tag", vec![Selector::Tag("fire".into())], &[], None),
        rule_of("named", vec![source("x"), source("shenyang-fao")], &[], None),
        rule_of("other", vec![source("x")], &[], None),
        rule_of("none", vec![], &[], None),
    ];
    let because = "every entry of its sources";
    check(&rules, &copy("", ""), &[("all", true, because), ("tagged", true, because), ("named", true, because)]);
}

#[test]
fn languages() {
    let all = || vec![Selector::All];
    let rules = [
        rule_of("zh", all(), &["zh"], None),
        rule_of("hans", all(), &["zh-Hans"], None),
        rule_of("others", all(), &["en", "fr"], Some("NOT x")),
    ];
    let because = "every entry of its sources";
    check(&rules, &copy("", ""), &[("zh", true, because), ("hans", true, because)]);
    let others = Ruleset::compile(&rules, &lists(), &known_places())
        .unwrap()
        .decide(&FeedId::new("others").unwrap(), &copy("", ""));
    assert_eq!(others.unwrap().because, ["language zh-Hant is not among en, fr"]);
    let unknown = Readable { language: None, ..copy("", "") };
    check(&rules, &unknown, &[("zh", true, because), ("hans", true, because), ("others", true, "NOT x")]);
}

#[test]
fn what_finds_nothing_costs_nothing() {
    let rules = Ruleset::compile(
        &[
            rule_of("silent", vec![Selector::All], &[], Some("@head AND title:@pairing")),
            rule_of("golfless", vec![Selector::All], &[], Some("NOT golf")),
            rule_of("score", vec![Selector::All], &[], Some("SCORE/5(+3 lang:zh BECAUSE \"l\" +3 golf BECAUSE \"g\")")),
        ],
        &lists(),
        &known_places(),
    )
    .unwrap();
    let entry = copy("nothing", "at all");
    let routes = rules.route(&entry);
    assert_eq!(routes.iter().map(|r| r.feed.as_str()).collect::<Vec<_>>(), ["golfless", "score"]);
    assert!(routes[0].admitted && routes[0].parts.len() == 2);
    assert_eq!((routes[1].score, routes[1].admitted), (Some(3), false));
    let silent = rules.decide(&FeedId::new("silent").unwrap(), &entry).unwrap();
    assert_eq!((silent.admitted, silent.parts.len(), silent.hits.len()), (false, 0, 0));
    assert_eq!(silent.because, ["no term of the filter was found"]);
}

#[test]
fn a_list_serves_many_rules() {
    let rules = [
        rule_of("title", vec![Selector::All], &[], Some("title:@head")),
        rule_of("body", vec![Selector::All], &[], Some("body:@head")),
        rule_of("not", vec![Selector::All], &[], Some("NOT @head")),
    ];
    check(
        &rules,
        &copy("x", "The mayor"),
        &[
            ("title", false, "title:@head: in the lead, not in the headline"),
            ("body", true, "\"mayor\" (list head) in the body"),
            ("not", false, "vetoed by \"mayor\" (list head) in the lead"),
        ],
    );
}

#[test]
fn a_lead_outside_the_body_is_read_too() {
    let mut entry = copy("x", "The text.");
    entry.lead = "A summary naming the mayor.".into();
    let decided = route("hlead:@head", &entry);
    assert_eq!(decided.because, ["\"mayor\" (list head) in the lead"]);
    assert_eq!(decided.hits[0].start, 21);
    assert!(!route("body:@head", &entry).admitted);
    assert!(route("@head", &entry).admitted);
}

#[test]
fn a_ruleset_can_be_shared() {
    fn shared<T: Send + Sync>() {}
    shared::<Ruleset>();
    shared::<Query>();
}

/// A word that one feed looks for, a hundred thousand times, hides nothing that
/// others look for.
#[test]
fn frequent_terms_of_one_feed_take_nothing_from_another() {
    let feed = |id: &str, text: &str| FeedRule { feed: FeedId::new(id).unwrap(), ..rule(text) };
    let rules = [feed("a", "a"), feed("b", "mayor NEAR/3 consul"), feed("c", "@h")];
    let rules = Ruleset::compile(&rules, &[list("h", &["市长"], &["市长江"])], &known_places()).unwrap();
    let body = format!("mayor stands far away\n{}mayor consul 市长江隧道。市长会见", "a ".repeat(150_000));
    let admitted: Vec<bool> = rules.route(&copy("", &body)).iter().map(|route| route.admitted).collect();
    assert_eq!(admitted, [true, true, true]);
}
