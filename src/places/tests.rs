//! The built-in gazetteer: names, mentions, and the paragraphs of `tests/corpus/places`.

use std::collections::BTreeMap;
use std::ops::Range;

use super::own::{OwnError, OwnPlace, OwnProblem, parse};
use super::*;
use crate::text::fold;

fn around(language: &str) -> PlaceContext<'_> {
    PlaceContext { language: Some(language), ..PlaceContext::default() }
}

/// The mentions of a text as `name as shown = place, country`.
fn read(gazetteer: &Gazetteer, language: &str, text: &str) -> Vec<String> {
    told(gazetteer, text, &around(language))
}

fn told(gazetteer: &Gazetteer, text: &str, around: &PlaceContext<'_>) -> Vec<String> {
    let mentions = gazetteer.mentions_in(text, around);
    let tell = |mention: &PlaceMention| {
        let place = gazetteer.place(mention.place).unwrap();
        format!("{}={}, {}", &text[mention.shown.clone()], place.name, place.country)
    };
    mentions.iter().map(tell).collect()
}

#[test]
fn one_place_has_all_its_spellings_b300() {
    let gazetteer = Gazetteer::built_in();
    assert!(gazetteer.len() > 38_000 && BUILT_IN_BYTES < 8_000_000);
    assert_eq!(gazetteer.taken(), "2026-11-30");
    let city = |name: &str| gazetteer.named(name).into_iter().find(|place| place.kind.is_city()).map(|place| place.id);
    let shenyang = city("Shenyang").unwrap();
    for name in ["SHENYANG", "瀋陽", "沈阳市", "Шэньян", "선양", "심양", "Mukden"] {
        assert_eq!(city(name), Some(shenyang), "{name}");
    }
    let place = gazetteer.place(shenyang).unwrap();
    assert_eq!((place.name, place.country.code()), ("Shenyang", "CN"));
    assert!(place.at.is_some_and(|at| (at.latitude - 41.79).abs() < 0.01 && (at.longitude - 123.43).abs() < 0.01));
    assert_eq!(gazetteer.place(place.region.unwrap()).unwrap().name, "Liaoning");
    let china = gazetteer.country(Country::new("cn").unwrap()).unwrap();
    for name in ["China", "中國", "КНР", "chinesische", "cinesi", "الصين", "중국", "P.R. China"] {
        assert_eq!(gazetteer.named(name).first().map(|place| place.id), Some(china.id), "{name}");
    }
}

const BUILT_IN_BYTES: usize = include_bytes!("../../data/places/places.bin").len();

#[test]
fn common_words_count_with_support_alone_b301() {
    let gazetteer = Gazetteer::built_in();
    let none: [&str; 0] = [];
    for (language, text) in [
        ("en", "Nice work, said Nancy Reading. Most mobile phones of March were sold in May."),
        ("en", "A Nice Weekend of Reading, and How to Split a Bill"),
        ("de", "Beim Essen in der Halle war es im Mai am schönsten."),
        ("zh", "来宾们在日照下谈和平与合作，穿中山装。"),
        ("ja", "日光がさす平和な庭。シリーズが続く。"),
        ("ko", "시장경제를 지난 해에 배웠다."),
        ("ru", "Роман Сергеев и Владимир сказали, что труд и победа важны."),
    ] {
        assert_eq!(read(&gazetteer, language, text), none, "{text}");
    }
    for (language, text, expected) in [
        ("en", "The mayor of Nice spoke.", "Nice=Nice, FR"),
        ("en", "A fire in Nancy was put out.", "Nancy=Nancy, FR"),
        ("de", "Ein Brand in Essen wurde gelöscht.", "Essen=Essen, DE"),
        ("zh", "来宾市发布公告。", "来宾市=Laibin, CN"),
        ("ja", "日光市の職員。", "日光市=Nikkō, JP"),
    ] {
        assert_eq!(read(&gazetteer, language, text), [expected], "{text}");
    }
    assert_eq!(
        read(&gazetteer, "en", "Talks in Reading, Pa., ended."),
        ["Reading=Reading, US", "Pa.=Pennsylvania, US"]
    );
    let text = "Essen (dpa) - Es regnet.";
    let dateline = PlaceContext { dateline: Some((0, 0..5)), ..around("de") };
    assert_eq!(told(&gazetteer, text, &dateline), ["Essen=Essen, DE"]);
    assert_eq!(gazetteer.mentions_in(text, &dateline)[0].counts, Support::Dateline);
}

