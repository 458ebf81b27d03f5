//! What a robots.txt means for us (RFC 9309), parsed once and matched in linear time.
//!
//! Pure. The file may come from any host: whatever its bytes are, parsing takes time in
//! proportion to them, and so does matching. Of all groups only the rules that apply to us are
//! kept. Where the RFC leaves a choice, this does as Google's parser does: keys may be misspelt
//! in the usual ways, a blank may replace the colon, and rules before the first group apply to
//! no crawler.

use std::time::Duration;

mod pattern;
#[cfg(test)]
mod tests;

use crate::limits;
use pattern::Pattern;

/// The name that groups of rules address us by.
const TOKEN: &str = "wiredesk";

/// How much of a file is read (RFC 9309 §2.5: at least 500 KiB).
const MOST_BYTES: usize = limits::ROBOTS_BYTES.count();
/// The longest line, as in Google's parser.
const LONGEST_LINE: usize = limits::ROBOTS_LINE.count();

/// The rules of a file that bind us.
#[derive(Debug, Default)]
pub struct RobotsRules {
    /// The longest first, and those that allow before others as long: the first
    /// that matches decides (RFC 9309 §2.2.2).
    rules: Vec<RobotsRule>,
    delay: Option<Duration>,
}

#[derive(Debug)]
struct RobotsRule {
    pattern: Pattern,
    allows: bool,
}

/// Rules as they are gathered for one kind of group.
#[derive(Default)]
struct GatheredRules {
    /// Whether a group of the kind was met at all.
    met: bool,
    rules: Vec<RobotsRule>,
    delay: Option<Duration>,
}

/// What a line is about.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Key {
    Agent,
    Allow,
    Disallow,
    Delay,
}

impl RobotsRules {
    /// The rules of `file` for us: those of the groups that name us, else those
    /// for everybody. Groups of one name count as one.
    pub fn read(file: &[u8]) -> RobotsRules {
        let (mut ours, mut all) = (GatheredRules::default(), GatheredRules::default());
        let mut before = None;
        // Whom the rules that follow bind, and whether further names may join them.
        let (mut binds_us, mut binds_all, mut naming, mut any) = (false, false, false, false);
        for line in lines(file) {
            let Some((key, value)) = statement(line) else { continue };
            if key == Key::Agent {
                if !naming {
                    (binds_us, binds_all, naming, any) = (false, false, true, true);
                }
                let (us, everybody) = named(value);
                (binds_us, binds_all) = (binds_us || us, binds_all || everybody);
                (ours.met, all.met) = (ours.met || us, all.met || everybody);
                continue;
            }
            if key == Key::Delay {
                let delay = seconds(value);
                if !any {
                    before = before.or(delay);
                }
                for (_, kind) in [(binds_us, &mut ours), (binds_all, &mut all)].into_iter().filter(|(binds, _)| *binds)
                {
                    kind.delay = kind.delay.or(delay);
                }
                continue;
            }
            naming = false;
            let allows = key == Key::Allow;
            for (_, kind) in [(binds_us, &mut ours), (binds_all, &mut all)].into_iter().filter(|(binds, _)| *binds) {
                kind.rules.extend(Pattern::read(value).map(|pattern| RobotsRule { pattern, allows }));
            }
        }
        let GatheredRules { mut rules, delay, .. } = if ours.met { ours } else { all };
        rules.sort_by_key(|rule| (std::cmp::Reverse(rule.pattern.length()), !rule.allows));
        rules.shrink_to_fit();
        RobotsRules { rules, delay: delay.or(before) }
    }

    /// Whether a path with its query may be fetched. The rules themselves always may.
    pub fn allow(&self, path: &str) -> bool {
        let path = pattern::normal(path.as_bytes());
        path == b"/robots.txt"
            || self.rules.iter().find(|rule| rule.pattern.matches(&path)).is_none_or(|rule| rule.allows)
    }

    /// The pause between two requests that the file wishes.
    pub fn delay(&self) -> Option<Duration> {
        self.delay
    }

