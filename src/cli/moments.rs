//! Times as people read them: on their own clocks, and by how long ago or ahead they are.
//!
//! Whatever programs read (`--json`) stays RFC 3339 in UTC.

use std::time::Duration;

use crate::clock::{Timestamp, Zone, span};

/// The length of an instant in RFC 3339 in UTC, to the second.
const WRITTEN: usize = "2026-11-30T21:40:05Z".len();
/// The length of its day.
const DAY: usize = "2026-11-30".len();

/// The clocks that times are shown by.
#[derive(Clone, Debug)]
pub struct Moments(pub Zone);

impl Moments {
    /// An instant: date, time of day and zone.
    pub fn shown(&self, at: Timestamp) -> String {
        if at == Timestamp::NEVER {
            return "never".to_owned();
        }
        self.0.wall(at).strftime("%Y-%m-%d %H:%M %Z").to_string()
    }

    /// How long before `now` an instant is, or how long after; from a minute on to the minute.
    pub fn distance(&self, at: Timestamp, now: Timestamp) -> String {
        let span = |length: Duration| match length.as_secs() {
            seconds @ 0..60 => span(Duration::from_secs(seconds)),
            seconds => span(Duration::from_secs((seconds + 30) / 60 * 60)),
        };
        match (now.since(at), at.since(now)) {
            (ago, ahead) if ago.as_secs() == 0 && ahead.as_secs() == 0 => "now".to_owned(),
            (ago, ahead) if ahead.is_zero() => format!("{} ago", span(ago)),
            (_, ahead) => format!("in {}", span(ahead)),
        }
    }

    /// A sentence of ours, such as a stored reason, with the instants in it on these clocks.
    /// Not for text of others, which is shown as they wrote it.
    pub fn sentence(&self, text: &str) -> String {
        let (mut shown, mut done) = (String::with_capacity(text.len()), 0);
        for (t, _) in text.match_indices('T') {
            let Some(begin) = t.checked_sub(DAY).filter(|begin| *begin >= done) else { continue };
            let written = text.get(begin..begin + WRITTEN).filter(|written| written.ends_with('Z'));
            if let Some(at) = written.and_then(Timestamp::from_rfc3339) {
                shown.push_str(&text[done..begin]);
                shown.push_str(&self.shown(at));
                done = begin + WRITTEN;
            }
        }
        shown + &text[done..]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_are_shown_on_their_readers_clocks_o82() {
        let at = Timestamp::from_rfc3339("2026-11-30T23:40:05Z").unwrap();
        let check = |zone: &str, expected: &str| {
            assert_eq!(Moments(Zone::named(zone).unwrap()).shown(at), expected);
        };
        check("UTC", "2026-11-30 23:40 UTC");
        check("Europe/Berlin", "2026-12-01 00:40 CET");
        check("Asia/Kathmandu", "2026-12-01 05:25 +0545");
        let here = Moments(Zone::UTC);
        let minutes = |n: u64| Duration::from_secs(60 * n);
        assert_eq!(here.distance(at, at.plus(minutes(90))), "1h 30m ago");
        assert_eq!(here.distance(at.plus(Duration::from_secs(29)), at.minus(minutes(3))), "in 3m");
        assert_eq!(here.distance(at.minus(Duration::from_secs(59)), at), "59s ago");
        assert_eq!((here.distance(at, at), here.shown(Timestamp::NEVER)), ("now".into(), "never".into()));
    }

    #[test]
    fn sentences_name_instants_as_their_readers_clocks_show_them_o82() {
        let here = Moments(Zone::named("Europe/Berlin").unwrap());
        let check = |text: &str, expected: &str| assert_eq!(here.sentence(text), expected);
        check(
            "Then: held until 2026-11-23T23:00:01Z, for polls by hand too: T",
            "Then: held until 2026-11-24 00:00 CET, for polls by hand too: T",
        );
        check("2026-11-23T23:00:01Z and 2026-07-01T10:00:00Z", "2026-11-24 00:00 CET and 2026-07-01 12:00 CEST");
        check("", "");
        for same in
            ["T", "TTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTZ", "2026-13-23T23:00:01Z", "友城友城友城T友", "2026-11-23T23:00"]
        {
            check(same, same);
        }
    }
}
