//! Articles on pages in the manner of real sites (tests/corpus/pages).

use std::path::Path;

use crate::clock::{Zone, ran};

use super::*;
use crate::model::{EntryKey, Work};
use url::Url;

fn sample(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus/pages").join(name);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn entry(title: &str, teaser: &str) -> Entry {
    let summary = Content { markup: Markup::Plain(teaser.to_owned()), base: None };
    let link = Some("https://city.example/news/1".to_owned());
    Entry { title: title.to_owned(), summary: Some(summary), link, ..Entry::new(EntryKey([0; 16])) }
}

fn about(url: &Url) -> About<'_> {
    let (content_type, language, timezone, work) = (Some("text/html"), None, Zone::UTC, Work::default());
    About { url, content_type, language, timezone, work }
}

fn read_page(page: &[u8], entry: &Entry) -> Article {
    try_page(page, entry).unwrap()
}

fn try_page(page: &[u8], entry: &Entry) -> Result<Article, Error> {
    read(page, &about(&Url::parse("https://city.example/news/1").unwrap()), entry)
}

fn article(name: &str, entry: &Entry) -> Article {
    read_page(&sample(name), entry)
}

const EN: (&str, &str) = (
    "Mayor Lindqvist receives ambassador of Japan at City Hall",
    "The meeting at City Hall dealt with exchanges between schools, the port and the two universities …",
);

/// Each page holds five paragraphs of news, a menu, other news and small print:
/// first and last words of the news must be there, and nothing of the rest.
#[test]
fn articles_are_told_from_what_surrounds_them() {
    let rows = [
        ("article-main-en.html", EN, "HARBOURVIEW, Nov. 21", "opens next week.", "Harbourview and Busan"),
        ("article-div-en.html", EN, "HARBOURVIEW, Nov. 21", "opens next week.", "Harbourview and Busan"),
        ("article-table-en.html", EN, "HARBOURVIEW, Nov. 21", "opens next week.", "Contact us"),
        (
            "article-br-de.html",
            (
                "Oberbürgermeisterin empfängt Botschafter",
                "Bei dem Treffen im Rathaus ging es um den Austausch der Schulen",
            ),
            "Musterhafen, 21. November",
            "eröffnet wird.",
            "Facebook",
        ),
        (
            "article-post-de.html",
            ("Oberbürgermeisterin empfängt Botschafter", ""),
            "Musterhafen, 21. November",
            "eröffnet wird.",
            "Nobody commented",
        ),
        (
            "article-main-zh.html",
            ("市长会见日本驻沈阳总领事", "双方就教育、港口和青少年交流等领域的合作深入交换了意见"),
            "11月21日，市长会见",
            "参加了上述活动。",
            "Cookie",
        ),
        ("article-div-zh.html", ("市长会见日本驻沈阳总领事", ""), "11月21日，市长会见", "参加了上述活动。", "办事指南"),
        (
            "article-table-zh.html",
            ("市长会见日本驻沈阳总领事", ""),
            "11月21日，市长会见",
            "参加了上述活动。",
            "办事指南",
        ),
        (
            "article-br-es.html",
            (
                "La alcaldesa recibe al embajador de Marruecos",
                "En la reunión se habló de los intercambios entre escuelas",
            ),
            "La alcaldesa, Carmen Ruiz",
            "líneas regulares.",
            "Facebook",
        ),
        (
            "article-post-es.html",
            ("La alcaldesa recibe al embajador de Marruecos", ""),
            "La alcaldesa, Carmen Ruiz",
            "líneas regulares.",
            "Gobierno municipal",
        ),
    ];
    for (name, (title, teaser), first, last, not) in rows {
        match article(name, &entry(title, teaser)) {
            Article::Better(content) => {
                let text = html::plain(content.markup.raw());
                assert!(text.contains(first) && text.contains(last), "{name}: {text}");
                assert!(!text.contains(not) && !text.contains("not text"), "{name}: {text}");
            }
            other => panic!("{name}: {other:?}"),
        }
    }
}

