//! HTML that may be published: no script, event handler, form, frame or foreign style remains,
//! and links are absolute http or https (B67 to B73).

use std::collections::HashSet;

use ammonia::{Builder, UrlRelative};
use url::Url;

use crate::model::web::address::Opened;
use crate::model::{Content, Markup};
use crate::text::nest::nested;

use super::links::followed;

/// Sanitises HTML.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sanitizer;

impl Sanitizer {
    /// A sanitiser.
    pub fn new() -> Self {
        Sanitizer
    }

    /// `content` as HTML that may be published. Doing it twice changes nothing.
    pub fn html(&self, content: &Content) -> String {
        self.html_of(content, &Opened::default())
    }

    /// The same for a source that may name what is `opened` for it.
    pub fn html_of(&self, content: &Content, opened: &Opened) -> String {
        let base = content.base.as_deref().and_then(|base| Url::parse(base).ok());
        let base = base.filter(|base| matches!(base.scheme(), "http" | "https"));
        match &content.markup {
            Markup::Plain(text) => escaped(text),
            Markup::Html(text) => unix_lines(builder(base, opened).clean(&nested(text)).to_string()),
        }
    }
}

/// `html` with line feeds only: a carriage return written as a reference would become another
/// character when it is next read.
fn unix_lines(html: String) -> String {
    if html.contains('\r') { html.replace("\r\n", "\n").replace('\r', "\n") } else { html }
}

/// Plain text as HTML, with its paragraphs kept apart. A single line break is usually just a
/// wrapped line.
fn escaped(text: &str) -> String {
    let escape = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let text = text.replace("\r\n", "\n");
    let paragraphs: Vec<&str> = text.split("\n\n").map(str::trim).filter(|paragraph| !paragraph.is_empty()).collect();
    match paragraphs.as_slice() {
        [] => String::new(),
        [single] => escape(single),
        several => several.iter().map(|paragraph| format!("<p>{}</p>", escape(paragraph))).collect(),
    }
}

/// Attributes that hold a URL, in any element.
const ADDRESSES: [&str; 10] =
    ["href", "src", "cite", "longdesc", "poster", "background", "data", "action", "formaction", "ping"];
/// Attributes that hold several URLs: none of them is published.
const LISTS: [&str; 3] = ["srcset", "imagesrcset", "archive"];

fn builder(base: Option<Url>, opened: &Opened) -> Builder<'static> {
    let mut builder = Builder::default();
    let (within, opened) = (base.clone(), opened.clone());
    builder
        .url_schemes(HashSet::from(["http", "https"]))
        .url_relative(base.map_or(UrlRelative::Deny, UrlRelative::RewriteWithBase))
        .attribute_filter(move |_, attribute, value| match attribute {
            "cite" | "longdesc" => Some(address(value, within.as_ref(), &opened)?.to_string().into()),
            attribute if ADDRESSES.contains(&attribute) => {
                let followed = address(value, within.as_ref(), &opened)?;
                let same = resolved(value, within.as_ref()).is_some_and(|url| url == followed);
                // Relative URLs become absolute afterwards.
                Some(if same { value.into() } else { followed.to_string().into() })
            }
            attribute if LISTS.contains(&attribute) => None,
            _ => Some(value.into()),
        });
    builder
}

fn resolved(value: &str, base: Option<&Url>) -> Option<Url> {
    match base {
        Some(base) => base.join(value).ok(),
        None => Url::parse(value).ok(),
    }
}

