//! An address as people type it.

use url::Url;

use crate::cli::context::Failed;
use crate::model::{without_feed_scheme, without_prefix};
use crate::text::quote::in_quotes;

/// An address as people type it: without a scheme it is https.
pub fn address(text: &str) -> Result<Url, Failed> {
    let text = &*without_feed_scheme(text.trim());
    let mailbox = without_prefix(text, "mailto:").unwrap_or(text);
    if mailbox.len() < text.len() || text.contains('@') && !text.contains(['/', ':']) {
        return Err(Failed::Usage(format!(
            "{} is a mailbox, which is not polled; give the URL of a page or a feed",
            in_quotes(mailbox)
        )));
    }
    if text.starts_with(['/', '.']) {
        let name = in_quotes(text);
        return Err(Failed::Usage(format!("{name} is a file, and sources are URLs; `wiredesk fetch` reads files")));
    }
    let whole = if has_scheme(text) { text.to_owned() } else { format!("https://{text}") };
    match Url::parse(&whole) {
        Ok(url) if matches!(url.scheme(), "http" | "https") && url.host_str().is_some() => Ok(url),
        Ok(url) => Err(Failed::Usage(format!(
            "{}: `{}:` is not polled; use http:// or https://",
            in_quotes(text),
            url.scheme()
        ))),
        Err(error) => Err(Failed::Usage(format!("{} is not an address: {error}", in_quotes(text)))),
    }
}

/// Whether an address begins with a scheme (RFC 3986 §3.1). What stands before a colon may
/// also be a host with a port, or somebody's name with a password.
fn has_scheme(text: &str) -> bool {
    let Some((head, rest)) = text.split_once([':', '/', '?', '#']) else { return false };
    let is_name = head.starts_with(|c: char| c.is_ascii_alphabetic())
        && head.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-'));
    let authority = rest.split(['/', '?', '#']).next().unwrap_or(rest);
    is_name
        && text[head.len()..].starts_with(':')
        && (authority.is_empty() || !authority.contains('@') && !rest.starts_with(|c: char| c.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// B35: what is typed is asked for as it is meant, or refused with its scheme.
    #[test]
    fn addresses_are_read_as_people_type_them_b35() {
        let check = |text: &str, expected: &str| assert_eq!(address(text).unwrap().as_str(), expected, "{text}");
        check("news.example", "https://news.example/");
        check(" news.example/feed?url=https://a.example/x ", "https://news.example/feed?url=https://a.example/x");
        check("news.example:8080/feed", "https://news.example:8080/feed");
        check("localhost:8080", "https://localhost:8080/");
        check("[::1]:8080/feed", "https://[::1]:8080/feed");
        check("me:hush@news.example/feed", "https://me:hush@news.example/feed");
        check("HTTP://news.example/feed", "http://news.example/feed");
        check("FEED:https://news.example/feed", "https://news.example/feed");
        check("feed://news.example/feed", "http://news.example/feed");
        check("feed:news.example/feed", "https://news.example/feed");
        for (text, expected) in [
            ("file:/etc/x", "`file:` is not polled"),
            ("file:///etc/x", "`file:` is not polled"),
            ("FTP://a.example/", "`ftp:` is not polled"),
            ("javascript:alert", "`javascript:` is not polled"),
            ("MAILTO:press@city.example", "\"press@city.example\" is a mailbox"),
            ("news.example:port/", "is not an address"),
            ("./feed.xml", "\"./feed.xml\" is a file, and sources are URLs"),
        ] {
            let Err(Failed::Usage(why)) = address(text) else { panic!("{text}") };
            assert!(why.contains(expected), "{text}: {why}");
        }
    }
}
