//! Everything of an article is kept, and nothing else.

use super::*;

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

const STORY: &str = "<div class=nextstory><h2><a href=/news/7>Bridge N closes for a week</a></h2><p>The bridge N over the \
    old canal closes for a week, as its planks are worn, and ferries take its place.</p></div>";

fn stories(count: usize) -> String {
    (0..count).map(|n| STORY.replace(" N ", &format!(" {n} "))).collect()
}

/// B226: stories beside each other, each with a heading that leads to its own page, are not
/// the article, whatever the element around them is called and however much they are. What
/// leads to a section of the page, or is most of the article itself, stays.
#[test]
fn lists_of_other_stories_are_no_article_b226() {
    let told = entry("Pilots of both ports", "");
    let body = format!("<h1>Pilots of both ports</h1>{}", paragraphs(2));
    for list in
        [format!("<div id=below>{}</div>", stories(9)), format!("<div class=related><div>{}</div></div>", stories(9))]
    {
        let text = better(&page(&format!("<div><div class=top>{body}</div>{list}</div>")), &told);
        assert!(text.contains("year 1") && !text.contains("planks"), "{text}");
    }
    // One story within the text.
    let within = better(&page(&format!("<article>{body}{}{}</article>", stories(1), paragraphs(4))), &told);
    assert!(within.contains("year 3") && !within.contains("planks"), "{within}");
    // Parts of the page itself, and a digest.
    let parts = stories(4).replace("/news/7", "#part");
    let text = better(&page(&format!("<div>{body}<div>{parts}</div></div>")), &told);
    assert!(text.contains("planks"), "{text}");
    let digest = better(
        &page(&format!("<article><h1>Pilots of both ports</h1>{}{}</article>", paragraphs(1), stories(2))),
        &told,
    );
    assert!(digest.contains("planks"), "{digest}");
}

/// B252: what a style keeps out of sight is no text of the article, what it makes small is.
#[test]
fn text_that_nobody_sees_is_no_article_b252() {
    let told = entry("Pilots of both ports", "");
    let with = |style: &str| {
        let line = format!(
            "<p style=\"{style}\">The planks of the bridge were sold by the mayor in the year of the flood.</p>"
        );
        let body = format!("<article><h1>Pilots of both ports</h1>{}{line}{}</article>", paragraphs(2), paragraphs(3));
        html::plain(&better(&page(&body), &told)).contains("planks")
    };
    for style in [
        "font-size:0",
        "color: red; font-size: 0px",
        "position:absolute;left:-9999px",
        "text-indent: -999em",
        "DISPLAY : none",
        "visibility:hidden",
    ] {
        assert!(!with(style), "{style}");
    }
    for style in ["font-size:0.9em", "opacity:0", "opacity:0.8", "left:-4px", "text-indent:2em", "margin-left: -20px"] {
        assert!(with(style), "{style}");
    }
    // On a box, it is put against the blanks between what it holds.
    let body =
        format!("<div style=\"font-size:0\"><article><h1>Pilots of both ports</h1>{}</article></div>", paragraphs(5));
    assert!(html::plain(&better(&page(&body), &told)).len() > 200);
}

/// B228: a text in as many parts as its site likes is one text, if its headline is among them.
#[test]
fn a_text_in_many_parts_is_one_b228() {
    let told = entry("Pilots of both ports", "");
    let part = |n: usize| {
        format!(
            "<div class=row><div class=part{n}><h2>Part {n}</h2>{}</div></div>",
            paragraphs(2).replace("year", &format!("part {n}, year"))
        )
    };
    let parts: String = (0..5).map(part).collect();
    let text = better(
        &page(&format!("<div class=all><div class=row><h1>Pilots of both ports</h1></div>{parts}</div>")),
        &told,
    );
    assert!((0..5).all(|n| text.contains(&format!("part {n}, year 1"))), "{text}");
}

/// B229: a line that leads to another site is the text's own, one to the site's own pages is
/// other news; a class that names the body outweighs a word for a box beside it; the line
/// below the headline that is called so needs no full stop; letters and their marks are one.
#[test]
fn lines_of_the_text_stay_b229() {
    let told = entry("Pilots of both ports", "");
    let link = |href: &str| format!("<p><a href={href}>The report on pilots and tugs in full</a></p>");
    let around = |href: &str| format!("<a href={href}><p>The report on pilots and tugs in full</p></a>");
    for (href, is_kept) in
        [("https://tugs.example/report", true), ("/news/2", false), ("https://www.city.example/2", false)]
    {
        for line in [link(href), around(href)] {
            let body = format!("<article><h1>Pilots of both ports</h1>{}{line}</article>", paragraphs(3));
            assert_eq!(better(&page(&body), &told).contains("tugs in full"), is_kept, "{line}");
        }
    }
    let printed = format!(
        "<div class='article_content content_print'><h1>Pilots of both ports</h1>{}</div><div class=visitors>{}</div>",
        paragraphs(2),
        paragraphs(4).replace("year", "guest")
    );
    assert!(better(&page(&printed), &told).contains("year 1"));
    let lead = format!(
        "<header><h1>Pilots of both ports</h1><h2 class=head__subtitle>Two harbours want to learn from each other's crews</h2></header>\
        <div class=article-body>{}</div>",
        paragraphs(3)
    );
    assert!(better(&page(&lead), &told).contains("each other's crews"));
    let marked = format!(
        "<article><h1>Pilots of both ports</h1>{}<p>Zu\u{308}rich was there, too, as a guest.</p></article>",
        paragraphs(2)
    );
    assert!(better(&page(&marked), &told).contains("Z\u{fc}rich"));
}

/// B278: of a page with more text than an article has, one text below its headline is taken, and
/// of hundreds of stories none.
#[test]
fn vast_pages_are_one_text_or_none_b278() {
    let entry =
        entry("Pilots of both ports ride along", "The pilots of both ports will ride along on container ships.");
    let whole = format!("<div><h1>Pilots of both ports ride along</h1>{}</div>", paragraphs(900));
    assert!(better(&page(&whole), &entry).contains("spring of year 899"));
    let story = |at: usize| format!("<div class=x><h2><a href=/{at}>Story {at}</a></h2>{}</div>", paragraphs(1));
    let stream = format!("<h1>Pilots of both ports ride along</h1>{}", (0..900).map(story).collect::<String>());
    assert!(matches!(read_page(&page(&stream), &entry), Article::Kept(_)));
}