/// Where a URL leads as a reader's program understands it; `None` if that is inside a network
/// (checks B73, B118).
fn address(value: &str, base: Option<&Url>, opened: &Opened) -> Option<Url> {
    followed(&resolved(value, base)?, opened)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clean(html: &str) -> String {
        let content = Content { markup: Markup::Html(html.to_owned()), base: Some("https://example.org/a/".into()) };
        let once = Sanitizer::new().html(&content);
        let again = Content { markup: Markup::Html(once.clone()), base: content.base };
        assert_eq!(Sanitizer::new().html(&again), once, "twice: {html}");
        once
    }

    #[test]
    fn nothing_that_runs_survives_b67_b68_b69() {
        let hostile = [
            "<script>alert(1)</script>",
            "<img src=x onerror=alert(1)>",
            "<a href=\"java\tscript:alert(1)\">x</a>",
            "<a href=\"JaVaScRiPt&#58;alert(1)\">x</a>",
            "<a href=\"vbscript:x\">x</a><img src=\"data:text/html,x\">",
            "<iframe srcdoc=\"<script>alert(1)</script>\"></iframe>",
            "<form action=/x><button formaction=javascript:alert(1)>x</button></form>",
            "<base href=//evil.example><meta http-equiv=refresh content=0>",
            "<object data=x></object><embed src=x>",
            "<p style=\"position:fixed\" onclick=alert(1)>x</p><style>*{}</style>",
            "<svg><set attributeName=href to=javascript:alert(1)><animate/></svg>",
            "<math><annotation-xml encoding=text/html><script>alert(1)</script></annotation-xml></math>",
            "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\"></noscript>",
            "<img srcset=\"javascript:alert(1) 1x\" src=https://example.org/a.png>",
        ];
        let banned = [
            "script",
            "onerror",
            "onclick",
            "style",
            "iframe",
            "<form",
            "button",
            "base",
            "meta",
            "object",
            "embed",
            "svg",
            "math",
            "srcset",
            "alert(1)\"",
            "data:",
        ];
        for html in hostile {
            let safe = clean(html).to_lowercase();
            assert!(!safe.contains("javascript:"), "{safe}");
            // Values in quotes are text: what they say is not markup.
            let safe: String = safe.split('"').step_by(2).collect();
            for word in banned.iter().filter(|word| safe.contains(**word)) {
                // Text that merely says so is text; markup that does is not.
                assert!(!safe.contains('<') || !safe.contains(&format!("<{word}")), "{word} in {safe}");
                assert!(!safe.contains(&format!(" {word}=")), "{word} in {safe}");
            }
        }
    }

    /// A parser that sees what is written needs no repair of its own:
    /// sanitising twice changes nothing.
    #[test]
    fn any_soup_is_clean_at_once_b69() {
        for seed in 1..=3_000 {
            let html = crate::text::nest::tests::soup(seed);
            let safe = clean(&html);
            assert_eq!(clean(&safe), safe, "{html:?}");
        }
    }

    #[test]
    fn line_ends_are_written_in_one_way() {
        assert_eq!(clean("a&#xD;b&#13;&#10;c\rd\r\ne"), "a\nb\nc\nd\ne");
    }

    #[test]
    fn plain_text_is_escaped_and_keeps_its_paragraphs() {
        let check = |text: &str, expected: &str| {
            let plain = Content { markup: Markup::Plain(text.into()), base: None };
            assert_eq!(Sanitizer::new().html(&plain), expected, "{text:?}");
        };
        check("a < b & \"c\" d", "a &lt; b &amp; \"c\" d");
        check("one\r\nline\r\n\r\ntwo\n\n\n", "<p>one\nline</p><p>two</p>");
        check(" \n", "");
    }

    #[test]
    fn links_are_absolute_b72() {
        let link = clean("<a href=\"b\">x</a> <a href=\"//other.example/c\">y</a> <a href=\"/d\">z</a>");
        for address in ["https://example.org/a/b", "https://other.example/c", "https://example.org/d"] {
            assert!(link.contains(&format!("href=\"{address}\"")), "{link}");
        }
        let baseless = Content { markup: Markup::Html("<a href=\"b\">x</a>".into()), base: None };
        assert!(!Sanitizer::new().html(&baseless).contains("href"));
    }

    /// Forms of addresses inside, absolute or against `https://example.org/a/`.
    const INSIDE: [&str; 26] = [
        "http://127.0.0.1/a",
        "http://10.0.0.1/a",
        "http://[::1]/a",
        "http://localhost/a",
        "http://2130706433/",
        "//127.0.0.1/a",
        "\\\\127.0.0.1\\a",
        "/\\127.0.0.1/a",
        "http:\n//127.0.0.1/a",
        "https:\\\\10.0.0.1/a",
        "http://0x7f.1/a",
        "http://0177.0.0.1/a",
        "http://127.0.0.1./a",
        "http://①②⑦.0.0.1/a",
        "http://%31%32%37.0.0.1/a",
        "http://[::ffff:10.0.0.1]/a",
        "http://[64:ff9b::a00:1]/a",
        "http://[2002:a00:1::]/a",
        "http://169.254.169.254/latest",
        "http://metadata.google.internal/",
        "http://printer.lan/a",
        "http://nas.local./a",
        "http://wiki.internal/a",
        "http://router.home.arpa/a",
        "http://intranet/a",
        "http://user:pw@192.168.1.1/a",
    ];

    #[test]
    fn nothing_leads_inside_b73_b118() {
        for inside in INSIDE {
            for html in [
                format!("<img src=\"{inside}\">"),
                format!("<a href=\"{inside}\">x</a>"),
                format!("<blockquote cite=\"{inside}\">x</blockquote>"),
                format!("<del cite=\"{inside}\">x</del>"),
                format!("<img longdesc=\"{inside}\" srcset=\"{inside} 2x\">"),
                format!("<video poster=\"{inside}\" src=\"{inside}\"></video>"),
                format!("<table background=\"{inside}\"><tr><td background=\"{inside}\">x</table>"),
                format!("<object data=\"{inside}\"></object>"),
                format!("<p style=\"background:url({inside})\">x</p>"),
            ] {
                let safe = clean(&html);
                assert!(!safe.contains("=\"http") && !safe.contains("/a\""), "{html}: {safe}");
            }
        }
        assert!(clean("<img src=\"https://example.org/a.png\">").contains("src="));
        assert!(clean("<img src=\"https://u:p@example.org/a.png\">").contains("src=\"https://example.org/a.png\""));
        assert!(clean("<q cite=\"b\">x</q>").contains("cite=\"https://example.org/a/b\""));
        assert!(!clean("<q cite=\"javascript:alert(1)\">x</q>").contains("cite"));
    }

    #[test]
    fn what_is_relative_to_the_inside_is_inside_b118() {
        let html = "<img src=a.png><a href=/b>x</a><a href=\"//news.example/c\">y</a>";
        for base in ["http://127.0.0.1/", "http://nas.lan/", "http://[::1]:8080/x/"] {
            let content = Content { markup: Markup::Html(html.into()), base: Some(base.into()) };
            let safe = Sanitizer::new().html(&content);
            assert_eq!(safe.matches("http").count(), 1, "{base}: {safe}");
        }
    }

    #[test]
    fn a_source_inside_may_speak_of_what_was_opened_for_it_b118() {
        let opened = Opened {
            networks: vec!["10.0.0.0/24".parse().unwrap()],
            hosts: vec![crate::model::web::address::OpenedHost { name: "wiki".into(), port: None }],
        };
        let html = "<a href=http://10.0.0.7/a>x</a><a href=http://wiki/b>y</a><a href=http://10.0.1.7/c>z</a>";
        let content = Content { markup: Markup::Html(html.into()), base: None };
        let safe = Sanitizer::new().html_of(&content, &opened);
        assert!(safe.contains("10.0.0.7/a") && safe.contains("wiki/b") && !safe.contains("10.0.1.7"), "{safe}");
    }

    #[test]
    fn what_nests_without_end_tags_is_flattened_and_its_text_kept_b71() {
        let rows =
            ["<div>", "<div></span>", "<div><!-- ></div> -->", "<li><dd>", "<rt>", "<p><b lang=x>", "<table><td>"];
        for row in rows {
            let safe = clean(&format!("{}core", row.repeat(2_000)));
            assert!(safe.contains("core") && safe.matches("<div").count() <= 256, "{row}: {}", safe.len());
        }
    }

    #[test]
    fn formatting_left_open_is_not_copied_into_every_block_b71() {
        let open: String = (0..200).map(|i| format!("<b lang=x{i}>")).collect();
        let html = format!("<div>{open}</div>{}", "<div>x</div>".repeat(2_000));
        let safe = clean(&html);
        assert!(safe.len() < 2 * html.len(), "{} bytes became {}", html.len(), safe.len());
    }
}
