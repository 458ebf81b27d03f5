//! Names as the configuration accepts them, made of what others wrote.

use url::Url;
use xxhash_rust::xxh3::xxh3_64;

use crate::model::{SourceId, without_credentials};
use crate::text::acting::acts;
use crate::text::fold::fold;

/// Most characters of an id, without the number that makes it unique.
const LONGEST: usize = 48;

/// Most characters of a host in front of the 16 digits of a hash: an id has 64.
const LONGEST_HOST: usize = 47;

/// The letters and digits of `text` that an id may have, joined by hyphens.
pub fn slug(text: &str) -> Option<String> {
    let mut out = String::new();
    for c in fold(text).text().chars().filter(|c| *c != '\'') {
        if c.is_ascii_lowercase() || c.is_ascii_digit() {
            out.push(c);
        } else if !out.is_empty() && !out.ends_with('-') {
            out.push('-');
        }
        if out.len() == LONGEST {
            break;
        }
    }
    let out = out.trim_end_matches('-');
    (!out.is_empty()).then(|| out.to_owned())
}

/// A folder's name as a tag: what a tag cannot hold becomes a hyphen.
pub fn tag(name: &str) -> Option<String> {
    let unfit = |c: char| c.is_whitespace() || c.is_control() || matches!(c, ',' | ':');
    if !name.contains(unfit) {
        return (!name.is_empty()).then(|| name.to_owned());
    }
    let words: Vec<&str> = name.split(unfit).filter(|word| !word.is_empty()).collect();
    (!words.is_empty()).then(|| words.join("-"))
}

/// A title as others wrote it, as the configuration takes it: on one line, and without
/// characters that act where they are shown.
pub fn title(text: &str) -> String {
    let shown: String = text.chars().map(|c| if c.is_control() || acts(c) { ' ' } else { c }).collect();
    shown.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The id of a source that has none of its own: its host, and a hash of its URL. It does not
/// depend on other sources, so none changes its id when another comes or goes. Ids are
/// permanent, so the hash has all 64 bits: of a million sources of one host two would be
/// named alike once in 37 million configurations.
pub fn id_of(url: &Url) -> SourceId {
    let host = url.host_str().map_or("", |host| host.strip_prefix("www.").unwrap_or(host));
    let host = slug(host).unwrap_or_else(|| "source".to_owned());
    let host = host.get(..LONGEST_HOST).unwrap_or(&host).trim_end_matches('-');
    let hash = xxh3_64(without_credentials(url.clone()).as_str().as_bytes());
    SourceId::new(&format!("{host}-{hash:016x}")).expect("a slug and a number make an id")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_depends_on_the_url_alone_b264() {
        let id = |url: &str| id_of(&Url::parse(url).unwrap());
        assert!(id("https://www.news.example/a").as_str().starts_with("news-example-"));
        assert_eq!(id("https://me:pw@www.news.example/a"), id("https://www.news.example/a"));
        assert_ne!(id("https://www.news.example/a"), id("https://www.news.example/b"));
        assert!(id("http://[2001:db8::1]/").as_str().starts_with("2001-db8-1-"));
        let long = id(&format!("https://{}.example/", "a".repeat(60)));
        assert_eq!((long.as_str().len(), &long.as_str()[46..48]), (64, "a-"));
    }

    #[test]
    fn many_sources_of_one_host_have_ids_of_their_own_b264() {
        let id = |n: u32| id_of(&Url::parse(&format!("https://video.example/channel?id={n}")).unwrap());
        let all: std::collections::HashSet<SourceId> = (0..200_000).map(id).collect();
        assert_eq!(all.len(), 200_000);
    }

    #[test]
    fn tags_are_single_words() {
        let check = |name: &str, expected: Option<&str>| assert_eq!(tag(name).as_deref(), expected, "{name:?}");
        check("wire", Some("wire"));
        check("-A/b_", Some("-A/b_"));
        check(" Rant  boards: the, best ", Some("Rant-boards-the-best"));
        check("新华 社", Some("新华-社"));
        check(" ,: ", None);
        check("", None);
    }
}
