//! What a publisher plants in every field of its entries, seen in a real browser:
//! no script runs and nothing is asked for (check B125).

use std::net::Ipv4Addr;
use std::process::Command;

use crate::desk::{Desk, EVERYTHING, free_port, is_there};
use crate::origin::Origin;
use crate::reply::Reply;

/// Marks the page that runs it. What it writes, `data-ran`, stands in no payload.
const RUN: &str = "document.documentElement.dataset.ran=1";

/// Where everything leads that no reader of the news may ask for.
const BAD: &str = "http://beacon.example/bad";

/// Sixty ways to have a script run or something fetched, as markup.
fn markup() -> Vec<String> {
    let texts = [
        "<script>RUN</script>",
        "<script src=BAD></script>",
        "<SCRIPT/x src=BAD></SCRIPT>",
        "<scr<script>ipt>RUN</scr</script>ipt>",
        "<script src=data:text/javascript,RUN></script>",
        "<script type=module>import 'BAD'</script>",
        "<script type=importmap>{\"imports\":{\"a\":\"BAD\"}}</script>",
        "<noscript><p title=\"</noscript><script>RUN</script>\">",
        "<title><a title=\"</title><script>RUN</script>\"></title>",
        "<textarea><a title=\"</textarea><img src=x onerror=RUN>\"></textarea>",
        "<xmp><a title=\"</xmp><img src=x onerror=RUN>\"></xmp>",
        "<plaintext><script>RUN</script>",
        "<listing>&lt;img src=x onerror=RUN&gt;</listing>",
        "<template><script>RUN</script></template>",
        "<!--><script>RUN</script>-->",
        "<!--[if gte IE 4]><script>RUN</script><![endif]-->",
        "<![CDATA[<script>RUN</script>]]>",
        "<?xml-stylesheet href=\"BAD\"?><b>x</b>",
        "<!DOCTYPE x SYSTEM \"BAD\"><b>x</b>",
        "<img src=x onerror=RUN>",
        "<img src=x onerror='RUN'//",
        "<img/src=x/onerror=RUN>",
        "<img src=x\u{c}onerror=RUN>",
        "<img src=\"x\" onerror\u{0}=RUN>",
        "<image src=x onerror=RUN>",
        "<img src=javascript:RUN>",
        "<img srcset='data:image/svg+xml,<svg onload=RUN> 1x'>",
        "<body onload=RUN background=BAD>",
        "<body onpageshow=RUN>",
        "<svg onload=RUN></svg>",
        "<svg><script>RUN</script></svg>",
        "<svg><script href=BAD /></svg>",
        "<svg><style><img src=x onerror=RUN></style></svg>",
        "<svg><use href=\"BAD#x\"></use></svg>",
        "<svg><image href=BAD /></svg>",
        "<svg><foreignObject><script>RUN</script></foreignObject></svg>",
        "<svg><animate onbegin=RUN attributeName=x dur=1s></svg>",
        "<svg><a xlink:href=javascript:RUN><text y=9>x</text></a></svg>",
        "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=x onerror=RUN&gt;\">",
        "<math><mi xlink:href=javascript:RUN>x</mi></math>",
        "<form><math><mtext></form><form><mglyph><style></math><img src=x onerror=RUN>",
        "<iframe src=BAD></iframe>",
        "<iframe srcdoc='<script>parent.RUN</script>'></iframe>",
        "<frameset><frame src=BAD></frameset>",
        "<object data=BAD></object>",
        "<embed src=BAD>",
        "<applet code=BAD></applet>",
        "<link rel=stylesheet href=BAD>",
        "<link rel=prefetch href=BAD><link rel=preconnect href=BAD>",
        "<link rel=icon href=BAD>",
        "<style>@import 'BAD';body{background:url(BAD)}</style>",
        "<p style='background:url(BAD)'>x</p>",
        "<meta http-equiv=refresh content='0;url=BAD'>",
        "<base href=BAD/><img src=x>",
        "<form action=BAD><input type=image src=BAD autofocus onfocus=RUN></form>",
        "<video poster=BAD onerror=RUN><source src=BAD></video>",
        "<audio src=BAD autoplay oncanplay=RUN></audio>",
        "<details open ontoggle=RUN><summary>x</summary></details>",
        "<marquee onstart=RUN>x</marquee>",
        "<input autofocus onfocus=RUN><select autofocus onfocus=RUN></select>",
        "<p contenteditable autofocus onfocus=RUN tabindex=1 id=x>x</p>",
        "<portal src=BAD></portal><bgsound src=BAD>",
        "<track src=BAD><picture><source srcset=javascript:RUN></picture>",
        "<a ping=BAD href=javascript:RUN>x</a>",
        "\"><script>RUN</script>",
        "' onmouseover='RUN' autofocus onfocus='RUN' x='",
        "</title><script>RUN</script>",
        "</style><script>RUN</script>",
        "\u{202e}<script>RUN</script>",
        "+ADw-script+AD4-RUN+ADw-/script+AD4-",
    ];
    texts.iter().map(|text| text.replace("RUN", RUN).replace("BAD", BAD)).collect()
}