#[test]
fn the_feeds_own_text_stays_when_the_page_is_worse() {
    let check = |name: &str, entry: &Entry, expected: &str| match article(name, entry) {
        Article::Kept(why) => assert!(why.contains(expected), "{name}: {why}"),
        other => panic!("{name}: {other:?}"),
    };
    check("consent-en.html", &entry(EN.0, EN.1), "asks for consent");
    check("paywall-en.html", &entry(EN.0, EN.1), "too few");
    // Another story than the feed tells.
    let other = entry("Port strike ends after nine days", "Dockers return to work in the three largest harbours today");
    check("article-main-en.html", &other, "does not hold the words");
    let long = "The meeting at City Hall dealt with exchanges between schools and the port. ".repeat(40);
    check("article-main-en.html", &entry(EN.0, &long), "the feed's own");
}

#[test]
fn a_teaser_is_told_from_a_text() {
    let check = |text: &str, expected: bool| assert_eq!(is_wanted(&entry("T", text)), expected, "{text}");
    check("", true);
    check("Short.", true);
    let long = "The council met on Friday and spoke of many things. ".repeat(40);
    check(&long, false);
    check(&format!("{long} …"), true);
    check(&format!("{long} Read more »"), true);
    for end in
        ["more »", "More»", "(more >)", "\nMore", "\nMore.", "Mehr ›", "... »", "(...)", "Read more.", "Подробнее →"]
    {
        check(&format!("{long} {end}"), true);
    }
    for end in [
        "They want more",
        "They want more.",
        "It plays Baltimore »",
        "«Queremos más»",
        "\nThey want more",
        "\"No more.\"",
        "1... 2.",
    ] {
        check(&format!("{long} {end}"), false);
    }
    check(&"市长会见日本驻沈阳总领事一行。".repeat(40), false);
    check(&format!("{}阅读全文>>", "市长会见日本驻沈阳总领事一行。".repeat(40)), true);
    assert!(!is_wanted(&Entry { link: None, ..entry("T", "Short.") }));
}

/// B71: elements without an end are refused or bounded, in time that grows with the page.
#[test]
fn hostile_pages_are_refused_or_bounded() {
    for row in ["<div>", "<b><p>", "<table><tr><td>", "<a href=x><div></a>", "<svg><g>"] {
        grows_with_the_page(row, 1_250);
    }
}

/// Reads pages of some rows and of 16 times as many: linear work takes 16 times as long,
/// quadratic 256 times.
#[track_caller]
fn grows_with_the_page(row: &str, rows: usize) {
    let cost = |rows: usize| {
        let page = page(&row.repeat(rows));
        let before = ran();
        let read = try_page(&page, &entry("T", "x"));
        let took = ran() - before;
        assert!(matches!(read, Err(Error::Limit(_)) | Ok(Article::Kept(_))), "{row}: {read:?}");
        took
    };
    // What is refused at once runs shorter than can be measured.
    let (once, sixteen) = (cost(rows).max(1_000_000), cost(16 * rows));
    assert!(sixteen <= 39 * once, "{row}: 16 times as many take {} times as long", sixteen / once);
}

/// Words, or characters where none part them, four by four.
fn shingles(text: &str) -> HashSet<Vec<String>> {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let words: Vec<String> = words
        .flat_map(|word| match word.chars().any(|c| matches!(c, '\u{3040}'..='\u{9fff}')) {
            true => word.chars().map(String::from).collect(),
            false => vec![word.to_lowercase()],
        })
        .collect();
    words.windows(4).map(<[String]>::to_vec).collect()
}

/// B170: what is taken out of pages of all kinds is the article.
#[test]
fn articles_are_read_as_a_person_reads_them_b170() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus/articles");
    let mut rows = Vec::new();
    for file in std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()) {
        if file.extension().is_none_or(|extension| extension != "html") {
            continue;
        }
        let name = file.file_stem().unwrap().to_str().unwrap().to_owned();
        let expected = std::fs::read_to_string(file.with_extension("txt")).unwrap();
        let (head, expected) = expected.split_once("\n\n").unwrap();
        let (title, teaser) = head.split_once('\n').unwrap();
        let read = article(&format!("../articles/{name}.html"), &entry(title, teaser));
        let f1 = match &read {
            Article::Better(content) => {
                let (found, expected) = (shingles(&html::plain(content.markup.raw())), shingles(expected));
                2.0 * found.intersection(&expected).count() as f64 / (found.len() + expected.len()) as f64
            }
            Article::Kept(_) => 0.0,
        };
        rows.push((f1, name, if let Article::Kept(why) = read { why } else { String::new() }));
    }
    rows.sort_by(|one, other| one.0.total_cmp(&other.0));
    let list: String = rows.iter().map(|(f1, name, why)| format!("{f1:.3} {name} {why}\n")).collect();
    let mean = rows.iter().map(|row| row.0).sum::<f64>() / rows.len() as f64;
    assert!(rows.len() >= 40 && mean >= 0.985 && rows[0].0 >= 0.9, "{mean:.4}\n{list}");
}

