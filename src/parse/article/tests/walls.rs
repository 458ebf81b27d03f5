//! Offers to subscribers and questions of consent.

use super::*;

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
