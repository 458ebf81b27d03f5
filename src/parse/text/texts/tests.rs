use super::*;

fn html_of(text: &str) -> String {
    let content = mended(Content { markup: Markup::Html(text.to_owned()), base: None });
    content.markup.raw().to_owned()
}

fn check(text: &str, expected: &str) {
    assert_eq!(html_of(text), expected, "{text}");
}

/// B74: marks around a text, once or twice or half of them; not those it tells of.
#[test]
fn marks_of_sections_are_no_text() {
    let line = |text: &str, expected: &str| assert_eq!(without_marks(text), expected, "{text}");
    line("<![CDATA[Mayor]]>", "Mayor");
    line(" <![CDATA[ <![CDATA[Mayor]]> ]]> ", "Mayor");
    line("<![CDATA[Mayor", "Mayor");
    line("Mayor]]>", "Mayor");
    line("<![CDATA[]]>", "");
    line("How <![CDATA[ … ]]> works", "How <![CDATA[ … ]]> works");
    line("About <![CDATA[x]]>", "About <![CDATA[x]]>");
    line("a[b[0]] > c", "a[b[0]] > c");
    check("<p>One</p><![CDATA[<p>Two</p>]]><p>Three</p>", "<p>One</p><p>Two</p><p>Three</p>");
    check("<div><![CDATA[cut off", "<div>cut off");
}

/// B74: once too often, and text that is about tags.
#[test]
fn one_escaping_too_many_is_undone() {
    check("&lt;p&gt;The mayor &amp;amp; envoy&lt;/p&gt;", "<p>The mayor &amp; envoy</p>");
    check("They met.&lt;br /&gt;&lt;br /&gt;Then they left.", "They met.<br /><br />Then they left.");
    check("See &lt;a href=\"https://h.example/\"&gt;here&lt;/a&gt;.", "See <a href=\"https://h.example/\">here</a>.");
    check("<p>Don&amp;#8217;t &amp;nbsp; &amp;rsquo;</p>", "<p>Don&#8217;t &nbsp; &rsquo;</p>");
    for kept in [
        "A guide to &lt;head&gt; and &lt;b&gt; elements",
        "<p>Write &lt;p&gt;one&lt;/p&gt;</p>",
        "<p>Write &amp;lt;b&amp;gt;</p>",
        "<p>Write <code>&amp;nbsp;</code></p>",
        "Quill &amp; Tiller, 5 &lt; 6",
        "<a href=\"?a=1&amp;copy=2&amp;b\">x</a>",
    ] {
        check(kept, kept);
    }
}

/// What one step mends shows what the next has to.
#[test]
fn what_was_escaped_is_mended_too() {
    check("&lt;title&gt;T&lt;/title&gt;&lt;p&gt;x&lt;/p&gt;", "<p>x</p>");
    check("<![CDATA[&lt;p&gt;&amp;#xD83D;&amp;#xDE80;&lt;/p&gt;]]>", "<p>🚀</p>");
    check("<p>&#0055362;&#57271;</p>", "<p>𠮷</p>");
}

#[test]
fn the_head_of_a_page_is_no_text() {
    let page = "<!DOCTYPE html><html><head><title>T</title><base href='https://h.example/d/'></head><body><p>x</p></body></html>";
    let content = mended(Content { markup: Markup::Html(page.to_owned()), base: None });
    assert_eq!(content.markup.raw(), "<!DOCTYPE html><html><body><p>x</p></body></html>");
    assert_eq!(content.base.as_deref(), Some("https://h.example/d/"));
    check("<html><HEAD lang='x'>\n<TITLE>T</TITLE>\n<body>x", "<html><body>x");
    check("<title>市长</title>市<p>x", "市<p>x");
    check("<meta charset='utf-8'><title>T</title ><p>x", "<meta charset='utf-8'><p>x");
    for kept in ["<title>never closed <b>x</b>", "<header>x</header>", "the &lt;title&gt; of &lt;/title&gt;", "<head>x"]
    {
        check(kept, kept);
    }
}

#[test]
fn blank_lines_part_a_text_without_tags_that_do() {
    check("One\nline.\n\nTwo.", "<p>One\nline.</p>\n<p>Two.</p>");
    check("One <b>bold</b>.\r\n \r\n\r\nTwo &amp; three.\n", "<p>One <b>bold</b>.</p>\n<p>Two &amp; three.</p>");
    check("市长\n\u{3000}\u{a0}\n访问", "<p>市长</p>\n<p>访问</p>");
    for kept in ["One\nline.", "<p>One</p>\n\n<p>Two</p>", "One<br>\n\nTwo", "<pre>a\n\nb</pre>", "\n\nOne\n\n"] {
        check(kept, kept);
    }
    let plain = mended(Content { markup: Markup::Plain("1 < 2\n\n3 & 4".to_owned()), base: None });
    assert_eq!(plain.markup, Markup::Html("<p>1 &lt; 2</p>\n<p>3 &amp; 4</p>".to_owned()));
    let plain = mended(Content { markup: Markup::Plain("1 < 2\n3".to_owned()), base: None });
    assert_eq!(plain.markup, Markup::Plain("1 < 2\n3".to_owned()));
}

/// Text of a type that is wrong; and text that is about tags.
#[test]
fn tags_around_plain_text_are_markup() {
    let of = |text: &str| mended(Content { markup: Markup::Plain(text.to_owned()), base: None }).markup;
    assert_eq!(of("<p>They met.</p>"), Markup::Html("<p>They met.</p>".to_owned()));
    assert_eq!(of("<b> is a tag"), Markup::Plain("<b> is a tag".to_owned()));
    assert_eq!(of("<b>bold</b>"), Markup::Plain("<b>bold</b>".to_owned()));
    assert_eq!(of("<![CDATA[They met.]]>"), Markup::Plain("They met.".to_owned()));
}

#[test]
fn hostile_texts_take_linear_time() {
    for unit in [
        "<![CDATA[",
        "]]>",
        "<title>",
        "<head>",
        "<head></head>",
        "&amp;",
        "&amp;lt;",
        "&lt;p&gt;",
        "\n\n",
        "a\n\n",
        "<",
        "&#55362;",
    ] {
        let _ = html_of(&unit.repeat(200_000));
    }
}