fn page(body: &str) -> Vec<u8> {
    format!("<html><head><title>Port pilots of two cities</title></head><body>{body}</body></html>").into_bytes()
}

fn better(page: &[u8], entry: &Entry) -> String {
    match read_page(page, entry) {
        Article::Better(content) => content.markup.raw().to_owned(),
        Article::Kept(why) => panic!("{why}"),
    }
}

const PARAGRAPH: &str = "<p>The pilots of both ports will ride along on container ships, work with the tug \
    crews and write a report, which the two harbour offices are going to publish in the spring.</p>";

/// Paragraphs that differ.
fn paragraphs(count: usize) -> String {
    (0..count).map(|n| PARAGRAPH.replace("spring", &format!("spring of year {n}"))).collect()
}

/// B171: a teaser that was written for the article does not refuse it, and neither
/// does it take a list of news for one.
#[test]
fn a_teaser_may_be_written_for_the_article_b171() {
    let written =
        entry("Pilots of both ports ride along", "Learning from neighbours: how maritime towns grow together");
    let article = page(&format!("<article><h1>Pilots of both ports ride along</h1>{}</article>", paragraphs(3)));
    assert!(matches!(read_page(&article, &written), Article::Better(_)));
    let other = entry("Theatre opens with a comedy", "Learning from neighbours: how maritime towns grow together");
    assert!(matches!(read_page(&article, &other), Article::Kept(_)));
}

/// B171: to an entry whose headline has no words, its teaser says which text is its own.
#[test]
fn an_entry_without_a_headline_takes_no_other_text_b171() {
    let told = "Pilots of both ports will ride along on container ships and write a report in spring";
    let article = page(&format!("<article><h1>Port news</h1>{}</article>", paragraphs(3)));
    let portal = "<p>This portal is for those who hold an account: enter your name and your password to see what you have \
        stored, to change your address, or to write to the office, which answers within two days.</p>";
    let portal = page(&format!(
        "<div><h1>Welcome to the members portal</h1>{portal}{}</div>",
        portal.replace("office", "board, or to its chair")
    ));
    for headline in ["", "G7 in UK", "—"] {
        assert!(matches!(read_page(&article, &entry(headline, told)), Article::Better(_)), "{headline}");
        for (teaser, expected) in [
            ("A container ship has run aground off the northern pier …", "does not hold the words"),
            ("", "neither a headline nor a teaser"),
            ("More here", "neither a headline nor a teaser"),
        ] {
            match read_page(&portal, &entry(headline, teaser)) {
                Article::Kept(why) => assert!(why.contains(expected), "{headline}, {teaser}: {why}"),
                Article::Better(content) => panic!("{headline}, {teaser}: {}", content.markup.raw()),
            }
        }
    }
}

/// B172: an offer of the article for money is no article.
#[test]
fn an_offer_is_no_article_b172() {
    let offer = "<div class=\"box\"><p>Subscribe to continue reading this article and all others.</p></div>";
    let entry = entry("Pilots of both ports ride along", "The pilots of both ports will ride along …");
    let short =
        page(&format!("<article><h1>Pilots</h1>{PARAGRAPH}{}{offer}</article>", PARAGRAPH.replace("pilots", "crews")));
    match read_page(&short, &entry) {
        Article::Kept(why) => assert!(why.contains("offers the article to subscribers"), "{why}"),
        Article::Better(content) => panic!("{}", content.markup.raw()),
    }
}