#[test]
fn a_namesake_is_chosen_for_a_reason_b302() {
    let gazetteer = Gazetteer::built_in();
    let chosen = |text: &str, home: Option<&str>| {
        let around = PlaceContext { home: home.and_then(Country::new), ..around("en") };
        let mention = gazetteer.mentions_in(text, &around).remove(0);
        let place = gazetteer.place(mention.place).unwrap();
        let by = match mention.chosen {
            ChosenBy::Beside(_) => "beside",
            ChosenBy::Named(_) => "named",
            ChosenBy::Only => "only",
            ChosenBy::Home => "home",
            ChosenBy::Population => "people",
        };
        (place.country.code().to_owned(), by)
    };
    let expect = |country: &str, by| (country.to_owned(), by);
    assert_eq!(chosen("Birmingham, Alabama, votes.", None), expect("US", "beside"));
    assert_eq!(chosen("Birmingham votes.", Some("US")), expect("US", "home"));
    assert_eq!(chosen("Birmingham votes.", None), expect("GB", "people"));
    assert_eq!(chosen("Paris votes.", Some("US")), expect("FR", "people"));
    assert_eq!(chosen("Georgia votes, and so does Tbilisi.", None), expect("GE", "people"));
    assert_eq!(chosen("Georgia votes. In Atlanta, Georgia, it rains.", None), expect("US", "named"));
    assert_eq!(chosen("Bengaluru votes.", None), expect("IN", "only"));
    for reason in [ChosenBy::Home.to_string(), Support::Office.to_string()] {
        assert!(!reason.is_empty());
    }
}

#[test]
fn the_longest_name_counts_and_none_across_another_b303() {
    let gazetteer = Gazetteer::built_in();
    for (language, text, expected) in [
        ("zh", "南京都市圈面向日本。", &["南京=Nanjing, CN", "日本=Japan, JP"][..]),
        ("zh", "发展中国家", &[]),
        ("ja", "パリティとパリ。", &["パリ=Paris, FR"]),
        ("ko", "주한중국대사", &["주한=South Korea, KR", "중국=China, CN"]),
        ("en", "New York City, not the New York Times", &["New York City=New York City, US"]),
        ("fr", "Il vient de Saint-Jean-Bonnefonds.", &[]),
        ("en", "see https://example.org/en-US/Paris", &[]),
        ("ar", "بالقاهرة وباريس", &["القاهرة=Cairo, EG", "باريس=Paris, FR"]),
        (
            "ru",
            "В Ростове-на-Дону и Нижнем Новгороде",
            &["Ростове-на-Дону=Rostov-on-Don, RU", "Нижнем Новгороде=Nizhniy Novgorod, RU"],
        ),
    ] {
        assert_eq!(read(&gazetteer, language, text), expected, "{text}");
    }
    let text = "Café in São Paulo";
    let mention = gazetteer.mentions_in(text, &around("en")).remove(0);
    assert_eq!(&text[mention.shown], "São Paulo");
    assert_eq!(&fold::fold(text).text()[mention.folded], "sao paulo");
}

#[test]
fn the_operator_adds_and_corrects_places_b304() {
    let built_in = Gazetteer::built_in();
    let text = "# ours\nWeener, DE, 15700\n\"Foo, the\",fr,,Fuu | 富富市\nShenyang,CN,9000000,Feng-tian Fu\n";
    let own = parse(text, &built_in).unwrap();
    assert_eq!(own.len(), 3);
    assert_eq!(own[1].spellings, ["Fuu", "富富市"]);
    let gazetteer = Gazetteer::with(&own);
    assert_eq!(read(&gazetteer, "zh", "富富市在法国"), ["富富市=Foo, the, FR", "法国=France, FR"]);
    let shenyang = gazetteer.named("Feng-tian Fu").remove(0);
    assert_eq!((shenyang.id, shenyang.population), (built_in.named("Shenyang")[0].id, 9_000_000));
    let own =
        OwnPlace { name: "Nice".to_owned(), country: Country::new("FR").unwrap(), population: None, spellings: vec![] };
    assert_eq!(read(&Gazetteer::with(&[own]), "en", "Nice voted."), ["Nice=Nice, FR"]);

    let wrong = "Aville,XX\n,FR\nBville\nCville,FR,many\n\"Dville,FR\nEville,FR,1,a,b\nFville,FR\nFville,fr,2";
    let errors = parse(wrong, &built_in).unwrap_err();
    let lines: Vec<usize> = errors.iter().map(|error| error.line).collect();
    assert_eq!(lines, [1, 2, 3, 4, 5, 6, 8]);
    assert_eq!(errors[0].to_string(), "line 1: \"XX\" is no country; give its two letters (ISO 3166-1), such as CN");
    assert_eq!(errors[6], OwnError { line: 8, problem: OwnProblem::Repeated(7) });
}

