//! HTML that may be published: no script, event handler, form, frame or
//! foreign style survives, and links are absolute http or https (B67 to B73).

use std::borrow::Cow;
use std::collections::HashSet;
use std::net::IpAddr;

use ammonia::{Builder, UrlRelative};
use url::{Host, Url};

use crate::model::{Content, Markup};

/// Elements nested deeper than this are flattened: the HTML parser's work grows
/// with the square of the depth (check B71).
const MAX_DEPTH: usize = 256;

/// Elements that are closed by the next of their kind, so that a row of them
/// is no depth.
const CLOSE_THEMSELVES: [&str; 9] = ["p", "li", "dt", "dd", "td", "th", "tr", "option", "rt"];

const VOID: [&str; 14] =
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"];

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
            Markup::Plain(text) => ammonia::clean_text(text),
            Markup::Html(text) => builder(base).clean(&flatten(text)).to_string(),
        }
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

/// `html` with tags nested deeper than [`MAX_DEPTH`] left out, text kept.
fn flatten(html: &str) -> Cow<'_, str> {
    if memchr::memchr_iter(b'<', html.as_bytes()).take(MAX_DEPTH + 1).count() <= MAX_DEPTH {
        return Cow::Borrowed(html);
    }
    let (mut out, mut depth, mut rest) = (String::with_capacity(html.len()), 0_usize, html);
    while let Some(at) = memchr::memchr(b'<', rest.as_bytes()) {
        out.push_str(&rest[..at]);
        let tag = &rest[at..];
        let end = memchr::memchr(b'>', tag.as_bytes()).map_or(tag.len(), |end| end + 1);
        let (tag, after) = tag.split_at(end);
        rest = after;
        let keep = match kind(tag) {
            Kind::Opens => {
                depth += 1;
                depth <= MAX_DEPTH
            }
            Kind::Closes => {
                let keep = depth <= MAX_DEPTH;
                depth = depth.saturating_sub(1);
                keep
            }
            Kind::Neither => true,
        };
        if keep {
            out.push_str(tag);
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}

enum Kind {
    Opens,
    Closes,
    Neither,
}

fn kind(tag: &str) -> Kind {
    let (closes, name) = match tag[1..].strip_prefix('/') {
        Some(name) => (true, name),
        None => (false, &tag[1..]),
    };
    let name: String = name.chars().take_while(char::is_ascii_alphanumeric).take(12).collect();
    let name = name.to_ascii_lowercase();
    let counts = !name.is_empty() && !VOID.contains(&&*name) && !CLOSE_THEMSELVES.contains(&&*name);
    match (counts, closes) {
        (false, _) => Kind::Neither,
        (true, true) => Kind::Closes,
        (true, false) => Kind::Opens,
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
            for word in banned.iter().filter(|word| safe.contains(**word)) {
                // Text that merely says so is text; markup that does is not.
                assert!(!safe.contains('<') || !safe.contains(&format!("<{word}")), "{word} in {safe}");
                assert!(!safe.contains(&format!(" {word}=")), "{word} in {safe}");
            }
            assert!(!safe.contains("javascript:"), "{safe}");
        }
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
    fn deep_nesting_is_flattened_and_its_text_kept_b71() {
        for depth in [20_000, 100_000] {
            let html = format!("{}core{}", "<div>".repeat(depth), "</div>".repeat(depth));
            let flat = flatten(&html);
            assert_eq!(flat.matches("<div>").count(), MAX_DEPTH);
            assert_eq!(flat.matches("</div>").count(), MAX_DEPTH);
            assert!(clean(&html).contains("core"));
        }
        let list = "<p>one<li>two".repeat(1000);
        assert_eq!(flatten(&list), list);
    }
}
