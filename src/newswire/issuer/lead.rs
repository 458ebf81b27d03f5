//! The name with which the news of a release begins, where its form is certain:
//! "Contoso, Inc. (NASDAQ: CNTS) today announced", "株式会社コントソ（本社：東京都…".

use super::super::notice::floor;
use super::super::tickers;
use super::carrier::CarrierKind;
use super::words::IssuerWords;

/// How much of the news is looked at, in bytes.
const REACH: usize = 400;
/// A name has no more words.
const MOST_WORDS: usize = 12;

/// The name that begins `news`.
pub(super) fn read<'t>(news: &'t str, carrier: CarrierKind, words: &IssuerWords) -> Option<&'t str> {
    let news = &news[..floor(news, REACH)];
    let news = news.split('\n').next()?;
    introduced(news, words).or_else(|| spaced(news, carrier, words))
}

/// A name in a script without spaces, with a bracket after it that tells its seat or head.
fn introduced<'t>(news: &'t str, words: &IssuerWords) -> Option<&'t str> {
    let (name, rest) = news.split_once(['（', '('])?;
    let inside = rest.trim_start();
    let is_told = words.introduced.iter().any(|word| inside.starts_with(word.as_str()));
    let is_name = !name.contains(['。', '、', '，', ',', '：', ':', '「', '」', '.']);
    (is_told && is_name && name.len() <= 120).then(|| name.trim())
}

/// Words in capitals, then a bracket with a security or short name, or "today announced".
fn spaced<'t>(news: &'t str, carrier: CarrierKind, words: &IssuerWords) -> Option<&'t str> {
    let (mut end, mut count) = (0, 0);
    for word in news.split_inclusive(' ') {
        let shown = word.trim_end();
        let bare = shown.trim_end_matches(',');
        let is_capital = bare.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit());
        // A comma ends the name, unless a legal form follows: "Contoso, Inc.".
        let after_comma = news[..end].trim_end().ends_with(',');
        let belongs = words.is_ending(bare) || !after_comma && (is_capital || words.joints.contains(bare));
        if !belongs || count >= MOST_WORDS {
            break;
        }
        end += word.len();
        count += 1;
    }
    let name = news[..end].trim_end().trim_end_matches(',');
    let rest = news[end..].trim_start();
    let is_name = name.starts_with(char::is_uppercase)
        && !name.rsplit(' ').next().is_some_and(|last| words.joints.contains(last));
    let is_certain =
        is_security(rest) || carrier == CarrierKind::ReleaseWire && (is_short_name(rest) || says(rest, words));
    (is_name && is_certain).then_some(name)
}

/// "(NASDAQ: CNTS)".
fn is_security(rest: &str) -> bool {
    let bracket = rest.starts_with('(').then(|| rest.split_inclusive(')').next()).flatten();
    bracket.is_some_and(|bracket| !tickers::read(bracket).is_empty())
}

/// `("Contoso" or the "Company")`.
fn is_short_name(rest: &str) -> bool {
    let inside = rest.strip_prefix('(').map(|inside| inside.strip_prefix("the ").unwrap_or(inside));
    inside.is_some_and(|inside| inside.starts_with(['"', '“', '‘']))
}

fn says(rest: &str, words: &IssuerWords) -> bool {
    words.says.iter().any(|says| rest.starts_with(says.as_str()))
}
