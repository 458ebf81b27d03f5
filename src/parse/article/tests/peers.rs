//! Other stories beside the wanted one, and texts that a page states for machines alone.

use super::*;

const HEADLINE: &str = "Pilots of both ports ride along";

fn bakers(count: usize) -> String {
    paragraphs(count).replace("pilots", "bakers").replace("ports", "towns")
}

/// B232: a longer story beside the wanted one, in an element like its own and below a heading
/// that is no link, is neither stored for it nor with it.
#[test]
fn other_stories_below_their_own_headings_are_left_out_b232() {
    let told = entry(HEADLINE, "");
    let (own, other) = (paragraphs(2), bakers(5));
    let below = "Bakers of both towns work at night";
    for body in [
        format!(
            "<article><h1>{HEADLINE}</h1><div>{own}</div></article><div><article><h2>{below}</h2>{other}</article></div>"
        ),
        format!(
            "<section class=story><h1>{HEADLINE}</h1>{own}</section><section class=story><h1>{below}</h1>{other}</section>"
        ),
        format!(
            "<section class=story><h1>{below}</h1>{other}</section><section class=story><h1>{HEADLINE}</h1>{own}</section>"
        ),
        format!("<div class=story><h2>{HEADLINE}</h2>{own}</div><div class=story><h2>{below}</h2>{other}</div>"),
    ] {
        let text = html::plain(&better(&page(&format!("<main>{body}</main>")), &told));
        assert!(text.contains("The pilots of both ports") && !text.contains("bakers"), "{body}: {text}");
    }
    // Sections of one text, below its headline or of another rank.
    for body in [
        format!(
            "<h1>{HEADLINE}</h1><div class=story><h2>Ships</h2>{own}</div><div class=story><h2>Bread</h2>{other}</div>"
        ),
        format!(
            "<section class=news><h1>{HEADLINE}</h1>{own}</section><section class=news><h2>Bread</h2>{other}</section>"
        ),
    ] {
        let text = html::plain(&better(&page(&format!("<main>{body}</main>")), &told));
        assert!(text.contains("The pilots of both ports") && text.contains("bakers"), "{body}: {text}");
    }
}

/// B233: what stands below a heading that says so is other news, up to the next heading of its
/// rank, unless it is most of the text.
#[test]
fn news_below_a_heading_for_others_go_b233() {
    let told = entry(HEADLINE, "");
    let read = |own: usize, other: usize, heading: &str| {
        let body = format!(
            "<article><h1>{HEADLINE}</h1>{}<h3>{heading}</h3>{}<h3>Ships</h3><p>The ships are as long as three \
            streets, and as high as the tower of the town hall.</p></article>",
            paragraphs(own),
            bakers(other)
        );
        html::plain(&better(&page(&body), &told))
    };
    for heading in ["In other news", "Weitere Meldungen:", "Другие новости"] {
        let text = read(4, 2, heading);
        assert!(text.contains("three streets") && !text.contains("bakers"), "{heading}: {text}");
    }
    assert!(read(4, 2, "How bread is made").contains("bakers"));
    assert!(read(2, 6, "Other news").contains("bakers"));
}

fn stating(text: &str, body: &str) -> Vec<u8> {
    let text = text.replace("</p>", " ").replace("<p>", "");
    format!(
        "<html><head><title>{HEADLINE}</title><script type=\"application/ld+json\">{{\"@type\":\"NewsArticle\",\
         \"articleBody\":\"{text}\"}}</script></head><body>{body}</body></html>"
    )
    .into_bytes()
}

/// B234: a text that a page states for machines alone stands for what it shows only where that
/// bears it out: holds all of it, or breaks off and begins so.
#[test]
fn what_is_stated_needs_what_is_shown_b234() {
    let told = entry(HEADLINE, "");
    let lie = "<p>The pilots of both ports are thieves, says a voice without a name, who took from the chest of the \
        harbour what was meant for the crews.</p>";
    let shown = format!("<h1>{HEADLINE}</h1><div>{}</div>", paragraphs(4));
    let more = "<button>Read more</button>";
    for (stated, button) in [
        (format!("{}{}", paragraphs(2), lie.repeat(5)), ""),
        (format!("{}{}", paragraphs(2), lie.repeat(5)), more),
        (format!("{}{}", paragraphs(4), lie.repeat(4)), ""),
        (format!("{}{}", lie, paragraphs(8)), more),
    ] {
        let text = html::plain(&better(&stating(&stated, &format!("<main>{shown}{button}</main>")), &told));
        assert!(text.contains("year 3") && !text.contains("thieves"), "{text}");
    }
    // A text that is not on its page at all.
    let bare = format!("<main><h1>{HEADLINE}</h1></main>");
    assert!(matches!(read_page(&stating(&paragraphs(6), &bare), &told), Article::Kept(_)));
    // A page that shows the beginning, and says that it goes on.
    let begun = format!("<main><h1>{HEADLINE}</h1><div>{}</div>{more}</main>", paragraphs(3));
    let rest = "<p>Next winter the tugs of the islands join them, as their owners asked the board last week.</p>";
    let whole = stating(&format!("{}{}", paragraphs(3), rest.repeat(3)), &begun);
    assert!(better(&whole, &told).contains("tugs of the islands"));
    let closed = stating(&format!("{}{}", paragraphs(3), rest.repeat(3)), &begun.replace(more, ""));
    assert!(!better(&closed, &told).contains("tugs of the islands"));
}

/// B277: comments below a heading that says so go, whatever their elements are called and however
/// long they are; a section of that name with no text above it stays.
#[test]
fn comments_below_their_heading_go_b277() {
    let entry = entry("Pilots of both ports ride along", "");
    let remarks: String = (0..12)
        .map(|at| format!("<div class=c><b>reader{at}</b><p>The mayor should think of the harbour first, and of all of us {at} who live there, before he travels.</p></div>"))
        .collect();
    for heading in ["<h2>Comments</h2>", "<h3>12 Comments</h3>", "<h2>Kommentare (12)</h2>", "<div><h2>评论</h2></div>"]
    {
        let body = format!(
            "<main><article><h1>Pilots of both ports ride along</h1>{}</article><section>{heading}{remarks}</section></main>",
            paragraphs(3)
        );
        let html = better(&page(&body), &entry);
        assert!(!html.contains("think of the harbour first") && html.contains("spring"), "{heading}: {html}");
        // Right below the text, without an element of their own.
        let flat = format!("<div><h1>Pilots of both ports ride along</h1>{}{heading}{remarks}</div>", paragraphs(3));
        assert!(!better(&page(&flat), &entry).contains("think of the harbour first"), "{heading}");
    }
}

/// B277: what is called a kicker and is a text is the lead, also where a box parts it from the body.
#[test]
fn a_lead_that_is_called_a_kicker_stays_b277() {
    let entry = entry("Pilots of both ports ride along", "");
    let lead = "The pilots of the two ports rode along on each other's ships for a week, after two years of talks between their offices.";
    let body = format!(
        "<div class=intro><p class=kicker>Shipping</p><h1>Pilots of both ports ride along</h1><p class=kicker-text>{lead}</p></div>\
         <div class=ad><p>Advertisement</p></div><main class=text>{}</main>",
        paragraphs(3)
    );
    let html = better(&page(&body), &entry);
    assert!(html.contains(lead) && !html.contains("Advertisement") && !html.contains(">Shipping<"), "{html}");
}