/// B173: pictures that scripts would load have their address, and readings of
/// characters stand behind them.
#[test]
fn pictures_and_ruby_are_kept_readable_b173() {
    let entry = entry("Pilots of both ports ride along", "");
    let pictures = "<img class=lazy src='data:image/gif;base64,AA' data-src='/a.jpg'>\
        <img data-original='/b.jpg' src='/blank.gif'><img srcset='/c-1.jpg 480w, /c-2.jpg 960w'>\
        <img src='/spacer.gif'><noscript><img src='/d.jpg'></noscript>\
        <picture><source srcset='/e.webp 2x'><img alt=''></picture><img src='/t.gif' width=1 height=1>";
    let body = format!(
        "<article><h1>Pilots of both ports</h1>{0}<p>{pictures}</p>{1}<p><ruby>漢字<rt>かんじ</rt></ruby>です。</p>{2}</article>",
        PARAGRAPH,
        PARAGRAPH.replace("spring", "summer"),
        PARAGRAPH.replace("spring", "autumn")
    );
    let html = better(&page(&body), &entry);
    for address in ["/a.jpg", "/b.jpg", "/c-2.jpg", "/d.jpg", "/e.webp"] {
        assert!(html.contains(address), "{address}: {html}");
    }
    assert!(!html.contains("blank.gif") && !html.contains("/t.gif") && !html.contains("data:"), "{html}");
    assert!(html::plain(&html).contains("漢字(かんじ)です"), "{html}");
}

/// B173: a word in a picture's address does not make it a placeholder; where scripts would
/// load another picture, that one is taken.
#[test]
fn pictures_called_like_placeholders_stay_b173() {
    let kept = [
        "/photos/ship-unloading.jpg",
        "/photos/ship-loading.jpg",
        "/31x19/a.jpg",
        "/img/megapixel.jpg",
        "/img/point-blank.jpg",
        "/spacers/b.jpg",
        "/placeholder-of-the-king.jpg",
        "/blank.verse/c.jpg",
        "/transparent/d.jpg?from=loading.gif",
    ];
    let gone = [
        "/blank.gif",
        "/img/1x1.trans.gif?v=2",
        "loading.svg",
        "/Spacer.GIF",
        "/pixel",
        "/x/placeholder.png#a",
        "DATA:image/gif;base64,AA",
        "about:blank",
    ];
    let later = ["/img/news-placeholder.png", "/img/loading_spinner.gif", "/img/blank-16x9.png"];
    let shown = |src: &str| format!("<img src='{src}'>");
    let pictures: String = kept.into_iter().chain(gone).map(shown).collect();
    let late: String = (0..).zip(later).map(|(n, src)| format!("<img src='{src}' data-src='/late-{n}.jpg'>")).collect();
    let sets = "<img data-srcset='data:image/gif;base64,AA 1w' srcset='/blank.gif 100w, /f.jpg 50w'>";
    let body = format!(
        "<article><h1>Pilots of both ports</h1>{PARAGRAPH}<p>{pictures}{late}{sets}</p>{}</article>",
        paragraphs(2)
    );
    let html = better(&page(&body), &entry("Pilots of both ports ride along", ""));
    for src in kept.into_iter().chain(["/late-0.jpg", "/late-1.jpg", "/late-2.jpg", "/f.jpg"]) {
        assert!(html.contains(&format!("\"{src}\"")), "{src}: {html}");
    }
    for src in gone.into_iter().chain(later) {
        assert!(!html.contains(&format!("\"{src}\"")), "{src}: {html}");
    }
}

/// B170: what readers wrote below a short story is none of it, however much it is.
#[test]
fn comments_never_stand_for_a_story_b170() {
    let story = "<p>The council met in the old hall. It spoke of the harbour and of the twin town beyond the sea.</p>";
    for class in ["comments", "comment-list", "user-comments", "Kommentare", "discussion-thread"] {
        let comments = format!("<div class=\"{class}\">{}</div>", paragraphs(60));
        let page = page(&format!("<article><h1>The council met</h1>{story}</article>{comments}"));
        match read_page(&page, &entry("The council met", "The council met in the old hall …")) {
            Article::Kept(_) => {}
            Article::Better(content) => assert!(!content.markup.raw().contains("spring"), "{class}"),
        }
    }
}

