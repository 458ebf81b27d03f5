//! `wiredesk fetch`: reads URLs or files as a source would be read.

use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use clap::Args;
use url::Url;

use crate::clock::{Clock, SystemClock, Timestamp, Zone};
use crate::config::{Config, Polling};
use crate::fetch::robots::Robots;
use crate::fetch::{Ask, Asker, DocumentKind, Received};
use crate::identity::own_texts;
use crate::model::newswire::Newswire;
use crate::model::{Entry, Parsed, PublicUrl, Source, SourceId, redacted, without_credentials};
use crate::newswire::{UnreadCopy, WireReader};
use crate::parse;
use crate::parse::page::propose::{Proposal, propose};
use crate::plan::readable::body;
use crate::plan::{Plan, PlannedSource};
use crate::publish::sanitize::Sanitizer;
use crate::{fetch, net};

use super::append::proposal_lines;
use super::context::{CommandResult, Context, Failed};
use super::manners::Paced;
use super::output::{Output, counted};
use super::runtime::on_runtime;
use super::wire::DocumentJson;

/// What to read.
#[derive(Args, Debug)]
pub struct FetchArgs {
    /// URLs, files, or ids of configured sources
    #[arg(required = true, value_name = "URL|FILE")]
    documents: Vec<String>,
    /// The Content-Type to read files under
    #[arg(long, value_name = "TYPE")]
    content_type: Option<String>,
    /// Read pages: propose selectors for those that no source is configured for
    #[arg(long)]
    page: bool,
}

/// A file is unpacked to this size at most: a document may be 20 MiB, a sitemap 50 MB.
const MOST_UNPACKED: u64 = 64 << 20;

/// What to know of pages in files.
const NO_URL: &str = "a file has no URL from which its relative links could lead on: give the URL of the page, or write \
    it into the file as <base href=\"…\">";

/// How a document is read.
struct Manner<'a> {
    content_type: Option<&'a str>,
    /// The configured source that it belongs to.
    source: Option<PlannedSource>,
    /// Whether selectors are to be proposed for it.
    page: bool,
    now: Timestamp,
    sanitizer: &'a Sanitizer,
    /// What reads wire copy.
    wire: &'a WireReader,
}

/// Reads each document and prints its entries; stores nothing.
pub fn run(context: &Context, args: &FetchArgs) -> CommandResult {
    on_runtime(async {
        let now = SystemClock::new().now();
        let (sanitizer, mut failed) = (Sanitizer::new(), false);
        let config = config(context)?;
        let wire = config.as_ref().map_or_else(|| Arc::new(WireReader::built_in()), |config| Arc::clone(&config.wire));
        let polling = config.as_ref().map_or_else(Polling::default, |c| c.polling.clone());
        let paced = Paced::new(polling.host_gap);
        let (net, robots) = (net::Client::new(polling.net_settings())?, Robots::default());
        for named in &args.documents {
            let content_type = args.content_type.as_deref();
            let mut manner =
                Manner { content_type, source: None, page: args.page, now, sanitizer: &sanitizer, wire: &wire };
            let document = match request(named, config.as_ref()) {
                Some((mut request, source)) => {
                    if args.page {
                        request.wanted = DocumentKind::Page;
                    }
                    manner.source = source;
                    let asker = Asker { net: &net, robots: &robots };
                    requested(asker, &paced, request, manner).await
                }
                None => file(Path::new(named), manner),
            };
            failed |= document.error.is_some();
            say(&context.out, &document);
        }
        if failed { Err(Failed::Said) } else { Ok(()) }
    })
}

/// The configuration, if there is one.
fn config(context: &Context) -> Result<Option<Config>, Failed> {
    match context.config_path() {
        Ok(path) if context.config.is_some() || path.exists() => context.load().map(Some),
        _ => Ok(None),
    }
}

