//! Whether the text of a page stands for the teaser.

use super::*;

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

/// B229: letters and marks that are apart on the page and in the feed say the same.
#[test]
fn a_feed_with_marks_apart_takes_its_article_b229() {
    use unicode_normalization::UnicodeNormalization;
    let title = "Thị trưởng mở cây cầu mới giữa hai thành phố cảng";
    let teaser = "Thị trưởng và các thuyền trưởng đã đi qua cây cầu mới vào sáng thứ sáu";
    let sentence = "Sáng thứ sáu, thị trưởng cùng các thuyền trưởng của hai thành phố cảng đi qua cây cầu mới mở. ";
    let body: String = (0..6).map(|n| format!("<p>{n}. {}</p>", sentence.repeat(2))).collect();
    let apart = |text: &str| text.nfd().collect::<String>();
    let html = page(&format!("<article><h1>{}</h1>{}</article>", apart(title), apart(&body)));
    assert!(better(&html, &entry(&apart(title), &apart(teaser))).contains("cây cầu mới"));
    assert_eq!(super::super::letters::composed("か\u{3099}".into()), "が");
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

/// B225: half of the words of any teaser are somewhere in a long text, but not beside each
/// other; and of a list of news that tells the story too, no other part says it again.
#[test]
fn words_that_are_strewn_over_a_long_text_tell_nothing_b225() {
    let told = entry(
        "Museum shows maps of the river",
        "The museum on the northern bank opens a show of early maps on Saturday, drawn by sailors who never saw the city",
    );
    let strewn =
        ["museum", "maps", "river", "northern", "opens", "early", "Saturday", "drawn", "sailors", "never", "city"];
    let long: String = strewn
        .iter()
        .enumerate()
        .map(|(n, word)| format!("{}<p>{word}</p>", paragraphs(4).replace("year", &format!("year {n}"))))
        .collect();
    let other = page(&format!("<article><h1>Pilots of both ports</h1>{long}</article>"));
    assert!(matches!(read_page(&other, &told), Article::Kept(why) if why.contains("does not hold the words")));
    let crowded = "<p>The museum has early maps, drawn by sailors, and opens on Saturday.</p>";
    let own = page(&format!(
        "<article><h1>Seen from a mast</h1>{crowded}{}<p>Its maps show the river and the city.</p></article>",
        paragraphs(3)
    ));
    assert!(matches!(read_page(&own, &told), Article::Better(_)));
    let list =
        page(&format!("<div><h1>News</h1>{}{crowded}{}</div>", paragraphs(8), paragraphs(6).replace("ports", "towns")));
    assert!(matches!(read_page(&list, &told), Article::Kept(_)));
}

/// B225: words of a script without blanks are pairs of characters, and all of them tell.
#[test]
fn a_teaser_without_blanks_is_found_in_its_text_b225() {
    let body = "<p>我市与釜山市昨日签署友好合作备忘录，双方将在港口、教育和旅游方面加强往来。市长在致辞中说，两市人民的友谊已有三十年历史。</p>";
    let page = page(&format!("<article><h1>港口新闻</h1>{body}{}</article>", body.replace("昨日", "今晨").repeat(2)));
    let told = entry("我市与釜山市签署友好合作备忘录", "双方将在港口、教育和旅游方面加强往来");
    assert!(matches!(read_page(&page, &told), Article::Better(_)));
    let other = entry("市博物馆举办古地图展", "展览将于周六开幕，展出水手绘制的早期地图");
    assert!(matches!(read_page(&page, &other), Article::Kept(_)));
}

/// B227: a few lines under the headline are all that some news are; what a page says of
/// itself in as many letters is none.
#[test]
fn short_news_are_taken_b227() {
    let told = entry("Ferry timetable changes", "");
    let news = "<h1>Ferry timetable changes</h1><p>From Monday on, the ferry to the northern island leaves at ten past \
        every hour. The new timetable hangs at both landings, and changes again in spring.</p>";
    assert!(matches!(read_page(&page(&format!("<div>{news}</div>")), &told), Article::Better(_)));
    let shell = "<h1>Ferry timetable changes</h1><p>This page needs a browser that runs scripts. Please turn them on, \
        then load it again, or call the office, which answers from nine to five.</p>";
    assert!(matches!(read_page(&page(&format!("<div>{shell}</div>")), &told), Article::Kept(_)));
}