/// B174: however a page is made, taking an article out of it stays linear.
#[test]
fn pages_of_boxes_and_labels_stay_bounded_b174() {
    for row in [
        "<div class=comment><p>Related</p></div>",
        "<div><h3>Related:</h3><a href=x>y</a>",
        "<ruby>a<rt><rt>b</ruby><noscript><img></noscript>",
        "<p class=lead>One, two.</p><div class=article-body>",
        "<noscript></noscript>x ",
        "<noscript><img src=/a.jpg></noscript>x ",
        "<img src=/spacer.gif>x ",
    ] {
        grows_with_the_page(row, 500);
    }
}

/// B172: a text that speaks of subscriptions is no offer of this article, and stays whole.
#[test]
fn a_text_about_subscriptions_stays_whole_b172() {
    let said = [
        "Abbonati al trasporto pubblico: la città paga metà dell'abbonamento annuale.",
        "Il vous reste jusqu'au 30 juin pour déposer votre dossier à la mairie.",
        "Les voyageurs déjà abonnés ne changent rien, les autres s'inscrivent en ligne.",
        "Register to read the meters yourself, and the works will send nobody.",
        "Nur für Abonnenten des Theaters beginnt der Verkauf am Montag.",
        "市民可於網上訂閱政府通訊，亦可於區公所索取。",
        "会员专享的体育场馆优惠将于下周开始。",
        "Registered users of the library may borrow twelve books at once.",
    ];
    let entry = entry("Pilots of both ports ride along", "");
    for said in said {
        let body = format!(
            "<article><h1>Pilots of both ports ride along</h1>{PARAGRAPH}<p>{said}</p>{}</article>",
            paragraphs(1)
        );
        let text = html::plain(&better(&page(&body), &entry));
        assert!(text.contains(said), "{said}: {text}");
    }
    // A button is neither a part of the text nor makes it an offer.
    let body = format!("<article><h1>Pilots</h1>{}<p>Abbonati!</p>{PARAGRAPH}</article>", paragraphs(2));
    assert!(!better(&page(&body), &entry).contains("Abbonati"));
}

/// B170: "by" and its like take a name out beside the article, and no sentence in it.
#[test]
fn sentences_that_begin_like_a_credit_stay_b170() {
    let entry = entry("Pilots of both ports ride along", "");
    let said = [
        "Von der Leyen: „Wir kommen wieder.“",
        "Par exemple : les écoles du port.",
        "Di Maio: nessun commento.",
        "By noon: two ships had left.",
        "Veröffentlicht wird er am Freitag: so der Rat.",
    ];
    for said in said {
        let body = format!("<article><h1>Pilots</h1>{PARAGRAPH}<p>{said}</p>{}</article>", paragraphs(2));
        let text = html::plain(&better(&page(&body), &entry));
        assert!(text.contains(said), "{said}: {text}");
    }
    for said in ["By Friday all was over.", "Von der Leyen kommt", "Par exemple à Brest", "By the summer at the latest"]
    {
        let body = format!("<article><h1>Pilots</h1>{}<p>{said}</p></article>", paragraphs(3));
        let text = html::plain(&better(&page(&body), &entry));
        assert!(text.contains(said), "{said}: {text}");
    }
    for said in
        ["By Anna Lee, Harbour Desk", "Von Jürgen van der Meer", "Par Zoé Petit-Jean | AFP", "Photo: Port Office"]
    {
        let body = format!("<article><h1>Pilots</h1><p>{said}</p>{}</article>", paragraphs(3));
        let text = html::plain(&better(&page(&body), &entry));
        assert!(!text.contains(said), "{said}: {text}");
    }
}

/// B170: what says that it is the article's body is no box, whatever else it is called.
#[test]
fn an_article_body_is_no_box_b170() {
    let others = paragraphs(5).replace("pilots", "crews");
    for class in ["article-body", "promo article-body", "article-body promo"] {
        let body = format!("<h1>Pilots</h1><div class=\"{class}\">{}</div><div>{others}</div>", paragraphs(3));
        let text = html::plain(&better(&page(&body), &entry("Pilots of both ports ride along", "")));
        assert!(text.contains("The pilots of both ports"), "{class}: {text}");
    }
}

