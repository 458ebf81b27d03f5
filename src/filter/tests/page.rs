//! The examples of `docs/filters.md`, as they stand there.

use toml::de::{DeTable, DeValue};

use super::*;

/// The blocks of `page` in the language `name`.
fn blocks<'p>(page: &'p str, name: &str) -> Vec<&'p str> {
    let fence = format!("```{name}\n");
    page.split(fence.as_str()).skip(1).map(|rest| rest.split("```").next().unwrap_or_default()).collect()
}

fn lists_of(toml: &str) -> Vec<TermList> {
    let document = DeTable::parse(toml).unwrap();
    let lists = document.get_ref()["lists"].get_ref().as_table().unwrap();
    let texts = |list: &DeValue<'_>, key: &str| -> Vec<String> {
        let array = list.get(key).and_then(|v| v.get_ref().as_array());
        array.into_iter().flatten().map(|t| t.get_ref().as_str().unwrap().to_owned()).collect()
    };
    let list = |(name, list): (&toml::Spanned<std::borrow::Cow<'_, str>>, &toml::Spanned<DeValue<'_>>)| TermList {
        name: name.get_ref().to_string(),
        terms: texts(list.get_ref(), "terms"),
        not_inside: texts(list.get_ref(), "not_inside"),
    };
    lists.iter().map(list).collect()
}

#[test]
fn examples_of_the_page_hold() {
    let page = std::fs::read_to_string(format!("{}/docs/filters.md", env!("CARGO_MANIFEST_DIR"))).unwrap();
    let lists: Vec<TermList> = blocks(&page, "toml").into_iter().flat_map(lists_of).collect();
    let (mut cases, mut wrong) = (0, Vec::new());
    for block in blocks(&page, "filter") {
        let is_case = |line: &&str| line.starts_with("+ ") || line.starts_with("- ");
        let (tried, expression): (Vec<&str>, Vec<&str>) = block.lines().partition(is_case);
        let expression = expression.join("\n");
        let rules = Ruleset::compile(&[rule(&expression)], &lists, &known_places())
            .unwrap_or_else(|e| panic!("{expression}: {e:?}"));
        assert!(!tried.is_empty(), "{expression} is not tried on anything");
        for case in tried {
            let (title, text) = case[2..].split_once(" // ").unwrap_or((&case[2..], ""));
            let entry = Readable { language: Some("en".to_owned()), ..copy(title, text) };
            let route = rules.decide(&FeedId::new("feed").unwrap(), &placed(&entry)).unwrap();
            cases += 1;
            if route.admitted != case.starts_with('+') {
                wrong.push(format!("{expression}\n{case}\n{:?}", route.because));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    assert!(cases >= 15, "{cases} examples");
}

/// The fields that the page names are the fields there are.
#[test]
fn the_page_names_every_field() {
    let page = std::fs::read_to_string(format!("{}/docs/filters.md", env!("CARGO_MANIFEST_DIR"))).unwrap();
    for (_, name) in crate::filter::language::ast::FIELDS {
        assert!(page.contains(&format!("`{name}:`")), "{name}: is not explained");
    }
}