/// URLs that run or load what no link of the news does.
const LINKS: [&str; 8] = [
    "javascript:RUN",
    "JaVaScRiPt:RUN",
    "\u{1}javascript:RUN",
    "java\nscript:RUN",
    "data:text/html,<script>RUN</script>",
    "vbscript:RUN",
    "blob:http://beacon.example/1",
    "http://city.example/\"><script>RUN</script>",
];

/// `text` as the text of an XML element.
fn escaped(text: &str) -> String {
    text.replace('\u{0}', "").replace(|c: char| c < ' ' && c != '\n', "").replace('&', "&amp;").replace('<', "&lt;")
}

/// An item that has its payload in every field.
fn item(n: usize, payload: &str) -> String {
    let text = escaped(payload);
    let link = escaped(&LINKS[n % LINKS.len()].replace("RUN", RUN)).replace('"', "&quot;");
    let once = escaped(&text);
    format!(
        "<item><guid isPermaLink=\"false\">{n} {text}</guid><title>number {n} {once}</title><link>{link}</link>\
         <description>{text}</description><content:encoded>{text}&lt;p&gt;end {n}&lt;/p&gt;</content:encoded>\
         <author>{text}</author><dc:creator>{text}</dc:creator><category domain=\"{link}\">{text}</category>\
         <comments>{link}</comments><source url=\"{link}\">{text}</source>\
         <enclosure url=\"{link}\" type=\"{}\" length=\"1\"/><media:thumbnail url=\"{link}\"/>\
         <dc:rights>{text}</dc:rights></item>",
        text.replace('"', "&quot;")
    )
}

fn document(payloads: &[String]) -> String {
    let items: String = payloads.iter().enumerate().map(|(n, payload)| item(n, payload)).collect();
    let bad = escaped(&payloads[0]);
    format!(
        "<rss version=\"2.0\" xmlns:content=\"http://purl.org/rss/1.0/modules/content/\" \
         xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:media=\"http://search.yahoo.com/mrss/\"><channel>\
         <title>{bad}</title><link>javascript:{RUN}</link><description>{bad}</description>\
         <managingEditor>{bad}</managingEditor>{items}</channel></rss>"
    )
}

/// Chromium, for which every host of `.example` is the beacon.
struct Browser<'a> {
    desk: &'a Desk,
    beacon: &'a Origin,
}

impl Browser<'_> {
    /// The document that `url` becomes once all of it ran.
    fn open(&self, url: &str) -> String {
        // What the browser asks for on its own account finds nobody.
        let rules = format!("MAP *.example {}, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1", self.beacon.address());
        let done = tokio::task::block_in_place(|| {
            Command::new("chromium")
                .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"])
                .args(["--disable-background-networking", "--disable-component-update", "--disable-sync"])
                .args(["--disable-dev-shm-usage", "--timeout=20000", "--virtual-time-budget=3000", "--dump-dom"])
                .arg(format!("--host-resolver-rules={rules}"))
                .arg(format!("--user-data-dir={}", self.desk.path("profile").display()))
                .arg(url)
                .output()
                .unwrap()
        });
        String::from_utf8_lossy(&done.stdout).into_owned()
    }

    /// What was asked for, by path, since it was last told.
    fn asked(&self) -> Vec<String> {
        let asked = self.beacon.requests().into_iter().map(|request| request.path).collect();
        self.beacon.forget();
        asked
    }
}