/// B171: the page's title alone makes no text one about the entry.
#[test]
fn a_title_over_another_text_is_not_enough_b171() {
    let headline = "Mayor opens the new bridge between both harbour towns";
    let consent = "<p>We and those who work for us keep and read what is on your computer, measure what you look at, and show \
        you what fits, and for that we ask for your leave, which you can take back whenever you like.</p>";
    let page = format!(
        "<html><head><title>{headline}</title></head><body><div>{consent}{}</div></body></html>",
        consent.replace("work for us", "sell to us")
    );
    for teaser in ["", headline, "Mayor opens the new bridge between both harbour towns, with a speech"] {
        match read_page(page.as_bytes(), &entry(headline, teaser)) {
            Article::Kept(why) => assert!(why.contains("does not hold the words"), "{teaser}: {why}"),
            Article::Better(content) => panic!("{teaser}: {}", content.markup.raw()),
        }
    }
    let article = format!(
        "<html><head><title>{headline}</title></head><body><article><h1>{headline}</h1>{}<p>The bridge was opened on \
        Friday by the mayor herself.</p></article></body></html>",
        paragraphs(2)
    );
    for teaser in ["", headline] {
        assert!(matches!(read_page(article.as_bytes(), &entry(headline, teaser)), Article::Better(_)), "{teaser}");
    }
}

/// B170: what a heading's id, a link or a list of links says is the article's, where the
/// article leads on to it.
#[test]
fn headings_addresses_and_lists_of_links_stay_b170() {
    let body = format!(
        "<article><h1>Pilots</h1>{PARAGRAPH}<h2 id=what-comes-next>What comes next</h2>{}<p><a href='mailto:port@city.example'>\
        port@city.example</a></p><p>Whoever rides along brings these papers:</p><ul><li><a href=/a>Form of the port office</a>\
        <li><a href=/b>Leave of the ship owner</a></ul><p>Menu of the harbour</p><ul><li><a href=/c>Theatre opens</a>\
        <li><a href=/d>Bridge closes</a></ul></article>",
        paragraphs(2)
    );
    let text = html::plain(&better(&page(&body), &entry("Pilots of both ports ride along", "")));
    for said in ["What comes next", "port@city.example", "Form of the port office", "Leave of the ship owner"] {
        assert!(text.contains(said), "{said}: {text}");
    }
    assert!(!text.contains("Bridge closes"), "{text}");
}

fn paid_page(statement: &str, body: &str) -> Vec<u8> {
    format!(
        "<html><head><title>Port pilots of two cities</title><script type=\"application/ld+json\">\
         {{\"@type\":\"NewsArticle\",{statement}}}</script></head><body>{body}</body></html>"
    )
    .into_bytes()
}

