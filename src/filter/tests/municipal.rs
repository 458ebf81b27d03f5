//! The worked example: news of cities' foreign relations.

use toml::de::{DeTable, DeValue};

use super::*;

const SMALL: &str = r#"
SCORE/6(
  +8 title:@pairing                              BECAUSE "a city pairing in the headline"
  +6 lead:@pairing                               BECAUSE "a city pairing in the lead"
  +6 hlead:@office                               BECAUSE "a local foreign affairs office"
  +6 hlead:(@head NEAR/25 @envoy)                BECAUSE "an envoy with a local head"
  +2 body:@pairing AND NOT hlead:@pairing        BECAUSE "a city pairing further down"
  -4 hlead:"foreign minister" AND NOT title:@pairing BECAUSE "diplomacy between states"
)
AND NOT (ATLEAST/2 hlead:@sport OR title:@sport AND NOT title:@pairing)
"#;

fn check(title: &str, body: &str, admitted: bool, score: Option<i32>) {
    let route = route(SMALL, &copy(title, body));
    assert_eq!((route.admitted, route.score), (admitted, score), "{title}: {:#?}", route.because);
}

#[test]
fn a_small_one() {
    check("Xiangyang signs sister city agreement with Carmel", "A friendly day.", true, Some(8));
    check("温州市外办拜访多国驻沪总领事馆", "温州市外办带队赴上海。", true, Some(6));
    check("市長會見日本駐瀋陽總領事", "", true, Some(6));
    check("인천시장, 총영사 접견", "인천 시장이 총영사를 만났다.", true, Some(6));
    check("安徽首条过江隧道通车", "芜湖龙湾长江隧道位于芜湖市长江大拐弯处。", false, Some(0));
    check("境外办妥手续", "在境外办妥。", false, Some(0));
    check("Melbourne friendly", "The football is at the stadium.", false, Some(0));
    check("Sister city football day", "At the stadium, a world cup.", false, Some(8));
    check("Deal signed", "Long story.\nTheir sister cities rejoice.", false, Some(2));
    check("Foreign minister meets mayor and consul general", "", false, Some(2));
    check("Nothing at all", "Rain.", false, None);
}

/// The whole example, where the folder beside the project has it.
#[test]
fn the_whole_one() {
    let beside = |path: &str| std::fs::read_to_string(format!("{}/../shared/{path}", env!("CARGO_MANIFEST_DIR")));
    let (Ok(example), Ok(corpus)) =
        (beside("design/municipal-foreign-affairs.toml"), beside("corpus/relevance/dev.jsonl"))
    else {
        eprintln!("skipped: ../shared/design and ../shared/corpus/relevance are not there");
        return;
    };
    let example = DeTable::parse(&example).unwrap();
    let example = example.get_ref();
    let of_lists = example["lists"].get_ref().as_table().unwrap();
    let lists: Vec<List> = of_lists
        .iter()
        .map(|(name, l)| List {
            name: name.get_ref().to_string(),
            terms: texts(l.get_ref(), "terms"),
            not_inside: texts(l.get_ref(), "not_inside"),
        })
        .collect();
    let feed = &example["feed"].get_ref().as_array().unwrap()[0];
    let feed = feed.get_ref();
    let text = |value: &DeValue<'_>, key: &str| value[key].get_ref().as_str().unwrap().to_owned();
    let rules = Ruleset::compile(&[rule(&text(feed, "match"))], &lists).unwrap();

    for sample in feed["sample"].get_ref().as_array().unwrap().iter().map(|s| s.get_ref()) {
        let entry = copy(&text(sample, "title"), &text(sample, "text"));
        let route = rules.decide(&FeedId::new("feed").unwrap(), &entry).unwrap();
        let expected = sample["in_feed"].get_ref().as_bool();
        assert_eq!(Some(route.admitted), expected, "{}: {:#?}", entry.title, route.because);
    }
    measure(&rules, &corpus);
}

fn texts(table: &DeValue<'_>, key: &str) -> Vec<String> {
    let array = table.get(key).and_then(|v| v.get_ref().as_array());
    array.into_iter().flatten().map(|t| t.get_ref().as_str().unwrap().to_owned()).collect()
}

fn measure(rules: &Ruleset, corpus: &str) {
    let (mut both, mut only_we, mut only_they) = (0.0, 0.0, 0.0);
    for line in corpus.lines() {
        let item: serde_json::Value = serde_json::from_str(line).unwrap();
        let mut entry = copy(item["title"].as_str().unwrap(), item["lead"].as_str().unwrap());
        entry.lead.clone_from(&entry.body);
        entry.language = item["lang"].as_str().map(str::to_owned);
        let route = rules.decide(&FeedId::new("feed").unwrap(), &entry).unwrap();
        match (route.admitted, item["relevant"].as_bool().unwrap()) {
            (true, true) => both += 1.0,
            (true, false) => {
                only_we += 1.0;
                eprintln!("admitted: {} {:?}", item["id"], route.because);
            }
            (false, true) => {
                only_they += 1.0;
                eprintln!("missed: {} {} {:?}", item["id"], entry.title, route.because);
            }
            (false, false) => {}
        }
    }
    let (precision, recall) = (both / (both + only_we), both / (both + only_they));
    eprintln!("municipal example: precision {precision:.3}, recall {recall:.3}");
    assert!(precision >= 0.9 && recall >= 0.9);
}
