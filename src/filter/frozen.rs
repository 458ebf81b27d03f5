//! The text of rules and lists that is hashed and stored.
//!
//! A store keeps a hash of the rule and lists that each feed's decisions were made by. The
//! hashed text is written out here, so that a type or field can be renamed without changing
//! any hash: a changed hash means that every entry is decided again. Strings are written as
//! by the standard library's `Debug`.

use super::{FeedRule, Selector, TermList};

impl FeedRule {
    /// The rule as it is hashed. Never change what this returns for a rule that can be
    /// written today: every store would be rematched at its upgrade.
    pub fn frozen(&self) -> String {
        let FeedRule { feed, sources, languages, home, expression } = self;
        let (feed, sources) = (feed.as_str(), joined(sources, frozen));
        let languages = joined(languages, |language| format!("{language:?}"));
        let expression = expression.as_ref().map_or("None".to_owned(), |text| format!("Some({text:?})"));
        // Said only where there is one: older rules have none.
        let home = home.map(|home| format!(" home: {home},")).unwrap_or_default();
        format!("Rule {{ feed: {feed:?}, sources: {sources}, languages: {languages},{home} expression: {expression} }}")
    }
}

impl TermList {
    /// Lists as they are hashed beside the rule that names them; as with
    /// [`FeedRule::frozen`], this never changes.
    pub fn frozen(lists: &[&TermList]) -> String {
        joined(lists, |TermList { name, terms, not_inside }| {
            let [terms, not_inside] = [terms, not_inside].map(|texts| joined(texts, |text| format!("{text:?}")));
            format!("List {{ name: {name:?}, terms: {terms}, not_inside: {not_inside} }}")
        })
    }
}

fn frozen(selector: &Selector) -> String {
    match selector {
        Selector::All => "All".to_owned(),
        Selector::Tag(tag) => format!("Tag({tag:?})"),
        Selector::Source(id) => format!("Source({:?})", id.as_str()),
    }
}

fn joined<T>(items: &[T], one: impl Fn(&T) -> String) -> String {
    let texts: Vec<String> = items.iter().map(one).collect();
    format!("[{}]", texts.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{FeedId, SourceId};

    /// These texts are behind the hashes of stores in use: they never change.
    #[test]
    fn what_is_hashed_stays_as_it_is() {
        let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<String>>();
        let mut rule = FeedRule {
            feed: FeedId::new("news").unwrap(),
            sources: vec![Selector::All],
            languages: vec![],
            home: None,
            expression: None,
        };
        assert_eq!(rule.frozen(), r#"Rule { feed: "news", sources: [All], languages: [], expression: None }"#);
        rule.sources = vec![Selector::Tag("wire \"a\"".to_owned()), Selector::Source(SourceId::new("fao-1").unwrap())];
        rule.languages = texts(&["de", "zh-Hant"]);
        rule.expression = Some("@towns AND title:/\\bmayor's/\n\tOR \"市长\u{200b}\"".to_owned());
        assert_eq!(
            rule.frozen(),
            "Rule { feed: \"news\", sources: [Tag(\"wire \\\"a\\\"\"), Source(\"fao-1\")], languages: [\"de\", \"zh-Hant\"], \
             expression: Some(\"@towns AND title:/\\\\bmayor's/\\n\\tOR \\\"市长\\u{200b}\\\"\") }"
        );
        let list = |name: &str, terms, not_inside| TermList { name: name.to_owned(), terms, not_inside };
        let (towns, none) =
            (list("towns", texts(&["cit{y,ies}", "a\\b"]), texts(&["city hall"])), list("", vec![], vec![]));
        assert_eq!(TermList::frozen(&[]), "[]");
        assert_eq!(
            TermList::frozen(&[&towns, &none]),
            r#"[List { name: "towns", terms: ["cit{y,ies}", "a\\b"], not_inside: ["city hall"] }, List { name: "", terms: [], not_inside: [] }]"#
        );
    }
}
