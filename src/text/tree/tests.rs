//! Pages that took a parser minutes, and those that must pass as they are.

use super::bounds::MOST_ATTRIBUTES;
use super::*;

fn tree(html: &str) -> Result<Html, Overrun> {
    for_selectors(html, &Work::default())
}

/// Both trees answer alike.
fn refused(html: &str) -> Option<Overrun> {
    let article = for_article(html, &Work::default()).err();
    assert_eq!(tree(html).err(), article, "{}", html.chars().take(40).collect::<String>());
    article
}

#[test]
fn what_is_nested_too_deep_is_refused_b71() {
    for row in ["<div>", "<li><dd>", "<x-y>", "<span><div></span>", "<a href=x><div></a>", "<svg><g>", "<ul><li>"] {
        assert_eq!(refused(&row.repeat(2_000)), Some(Overrun::Depth), "{row}");
        assert_eq!(refused(&row.repeat(120)), None, "{row}");
    }
    let closed = format!("{}{}", "<div>".repeat(600), "</div>".repeat(600));
    assert_eq!(refused(&closed), Some(Overrun::Depth));
}

#[test]
fn formatting_left_open_is_refused_b106() {
    let numbered = |row: &dyn Fn(usize) -> String| (0..20_000).map(row).collect::<String>();
    for html in [
        numbered(&|i| format!("<div><b id=b{i}>x</div>")),
        numbered(&|i| format!("<p><font color={i}>x")),
        numbered(&|i| format!("<font color={i}>x")),
        numbered(&|i| format!("<a href={i}><div>")),
    ] {
        assert!(refused(&html).is_some(), "{}", &html[..40]);
    }
}

#[test]
fn honest_pages_pass_as_they_are_b106() {
    for row in [
        "<div><p>one<p>two<br></div>",
        "<li>one<li>two",
        "<!-- <div> --><script>'<div>'</script><a href='>'>x</a>",
        "<table><tr><td>x<td>y</table>",
        "<div><span><b>x</b></span></div>&amp; &lt; &#65; a\r\nb",
        "<p title=\"a > b\" class='x y' data-a=1>ü<img src=a/b/c><input disabled>",
        "<noscript><img src=x></noscript><style>a{b:c}</style><textarea><b></textarea>",
        "<!DOCTYPE html><title>x &gt; y</title><select><option>1<option>2</select>",
    ] {
        for times in [1, 7, 200] {
            let html = row.repeat(times);
            assert_eq!(tree(&html).unwrap().html(), Html::parse_document(&html).html(), "{row}");
            let article = for_article(&html, &Work::default()).unwrap();
            assert_eq!(article.html(), Document::from(html.as_str()).html(), "{row}");
        }
    }
}

/// Whatever the page is, feeding it by pieces makes the same tree.
#[test]
fn pieces_make_the_same_tree_b106() {
    for seed in 1..=2_000 {
        let html = crate::text::nest::tests::soup(seed).repeat(3);
        assert_eq!(tree(&html).unwrap().html(), Html::parse_document(&html).html(), "{html:?}");
    }
}

#[test]
fn surplus_attributes_are_left_out_b106() {
    let many = |from: usize, to: usize| (from..to).map(|i| format!(" a{i}=\"x>{i}\"")).collect::<String>();
    let check = |before: &str, page: &str, kept: std::ops::Range<usize>| {
        let page = tree(&format!("{before}{page}")).unwrap();
        let counts: Vec<usize> =
            page.tree.nodes().filter_map(|n| n.value().as_element()).map(|e| e.attrs().count()).collect();
        let longest = counts.iter().copied().max().unwrap_or(0);
        assert!(kept.contains(&longest), "{longest} after {before:?}");
        assert!(page.html().contains("kept"), "{before:?}: what follows is lost");
    };
    // Whatever stands before the tag, none is overlooked.
    for before in
        ["", "x", "&am", "&a", "<", "<<", "\r", "<!-- x -->", "<svg><style>", "<title>x</title>", "<p", "<a b='"]
    {
        let before = if before.ends_with('\'') { format!("{before}'>") } else { before.to_owned() };
        check(&before, &format!("<i{}>kept</i>", many(0, 20_000)), MOST_ATTRIBUTES..MOST_ATTRIBUTES + 256);
        check(&before, &format!("<i{}>kept", " b".repeat(200) + &many(0, 20_000)), 1..MOST_ATTRIBUTES + 256);
    }
    // Those of an end tag, of further body tags, and of a tag without an end.
    let page = tree(&format!("<b>x</b{}>kept", many(0, 20_000))).unwrap();
    assert!(page.html().contains("</b>kept"));
    let bodies: String = (0..20_000).map(|i| format!("<body a{i}=1>")).collect();
    check("", &format!("{bodies}kept"), MOST_ATTRIBUTES..MOST_ATTRIBUTES + 2);
    assert!(tree(&format!("kept<b{}", many(0, 20_000))).unwrap().html().contains("kept"));
    // Text that looks like a tag is none.
    let script = format!("<script>if (a<b {})</script>", many(0, 2_000));
    assert_eq!(tree(&script).unwrap().html(), Html::parse_document(&script).html());
    let comment = format!("<!-- <b {} --><p>kept", " c".repeat(5_000));
    assert_eq!(tree(&comment).unwrap().html(), Html::parse_document(&comment).html());
}

/// The work for every construct that a page can repeat, counted in the steps of
/// its tree: doubling the page doubles it, or the page is refused.
#[test]
fn work_grows_as_the_page_does_b106() {
    let steps = |html: &str| {
        let gate = Gate::new(CountedTree::new(HtmlTreeSink::new(Html::new_document())), true);
        let tokenizer = Tokenizer::new(gate, TokenizerOpts::default());
        match feed::feed(html, &tokenizer, &Work::default()) {
            Ok(()) => Some(tokenizer.sink.counts().steps),
            Err(_) => None,
        }
    };
    for row in [
        "&#",
        "&",
        "&n",
        "<",
        "</x>",
        "</p>",
        "<br>",
        "<b><i></b></i>x",
        "<b><i><p></b></i>x</p>",
        "<table><b>x",
        "<table><td>",
        "<select><option>x",
        "<form>x",
        "<button>x",
        "<nobr>x",
        "<svg>",
        "<template>",
        "<h1>x",
        "<a>x",
        "<frameset>",
        "<option>x",
        "<!--",
        "<!-- -->",
        "<![CDATA[",
        "<textarea>",
        "<script><!--<script>",
        "<title>x",
        "<span>x</y>",
        "<div><p></div>",
        "<optgroup>",
        "<marquee>",
        "<dd>x",
        "<ruby><rt>",
        "<col>",
        "<caption>",
        "<b>x",
        "<font color=1><p>",
        "<p><b class=x>x</p>",
        "<div></span>",
        "<input type=hidden>",
        "<svg><foreignObject>",
    ] {
        let one = steps(&row.repeat(20_000 / row.len()));
        let two = steps(&row.repeat(40_000 / row.len()));
        if let (Some(one), Some(two)) = (one, two) {
            assert!(two <= one * 5 / 2 + 2_000, "{row}: {one} steps, then {two}");
        }
    }
}

#[test]
fn a_page_that_nobody_waits_for_is_left_b107() {
    let work = Work::default();
    work.give_up();
    assert_eq!(for_selectors("<p>x", &work).err(), Some(Overrun::GivenUp));
    assert_eq!(for_article("<p>x", &work).err(), Some(Overrun::GivenUp));
}
