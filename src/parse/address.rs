//! Titles out of URLs, for sitemaps that list nothing else.

use percent_encoding::percent_decode_str;
use url::Url;

/// The words of a URL's last part that has words in it.
pub fn title(link: &str) -> Option<String> {
    let url = Url::parse(link).ok()?;
    let parts: Vec<&str> = url.path_segments()?.filter(|part| !part.is_empty()).collect();
    parts.iter().rev().find_map(|part| worded(&percent_decode_str(part).decode_utf8_lossy()))
}

fn worded(part: &str) -> Option<String> {
    let stem = part.rsplit_once('.').filter(|(_, end)| end.len() <= 5).map_or(part, |(stem, _)| stem);
    let words: Vec<&str> = stem.split(['-', '_', '+', ' ']).filter(|word| !word.is_empty()).collect();
    // Numbers and hashes are no words.
    let is_word = |word: &&str| word.chars().any(char::is_alphabetic) && !word.chars().any(|c| c.is_ascii_digit());
    let first = words.iter().position(is_word)?;
    let last = words.iter().rposition(is_word)?;
    let title = words[first..=last].join(" ");
    let mut rest = title.chars();
    let begin = rest.next()?.to_uppercase();
    Some(begin.chain(rest).collect::<String>()).filter(|title| title.chars().count() > 3)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_give_their_words() {
        let check = |link: &str, expected: Option<&str>| assert_eq!(title(link).as_deref(), expected, "{link}");
        check("https://a.example/2026/11/mayor-meets-consul-48213.html", Some("Mayor meets consul"));
        check("https://a.example/news/48213-mayor_meets_consul/", Some("Mayor meets consul"));
        check("https://a.example/%E5%8F%8B%E5%A5%BD%E5%9F%8E%E5%B8%82", Some("友好城市"));
        check("https://a.example/article/48213/", Some("Article"));
        check("https://a.example/", None);
        check("nonsense", None);
    }
}