#[test]
fn datelines_are_resolved_b305() {
    let gazetteer = Gazetteer::built_in();
    let resolve = |name: &str, beside: &[&str], home: Option<&str>| {
        let around = PlaceContext { home: home.and_then(Country::new), ..PlaceContext::default() };
        gazetteer
            .resolve(name, beside, &around)
            .map(|(place, _)| (place.name.to_owned(), place.country.code().to_owned()))
    };
    let is = |name: &str, country: &str| Some((name.to_owned(), country.to_owned()));
    assert_eq!(resolve("SHENYANG", &["China"], None), is("Shenyang", "CN"));
    assert_eq!(resolve("READING", &["Pa."], None), is("Reading", "US"));
    assert_eq!(resolve("CAMBRIDGE", &["Mass."], None), is("Cambridge", "US"));
    assert_eq!(resolve("Cambridge", &[], None), is("Cambridge", "GB"));
    assert_eq!(resolve("CAMBRIDGE", &[], Some("US")), is("Cambridge", "US"));
    assert_eq!(resolve("MIAMI", &["FL"], None), is("Miami", "US"));
    assert_eq!(resolve("SHENYANG", &["France"], None), None);
    assert_eq!(resolve("Nowhereville", &[], None), None);
}

#[test]
fn unknown_names_are_told() {
    let gazetteer = Gazetteer::built_in();
    let text = "The mayor of Blorkville flew to Paris and slept in Quuxton.";
    let unknown = gazetteer.unknown((&fold::fold(text), text), &around("en"));
    assert_eq!(unknown.iter().map(|at| &text[at.clone()]).collect::<Vec<_>>(), ["Blorkville", "Quuxton"]);
}

#[test]
fn what_is_no_gazetteer_is_refused() {
    for bytes in [&b""[..], b"WDPLACE1", b"something else altogether, and longer than the head of a file is"] {
        assert!(Gazetteer::of(bytes.to_vec()).is_none());
    }
    let same = Gazetteer::of(include_bytes!("../../data/places/places.bin").to_vec()).unwrap();
    assert_eq!(same.len(), Gazetteer::built_in().len());
    assert!(pack::Packer::rows("place\tvillage\tFR\t\t1\t\t\tX").is_err());
}

/// A paragraph without its marks, and the mentions that they label.
fn unmarked(marked: &str) -> (String, Vec<(Range<usize>, Country)>) {
    let (mut shown, mut labels, mut rest) = (String::new(), Vec::new(), marked);
    while let Some((before, after)) = rest.split_once('[') {
        let (label, tail) = after.split_once(']').unwrap();
        let (name, country) = label.split_once('|').unwrap();
        shown.push_str(before);
        labels.push((shown.len()..shown.len() + name.len(), Country::new(country).unwrap()));
        shown.push_str(name);
        rest = tail;
    }
    shown.push_str(rest);
    (shown, labels)
}

#[derive(Default)]
struct PlaceScore {
    labels: usize,
    found: usize,
    hits: usize,
    right: usize,
    errors: BTreeMap<&'static str, Vec<String>>,
}

impl PlaceScore {
    fn read(&mut self, gazetteer: &Gazetteer, language: &str, row: &serde_json::Value) {
        let (shown, labels) = unmarked(row["text"].as_str().unwrap());
        let home = row["home"].as_str().and_then(Country::new);
        let dateline = row["dateline"].as_str().map(|dateline| (0, 0..dateline.len()));
        let mentions = gazetteer.mentions_in(&shown, &PlaceContext { language: Some(language), home, dateline });
        self.labels += labels.len();
        self.found += mentions.len();
        let mut error = |kind, at: &Range<usize>| {
            self.errors.entry(kind).or_default().push(format!("{} {}", row["id"], &shown[at.clone()]));
        };
        for (at, country) in &labels {
            // A name may be read with the kind of place that follows: 沈阳市, Berlins.
            match mentions.iter().find(|mention| mention.shown.start == at.start) {
                None => error("missed", at),
                Some(mention) if mention.country != *country => {
                    self.hits += 1;
                    error("another country", at);
                }
                Some(_) => {
                    self.hits += 1;
                    self.right += 1;
                }
            }
        }
        let is_labelled = |mention: &&PlaceMention| labels.iter().any(|(at, _)| at.start == mention.shown.start);
        mentions.iter().filter(|mention| !is_labelled(mention)).for_each(|mention| error("no place", &mention.shown));
    }
}

