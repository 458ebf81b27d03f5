//! Pages in a real browser: Debian's chromium, headless.

use std::process::Command;

use crate::desk::{Desk, EVERYTHING, Running, free_port, is_there, rss, source};
use crate::origin::Origin;

/// The DOM that chromium makes of an address, and what it complained of.
fn browse(desk: &Desk, url: &str, extra: &[&str]) -> (String, String) {
    let profile = format!("--user-data-dir={}", desk.path("profile").display());
    let done = tokio::task::block_in_place(|| {
        Command::new("chromium")
            .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"])
            .args(["--disable-background-networking", "--disable-component-update", "--disable-sync"])
            .args(["--disable-dev-shm-usage", "--enable-logging=stderr", "--hide-scrollbars", "--timeout=20000"])
            .arg(profile)
            .args(extra)
            .arg(url)
            .output()
            .unwrap()
    });
    (String::from_utf8_lossy(&done.stdout).into_owned(), String::from_utf8_lossy(&done.stderr).into_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_open_in_a_browser_with_their_style_and_break_no_policy_o28_o166() {
    if !is_there("chromium") {
        return;
    }
    let origin = Origin::start().await;
    origin.document("/a.rss", rss("harbour", 0..20));
    let long = document("Harbour", &[("long", &"x".repeat(300), "A plain text.")]);
    origin.document("/long.rss", long.replace("<link>", &format!("<link>https://long.example/{}", "y".repeat(400))));
    let more = source("a", origin.url("/a.rss")) + &source("long", origin.url("/long.rss"));
    let desk = Desk::new(&(more + EVERYTHING));
    // The pages' own addresses have to lead back to this daemon.
    let port = free_port();
    desk.listen_on(port);
    let mut running = desk.start();
    running.until("/feeds/all.atom", |got| got.text().contains("harbour 19<") && got.text().contains("xxx"));
    for (path, shown) in [
        ("", "Everything"),
        ("feeds/all", "harbour 19"),
        ("sources", "20 entries"),
        ("sources/a", "harbour 19"),
        ("entries/1", "Decisions"),
    ] {
        let url = format!("http://127.0.0.1:{port}/{path}");
        let (dom, said) = browse(&desk, &url, &["--dump-dom"]);
        assert!(dom.contains(shown), "{path}: {dom}\n{said}");
        assert!(!said.contains("Content Security Policy") && !said.contains("Refused to"), "{path}: {said}");
        for width in ["390,900", "1200,900"] {
            let shot = desk.path("shot.png");
            browse(&desk, &url, &[&format!("--screenshot={}", shot.display()), &format!("--window-size={width}")]);
            let png = std::fs::read(&shot).unwrap();
            assert!(png.starts_with(b"\x89PNG") && png.len() > 5_000, "{path} at {width}: {} bytes", png.len());
            std::fs::remove_file(&shot).unwrap();
        }
    }
    overflow(&desk, &running, &["/", "/feeds/all", "/sources", "/sources/a", "/entries/1", "/nothing"]);
    // The style is asked for once a page and answered: without it pages are bare.
    assert_eq!(running.get("/style.css", &[]).header("content-type").as_deref(), Some("text/css; charset=utf-8"));
}

/// No page is wider than its window, whatever stands in it, also on a phone. The pages are
/// measured in frames of a document that may run a script, with their style written into them.
fn overflow(desk: &Desk, running: &Running, paths: &[&str]) {
    let style = format!("<style>{}</style>", running.get("/style.css", &[]).text());
    let escaped = |text: &str| text.replace('&', "&amp;").replace('"', "&quot;");
    let frames = paths.iter().flat_map(|path| [320, 390, 1280].map(|width| (path, width))).map(|(path, width)| {
        let page = running.get(path, &[]).text().replace("</head>", &format!("{style}</head>"));
        let page = escaped(&page.replace("<link rel=\"stylesheet\"", "<link rel=\"other\""));
        format!(
            "<iframe data-of=\"{path}\" style=\"width:{width}px;height:900px;border:0\" srcdoc=\"{page}\"></iframe>"
        )
    });
    let measure = "<script>onload = () => { for (const f of document.querySelectorAll('iframe')) { \
                   const wide = f.contentDocument.documentElement.scrollWidth, most = f.clientWidth; \
                   f.outerHTML = `<p>${f.dataset.of} ${wide > most ? 'OVER' : 'fits'} ${most} ${wide}</p>`; } }</script>";
    let file = desk.path("frames.html");
    std::fs::write(&file, format!("<!doctype html><meta charset=utf-8>{}{measure}", frames.collect::<String>()))
        .unwrap();
    let (dom, said) = browse(desk, &format!("file://{}", file.display()), &["--dump-dom"]);
    let told = dom.split("<p>").skip(1).filter_map(|rest| rest.split("</p>").next());
    // The script itself is part of the document.
    let told: Vec<&str> = told.filter(|line| !line.starts_with('$')).collect();
    assert_eq!(told.len(), paths.len() * 3, "{said}");
    assert!(told.iter().all(|line| line.contains(" fits ")), "{told:#?}");
}

/// A document whose entries are id, headline and text.
fn document(title: &str, entries: &[(&str, &str, &str)]) -> String {
    let item = |(id, headline, text): &(&str, &str, &str)| {
        format!(
            "<item><title>{headline}</title><link>https://news.example/{id}</link><guid isPermaLink=\"false\">{id}</guid>\
             <pubDate>Mon, 05 Jan 2026 10:00:00 GMT</pubDate><description>{text}</description></item>"
        )
    };
    let items: String = entries.iter().map(item).collect();
    format!("<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>{title}</title>{items}</channel></rss>")
}

/// A part of a page without its tags, from `start` on.
fn words_from(page: &str, start: &str) -> String {
    let rest = page.split_once(start).unwrap_or_else(|| panic!("no {start:?}")).1;
    rest.split('<').filter_map(|part| part.split_once('>')).map(|(_, text)| text).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_show_headlines_whole_texts_and_what_revisions_changed_o160_o161_o162_o163() {
    let origin = Origin::start().await;
    let words =
        |number: u32| format!("Opening. {} The port had {number} calls. End.", "More text follows. ".repeat(40));
    let (first, second) = (words(12), words(21));
    let of = |text: &str| document("Port of Łódź", &[("one", "Envoy meets mayor", text), ("two", "Second", "Short.")]);
    origin.document("/full.rss", of(&first));
    origin.document("/part.rss", document("Excerpts", &[("three", "Third", &first)]));
    let part = source("part", origin.url("/part.rss")).replace("republish = \"full\"", "republish = \"excerpt\"");
    let desk = Desk::new(&(source("full", origin.url("/full.rss")) + &part + EVERYTHING));
    desk.runs(&["poll", "--all"]);
    origin.document("/full.rss", of(&second).replace("Envoy meets mayor", "Envoys meet mayor"));
    desk.runs(&["poll", "--all"]);
    let running = desk.start();
    // The front page has the feed's headlines, each with its moment and source, and leads to them.
    let front = running.get("/", &[]).text();
    let headlines = words_from(&front, "class=\"headlines\"");
    assert!(headlines.contains("Envoys meet mayor Port of Łódź, revised "), "{headlines}");
    assert!(headlines.contains("Third Excerpts, published "), "{headlines}");
    assert!(front.contains("/entries/1\"") && front.contains("favicon.svg"), "{front}");
    assert!(words_from(&front, "class=\"plot\"").contains("Entries a day, last 14 days"), "{front}");
    // An entry has its whole text where that is allowed, and says word by word what changed.
    let entries: Vec<String> = (1..=3).map(|n| running.get(&format!("/entries/{n}"), &[]).text()).collect();
    let one = entries.iter().find(|page| page.contains("<h1><bdi>Envoys meet mayor")).unwrap();
    assert!(one.contains("The port had 21 calls. End.</div>"), "{one}");
    assert!(one.contains("<del>Envoy meets</del><ins>Envoys meet</ins> mayor"), "{one}");
    assert!(one.contains("port had <del>12</del><ins>21</ins> calls"), "{one}");
    let third = entries.iter().find(|page| page.contains("<h1><bdi>Third")).unwrap();
    assert!(third.contains("class=\"excerpt\"") && !third.contains("The port had"), "{third}");
    // A source has its entries and its last success; all together are a table with its sums.
    let page = running.get("/sources/full", &[]).text();
    assert!(words_from(&page, "Entries of its last document").contains("Envoys meet mayor arrived "), "{page}");
    assert!(words_from(&page, "Last success").contains(" ago"), "{page}");
    let all = running.get("/sources", &[]).text();
    assert!(words_from(&all, "class=\"summary\"").starts_with("2 sources2 well0 failing"), "{all}");
    assert!(all.contains("<tr class=\"source\" id=\"full\">"), "{all}");
    // Where nothing is there is a way on.
    let lost = running.get("/nothing", &[]);
    assert_eq!(lost.status, 404);
    assert!(words_from(&lost.text(), "What there is").starts_with("Everything"), "{}", lost.text());
    // A feed that a browser opens says what it is; the icon is small and kept.
    let feed = running.get("/feeds/all.atom", &[]).text();
    assert!(feed.contains("?>\n<?xml-stylesheet type=\"text/css\" href=\"../feed.css\"?>\n<feed"), "{feed}");
    assert!(running.get("/feed.css", &[]).text().contains("To subscribe, copy the address"));
    for path in ["/favicon.svg", "/favicon.ico"] {
        let icon = running.get(path, &[]);
        assert_eq!(icon.header("content-type").as_deref(), Some("image/svg+xml"));
        assert_eq!(icon.header("cache-control").as_deref(), Some("public, max-age=3600"));
        assert!(icon.text().len() < 1_000);
    }
}