/// What to request: a configured source, by its name or URL, as it is configured; any other URL
/// without credentials or fields. `None` for the name of a file.
fn request(named: &str, config: Option<&Config>) -> Option<(fetch::Request, Option<PlannedSource>)> {
    let url = Url::parse(named).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
    let plan = config.map(Plan::of);
    let bare = |url: &Url| without_credentials(url.clone());
    let is_it = |s: &crate::model::Source| {
        s.id.as_str() == named || url.as_ref().is_some_and(|url| url.username().is_empty() && bare(url) == bare(&s.url))
    };
    let source = plan.as_ref().and_then(|plan| plan.sources.iter().find(|polled| is_it(&polled.configured.source)));
    match source {
        Some(polled) => Some((polled.request(polled.configured.source.url.clone()), Some(polled.clone()))),
        None => Some((fetch::Request::of(url?), None)),
    }
}

async fn requested(asker: Asker<'_>, paced: &Paced, request: fetch::Request, manner: Manner<'_>) -> DocumentJson {
    let shown = shown(&request.url, &manner);
    let is_bound = manner.page || manner.source.as_ref().is_some_and(|s| s.configured.source.kind.heeds_robots());
    let ask = if is_bound { Ask::bound(request) } else { Ask::free(request) };
    let response = asker.ask(&ask, paced, manner.now).await;
    let status = response.status;
    match response.document() {
        Ok(Received { body, room: _room }) => {
            let at = self::shown(&body.url, &manner);
            let content_type = body.content_type.clone();
            let manner = Manner { content_type: content_type.as_deref(), ..manner };
            read(at, status, &body.bytes, &body.url, &manner)
        }
        Err(failure) => DocumentJson::failed(shown, status, failure.to_string()),
    }
}

/// A URL as it is printed: that of a configured source without its query.
fn shown(url: &Url, manner: &Manner<'_>) -> String {
    match manner.source {
        Some(_) => PublicUrl::of(url).to_string(),
        None => redacted(url),
    }
}

fn file(path: &Path, manner: Manner<'_>) -> DocumentJson {
    let shown = path.display().to_string();
    let bytes = match std::fs::read(path).and_then(unpacked) {
        Ok(bytes) => bytes,
        Err(error) => return DocumentJson::failed(shown, None, format!("cannot be read: {error}")),
    };
    let whole = std::path::absolute(path).ok().and_then(|path| Url::from_file_path(path).ok());
    let Some(url) = whole else {
        return DocumentJson::failed(shown, None, "its name cannot be written as a URL".into());
    };
    read(shown, None, &bytes, &url, &manner)
}

/// A file as it is read from the network: gzip undone, up to a limit.
fn unpacked(bytes: Vec<u8>) -> std::io::Result<Vec<u8>> {
    if !bytes.starts_with(b"\x1f\x8b") {
        return Ok(bytes);
    }
    let mut out = Vec::new();
    flate2::read::MultiGzDecoder::new(&bytes[..]).take(MOST_UNPACKED).read_to_end(&mut out)?;
    Ok(out)
}

