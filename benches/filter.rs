//! What deciding costs: entries with bodies of 4 KB against few and many terms.

#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::print_stderr)]

use std::sync::Arc;

use divan::counter::{BytesCount, ItemsCount};
use divan::{Bencher, black_box};
use wiredesk::clock::Timestamp;
use wiredesk::filter::{FeedRule, Query, Ruleset, Selector, TermList};
use wiredesk::model::{FeedId, Readable, SourceId};
use wiredesk::newswire::WireReader;
use wiredesk::text::fold;

fn main() {
    divan::main();
}

/// Numbers drawn by a fixed sequence.
struct Draw(u64);

impl Draw {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % end
    }

    /// A pronounceable word.
    fn word(&mut self) -> String {
        const SYLLABLES: [&str; 40] = [
            "an", "ber", "con", "da", "el", "fi", "gor", "ha", "in", "jo", "ka", "la", "men", "na", "or", "pe", "qui",
            "ra", "sen", "ta", "un", "ver", "wa", "xi", "yo", "zu", "tion", "ment", "ing", "er", "est", "ly", "al",
            "ous", "ity", "mar", "sta", "pro", "tri", "ble",
        ];
        (0..2 + self.below(3)).map(|_| SYLLABLES[self.below(SYLLABLES.len())]).collect()
    }
}

fn copies(vocabulary: &[String]) -> Vec<Readable> {
    let mut draw = Draw(11);
    (0..50)
        .map(|_| {
            let mut body = String::new();
            while body.len() < 4096 {
                // Common words are common: the square of an even draw.
                let at = draw.below(1000) * draw.below(1000) * vocabulary.len() / 1_000_000;
                body.push_str(&vocabulary[at]);
                body.push_str(if draw.below(12) == 0 { ". " } else { " " });
                if draw.below(80) == 0 {
                    body.push('\n');
                }
            }
            Readable {
                source: SourceId::new("bench").expect("an id"),
                tags: Vec::new(),
                title: body[..60].to_owned(),
                lead: body.lines().next().unwrap_or_default().to_owned(),
                body,
                authors: Vec::new(),
                categories: Vec::new(),
                language: Some("en".to_owned()),
                country: None,
                link: None,
                newswire: Arc::default(),
                at: Timestamp::EPOCH,
                now: Timestamp::EPOCH,
            }
        })
        .collect()
}

/// Feeds with a list each, which share words with their neighbours. Half of the
/// first `met` terms are made of the texts' words, the others occur nowhere; of
/// 200 feeds with 10,000 such terms, one in ten has a term in an entry. Where
/// there are fewer terms than feeds, several feeds share a list.
fn setting(feeds: usize, terms: usize, met: usize) -> (Vec<FeedRule>, Vec<TermList>, Vec<Readable>) {
    let mut draw = Draw(7);
    let words: Vec<String> = (0..20_000).map(|_| draw.word()).collect();
    let mut rules = Vec::new();
    let own = feeds.min(terms);
    let mut lists: Vec<TermList> =
        (0..own).map(|n| TermList { name: format!("list-{n}"), terms: Vec::new(), not_inside: Vec::new() }).collect();
    for n in 0..terms {
        let kind = if n < met { draw.below(20) } else { 10 + draw.below(10) };
        lists[n % own].terms.push(match kind {
            0 if draw.below(10) == 0 => words[draw.below(words.len())].clone(),
            0..=9 => format!("{} {}", words[draw.below(words.len())], words[draw.below(words.len())]),
            10 => format!("~{}", draw.word() + "schaft"),
            11..=13 => format!("{}stva*", draw.word()),
            _ => draw.word() + "burg",
        });
    }
    for feed in 0..feeds {
        rules.push(FeedRule {
            feed: FeedId::new(&format!("feed-{feed}")).expect("an id"),
            sources: vec![Selector::All],
            languages: Vec::new(),
            home: None,
            expression: Some(format!(
                "SCORE/6(+8 title:@list-{0} BECAUSE \"in the headline\" \
                 +4 hlead:(@list-{0} NEAR/25 @list-{1}) BECAUSE \"near one another\" \
                 +2 body:@list-{0} BECAUSE \"further down\") AND NOT ATLEAST/5 @list-{2}",
                feed % own,
                (feed + 1) % own,
                (feed + 2) % own,
            )),
        });
    }
    (rules, lists, copies(&words))
}

/// Feeds, terms, and how many of them are of the kind that is met.
#[divan::bench(args = [(1, 100, 100), (200, 100, 100), (200, 10_000, 100), (200, 10_000, 10_000)])]
fn route(bencher: Bencher<'_, '_>, (feeds, terms, met): (usize, usize, usize)) {
    let (rules, lists, copies) = setting(feeds, terms, met);
    let rules = Ruleset::compile(&rules, &lists, &places()).expect("rules that stand");
    bencher.counter(ItemsCount::new(copies.len())).bench(|| {
        for copy in &copies {
            black_box(rules.route(black_box(copy)));
        }
    });
}

/// Names of places of many countries: about thirty stand in 4 KB of English news.
const NAMES: [&str; 12] = [
    "Shenyang",
    "Osaka",
    "Lyon",
    "Germany",
    "São Paulo",
    "Chinese",
    "Kraków",
    "Busan",
    "Brazil",
    "Dalian",
    "Japan",
    "Quebec",
];

