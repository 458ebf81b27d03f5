//! Taking an article out of its page (B212).

use std::hint::black_box;

use wiredesk::clock::Zone;
use wiredesk::model::{Content, Entry, EntryKey, Markup, Work};
use wiredesk::parse::{About, article};

use super::{Row, check};

const PAGE: &str = "<html><head><title>Pilots of both ports ride along</title></head><body><h1>Pilots of both ports \
    ride along</h1><article class=entry-content><p>The pilots of both ports will ride along on container ships, and \
    the two harbour offices are going to publish what they found.</p>";
const END: &str = "</article></body></html>";
const BARE: &str = "<html><body>";
const PAID: &str = "<html><head><script type=application/ld+json>{\"isAccessibleForFree\":false,\"hasPart\":\
    {\"cssSelector\":\".paywall\"}}</script></head><body><p>The pilots of both ports will ride along on container \
    ships, and the two harbour offices are going to publish what they found.</p>";

const ROWS: &[Row] = &[
    ("paragraphs", PAGE, "<p>In year {n} the harbour office, which had ordered the report, read it again.</p>", END),
    ("paragraphs without an article", BARE, "<p>In year {n} the harbour office had read the report again.</p>", ""),
    ("one text again and again", PAGE, "<p>The harbour office, which had ordered the report, read it again.</p>", END),
    ("lines and breaks", BARE, "In year {n} the harbour office, all said, read it again.<br>", ""),
    ("links", PAGE, "<a href=/{n}>the harbour of the year</a> ", END),
    (
        "lists that a text leads on to",
        PAGE,
        "<p>Whoever rides along brings the papers:</p><ul><li><a>Form</a></ul>",
        END,
    ),
    ("labels", PAGE, "<div><h3>Related:</h3><p><a href=x>Other news of the day</a></p></div>", END),
    ("labels in one another", PAGE, "<div><h3>Related</h3><a href=x>y</a>", END),
    ("boxes", PAGE, "<div class='related-{n} newsletter comment'><p>Other news of the day, and more.</p></div>", END),
    ("classes", PAGE, "<p class='a{n} b{n} c{n} d{n} e{n} f{n} lead'>Text</p>", END),
    ("one long class", "<html><body><div class='", "a-", "'>Text</div></body></html>"),
    ("bodies", BARE, "<div class=article-body><p>In year {n} the office, all said, read it again.</p></div>", ""),
    ("bodies in one another", BARE, "<p class=lead>One, two.</p><div class=article-body>", ""),
    ("articles", BARE, "<article><h1>{n}</h1><p>In year {n} the office, all said, read it again.</p></article>", ""),
    ("leads", BARE, "<p class=lead>In year {n} the harbour office, all said, read the report again.</p>", PAGE),
    ("tables", PAGE, "<table><tr><td>In year {n}<td>the office, all said, read it again.</table>", END),
    ("offers", PAGE, "<p>Subscribe to continue reading this article.</p>", END),
    ("walls", PAGE, "<div class=paywall><p>Read on with <a href=/>a subscription</a></p></div>", END),
    (
        "parts for subscribers",
        PAID,
        "<p class=paywall>In year {n} the harbour office, all said, read it again.</p>",
        "",
    ),
    ("empty parts for subscribers", PAID, "<div class=paywall></div>", ""),
    (
        "statements",
        "<script type=application/ld+json>",
        "{\"articleBody\":\"a {n}\",\"cssSelector\":\".a .b\"},",
        "</script>x",
    ),
    (
        "selectors",
        "<script type=application/ld+json>{\"isAccessibleForFree\":false,\"cssSelector\":\"",
        ".a{n}, ",
        "\"}</script>x",
    ),
    ("questions of consent", BARE, "<p>We and our partners ask for your consent, {n}. Accept all, reject all.</p>", ""),
    ("checks", BARE, "<p>We are checking your browser, {n}. Please enable JavaScript, and reload the page.</p>", ""),
    ("passwords", PAGE, "<form>Members<input type=password></form>", END),
    (
        "stories",
        BARE,
        "<div class=story><h2>{n} ride along</h2><p>In year {n} the office, all said, read.</p></div>",
        "",
    ),
    ("stories in one another", BARE, "<div class=story><h2>Pilots of both ports</h2>One, two.", ""),
    ("other news", PAGE, "<h3>Other news</h3><p>In year {n} the office, all said, read it again.</p>", END),
    (
        "a statement",
        "<button>Read more</button><p>In year 1 the office, all said, read it again, and once more.</p>\
         <script type=application/ld+json>{\"articleBody\":\"",
        "In year {n} the office, all said, read it again. ",
        "\"}</script>",
    ),
    ("pictures", PAGE, "<img src=/blank.gif data-src=/{n}.jpg>x ", END),
    ("ruby", PAGE, "<ruby>a<rt>b</ruby>", END),
    ("what is not shown", PAGE, "<div style='display:none'><p>In year {n} the office read it, again.</p></div>", END),
    ("headlines", BARE, "<h1>Pilots of both ports ride along</h1><p>In year {n} the office, all said, read.</p>", ""),
    ("characters of Han", PAGE, "<p>市长会见日本驻沈阳总领事一行，双方就教育、港口交换了意见。</p>", END),
    ("words", "<html><body><p>", "harbour{n} ", ", so it is said.</p></body></html>"),
];

fn taken(bytes: &[u8]) {
    let url = url::Url::parse("https://city.example/news/1").unwrap();
    let (language, timezone, work) = (None, Zone::UTC, Work::default());
    let about = About { url: &url, content_type: None, language, timezone, work };
    let mut entry = Entry::new(EntryKey([0; 16]));
    entry.title = "Pilots of both ports ride along".to_owned();
    let teaser = "The pilots of both ports will ride along on container ships.".to_owned();
    entry.summary = Some(Content { markup: Markup::Plain(teaser), base: None });
    let _ = black_box(article::read(bytes, &about, &entry));
}

/// B212.
#[test]
fn articles_take_work_in_proportion_to_their_pages_b212() {
    check(ROWS, taken);
}