/// The bodies of a feed's entries, as a reader would show them one below the other.
fn as_a_reader_shows(atom: &str) -> String {
    let feed = feed_rs::parser::parse(atom.as_bytes()).unwrap();
    let bodies = feed.entries.into_iter().flat_map(|entry| {
        let content = entry.content.and_then(|content| content.body);
        let title = entry.title.map(|title| escaped(&title.content));
        [title, entry.summary.map(|summary| summary.content), content]
    });
    format!("<!doctype html><meta charset=utf-8><body>{}", bodies.flatten().collect::<String>())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_planted_in_entries_runs_and_asks_for_nothing_in_a_browser_b125() {
    if !is_there("chromium") {
        return;
    }
    let payloads = markup();
    assert!(payloads.len() >= 60);
    let (origin, beacon) = (Origin::start().await, Origin::start_at(Ipv4Addr::new(127, 0, 0, 2)).await);
    origin.document("/a.rss", document(&payloads));
    let source = format!("[[source]]\nid = \"a\"\nurl = \"{}\"\nrepublish = \"full\"\n\n", origin.url("/a.rss"));
    let feed = EVERYTHING.replace("content", "size = 100\ncontent");
    let desk = Desk::new(&(source + &feed));
    let text = std::fs::read_to_string(desk.config()).unwrap();
    std::fs::write(desk.config(), text.replace("[\"127.0.0.0/8\"]", "[\"127.0.0.1\"]")).unwrap();
    let port = free_port();
    desk.listen_on(port);
    let mut running = desk.start();
    let last = format!("number {}", payloads.len() - 1);
    let atom = running.until("/feeds/all.atom", |got| got.text().contains(&last)).text();

    let browser = Browser { desk: &desk, beacon: &beacon };
    let shown = |html: &str| {
        std::fs::write(desk.path("shown.html"), html).unwrap();
        browser.open(&format!("file://{}", desk.path("shown.html").display()))
    };
    // The browser does run scripts, and the beacon does hear of it.
    beacon.script("/bad", |_| Reply::ok("x"));
    let open = shown(&format!("<script>{RUN}</script><img src={BAD}>"));
    assert!(open.contains("data-ran=") && browser.asked().contains(&"/bad".to_owned()), "{open}");

    for path in ["", "feeds/all", "sources", "sources/a", "feeds.opml", "feeds/all.atom"] {
        let dom = browser.open(&format!("http://127.0.0.1:{port}/{path}"));
        assert!(dom.len() > 200 && !dom.contains("data-ran="), "{path}: {dom}");
        assert_eq!(browser.asked(), [""; 0], "{path}");
    }
    // Pages of entries are alike: three are opened.
    for entry in [1, 30, 60] {
        let dom = browser.open(&format!("http://127.0.0.1:{port}/entries/{entry}"));
        assert!(dom.contains("number ") && !dom.contains("data-ran="), "entry {entry}: {dom}");
        assert_eq!(browser.asked(), [""; 0], "entry {entry}");
    }
    // A reader that trusts the feed shows every body on one page of its own.
    let html = as_a_reader_shows(&atom);
    assert_eq!(html.matches("number ").count(), payloads.len(), "{html}");
    let dom = shown(&html);
    assert!(dom.contains("end 1") && !dom.contains("data-ran="), "{dom}");
    // Images are the news; `x` is one beside the item's page.
    let asked: Vec<String> = browser.asked().into_iter().filter(|path| path.starts_with("/bad")).collect();
    assert_eq!(asked, [""; 0], "{html}");
}
