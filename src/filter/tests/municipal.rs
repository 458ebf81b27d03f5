//! The worked example: news of cities' foreign relations.

use std::path::Path;

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

/// The example as it is shipped, over the samples in it and the labelled ones.
#[test]
fn the_shipped_one() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let example = Example::read(&root.join("config/feeds/municipal-foreign-affairs.toml"));
    example.hold_the_samples();

    let labelled = |name: &str| std::fs::read_to_string(root.join("tests/corpus/relevance").join(name)).unwrap();
    let (fresh, mended) = (labelled("fresh.jsonl"), labelled("mended.jsonl"));
    let of_split = |split: &str| items(&fresh).filter(|item| item["split"] == split).collect::<Vec<_>>();
    example.measure("split a", &of_split("a")).reach(0.97, 0.95);
    example.measure("split b", &of_split("b")).reach(0.95, 0.92);
    example.measure("mended", &items(&mended).collect::<Vec<_>>()).reach(0.95, 0.88);

    let southern = labelled("southern.jsonl");
    example.measure("southern", &items(&southern).collect::<Vec<_>>()).reach(0.95, 0.85);

    let labelled = root.join("../shared/corpus/relevance");
    if let Ok(fresh) = std::fs::read_to_string(labelled.join("fresh-dev.jsonl")) {
        let items: Vec<_> = items(&fresh).collect();
        example.measure("fresh-dev", &items).reach(0.96, 0.93);
        let headlines = items.into_iter().map(|mut item| {
            item["lead"] = "".into();
            item
        });
        example.measure("headlines of fresh-dev", &headlines.collect::<Vec<_>>()).reach(0.95, 0.70);
    }
    let Ok(dev) = std::fs::read_to_string(labelled.join("dev.jsonl")) else {
        eprintln!("skipped: ../shared/corpus/relevance is not there");
        return;
    };
    example.measure("dev", &items(&dev).collect::<Vec<_>>()).reach(0.97, 0.95);
}

/// The draft from which it was made, where the folder beside the project has it.
#[test]
fn the_draft() {
    let shared = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared");
    let draft = shared.join("design/municipal-foreign-affairs.toml");
    let Ok(dev) = std::fs::read_to_string(shared.join("corpus/relevance/dev.jsonl")) else {
        eprintln!("skipped: ../shared/corpus/relevance is not there");
        return;
    };
    let draft = Example::read(&draft);
    draft.hold_the_samples();
    draft.measure("the draft on dev", &items(&dev).collect::<Vec<_>>()).reach(0.9, 0.9);
}

/// A configuration with one feed, its lists and its samples.
struct Example {
    rules: Ruleset,
    /// Headline, text, language, and whether they belong in the feed.
    samples: Vec<(String, String, String, bool)>,
}

impl Example {
    fn read(path: &Path) -> Self {
        let document = std::fs::read_to_string(path).unwrap();
        let document = DeTable::parse(&document).unwrap();
        let folder = path.parent().unwrap();
        let lists = document.get_ref()["lists"].get_ref().as_table().unwrap();
        let lists: Vec<TermList> =
            lists.iter().map(|(name, l)| written_list(name.get_ref(), l.get_ref(), folder)).collect();
        let feed = &document.get_ref()["feed"].get_ref().as_array().unwrap()[0];
        let feed = feed.get_ref();
        let samples = feed["sample"].get_ref().as_array().unwrap().iter().map(|s| {
            let sample = s.get_ref();
            (
                text(sample, "title"),
                text(sample, "text"),
                language(sample),
                sample["in_feed"].get_ref().as_bool().unwrap(),
            )
        });
        Example {
            rules: Ruleset::compile(&[rule(&text(feed, "match"))], &lists, &known_places()).unwrap(),
            samples: samples.collect(),
        }
    }

    fn decide(&self, entry: &Readable) -> Route {
        self.rules.decide(&FeedId::new("feed").unwrap(), &wired(entry)).unwrap()
    }

    fn hold_the_samples(&self) {
        for (title, body, language, in_feed) in &self.samples {
            let entry = Readable { language: Some(language.clone()), ..copy(title, body) };
            let route = self.decide(&entry);
            assert_eq!(route.admitted, *in_feed, "{title}: {:#?}", route.because);
        }
    }

    /// Counts the items, and prints each that is missed or wrongly admitted.
    fn measure(&self, name: &'static str, items: &[serde_json::Value]) -> Figures {
        let (mut right, mut wrong, mut missed) = (0.0, 0.0, 0.0);
        for item in items {
            let mut entry = copy(item["title"].as_str().unwrap(), item["lead"].as_str().unwrap());
            entry.lead.clone_from(&entry.body);
            entry.language = item["lang"].as_str().map(str::to_owned);
            let route = self.decide(&entry);
            let fault = match (route.admitted, item["relevant"].as_bool().unwrap()) {
                (true, true) => {
                    right += 1.0;
                    continue;
                }
                (true, false) => {
                    wrong += 1.0;
                    "wrongly in"
                }
                (false, true) => {
                    missed += 1.0;
                    "missed"
                }
                (false, false) => continue,
            };
            eprintln!("{name}: {fault}: {} {} {:?} {:?}", item["id"], entry.title, route.score, route.because);
        }
        let figures = Figures { name, precision: right / (right + wrong), recall: right / (right + missed) };
        eprintln!("{name}: precision {:.3}, recall {:.3}", figures.precision, figures.recall);
        figures
    }
}

struct Figures {
    name: &'static str,
    precision: f64,
    recall: f64,
}

impl Figures {
    fn reach(&self, precision: f64, recall: f64) {
        assert!(self.precision >= precision && self.recall >= recall, "{} falls short", self.name);
    }
}

fn items(lines: &str) -> impl Iterator<Item = serde_json::Value> {
    lines.lines().map(|line| serde_json::from_str(line).unwrap())
}

/// A list as the configuration writes it: an array, a file's name, or a table.
fn written_list(name: &str, value: &DeValue<'_>, folder: &Path) -> TermList {
    let (terms, not_inside) = match value.as_table() {
        None => (value, vec![]),
        Some(table) => {
            let terms = table.get("terms").or_else(|| table.get("file")).unwrap();
            (terms.get_ref(), table.get("not_inside").map(|v| texts(v.get_ref())).unwrap_or_default())
        }
    };
    let terms = match terms.as_str() {
        None => texts(terms),
        Some(file) => {
            let lines = std::fs::read_to_string(folder.join(file)).unwrap();
            let lines = lines.lines().map(str::trim);
            lines.filter(|l| !l.is_empty() && !l.starts_with('#')).map(str::to_owned).collect()
        }
    };
    TermList { name: name.to_owned(), terms, not_inside }
}

fn texts(array: &DeValue<'_>) -> Vec<String> {
    array.as_array().unwrap().iter().map(|t| t.get_ref().as_str().unwrap().to_owned()).collect()
}

/// The language of a sample; the draft's tell none.
fn language(sample: &DeValue<'_>) -> String {
    sample.get("language").and_then(|language| language.get_ref().as_str()).unwrap_or("zh-Hant").to_owned()
}

fn text(table: &DeValue<'_>, key: &str) -> String {
    table[key].get_ref().as_str().unwrap().to_owned()
}
