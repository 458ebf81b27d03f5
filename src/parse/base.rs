//! What the relative links of a page stand against.

use url::Url;

/// The URL of HTML's `base` (HTML §4.2.3), as its page at `url` says it, else the page's own
/// (B72). One that is not http, as `about:` and `data:`, says nothing.
pub fn base_of(said: Option<&str>, url: &Url) -> Url {
    let base = said.and_then(|href| url.join(href.trim()).ok());
    base.filter(|base| matches!(base.scheme(), "http" | "https")).unwrap_or_else(|| url.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// B72: only an http URL is a base.
    #[test]
    fn a_base_is_an_http_url_b72() {
        let url = Url::parse("https://a.example/x/y").unwrap();
        let check = |said: Option<&str>, expected: &str| assert_eq!(base_of(said, &url).as_str(), expected, "{said:?}");
        check(None, "https://a.example/x/y");
        check(Some(" /z/\n"), "https://a.example/z/");
        check(Some("//b.example"), "https://b.example/");
        for said in ["about:blank", "data:text/html,x", "javascript:0", "ftp://b.example/", "http://"] {
            check(Some(said), "https://a.example/x/y");
        }
    }
}
