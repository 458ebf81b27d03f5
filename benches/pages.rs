//! How the time to read one page grows with its length, for constructs that
//! take an HTML parser, or what stands on it, the longer the more there are.
//!
//! `cargo bench --bench pages` prints milliseconds at 64, 128, 256, 512 KiB and 1 MiB
//! for an article, for selectors and for sanitising; `-- WORD` one construct alone.

#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::print_stderr)]

use std::time::Duration;

use wiredesk::clock::{Clock, SystemClock, Zone};
use wiredesk::model::{Content, Entry, EntryKey, Markup, Work};
use wiredesk::parse::page::{Css, Selectors};
use wiredesk::parse::{About, article, page};
use wiredesk::publish::sanitize::Sanitizer;

type Construct = (&'static str, fn(usize) -> String);

/// Constructs, by the number of the repetition.
const CONSTRUCTS: [Construct; 32] = [
    ("paragraphs", |i| format!("<p>some words, of text, number {i}</p>")),
    ("&#", |_| "&#".to_owned()),
    ("& and <", |_| "&<".to_owned()),
    ("attributes", |i| if i == 0 { "<p a=1".to_owned() } else { format!(" a{i}=1") }),
    ("attributes of an end", |i| if i == 0 { "<p>x</p".to_owned() } else { format!(" a{i}=1") }),
    ("body attributes", |i| format!("<body a{i}=1>")),
    ("div", |_| "<div>".to_owned()),
    ("div, closed elsewhere", |_| "<div></span>".to_owned()),
    ("font", |i| format!("<font color={i}>x")),
    ("font in paragraphs", |i| format!("<p><font color={i}>x")),
    ("b in blocks", |i| format!("<div><b id={i}>x</div>")),
    ("b over blocks", |_| "<b><div>x</b>".to_owned()),
    ("a over blocks", |i| format!("<a href={i}><div>")),
    ("a", |i| format!("<a href=/{i}>x")),
    ("formatting crossed", |_| "<b><i></b></i>x".to_owned()),
    ("words in a table", |i| if i == 0 { "<table>".to_owned() } else { "x<b></b>".to_owned() }),
    ("tables within", |_| "<table><b>x".to_owned()),
    ("cells within", |_| "<table><td>".to_owned()),
    ("lists within", |_| "<ul><li>".to_owned()),
    ("options", |i| if i == 0 { "<select>".to_owned() } else { "<option>x".to_owned() }),
    ("option groups", |_| "<optgroup>".to_owned()),
    ("spans closed by others", |i| if i < 500 { "<span>".to_owned() } else { "</i>".to_owned() }),
    ("svg", |_| "<svg><g>".to_owned()),
    ("comments", |_| "<!-- -->".to_owned()),
    ("comments open", |_| "<!--".to_owned()),
    ("breaks", |_| "<br><br>x".to_owned()),
    ("siblings", |i| format!("<p class=a{i}>x</p>")),
    ("pictures", |i| format!("<img src={i}>")),
    ("links in blocks", |i| format!("<div class=c><a href=/n{i}>headline {i} of the news</a></div>")),
    ("commas in blocks", |_| "<div><p>word, word, word and so on and more of it, too</p></div>".to_owned()),
    ("meta", |i| format!("<meta property=og:title content={i}>")),
    ("json-ld", |_| "<script type='application/ld+json'>{}</script>".to_owned()),
];

fn grown(construct: fn(usize) -> String, length: usize) -> String {
    let mut page = String::with_capacity(length + 64);
    let mut i = 0;
    while page.len() < length {
        page += &construct(i);
        i += 1;
    }
    page
}

fn main() {
    let only = std::env::args().skip(1).find(|arg| !arg.starts_with('-'));
    let clock = SystemClock::new();
    let url = url::Url::parse("https://city.example/news/1").expect("an address");
    let about = About {
        url: &url,
        content_type: Some("text/html; charset=utf-8"),
        language: None,
        timezone: Zone::UTC,
        work: Work::default(),
    };
    let css = |text: &str| Css::parse(text).expect("a selector");
    let by = Selectors {
        entries: css("p:first-child ~ p, div:has(a) ~ div, li:nth-child(odd)"),
        link: None,
        title: None,
        date: None,
        date_format: None,
        summary: Some(css("p ~ p")),
    };
    let entry = Entry::new(EntryKey::of("id", &["x"]));
    println!("{:24} {:>44} {:>44} {:>44}", "", "an article", "selectors", "sanitised");
    for (name, construct) in
        CONSTRUCTS.iter().filter(|(name, _)| only.as_ref().is_none_or(|only| name.contains(only.as_str())))
    {
        print!("{name:24}");
        let works: [&dyn Fn(&str) -> bool; 3] = [
            &|html| article::read(html.as_bytes(), &about, &entry).is_err(),
            &|html| {
                page::read(html.as_bytes(), &about, &by, clock.now()).is_err_and(|e| e.to_string().contains("limit"))
            },
            &|html| {
                let content = Content { markup: Markup::Html(html.to_owned()), base: None };
                Sanitizer::new().html(&content).is_empty()
            },
        ];
        for work in works {
            for length in [64, 128, 256, 512, 1024] {
                let html = grown(*construct, length << 10);
                let started = clock.elapsed();
                let refused = work(&html);
                let took: Duration = clock.elapsed().saturating_sub(started);
                // What is refused, or leaves nothing, is marked.
                print!(" {:>7.1}{}", took.as_secs_f64() * 1e3, if refused { "r" } else { " " });
            }
        }
        println!();
    }
}