/// B210: what a page shows of an article for subscribers is a sample: the teaser stays, or
/// what is free is taken and marked as cut. What they alone should see and is there is text.
#[test]
fn a_wall_below_free_paragraphs_ends_the_article_b210() {
    let entry = entry("Pilots of both ports ride along", "The pilots of both ports will ride along …");
    let paid = "\"isAccessibleForFree\":false";
    let part = "\"isAccessibleForFree\":\"False\",\"hasPart\":{\"@type\":\"WebPageElement\",\
        \"isAccessibleForFree\":\"False\",\"cssSelector\":\".article .rest\"}";
    let walls = [
        "<div class=\"paywall\"><h3>Continue with a trial</h3><a href=/abo>Choose</a></div>",
        "<div class=\"c-regwall\"><p>Weiter mit einem Konto <a href=/konto>hier</a></p></div>",
        "<section id=\"piano-offer\"><p>Ya queda poco <a href=/s>Ver</a></p></section>",
        "<div class=\"box\"><p>Subscribe to continue reading this article and all others.</p></div>",
        "<div class=\"offer\"><h2>Jetzt weiterlesen mit HP+</h2><p>Mit HP+ lesen Sie alles, im ersten Monat für einen Euro, \
         danach für 9,99 Euro.</p><a href=/abo>Jetzt testen, was im Netz steht: Continue</a></div>",
        "<div class=\"offer\"><p>Sie haben noch 80 % des Artikels vor sich. Continue</p><a href=/abo>Jetzt testen</a></div>",
        "<p class=\"status\">Il vous reste 74.2% du texte. La suite est réservée aux abonnés.</p>",
    ];
    let kept = |page: &[u8], expected: &str| match read_page(page, &entry) {
        Article::Kept(why) => assert!(why.contains(expected), "{why}"),
        Article::Better(content) => panic!("{}", content.markup.raw()),
    };
    let head = "<article><h1>Pilots of both ports ride along</h1>";
    for wall in walls {
        kept(&page(&format!("{head}{}</article>{wall}", paragraphs(2))), "offers the article to subscribers");
        let long = better(&page(&format!("{head}{}</article>{wall}", paragraphs(9))), &entry);
        let text = html::plain(&long);
        assert!(text.contains("spring of year 8") && text.trim_end().ends_with("[…]"), "{wall}: {text}");
        assert!(!text.contains("Continue") && !text.contains("Konto") && !text.contains("queda"), "{text}");
    }
    let body = format!("{head}{}</article>", paragraphs(2));
    kept(&paid_page(paid, &body), "says that the article is not free");
    kept(&paid_page(part, &body), "offers the article to subscribers");
    kept(&paid_page(part, &format!("{body}<div class=rest></div>")), "offers the article to subscribers");
    // The rest is there, as sites show it to whom they like.
    let rest = paragraphs(3).replace("pilots", "crews");
    for class in ["rest", "rest paywall"] {
        let body = format!("{head}{}<div class=\"{class}\">{rest}</div></article>", paragraphs(2));
        let text = html::plain(&better(&paid_page(part, &body), &entry));
        assert!(text.contains("The crews of both ports") && !text.contains("[…]"), "{text}");
    }
    let body = format!("{head}{}</article>", paragraphs(4).replace("<p>", "<p class=paywall>"));
    let text = html::plain(&better(&page(&body), &entry));
    assert!(text.contains("spring of year 3") && !text.contains("[…]"), "{text}");
    // Free pages say so, and speak of offers above the text, at their foot and beside other news.
    let about = "<p>Already a subscriber? Log in.</p>";
    let other = "<div><a href=/x>The bridge between both harbours closes for a year, and then for some months more</a><p>Subscribe to read this article</p></div>";
    let body = format!("<div>{about}</div>{head}{}</article>{other}<footer>{about}</footer>", paragraphs(3));
    let text = html::plain(&better(&paid_page("\"isAccessibleForFree\":true", &body), &entry));
    assert!(text.contains("spring of year 2") && !text.contains("[…]"), "{text}");
}

/// B211: a question of consent that holds the teaser's words is not taken for the article.
#[test]
fn a_question_of_consent_is_no_article_b211() {
    let teaser = "The meeting at City Hall dealt with exchanges between schools, the port and both universities.";
    let rows = [
        (
            "<p>We and our partners store and read what is on your device, such as cookies, and use it to measure what \
            is read on this site and to show advertisements that fit, for which we need your consent.</p><p>You can \
            change your choices at any time below every page. Whoever accepts supports the work of the newsroom.</p>",
            "Accept all",
        ),
        (
            "<p>Wir und unsere Partner verwenden Cookies und ähnliche Verfahren, um diese Seite zu betreiben, ihre Nutzung \
            zu messen und Werbung zu zeigen.</p><p>Ihre Einwilligung können Sie jederzeit unter jeder Seite widerrufen, \
            auch wenn Sie heute zugestimmt haben und morgen anders entscheiden.</p>",
            "Alle akzeptieren",
        ),
        (
            "<p>Nous et nos partenaires utilisons des cookies pour mesurer la lecture de ce site et pour montrer des \
            annonces choisies, ce pour quoi il faut votre consentement.</p><p>Vos choix peuvent être changés à tout moment \
            au bas de chaque page du site, et valent pour six mois.</p>",
            "Tout accepter",
        ),
        (
            "<h2>We value your privacy</h2><p>We and our 640 partners store and access information on a device, such as \
            cookies, and process what they find there for advertisements and for content that is chosen for each reader.</p>\
            <p>Some of this may be done without your consent, but you may object to it at any time, below every page.</p>",
            "Continue",
        ),
    ];
    for (asked, button) in rows {
        let body = format!("<div class=\"window\"><h1>{}</h1><p>{teaser}</p>{asked}<p>{button}</p></div>", EN.0);
        match read_page(&page(&body), &entry(EN.0, teaser)) {
            Article::Kept(why) => assert!(why.contains("asks for consent"), "{why}"),
            Article::Better(content) => panic!("{}", content.markup.raw()),
        }
    }
    // A report on cookies speaks of them in the third person, or quotes a question once.
    let report = format!(
        "<article><h1>Court on cookies</h1><p>The court ruled on Friday that banners which say \"accept all\" break the law, \
        as consent to cookies has to be given freely and partners have to be named.</p>{}</article>",
        paragraphs(2)
    );
    assert!(matches!(read_page(&page(&report), &entry("Court on cookies", "")), Article::Better(_)));
}