/// The entries with names of places in them, read as wire copy.
fn with_names(copies: &[Readable]) -> Vec<Readable> {
    let reader = WireReader::built_in();
    let mut draw = Draw(5);
    let mut named = |text: &str| {
        let word = |word: &str| match draw.below(20) {
            0 => format!("{word} in {}", NAMES[draw.below(NAMES.len())]),
            _ => word.to_owned(),
        };
        text.split(' ').map(word).collect::<Vec<_>>().join(" ")
    };
    copies
        .iter()
        .map(|copy| {
            let (title, body) = (named(&copy.title), named(&copy.body));
            let newswire = reader.of_text([&title, &body], Some("en"), None);
            Readable { language: copy.language.clone(), newswire, ..Readable::of(copy.source.clone(), &title, &body) }
        })
        .collect()
}

/// The same entries and feeds of 100 terms, with parts that ask for places and without. To be
/// compared, they are run in turn, several times: `docs/performance.md`.
fn route_places(bencher: Bencher<'_, '_>, feeds: usize, parts: &str) {
    let (mut rules, lists, copies) = setting(feeds, 100, 100);
    let copies = with_names(&copies);
    for (n, rule) in rules.iter_mut().enumerate() {
        let own = format!("@list-{}", n % feeds.min(100));
        let more = format!(" {} BECAUSE \"further down\") AND", parts.replace("@own", &own));
        rule.expression = rule.expression.take().map(|text| text.replace(" BECAUSE \"further down\") AND", &more));
    }
    let rules = Ruleset::compile(&rules, &lists, &places()).expect("rules that stand");
    bencher.counter(ItemsCount::new(copies.len())).bench(|| {
        for copy in &copies {
            black_box(rules.route(black_box(copy)));
        }
    });
}

#[divan::bench(args = [1, 200])]
fn places_unasked(bencher: Bencher<'_, '_>, feeds: usize) {
    let parts = "BECAUSE \"further down\" +3 hlead:(@own NEAR/25 mayor) BECAUSE \"an office\" +2 ATLEAST/2 hlead:@own";
    route_places(bencher, feeds, parts);
}

#[divan::bench(args = [1, 200])]
fn places_asked(bencher: Bencher<'_, '_>, feeds: usize) {
    let parts = "BECAUSE \"further down\" +3 hlead:(@own NEAR/25 @places.abroad) BECAUSE \"abroad\" +2 ATLEAST/2 hlead:@places.country";
    route_places(bencher, feeds, parts);
}

#[divan::bench]
fn route_without_expressions(bencher: Bencher<'_, '_>) {
    let (mut rules, lists, copies) = setting(200, 10_000, 10_000);
    rules.iter_mut().for_each(|rule| rule.expression = None);
    let rules = Ruleset::compile(&rules, &lists, &places()).expect("rules that stand");
    bencher.counter(ItemsCount::new(copies.len())).bench(|| {
        for copy in &copies {
            black_box(rules.route(black_box(copy)));
        }
    });
}

#[divan::bench(args = [(1, 100), (200, 10_000)], sample_count = 10)]
fn compile(bencher: Bencher<'_, '_>, (feeds, terms): (usize, usize)) {
    let (rules, lists, _) = setting(feeds, terms, terms);
    bencher.bench(|| Ruleset::compile(black_box(&rules), black_box(&lists), &places()).expect("rules that stand"));
}

#[divan::bench]
fn query(bencher: Bencher<'_, '_>) {
    bencher.bench(|| {
        Query::new(black_box("hlead:(mayor NEAR/25 \"consul general\") AND NOT golf"), &[], &places()).expect("a query")
    });
}

const SCRIPTS: [(&str, &str); 4] = [
    ("ascii", "The Mayor of Shenyang met the Consul-General, who thanked him for the city's help. "),
    ("french", "Réunion à l’hôtel de ville : le maire a reçu la délégation étrangère à Besançon. "),
    ("russian", "Мэр города принял генерального консула и делегацию города-побратима. "),
    ("chinese", "瀋陽市長會見日本駐瀋陽總領事,雙方就友好城市合作交換意見。"),
];

#[divan::bench(args = [0, 1, 2, 3])]
fn index_words(bencher: Bencher<'_, '_>, script: usize) {
    let text = SCRIPTS[script].1.repeat(100_000 / SCRIPTS[script].1.len());
    let mut out = String::new();
    bencher.counter(BytesCount::of_str(&text)).bench_local(|| {
        out.clear();
        fold::index_words(black_box(&text), &mut out);
    });
}

#[divan::bench(args = [0, 1, 2, 3])]
fn folding(bencher: Bencher<'_, '_>, script: usize) {
    let text = SCRIPTS[script].1.repeat(100_000 / SCRIPTS[script].1.len());
    bencher.counter(BytesCount::of_str(&text)).bench(|| fold::fold(black_box(&text)));
}

/// The built-in places.
fn places() -> std::sync::Arc<wiredesk::places::Gazetteer> {
    std::sync::Arc::new(wiredesk::places::Gazetteer::built_in())
}
