use super::*;

fn check(html: &str, expected: &str) {
    assert_eq!(nested(html), expected, "{html}");
    assert_eq!(nested(expected), expected, "twice: {html}");
}

#[test]
fn what_is_well_nested_stays_as_it_is() {
    let table = "<table><thead><tr><th>a</th></tr></thead><tbody><tr><td>b</td></tr></tbody></table>";
    let list = "<ul><li>one<ul><li>deep</li></ul></li><li>two</li></ul>";
    let text = "<h2>A &amp; B</h2><p>x <a href=\"/y?a=1&amp;b\" title=\"z\"><em>y</em></a><br>1 > 0</p>";
    let block_link = "<a href=\"/x\"><h3>t</h3><p>u</p></a><ruby>漢<rp>(</rp><rt>kan</rt></ruby>";
    for html in ["", "plain & simple", table, list, text, block_link, "<b><p>x</p></b>"] {
        check(html, html);
    }
}

#[test]
fn what_a_parser_would_close_is_closed() {
    check("<p>a<p>b<div>c", "<p>a</p><p>b</p><div>c</div>");
    check("<ul><li>a<li>b</ul>c", "<ul><li>a</li><li>b</li></ul>c");
    check("<dl><dt>a<dd>b<dt>c</dl>", "<dl><dt>a</dt><dd>b</dd><dt>c</dt></dl>");
    check(
        "<table><tr><td>a<td>b<tr><td>c</table>d",
        "<table><tbody><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></tbody></table>d",
    );
    check("<b><i>x</b>y</i>", "<b><i>x</i></b>y");
    check("<a href=1>x<a href=2>y", "<a href=\"1\">x</a><a href=\"2\">y</a>");
    check("<h2>a</h3>b", "<h2>a</h2>b");
    check("</p>x</div></table>", "x");
    check("<tr><td>no table", "no table");
    check("<table><table><td>x", "<table></table><table><tbody><tr><td>x</td></tr></tbody></table>");
    check("<table><b>x</b><tr><i>y<td>z", "<table>x<tbody><tr>y<td>z</td></tr></tbody></table>");
    check("<ul><li><ol></li><li>x</ol></ul>", "<ul><li><ol><li>x</li></ol></li></ul>");
}

#[test]
fn tags_are_read_as_html_does_and_written_in_one_way() {
    check("<IMG SRC=a.png ALT='1 > \"0\"' alt=second onerror=x />", "<img src=\"a.png\" alt=\"1 &gt; &quot;0&quot;\">");
    check("<p title = x/y title>z", "<p title=\"x/y\">z</p>");
    check("<p title=>z", "<p title=\"\">z</p>");
    check("<p/title=\"a\"lang='b'>z", "<p title=\"a\" lang=\"b\">z</p>");
    check("<p =title=\"<b>\">z", "<p>z</p>");
    check("1 < 2 <3 <", "1 &lt; 2 &lt;3 &lt;");
    check("cut <a href=\"", "cut ");
    check("<é>a</é><p\u{e9}>b", "&lt;é>ab");
    check("<aaaaaaaaaaaaaaaaé>b", "b");
    check("<pre>\n\n a</pre><pre><!-- x -->\r\nb</pre>", "<pre> a</pre><pre>b</pre>");
}

#[test]
fn comments_and_raw_text_hide_no_tags() {
    check("a<!-- <b> -->b<!-->c<!--->d<!x>e<?php x?>f", "abcdef");
    check("a<!-- never closed > b", "a b");
    check("<![CDATA[<b>x</b>]]>", "<b>x</b>]]>");
    check("<script>if (a</b) '</scripty'</SCRIPT >x<style>p{}</style>", "x");
    check("<title><b>x</b></title><textarea></title></textarea>", "&lt;b>x&lt;/b>&lt;/title>");
    check("<title><a x=\"</title><div>y", "&lt;a x=\"<div>y</div>");
    check("a<iframe src=x />b<p>c<xmp>d", "ab<p>cd</p>");
    check("a<script>b", "a");
    check("<svg><g><path/><text>t</text></g></svg><form><input>u</form>", "tu");
    check("<<!-- -->div>", "&lt;div>");
    check("<</x>div>", "&lt;div>");
}

#[test]
fn depth_is_bounded_and_text_kept_b71() {
    for depth in [256, 257, 20_000, 100_000] {
        let flat = nested(&format!("{}core{}after", "<div>".repeat(depth), "</div>".repeat(depth)));
        assert_eq!(flat.matches("<div>").count(), MAX_DEPTH);
        assert!(flat.contains("core") && flat.ends_with(&format!("{}after", "</div>".repeat(depth.min(MAX_DEPTH)))));
    }
}

/// A row of tokens, the same in every run.
pub fn soup(seed: u64) -> String {
    const TOKENS: [&str; 44] = [
        "<div>",
        "</div>",
        "<p>",
        "</p>",
        "<b>",
        "</b>",
        "<i lang=a>",
        "</i>",
        "<a href=x>",
        "</a>",
        "<ul>",
        "</ul>",
        "<li>",
        "</li>",
        "<dl>",
        "<dd>",
        "<dt>",
        "</dl>",
        "<table>",
        "</table>",
        "<tr>",
        "</tr>",
        "<td>",
        "</td>",
        "<tbody>",
        "<caption>",
        "<col>",
        "<h1>",
        "</h2>",
        "<pre>",
        "</pre>",
        "\n",
        "text",
        "<img src=a>",
        "<br>",
        "<ruby>",
        "<rt>",
        "</ruby>",
        "<!-- ",
        " -->",
        "<title>",
        "</title>",
        "<svg><b x='",
        "'>",
    ];
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state >> 33).expect("31 bits fit")
    };
    let length = 1 + next() % 40;
    (0..length).map(|_| TOKENS[next() % TOKENS.len()]).collect()
}

/// Every tag that is opened is closed in its turn.
#[test]
fn any_soup_comes_out_nested_b69() {
    for seed in 1..=3_000 {
        let html = soup(seed);
        let once = nested(&html);
        assert_eq!(nested(&once), once, "{html:?}");
        assert_balanced(&once);
    }
}

fn assert_balanced(html: &str) {
    let mut open = Vec::new();
    for tag in html.split('<').skip(1) {
        let name = tag.split([' ', '>']).next().unwrap_or_default();
        match name.strip_prefix('/') {
            Some(name) => assert_eq!(open.pop(), Some(name), "{html}"),
            None if !Element::named(name).unwrap().is_in(VOID) => open.push(name),
            None => {}
        }
    }
    assert!(open.is_empty(), "{open:?} in {html}");
}