#[test]
fn labelled_paragraphs_are_read_b306() {
    let gazetteer = Gazetteer::built_in();
    let mut score = PlaceScore::default();
    for language in ["ar", "de", "en", "es", "fr", "it", "ja", "ko", "pt", "ru", "zh"] {
        let path = format!("{}/tests/corpus/places/{language}.jsonl", env!("CARGO_MANIFEST_DIR"));
        for line in std::fs::read_to_string(path).unwrap().lines() {
            score.read(&gazetteer, language, &serde_json::from_str(line).unwrap());
        }
    }
    let PlaceScore { labels, found, hits, right, errors } = &score;
    let holds = |part: &usize, whole: &usize, percent: usize| part * 100 >= whole * percent;
    assert!(*labels >= 400, "{labels}");
    assert!(
        holds(hits, found, 95) && holds(hits, labels, 90) && holds(right, hits, 97),
        "{labels} {found} {hits} {right} {errors:?}"
    );
}

/// Labelled before anything was run on it.
#[test]
fn paragraphs_labelled_blind_are_read_b390() {
    let gazetteer = Gazetteer::built_in();
    let mut score = PlaceScore::default();
    let path = format!("{}/tests/corpus/places/blind.jsonl", env!("CARGO_MANIFEST_DIR"));
    for line in std::fs::read_to_string(path).unwrap().lines() {
        let row: serde_json::Value = serde_json::from_str(line).unwrap();
        score.read(&gazetteer, row["lang"].as_str().unwrap(), &row);
    }
    let PlaceScore { labels, found, hits, right, errors } = &score;
    let holds = |part: &usize, whole: &usize, percent: usize| part * 100 >= whole * percent;
    assert!(*labels >= 232, "{labels}");
    assert!(
        holds(hits, found, 95) && holds(hits, labels, 90) && holds(right, hits, 97),
        "{labels} {found} {hits} {right} {errors:?}"
    );
}

/// Each of these is a kind of name that was missed, or taken for another place.
#[test]
fn names_are_read_as_they_are_spelled_b393() {
    let gazetteer = Gazetteer::built_in();
    for (language, text, expected) in [
        // An article that lost its vowel.
        ("fr", "La Côte d'Ivoire exporte.", &["Côte d'Ivoire=Côte d\u{2019}Ivoire, CI"][..]),
        ("it", "Il sindaco di Reggio nell'Emilia.", &["Reggio nell'Emilia=Reggio nell'Emilia, IT"]),
        ("fr", "Le maire d'Orléans a dit oui.", &["Orléans=Orléans, FR"]),
        // The namesake that the world has names for, before a larger suburb without.
        ("en", "A ferry from Cádiz sank.", &["Cádiz=Cadiz, ES"]),
        ("fr", "Il vit à Bayeux.", &["Bayeux=Bayeux, FR"]),
        // "And" joins a common name with one that is none.
        ("en", "Cambridge and Heidelberg are twins.", &["Cambridge=Cambridge, GB", "Heidelberg=Heidelberg, DE"]),
        ("en", "Lincoln and his wife spoke.", &[]),
        ("en", "Reading and writing are taught.", &[]),
        // The kind of city that is spelled out in data, and left out in news.
        ("zh", "前往仁川访问。", &["仁川=Incheon, KR"]),
        ("ru", "Поезд идёт в Уфу.", &["Уфу=Ufa, RU"]),
    ] {
        assert_eq!(read(&gazetteer, language, text), expected, "{text}");
    }
}

#[test]
fn a_list_without_end_is_read_to_a_limit_b307() {
    let gazetteer = Gazetteer::built_in();
    let text = "Paris, Texas; 日本日本日本; Santa Santa Santa San San; لل; 주한주한; ".repeat(4_000);
    let read = gazetteer.mentions_in(&text, &around("en")).len();
    assert!((1_000..=crate::limits::PLACE_MENTIONS.count()).contains(&read), "{read}");
}