/// B213: an article in several parts is taken whole, a longer stream of other news below it
/// is not, and the name of a window or an id made of a heading's words takes nothing out.
#[test]
fn parts_windows_and_streams_are_told_apart_b213() {
    let entry = entry("Pilots of both ports ride along", "");
    let head = "<h1>Pilots of both ports ride along</h1>";
    let others = paragraphs(2).replace("pilots", "crews");
    let parts = [
        format!(
            "<article>{head}<div><div class=\"story-body story-body-1\">{}</div></div><div><div class=\"story-body \
            story-body-2\">{others}</div></div></article>",
            paragraphs(5)
        ),
        format!(
            "<div>{head}<section><article>{}</article></section><section><article>{others}</article></section></div>",
            paragraphs(5)
        ),
        format!(
            "<article>{head}{}<div id=sharing-with-many-other-ports><h2>Sharing with many other ports</h2>{others}</div></article>",
            paragraphs(5)
        ),
    ];
    for body in parts {
        let text = html::plain(&better(&page(&body), &entry));
        assert!(text.contains("spring of year 4") && text.contains("The crews of both ports"), "{body}: {text}");
    }
    let item = |n: usize| {
        format!("<li><a href=/{n}>Other news</a>{}</li>", PARAGRAPH.replace("pilots", &format!("bakers {n}")))
    };
    let stream: String = (0..40).map(item).collect();
    for class in ["window", "news-modal", "overlay"] {
        let body =
            format!("<div class={class}>{head}<article>{}</article></div><div><ul>{stream}</ul></div>", paragraphs(5));
        let text = html::plain(&better(&page(&body), &entry));
        assert!(text.contains("spring of year 4") && !text.contains("bakers"), "{class}: {text}");
    }
    // Stories below one, each with a heading that leads to its own page, however long.
    for (first, more) in [(5, 6), (4, 9), (4, 4)] {
        let story = |n: usize| {
            let text = paragraphs(more).replace("pilots", &format!("bakers {n}"));
            format!("<article><p>Town</p><h2><a href=/{n}>Bakers of town {n}</a></h2>{text}</article>")
        };
        for count in 1..4 {
            let stream: String = (0..count).map(story).collect();
            let body = format!("<main><article>{head}{}</article>{stream}</main>", paragraphs(first));
            let text = html::plain(&better(&page(&body), &entry));
            assert!(text.contains("spring of year 3") && !text.contains("bakers"), "{first}, {count}: {text}");
        }
    }
    // A headline inside the text is kept, the page's own above it is not.
    let body = format!("<article>{head}{}<h1>What comes next</h1>{others}</article>", paragraphs(3));
    let text = html::plain(&better(&page(&body), &entry));
    assert!(text.contains("What comes next") && !text.contains("ride along\n"), "{text}");
}

/// B214: below its headline a text needs no words of it. A link to another story is no
/// headline of a page, and neither is the title.
#[test]
fn a_text_below_its_headline_is_taken_b214() {
    let told = entry("Full circle", "Nobody had expected such a turn before long");
    let body = |heading: &str| format!("<nav><a href=/>Home</a></nav>{heading}<article>{}</article>", paragraphs(3));
    for heading in ["<h1>Full circle</h1>", "<h1><a href=/news/1>Full circle</a></h1>", "<h1>Full circle?</h1>"] {
        assert!(matches!(read_page(&page(&body(heading)), &told), Article::Better(_)), "{heading}");
    }
    let site = entry("Full circle | Harbourview Herald", "");
    assert!(matches!(read_page(&page(&body("<h1>Full circle</h1>")), &site), Article::Better(_)));
    for heading in [
        "",
        "<h2><a href=/1>Full circle</a></h2><h2><a href=/2>Bridge closes</a></h2>",
        "<h1>Harbour news</h1><h2>Full circle</h2>",
    ] {
        assert!(matches!(read_page(&page(&body(heading)), &told), Article::Kept(_)), "{heading}");
    }
}