fn read(shown: String, status: Option<u16>, bytes: &[u8], url: &Url, manner: &Manner<'_>) -> DocumentJson {
    let source = manner.source.as_ref().map(|planned| &planned.configured);
    let about = parse::About {
        url,
        content_type: manner.content_type,
        language: source.and_then(|s| s.source.language.as_deref()),
        timezone: source.map_or(Zone::UTC, |s| s.timezone.clone()),
        work: crate::model::Work::default(),
    };
    let (parsed, proposed) = match source.and_then(|s| s.page.as_deref()) {
        Some(selectors) => (parse::page::read(bytes, &about, selectors, manner.now), None),
        None if manner.page => match propose(bytes, &about, manner.now) {
            Err(error) => (Err(error), None),
            Ok(proposal) => (parse::page::read(bytes, &about, &proposal.selectors, manner.now), Some(proposal)),
        },
        None => (parse::document(bytes, &about, manner.now), None),
    };
    match parsed {
        Ok(mut parsed) => {
            if let Some(polled) = source {
                if let Some(template) = &polled.link_template {
                    template.give(&mut parsed);
                }
                // A page is its own home page, and so is the document of many feeds.
                parsed.hide(&PublicUrl::of(&polled.source.url));
                parsed.hide(&PublicUrl::of(url));
            }
            let newswires = newswires(&parsed, manner);
            let mut document = DocumentJson::read(shown, status, &parsed, &newswires, manner.sanitizer);
            document.remarks = proposed.iter().flat_map(|proposal| proposal.remarks.clone()).collect();
            document.page = proposed.map(|proposal| block(&proposal));
            document.maps = parsed.maps.iter().map(|map| PublicUrl::read(&map.url).to_string()).collect();
            document
        }
        Err(error) => DocumentJson::failed(shown, status, refused(&error, url, manner)),
    }
}

/// What each entry says of itself as wire copy.
fn newswires(parsed: &Parsed, manner: &Manner<'_>) -> Vec<Newswire> {
    let configured = manner.source.as_ref().map(|planned| &planned.configured);
    let nobody = SourceId::new("nobody").map(Source::retired).ok();
    let Some(source) = configured.map(|s| &s.source).or(nobody.as_ref()) else { return Vec::new() };
    let read = |entry: &Entry| {
        let body = body(&own_texts(entry));
        manner.wire.newswire(&UnreadCopy {
            entry,
            texts: [&entry.title, &body],
            source,
            zone: configured.map(|s| &s.timezone),
            published: entry.dated(),
        })
    };
    parsed.entries.iter().map(read).collect()
}

/// Why a document is not read, and what to do about it.
fn refused(error: &parse::Error, url: &Url, manner: &Manner<'_>) -> String {
    if error.is_page() && manner.source.is_none() && !manner.page {
        return format!(
            "{error} (--page proposes selectors for the list on it; `wiredesk add` looks for a feed behind it)"
        );
    }
    // Links of a saved page lead on from where it stood.
    if manner.page && url.scheme() == "file" {
        return format!("{error} ({NO_URL})");
    }
    error.to_string()
}

/// The `[source.page]` block of a proposal.
fn block(proposal: &Proposal) -> String {
    proposal_lines(proposal).map(|line| line + "\n").collect()
}

fn say(out: &Output, d: &DocumentJson) {
    if out.is_json() {
        return out.json(d);
    }
    if let Some(error) = &d.error {
        return out.line(&format!("{}: {error}", d.url));
    }
    let format = d.format.unwrap_or("unknown");
    let title = d.title.as_deref().unwrap_or("untitled");
    out.line(&format!(
        "{}: {format}, {}, {}: {title}",
        d.url,
        d.encoding.unwrap_or("?"),
        counted(d.entries.len() as u64, "entry", "entries")
    ));
    for warning in &d.warnings {
        let entry = warning.entry.map(|at| format!(" (entry {at})")).unwrap_or_default();
        out.line(&format!("  warning: {}: {}{entry}", warning.kind, warning.text));
    }
    for map in &d.maps {
        out.line(&format!("  names {map}"));
    }
    for entry in &d.entries {
        let at = entry.published.as_deref().map_or_else(|| "undated".to_owned(), |at| out.moments().sentence(at));
        out.line(&format!("  {at:<20}  {}", entry.title));
        if let Some(link) = &entry.link {
            out.line(&format!("                        {link}"));
        }
        for (name, said) in &entry.told {
            out.line(&format!("                        {name}: {said}"));
        }
    }
    if let Some(block) = &d.page {
        out.line("\nselectors that read this page, for a [[source]] of kind = \"page\":\n");
        block.lines().for_each(|line| out.line(line));
        d.remarks.iter().for_each(|remark| out.line(&format!("note: {remark}")));
    }
}
