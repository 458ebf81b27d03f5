//! Links for entries that have an id and no link.

use url::Url;

use crate::limits::LINK;

use crate::model::Parsed;

/// The placeholder for the id.
const ID: &str = "{id}";

/// A URL with `{id}` in place of an entry's id.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LinkTemplate(String);

/// Why a text is no template.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum NoTemplate {
    /// Without the id: all links would be the same.
    #[error("there is no {{id}} in it: all entries would have one link")]
    NoId,
    /// Something else in braces.
    #[error("{0} stands for nothing: only {{id}} is filled in")]
    Unknown(String),
    /// The id in the host: it would choose where readers are sent.
    #[error("{{id}} stands before the path: an entry would choose the host")]
    InHost,
    /// Not a URL.
    #[error("it is not an http or https address")]
    NoAddress,
}

impl LinkTemplate {
    /// Reads a template: an absolute http or https URL with `{id}` in its path, query or
    /// fragment.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str) -> Result<LinkTemplate, NoTemplate> {
        let (mut rest, mut ids) = (text, 0_usize);
        while let Some(from) = rest.find(['{', '}']) {
            let behind = &rest[from..];
            let end = behind.find('}').map_or(behind.len(), |end| end + 1);
            match &behind[..end] {
                ID => ids += 1,
                other => return Err(NoTemplate::Unknown(other.to_owned())),
            }
            rest = &behind[end..];
        }
        if ids == 0 {
            return Err(NoTemplate::NoId);
        }
        // Tries two ids that cannot be taken for anything else: with either the URL must be
        // valid, and the host the same.
        let [one, other] = ["wd0id", "wd1id"].map(|id| Url::parse(&text.replace(ID, id)));
        let (Ok(one), Ok(other)) = (one, other) else { return Err(NoTemplate::NoAddress) };
        let is_plain = !text.contains(|c: char| c.is_whitespace() || c.is_control());
        if !matches!(one.scheme(), "http" | "https") || one.host_str().is_none_or(str::is_empty) || !is_plain {
            return Err(NoTemplate::NoAddress);
        }
        let place = |url: &Url| url[..url::Position::BeforePath].to_owned();
        if place(&one) != place(&other) {
            return Err(NoTemplate::InHost);
        }
        Ok(LinkTemplate(text.to_owned()))
    }

    /// As it was written.
    pub fn text(&self) -> &str {
        &self.0
    }

    /// The link of the entry with this id, which is percent-encoded except for the
    /// unreserved characters of RFC 3986 §2.3. `None` if the id is empty, would leave its
    /// place in the path (`..`), or is too long.
    pub fn link(&self, id: &str) -> Option<String> {
        let id = id.trim();
        if id.bytes().all(|b| b == b'.') {
            return None;
        }
        let mut encoded = String::with_capacity(id.len());
        for byte in id.bytes() {
            match byte {
                b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => encoded.push(char::from(byte)),
                other => encoded.push_str(&format!("%{other:02X}")),
            }
        }
        let url = Url::parse(&self.0.replace(ID, &encoded)).ok()?;
        Some(url.to_string()).filter(|link| link.len() <= LINK.count())
    }

    /// Adds a link to every entry of `parsed` that has an id but no link.
    pub fn give(&self, parsed: &mut Parsed) {
        for entry in parsed.entries.iter_mut().filter(|entry| entry.link.is_none()) {
            entry.link = entry.id.as_deref().and_then(|id| self.link(id));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// B182.
    #[test]
    fn ids_become_links_b182() {
        let check = |template: &str, id: &str, expected: Option<&str>| {
            let made = LinkTemplate::parse(template).unwrap().link(id);
            assert_eq!(made.as_deref(), expected, "{template} {id}");
        };
        let news = "https://city.example/news/{id}";
        check(news, "2026-118", Some("https://city.example/news/2026-118"));
        check(news, " a b/ü?#%41 ", Some("https://city.example/news/a%20b%2F%C3%BC%3F%23%2541"));
        check(news, "tag:city.example,2026:1", Some("https://city.example/news/tag%3Acity.example%2C2026%3A1"));
        check("https://city.example/?n={id}&v={id}", "7&x", Some("https://city.example/?n=7%26x&v=7%26x"));
        check("https://city.example/#/news/{id}.html", "7", Some("https://city.example/#/news/7.html"));
        for nothing in ["", " ", ".", "..", &"x".repeat(LINK.count())] {
            check(news, nothing, None);
        }
    }

    #[test]
    fn what_is_no_template_is_refused() {
        let check = |text: &str, expected: NoTemplate| {
            assert_eq!(LinkTemplate::parse(text), Err(expected), "{text}");
        };
        check("https://city.example/news/", NoTemplate::NoId);
        check("https://city.example/{slug}/{id}", NoTemplate::Unknown("{slug}".to_owned()));
        check("https://city.example/{id", NoTemplate::Unknown("{id".to_owned()));
        check("https://city.example/{id}}", NoTemplate::Unknown("}".to_owned()));
        check("https://{id}.example/", NoTemplate::InHost);
        check("https://{id}@city.example/", NoTemplate::InHost);
        check("{id}", NoTemplate::NoAddress);
        check("/news/{id}", NoTemplate::NoAddress);
        check("ftp://city.example/{id}", NoTemplate::NoAddress);
        check("https://city.example/a b/{id}", NoTemplate::NoAddress);
    }
}
