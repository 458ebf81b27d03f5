use super::*;

#[test]
fn plain_text_is_what_a_reader_sees() {
    let check = |html: &str, expected: &str| assert_eq!(plain(html), expected, "{html}");
    check("", "");
    check("plain", "plain");
    check("<p>One</p><p>Two</p>", "One\nTwo\n");
    check("  <p>\n a   <b>bold</b>\tword </p>\n ", "a bold word\n");
    check("a<br>b<br/>c", "a\nb\nc");
    check("<td>a</td><td>b</td>", "a\tb");
    check("<script>if (a < b) {}</script>x<STYLE>p{}</style >y<!-- <p>z -->", "xy");
    check("<script>never closed", "");
    check("5 < 6 && 7 > 2", "5 < 6 && 7 > 2");
    check("AT&amp;T&nbsp;&nbsp;&#8217;&#x2019;&#146;", "AT&T ’’’");
    check("&amp;lt;", "&lt;");
    check("&lt;b&gt;", "<b>");
    check("<a href=\"x>y\" title='<'>t</a>", "t");
    check("<a href=\"x>t</a> u", "t u");
    check("沈阳<b>举行</b>仪式。\u{3000}新华社", "沈阳举行仪式。\u{3000}新华社");
    check("a<b", "a");
    check("<blockquote>a</blockquote>b", "a\nb");
    check("a\u{a0}\u{a0} b", "a b");
    check("&undefined; &", "&undefined; &");
    check("x ", "x");
    check("a<!-->b<!--->c<!-- x --->d", "abcd");
    check("sa<!-- never closed >fe", "safe");
    check("&alpha;&Yuml;&NotEqualTilde;", "αŸ≂\u{338}");
}

#[test]
fn references_are_decoded_once() {
    let check = |text: &str, expected: &str, ampersands: u32, forbidden: u32| {
        let mut out = String::new();
        let mended = decode(text, &mut out);
        assert_eq!((out.as_str(), mended), (expected, MendedAt { ampersands, forbidden }), "{text}");
    };
    check("AT&T", "AT&T", 1, 0);
    check("a &amp;amp; b", "a &amp; b", 0, 0);
    check("&hellip;&eacute;&nosuch;", "…é&nosuch;", 1, 0);
    check("&#0;&#xD800;&#xFFFE;&#x110000;&#99999999999;x", "x", 0, 5);
    check("?a=1&lt=2&b=3", "?a=1&lt=2&b=3", 2, 0);
    check("&#;&#x;&", "&#;&#x;&", 3, 0);
}

/// B48: the halves of one character, decimal, hexadecimal and mixed; a half that
/// stands alone is none.
#[test]
fn two_references_to_halves_are_one_character() {
    let check = |text: &str, expected: &str, forbidden: u32| {
        let mut out = String::new();
        let mended = decode(text, &mut out);
        assert_eq!((out.as_str(), mended.forbidden), (expected, forbidden), "{text}");
        assert_eq!(plain(text), expected, "{text}");
    };
    check("&#55362;&#57271;", "𠮷", 0);
    check("&#xD83D;&#xde80;!", "🚀!", 0);
    check("&#55357;&#xDE80;", "🚀", 0);
    check("&#xD83D&#xDE80", "🚀", 0);
    check("&#xD83D;&#xD83D;&#xDE80;", "🚀", 1);
    check("&#xDE80;&#xD83D;x", "x", 2);
    check("&#xD83D;&amp;", "&", 1);
    let joined = |html: &str, expected: &str| assert_eq!(with_joined_halves(html), expected, "{html}");
    joined("<p>&#55362;&#57271; &amp; &#8217; &#xD83D;</p>", "<p>𠮷 &amp; &#8217; &#xD83D;</p>");
    joined("a & b &#; &#xD83D;&#xDE80;&#xD83D;&#xDE81;", "a & b &#; 🚀🚁");
    joined("nothing", "nothing");
}

#[test]
fn words_are_told_from_what_only_takes_room() {
    for silent in [
        "",
        " ",
        "<p>&nbsp;</p>",
        "&#160;&#8203;",
        "<img src='a.png' alt='A'>",
        "<script>x</script>",
        "<!-- x -->",
        "<p>…</p>",
    ] {
        assert!(!has_words(silent), "{silent}");
    }
    for worded in ["a", "<p>&eacute;</p>", "<br><b>1</b>", "&nbsp;市", "<style>p{}</style>x", "&#55362;&#57271;"] {
        assert!(has_words(worded), "{worded}");
    }
}

#[test]
fn a_tag_with_a_missing_quote_ends_all_the_same() {
    let check = |text: &str, expected: Option<usize>| assert_eq!(tag_length(text.as_bytes()), expected, "{text}");
    check("<a>", Some(3));
    check("<a b='>'>", Some(9));
    check("<a b='><c d='x'>", Some(7));
    check("<a b <c>", Some(5));
    check("<a b", None);
    check("<a it's>", Some(8));
}

/// Quadratic time would show here as minutes.
#[test]
fn hostile_markup_takes_linear_time() {
    for unit in ["<", "<a ", "<a '>", "<a b=\"> \" ", "&", "&#", "<!--", "<script>", "<![CDATA[", "</", "<p>", "&amp"] {
        let text = unit.repeat(400_000);
        let _ = plain(&text);
        let _ = decode(&text, &mut String::new());
    }
}
