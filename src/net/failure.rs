//! Translates the HTTP library's errors into our own. URLs in them are left out, as they
//! may hold credentials (check B36); the host is named instead.

use std::error::Error as StdError;
use std::io;

use crate::model::web::address::Refusal;
use crate::model::{Failure, Phase};

use super::resolve::LookupError;
use super::settings::Settings;

/// What `err` means when it happened in `phase` of a request to `host`.
pub(super) fn failure(err: &reqwest::Error, phase: Phase, host: &str, settings: &Settings) -> Failure {
    if let Some(named) = causes(err).find_map(|cause| named(cause, phase, host)) {
        return named;
    }
    match (err.is_connect(), err.is_timeout()) {
        (true, true) => Failure::Timeout { phase: Phase::Connect, after: settings.connect },
        (true, false) => network(err, Phase::Connect, host),
        (false, _) => network(err, phase, host),
    }
}

/// The failure that a cause shows by its type.
fn named(cause: &(dyn StdError + 'static), phase: Phase, host: &str) -> Option<Failure> {
    if let Some(refusal) = cause.downcast_ref::<Refusal>() {
        return Some(Failure::Refused(refusal.to_string()));
    }
    if let Some(lookup) = cause.downcast_ref::<LookupError>() {
        return Some(match lookup {
            LookupError::Timeout(after) => Failure::Timeout { phase: Phase::Resolve, after: *after },
            LookupError::NoResolver { .. } => Failure::NoResolver(lookup.to_string()),
            failed => Failure::Network { phase: Phase::Resolve, cause: failed.to_string() },
        });
    }
    if let Some(tls) = cause.downcast_ref::<rustls::Error>() {
        return Some(Failure::Tls(format!("{host}: {tls}")));
    }
    if let Some(http) = cause.downcast_ref::<hyper::Error>() {
        if http.is_parse_too_large() {
            return Some(Failure::Limit(format!("{host} sent a response head of over 100 fields or 64 KiB")));
        }
        if phase == Phase::Body && http.is_incomplete_message() {
            return Some(cut(host));
        }
        if http.is_parse() && phase == Phase::Head {
            let cause = format!("{host}: {}", unread(&http.to_string()));
            return Some(Failure::Network { phase, cause });
        }
    }
    if let Some(err) = cause.downcast_ref::<io::Error>()
        && matches!(err.kind(), io::ErrorKind::NetworkUnreachable | io::ErrorKind::NetworkDown)
        && err.get_ref().is_none()
    {
        return Some(Failure::NoRoute(format!("{host}: {err}")));
    }
    let ended = |err: &io::Error| err.kind() == io::ErrorKind::UnexpectedEof;
    (phase == Phase::Body && cause.downcast_ref::<io::Error>().is_some_and(ended)).then(|| cut(host))
}

/// Which line of a response head could not be read. The library says so only in words, and
/// does not show the line.
fn unread(said: &str) -> &'static str {
    match said {
        said if said.contains("content-length") => "its Content-Length is no number, or two that differ",
        said if said.contains("transfer-encoding") => "its Transfer-Encoding has no place in HTTP/1.0",
        said if said.contains("version") => "its first line is no status line of HTTP/1.0 or HTTP/1.1",
        said if said.contains("status") => "its status line holds no status code, or control characters",
        _ => "a header field holds a NUL, or a carriage return where no line ends",
    }
}

fn cut(host: &str) -> Failure {
    Failure::Truncated(format!("{host} closed the connection before the end of the body"))
}

fn network(err: &reqwest::Error, phase: Phase, host: &str) -> Failure {
    let deepest = causes(err).last().map(ToString::to_string).unwrap_or_default();
    Failure::Network { phase, cause: format!("{host}: {deepest}") }
}

/// `err` and its causes. An `io::Error` returns its inner error's cause as its own, which
/// would hide the inner error itself, so it is unwrapped by hand.
fn causes<'a>(err: &'a (dyn StdError + 'static)) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(Some(err), |err| {
        let err: &'a (dyn StdError + 'static) = *err;
        match err.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
            Some(inner) => Some(inner as &(dyn StdError + 'static)),
            None => err.source(),
        }
    })
}
