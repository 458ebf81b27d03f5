//! Headlines: what they say, and what tells two of them apart.

use super::words::{HashedWords, sequence};

/// A headline without tickers, the brand of a wire and notice marks.
#[derive(Clone, Debug, Default)]
pub struct HeadlineReading {
    /// Its words in their order.
    pub words: HashedWords,
    /// The same for the same headline, however it is written; 0 for none.
    pub key: u64,
    /// How much it says, in words; a character counts half.
    pub weight: usize,
    /// The words that mark it as one of a series.
    pub serial: Vec<&'static str>,
}

/// Reads a headline; `mark` are the words of its notice.
pub(super) fn read(title: &str, mark: Option<&str>) -> HeadlineReading {
    let bare = bare(title, mark);
    let words = HashedWords::of(&bare);
    let halves: usize = words.words.iter().map(|word| if word.is_character { 1 } else { 2 }).sum();
    let serial = SERIAL.iter().copied().filter(|phrase| stands_in(phrase, &words)).collect();
    let key = sequence(words.words.iter().map(|word| word.hash));
    HeadlineReading { key, weight: halves / 2, serial, words }
}

/// Whether the words of `phrase` stand in a row.
fn stands_in(phrase: &str, words: &HashedWords) -> bool {
    let padded = format!(" {} ", words.folded.replace(|c: char| !c.is_alphanumeric(), " "));
    padded.contains(&format!(" {phrase} "))
}

/// A headline without what is no part of it.
fn bare(title: &str, mark: Option<&str>) -> String {
    let title = mark.filter(|mark| !mark.is_empty()).and_then(|mark| title.strip_prefix(mark)).unwrap_or(title);
    let title = title.trim_start_matches(|c: char| c == ':' || c == '-' || c == '–' || c == '—' || c.is_whitespace());
    without_tickers(without_brand(title))
}

/// "InvestorNewsBreaks – X" is X: a word with capitals inside is a name of the wire's own.
fn without_brand(mut title: &str) -> &str {
    let is_brand = |before: &str| {
        let before = before.trim();
        !before.contains(' ')
            && before.chars().skip(1).any(char::is_uppercase)
            && before.chars().any(char::is_lowercase)
    };
    while let Some((_, after)) = title.split_once([':', '–', '—']).filter(|(before, _)| is_brand(before)) {
        title = after.trim_start();
    }
    title
}

/// Brackets that hold tickers: `(NASDAQ: ABC)`, `(QBTS)`.
fn without_tickers(title: &str) -> String {
    let mut out = String::with_capacity(title.len());
    let mut rest = title;
    while let Some((before, inside)) = rest.split_once('(') {
        let Some((held, after)) = inside.split_once(')') else { break };
        out.push_str(before);
        let is_capital = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || " .:;,&".contains(c);
        let is_ticker = held.contains(':') && held.len() <= 60 || held.len() <= 6 && held.chars().all(is_capital);
        if !is_ticker || !held.chars().any(|c| c.is_ascii_uppercase()) {
            out.push('(');
            out.push_str(held);
            out.push(')');
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

impl HeadlineReading {
    /// Share of words that two headlines have in common, in thousandths of both (Dice).
    pub fn overlap(&self, other: &HeadlineReading) -> u16 {
        let (ours, theirs) = (self.distinct(), other.distinct());
        if ours.is_empty() || theirs.is_empty() {
            return 0;
        }
        let shared = ours.iter().filter(|hash| theirs.binary_search(hash).is_ok()).count();
        u16::try_from(2000 * shared / (ours.len() + theirs.len())).unwrap_or(1000)
    }

    fn distinct(&self) -> Vec<u64> {
        let mut all: Vec<u64> = self.words.words.iter().map(|word| word.hash).collect();
        all.sort_unstable();
        all.dedup();
        all
    }
}

/// Words of dates and periods, folded, each in its long form.
const DATE_WORDS: [(&str, &str); 42] = [
    ("january", "january"),
    ("february", "february"),
    ("march", "march"),
    ("april", "april"),
    ("may", "may"),
    ("june", "june"),
    ("july", "july"),
    ("august", "august"),
    ("september", "september"),
    ("october", "october"),
    ("november", "november"),
    ("december", "december"),
    ("jan", "january"),
    ("feb", "february"),
    ("mar", "march"),
    ("apr", "april"),
    ("jun", "june"),
    ("jul", "july"),
    ("aug", "august"),
    ("sep", "september"),
    ("sept", "september"),
    ("oct", "october"),
    ("nov", "november"),
    ("dec", "december"),
    ("first", "first"),
    ("second", "second"),
    ("third", "third"),
    ("fourth", "fourth"),
    ("1st", "first"),
    ("2nd", "second"),
    ("3rd", "third"),
    ("4th", "fourth"),
    ("q1", "first"),
    ("q2", "second"),
    ("q3", "third"),
    ("q4", "fourth"),
    ("monday", "monday"),
    ("tuesday", "tuesday"),
    ("wednesday", "wednesday"),
    ("thursday", "thursday"),
    ("friday", "friday"),
    ("saturday", "saturday"),
];

/// The long form of a word of dates and periods.
pub(super) fn date_word(folded: &str) -> Option<&'static str> {
    DATE_WORDS.iter().find(|(word, _)| *word == folded).map(|(_, long)| *long)
}

/// Words of notices that come in series, folded.
const SERIAL: [&str; 22] = [
    "class action",
    "investor alert",
    "shareholder alert",
    "investor notice",
    "shareholder notice",
    "deadline",
    "reminder",
    "reminds",
    "law firm",
    "investigation",
    "lead plaintiff",
    "weekly",
    "monthly",
    "quarterly",
    "dividend",
    "distribution",
    "net asset value",
    "transaction in own shares",
    "total voting rights",
    "market summary",
    "市場サマリー",
    "every week",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_headline_has_one_key() {
        let check = |a: &str, b: &str| assert_eq!(read(a, None).key, read(b, None).key, "{a} / {b}");
        check("InvestorNewsBreaks – Acme Inc. (NYSE: ACM) Opens", "NetworkNewsBreaks – Acme Inc. Opens");
        check("Acme (ACM) Opens – Today", "Acme opens today");
        assert_eq!(read("CORRECTION -- Acme Opens", Some("CORRECTION")).key, read("Acme opens", None).key);
        assert_ne!(read("Acme (Ohio) Opens", None).key, read("Acme Opens", None).key);
        assert_ne!(read("Canada – talks fail", None).key, read("Mexico – talks fail", None).key);
    }

    #[test]
    fn headlines_know_series() {
        let title = read("Shareholder Alert: Law Firm Reminds Acme Investors of May 3, 2025 Deadline", None);
        assert_eq!(title.serial, ["shareholder alert", "deadline", "reminds", "law firm"]);
        assert_eq!(read("a b c d", None).overlap(&read("a b c e", None)), 750);
        assert_eq!(read("", None).overlap(&read("", None)), 0);
    }
}
