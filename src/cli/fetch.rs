//! `wiredesk fetch`: reads addresses or files as a source would be read.

use std::path::Path;

use clap::Args;
use url::Url;

use crate::clock::{Clock, SystemClock, Timestamp};
use crate::config::Polling;
use crate::model::{Outcome, Parsed, Validators};
use crate::parse;
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
        let mut net = None;
        for named in &args.documents {
            let document = match Url::parse(named) {
                Ok(url) if matches!(url.scheme(), "http" | "https") => {
                    if net.is_none() {
                        net = Some(net::Client::new(polling(desk)?.net_settings())?);
                    }
                    match &net {
                        Some(net) => address(net, &url, now, &sanitizer).await,
                        None => continue,
                    }
                }
                _ => file(Path::new(named), args.content_type.as_deref(), now, &sanitizer),
            };
            failed |= document.error.is_some();
            say(&desk.out, &document);
        }
        if failed { Err(Failed::Said) } else { Ok(()) }
    })
}

/// The configuration's limits and permissions, where there is one.
fn polling(desk: &Desk) -> Result<Polling, Failed> {
    match desk.config_path() {
        Ok(path) if desk.config.is_some() || path.exists() => Ok(desk.load()?.polling),
        _ => Ok(Polling::default()),
    }
}

async fn address(net: &net::Client, url: &Url, now: Timestamp, sanitizer: &Sanitizer) -> Document {
    let request = fetch::Request {
        home: url.clone(),
        url: url.clone(),
        validators: Validators::default(),
        validators_url: None,
        headers: net::HeaderMap::new(),
    };
    let answer = fetch::get(net, &request, &fetch::AtOnce, now).await;
    let shown = crate::model::redacted(url);
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