    /// About how many bytes of memory the rules take.
    pub fn weight(&self) -> usize {
        self.rules.iter().map(|rule| size_of::<RobotsRule>() + rule.pattern.length()).sum()
    }
}

/// The lines of a file as far as it is read, without its byte order mark; ended
/// by LF, CR or both, and in some files by NUL.
fn lines(file: &[u8]) -> impl Iterator<Item = &[u8]> {
    let head = &file[..file.len().min(MOST_BYTES)];
    let marks: [&[u8]; 3] = [b"\xef\xbb\xbf", b"\xef\xbb", b"\xef"];
    let head = marks.iter().find_map(|mark| head.strip_prefix(*mark)).unwrap_or(head);
    let whole = file.len() <= MOST_BYTES || head.ends_with(b"\n");
    let lines = head.split(|b| matches!(b, b'\n' | b'\r' | 0));
    // A line that the limit cuts would say something else.
    let most = if whole { usize::MAX } else { head.iter().filter(|b| matches!(b, b'\n' | b'\r' | 0)).count() };
    lines.take(most)
}

/// The key of a line and its value; nothing where it says nothing to us. A
/// `Disallow` that is too long is cut and forbids the more; an `Allow` is not.
fn statement(line: &[u8]) -> Option<(Key, &[u8])> {
    let said = line.split(|b| *b == b'#').next().unwrap_or_default().trim_ascii();
    let (name, value) = match said.iter().position(|b| *b == b':') {
        Some(colon) => (&said[..colon], &said[colon + 1..]),
        None => {
            // "Disallow /x": two words and no more.
            let blank = said.iter().position(u8::is_ascii_whitespace)?;
            let value = said[blank..].trim_ascii();
            (&said[..blank], Some(value).filter(|value| !value.iter().any(u8::is_ascii_whitespace))?)
        }
    };
    let (key, value) = (key(name.trim_ascii())?, value.trim_ascii());
    match value.get(..LONGEST_LINE) {
        Some(cut) if value.len() > LONGEST_LINE => (key == Key::Disallow).then_some((key, cut)),
        _ => Some((key, value)),
    }
}

/// A key as people write it (as in Google's parser, which takes longer words too).
fn key(name: &[u8]) -> Option<Key> {
    const KEYS: [(&str, Key); 13] = [
        ("user-agent", Key::Agent),
        ("useragent", Key::Agent),
        ("user agent", Key::Agent),
        ("disallow", Key::Disallow),
        ("dissallow", Key::Disallow),
        ("dissalow", Key::Disallow),
        ("disalow", Key::Disallow),
        ("diasllow", Key::Disallow),
        ("disallaw", Key::Disallow),
        ("allow", Key::Allow),
        ("crawl-delay", Key::Delay),
        ("crawldelay", Key::Delay),
        ("crawl delay", Key::Delay),
    ];
    let begins = |known: &str| name.get(..known.len()).is_some_and(|head| head.eq_ignore_ascii_case(known.as_bytes()));
    KEYS.iter().find(|(known, _)| begins(known)).map(|(_, key)| *key)
}

/// Whether a `User-agent` names us, and whether it names everybody. What follows
/// the product's name, as a version does, is no part of it (RFC 9309 §2.2.1).
fn named(value: &[u8]) -> (bool, bool) {
    let everybody = value.first() == Some(&b'*') && value.get(1).is_none_or(u8::is_ascii_whitespace);
    let length = value.iter().take_while(|b| b.is_ascii_alphabetic() || matches!(b, b'-' | b'_')).count();
    (value[..length].eq_ignore_ascii_case(TOKEN.as_bytes()), everybody)
}

/// A delay in seconds, with or without a fraction.
fn seconds(value: &[u8]) -> Option<Duration> {
    let seconds: f64 = std::str::from_utf8(value).ok()?.parse().ok()?;
    Duration::try_from_secs_f64(seconds).ok().filter(|delay| !delay.is_zero())
}
