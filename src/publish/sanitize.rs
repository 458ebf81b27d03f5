//! HTML that may be published: no script, event handler, form, frame or
//! foreign style survives, and links are absolute http or https (B67 to B73).

use std::collections::HashSet;
use std::net::IpAddr;

use ammonia::{Builder, UrlRelative};
use url::{Host, Url};

use crate::model::{Content, Markup};

use crate::text::nest::nested;

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
        let base = content.base.as_deref().and_then(|base| Url::parse(base).ok());
        let base = base.filter(|base| matches!(base.scheme(), "http" | "https"));
        match &content.markup {
            Markup::Plain(text) => escaped(text),
            Markup::Html(text) => unix_lines(builder(base).clean(&nested(text)).to_string()),
        }
    }
}

/// `html` with line feeds alone: a carriage return that somebody wrote as a
/// reference would become another character at the next reading.
fn unix_lines(html: String) -> String {
    if html.contains('\r') { html.replace("\r\n", "\n").replace('\r', "\n") } else { html }
}

/// Plain text as HTML: its paragraphs stay apart. A single line break is only a
/// wrapped line in most of what calls itself plain text.
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

fn builder(base: Option<Url>) -> Builder<'static> {
    let mut builder = Builder::default();
    builder
        .url_schemes(HashSet::from(["http", "https"]))
        .url_relative(base.map_or(UrlRelative::Deny, UrlRelative::RewriteWithBase))
        .attribute_filter(|element, attribute, value| match (element, attribute) {
            ("img", "src") if is_private(value) => None,
            _ => Some(value.into()),
        });
    builder
}

/// Whether an image would be fetched from the reader's own network (check B73).
fn is_private(src: &str) -> bool {
    let Ok(url) = Url::parse(src) else { return false };
    match url.host() {
        Some(Host::Domain(name)) => {
            let name = name.trim_end_matches('.');
            name == "localhost" || [".localhost", ".local", ".internal"].iter().any(|end| name.ends_with(end))
        }
        Some(Host::Ipv4(ip)) => is_private_address(IpAddr::V4(ip)),
        Some(Host::Ipv6(ip)) => is_private_address(ip.to_canonical()),
        None => true,
    }
}

fn is_private_address(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => {
            let shared = ip.octets()[0] == 100 && (64..128).contains(&ip.octets()[1]);
            ip.is_private() || ip.is_loopback() || ip.is_link_local() || ip.octets()[0] == 0 || shared
        }
        IpAddr::V6(ip) => ip.is_loopback() || ip.is_unspecified() || ip.is_unique_local() || ip.is_unicast_link_local(),
    }
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

    #[test]
    fn images_of_the_readers_network_are_removed_b73() {
        for src in
            ["http://127.0.0.1/a", "http://10.0.0.1/a", "http://[::1]/a", "http://localhost/a", "http://2130706433/"]
        {
            assert!(!clean(&format!("<img src=\"{src}\">")).contains("src="), "{src}");
        }
        assert!(clean("<img src=\"https://example.org/a.png\">").contains("src="));
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
