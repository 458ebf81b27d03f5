//! `wiredesk fetch`: reads addresses or files as a source would be read.

use std::path::Path;

use clap::Args;
use url::Url;

use crate::clock::{Clock, SystemClock, Timestamp};
use crate::config::{Config, Polling};
use crate::model::{Outcome, Parsed};
use crate::parse;
use crate::poll::Plan;
use crate::publish::sanitize::Sanitizer;
use crate::{fetch, net};

use super::open::on_runtime;
use super::output::Output;
use super::wire::Document;
use super::{Desk, Done, Failed};

/// What to read.
#[derive(Args, Debug)]
pub struct FetchArgs {
    /// Addresses or files
    #[arg(required = true, value_name = "URL|FILE")]
    documents: Vec<String>,
    /// The Content-Type to read files under
    #[arg(long, value_name = "TYPE")]
    content_type: Option<String>,
}

/// Reads each and prints what came out; stores nothing.
pub fn run(desk: &Desk, args: &FetchArgs) -> Done {
    on_runtime(async {
        let now = SystemClock::new().now();
        let (sanitizer, mut failed) = (Sanitizer::new(), false);
        let config = config(desk)?;
        let net =
            net::Client::new(config.as_ref().map_or_else(Polling::default, |c| c.polling.clone()).net_settings())?;
        for named in &args.documents {
            let document = match request(named, config.as_ref()) {
                Some(request) => address(&net, &request, now, &sanitizer).await,
                None => file(Path::new(named), args.content_type.as_deref(), now, &sanitizer),
            };
            failed |= document.error.is_some();
            say(&desk.out, &document);
        }
        if failed { Err(Failed::Said) } else { Ok(()) }
    })
}

/// The configuration, where there is one.
fn config(desk: &Desk) -> Result<Option<Config>, Failed> {
    match desk.config_path() {
        Ok(path) if desk.config.is_some() || path.exists() => desk.load().map(Some),
        _ => Ok(None),
    }
}

/// What to ask for: a configured source, by its name or address, in its own
/// manner; another address as a stranger. `None` for the name of a file.
fn request(named: &str, config: Option<&Config>) -> Option<fetch::Request> {
    let url = Url::parse(named).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
    let plan = config.map(Plan::of);
    let bare = |url: &Url| fetch::without_credentials(url.clone());
    let is_it = |s: &crate::model::Source| {
        s.id.as_str() == named || url.as_ref().is_some_and(|url| url.username().is_empty() && bare(url) == bare(&s.url))
    };
    let source = plan.as_ref().and_then(|plan| plan.sources.values().find(|polled| is_it(&polled.source)));
    match source {
        Some(polled) => Some(polled.request(polled.source.url.clone())),
        None => Some(fetch::Request::of(url?)),
    }
}

async fn address(net: &net::Client, request: &fetch::Request, now: Timestamp, sanitizer: &Sanitizer) -> Document {
    let answer = fetch::get(net, request, &fetch::AtOnce, now).await;
    let shown = crate::model::redacted(&request.url);
    match answer.outcome {
        Outcome::Document(body) => {
            let read = read(&body.bytes, &body.url, body.content_type.as_deref(), now);
            let at = crate::model::redacted(&body.url);
            finish(at, answer.status, read, sanitizer)
        }
        Outcome::NotModified { .. } => Document::failed(shown, answer.status, "304 to an unconditional request".into()),
        Outcome::Failed(failure) => Document::failed(shown, answer.status, failure.to_string()),
    }
}

fn file(path: &Path, content_type: Option<&str>, now: Timestamp, sanitizer: &Sanitizer) -> Document {
    let shown = path.display().to_string();
    let bytes = match std::fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) => return Document::failed(shown, None, format!("cannot be read: {error}")),
    };
    let whole = std::path::absolute(path).ok().and_then(|path| Url::from_file_path(path).ok());
    let Some(url) = whole else { return Document::failed(shown, None, "its name makes no address".into()) };
    finish(shown, None, read(&bytes, &url, content_type, now), sanitizer)
}

fn read(bytes: &[u8], url: &Url, content_type: Option<&str>, now: Timestamp) -> Result<Parsed, parse::Error> {
    let about = parse::About { url, content_type, language: None, timezone: chrono_tz::UTC };
    parse::document(bytes, &about, now)
}

fn finish(url: String, status: Option<u16>, read: Result<Parsed, parse::Error>, sanitizer: &Sanitizer) -> Document {
    match read {
        Ok(parsed) => Document::read(url, status, &parsed, sanitizer),
        Err(error) => Document::failed(url, status, error.to_string()),
    }
}

fn say(out: &Output, d: &Document) {
    if out.is_json() {
        return out.json(d);
    }
    if let Some(error) = &d.error {
        return out.line(&format!("{}: {error}", d.url));
    }
    let format = d.format.unwrap_or("unknown");
    let title = d.title.as_deref().unwrap_or("untitled");
    out.line(&format!("{}: {format}, {}, {} entries: {title}", d.url, d.encoding.unwrap_or("?"), d.entries.len()));
    for warning in &d.warnings {
        let entry = warning.entry.map(|at| format!(" (entry {at})")).unwrap_or_default();
        out.line(&format!("  warning: {}: {}{entry}", warning.kind, warning.text));
    }
    for entry in &d.entries {
        let at = entry.published.as_deref().unwrap_or("undated");
        out.line(&format!("  {at:<20}  {}", entry.title));
        if let Some(link) = &entry.link {
            out.line(&format!("                        {link}"));
        }
    }
}
