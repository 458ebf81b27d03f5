//! What `wiredesk poll` prints, for people or for programs.

use serde::Serialize;

use crate::cli::output::Output;
use crate::clock::{Timestamp, span};
use crate::poll::Summary;
use crate::store::NotClaimed;

#[derive(Serialize)]
struct PolledJson<'a> {
    source: &'a str,
    outcome: &'a str,
    text: &'a str,
    status: Option<u16>,
    failed: bool,
    new: usize,
    changed: usize,
    next_poll_at: Option<String>,
    because: &'a str,
    warnings: &'a [String],
    duration_ms: u64,
}

/// Prints how a poll ended.
pub fn say(out: &Output, s: &Summary) {
    if out.is_json() {
        return out.json(&PolledJson {
            source: s.source.as_str(),
            outcome: s.note.kind,
            text: &s.note.text,
            status: s.note.status,
            failed: s.failed,
            new: s.new,
            changed: s.revised,
            next_poll_at: Some(s.next.at).filter(|at| *at < Timestamp::NEVER).map(Timestamp::rfc3339),
            because: &s.next.because,
            warnings: &s.warnings,
            duration_ms: u64::try_from(s.note.duration.as_millis()).unwrap_or(u64::MAX),
        });
    }
    let mark = if s.failed { "failed" } else { "ok" };
    let text = out.moments().sentence(&s.note.text);
    out.line(&format!("{:<32} {mark:<6} {text} ({})", s.source, span(s.note.duration)));
    for warning in &s.warnings {
        out.line(&format!("{:<32}        {warning}", ""));
    }
}

/// Prints why a source may not be polled now.
pub fn say_refused(out: &Output, reason: &NotClaimed) {
    let (source, why) = match reason {
        NotClaimed::Unknown(source) => {
            (source, "is not in the configuration in force: the daemon at work has another".to_owned())
        }
        NotClaimed::Busy(source) => (source, "is being polled at this moment".to_owned()),
        NotClaimed::NotItsTurn(source) => (source, "has no turn at its host".to_owned()),
        NotClaimed::Held { source, until } => {
            (source, format!("may be polled again at {}: {}", out.when(until.at), until.because))
        }
        NotClaimed::TooSoon { source, until } => {
            let until = out.when(*until);
            (source, format!("was polled a moment ago; it may be polled again at {until} (polling.refresh_floor)"))
        }
    };
    if out.is_json() {
        #[derive(Serialize)]
        struct RefusedJson<'a> {
            source: &'a str,
            outcome: &'static str,
            text: &'a str,
            failed: bool,
        }
        return out.json(&RefusedJson { source: source.as_str(), outcome: "refused", text: &why, failed: true });
    }
    out.line(&format!("{source:<32} held   {why}"));
}
