//! `wiredesk add URL`: finds the source behind an address, shows it, and adds it
//! to the configuration.

use clap::Args;
use serde::Serialize;
use url::Url;

use crate::clock::{Clock, SystemClock, Timestamp};
use crate::config::naming::tag;
use crate::model::{Kind, SourceId, without_credentials, without_feed_scheme, without_prefix};
use crate::net;
use crate::text::quote::in_quotes;

use super::append::{Grown, NewSource};
use super::context::{CommandResult, Context, Failed};
use super::naming::Ids;
use super::output::Output;
use super::output::counted;
use super::runtime::on_runtime;
use find::{Finder, FoundSource};

mod find;
mod leads;

/// Entries that are shown of a source, beside the last.
const SHOWN: usize = 5;

/// What to add.
#[derive(Args, Debug)]
pub struct AddArgs {
    /// A feed, a sitemap, or a page behind which one is to be found
    url: String,
    /// Its id [default: made from its title]
    #[arg(long, value_parser = |text: &str| SourceId::new(text).map_err(|error| error.to_string()))]
    id: Option<SourceId>,
    /// A label; may be given several times
    #[arg(long = "tag", value_name = "TAG")]
    tags: Vec<String>,
    /// Of several that are found, the one with this number
    #[arg(long, value_name = "N", default_value_t = 1)]
    pick: usize,
    /// Show what would be added, and write nothing
    #[arg(long)]
    dry_run: bool,
}

#[derive(Serialize)]
struct AddedJson<'a> {
    found: Vec<FoundLine<'a>>,
    /// What was added; `null` where nothing was.
    added: Option<&'a str>,
    source: Option<String>,
}

#[derive(Serialize)]
struct FoundLine<'a> {
    url: &'a str,
    kind: &'a str,
    title: &'a str,
    entries: usize,
    because: &'a str,
}

/// Finds, shows and adds.
pub fn run(desk: &Context, args: &AddArgs) -> CommandResult {
    let path = desk.config_path()?;
    let config = desk.load()?;
    let url = address(&args.url)?;
    let tags: Vec<String> = args.tags.iter().map(|name| as_tag(name)).collect::<Result<_, _>>()?;
    let found = on_runtime(async {
        let net = net::Client::new(config.polling.net_settings())?;
        let finder = Finder::new(&net, &url, config.polling.host_gap, SystemClock::new().now(), &desk.out);
        Ok::<_, Failed>(finder.find(&url).await?)
    })?;
    for (at, found) in (1..).zip(&found) {
        show(&desk.out, at, found);
    }
    let Some(chosen) = args.pick.checked_sub(1).and_then(|at| found.get(at)) else {
        return Err(Failed::Usage(format!("--pick {}: {} found", args.pick, found.len())));
    };
    let place = |url: &Url| without_credentials(url.clone());
    if let Some(known) = config.sources.iter().find(|s| place(&s.source.url) == place(&chosen.url)) {
        desk.out.complain(&format!("{} is polled already, as the source {}", chosen.shown(), known.source.id));
        report(&desk.out, &found, None, None);
        return Ok(());
    }
    let title = if chosen.title.is_empty() { chosen.url.host_str().unwrap_or_default() } else { &chosen.title };
    let id = args.id.clone().unwrap_or_else(|| Ids::of(&config).take(title, &chosen.url));
    let (url, title, lines) = (chosen.url.clone(), chosen.title.clone(), chosen.lines.clone());
    let source = NewSource { id: id.clone(), url, kind: chosen.kind, tags, title, lines };
    let grown = Grown::of(&path, &[source])?;
    if !desk.out.is_json() {
        desk.out.line(&format!("\n{}", grown.added().trim()));
    }
    if !args.dry_run {
        grown.write()?;
        desk.out.complain(&format!("added to {} as the source {id}", path.display()));
    }
    report(&desk.out, &found, (!args.dry_run).then_some(&id), Some(grown.added().trim().to_owned()));
    Ok(())
}

/// A tag as it was typed, if it can be one.
fn as_tag(name: &str) -> Result<String, Failed> {
    let made = tag(name).filter(|made| made == name);
    made.ok_or_else(|| Failed::Usage(format!("{} cannot be a tag", in_quotes(name))))
}

/// An address as people type it: without a scheme it is https.
fn address(text: &str) -> Result<Url, Failed> {
    let text = &*without_feed_scheme(text.trim());
    let mailbox = without_prefix(text, "mailto:").unwrap_or(text);
    if mailbox.len() < text.len() || text.contains('@') && !text.contains(['/', ':']) {
        return Err(Failed::Usage(format!(
            "{} is a mailbox, which is not polled; give the URL of a page or a feed",
            in_quotes(mailbox)
        )));
    }
    let whole = if has_scheme(text) { text.to_owned() } else { format!("https://{text}") };
    match Url::parse(&whole) {
        Ok(url) if matches!(url.scheme(), "http" | "https") && url.host_str().is_some() => Ok(url),
        Ok(url) => Err(Failed::Usage(format!(
            "{}: `{}:` is not polled; use http:// or https://",
            in_quotes(text),
            url.scheme()
        ))),
        Err(error) => Err(Failed::Usage(format!("{} is not an address: {error}", in_quotes(text)))),
    }
}

/// Whether an address begins with a scheme (RFC 3986 §3.1). What stands before a colon may
/// also be a host with a port, or somebody's name with a password.
fn has_scheme(text: &str) -> bool {
    let Some((head, rest)) = text.split_once([':', '/', '?', '#']) else { return false };
    let is_name = head.starts_with(|c: char| c.is_ascii_alphabetic())
        && head.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-'));
    let authority = rest.split(['/', '?', '#']).next().unwrap_or(rest);
    is_name
        && text[head.len()..].starts_with(':')
        && (authority.is_empty() || !authority.contains('@') && !rest.starts_with(|c: char| c.is_ascii_digit()))
}

fn show(out: &Output, at: usize, found: &FoundSource) {
    if out.is_json() {
        return;
    }
    let FoundSource { kind, title, because, entries, .. } = found;
    let title = if title.is_empty() { "untitled" } else { title };
    out.line(&format!(
        "{at}. {} ({}, {because}): {title}, {}",
        found.shown(),
        kind.as_str(),
        counted(entries.len() as u64, "entry", "entries")
    ));
    let line = |(title, at): &(String, Option<Timestamp>)| {
        let at = at.map_or_else(|| "undated".to_owned(), Timestamp::rfc3339);
        out.line(&format!("     {at:<20}  {title}"));
    };
    entries.iter().take(SHOWN).for_each(line);
    // A wrong year shows at the end of a list.
    if let Some(last) = entries.get(SHOWN..).and_then(<[_]>::last) {
        if entries.len() > SHOWN + 1 {
            out.line("     …");
        }
        line(last);
    }
    if let Some((first, _)) = found.leads_to.first() {
        let (count, others) = (found.leads_to.iter().map(|(_, count)| count).sum::<usize>(), found.leads_to.len() - 1);
        let others = if others > 0 { format!(" and {others} more") } else { String::new() };
        out.line(&format!("     {count} of {} links lead to another site: {first}{others}", entries.len()));
    }
}

fn report(out: &Output, found: &[FoundSource], added: Option<&SourceId>, source: Option<String>) {
    if !out.is_json() {
        return;
    }
    let shown: Vec<String> = found.iter().map(FoundSource::shown).collect();
    let line = |(found, url): (&'_ FoundSource, &'_ String)| (found.kind, url.clone(), found.entries.len());
    let lines: Vec<(Kind, String, usize)> = found.iter().zip(&shown).map(line).collect();
    let found = lines.iter().zip(found).map(|((kind, url, entries), found)| FoundLine {
        url,
        kind: kind.as_str(),
        title: &found.title,
        entries: *entries,
        because: &found.because,
    });
    out.json(&AddedJson { found: found.collect(), added: added.map(SourceId::as_str), source });
}

#[cfg(test)]
mod tests {
    use super::*;

    /// B35: what is typed is asked for as it is meant, or refused with its scheme.
    #[test]
    fn addresses_are_read_as_people_type_them_b35() {
        let check = |text: &str, expected: &str| assert_eq!(address(text).unwrap().as_str(), expected, "{text}");
        check("news.example", "https://news.example/");
        check(" news.example/feed?url=https://a.example/x ", "https://news.example/feed?url=https://a.example/x");
        check("news.example:8080/feed", "https://news.example:8080/feed");
        check("localhost:8080", "https://localhost:8080/");
        check("[::1]:8080/feed", "https://[::1]:8080/feed");
        check("me:hush@news.example/feed", "https://me:hush@news.example/feed");
        check("HTTP://news.example/feed", "http://news.example/feed");
        check("FEED:https://news.example/feed", "https://news.example/feed");
        check("feed://news.example/feed", "http://news.example/feed");
        check("feed:news.example/feed", "https://news.example/feed");
        for (text, expected) in [
            ("file:/etc/x", "`file:` is not polled"),
            ("file:///etc/x", "`file:` is not polled"),
            ("FTP://a.example/", "`ftp:` is not polled"),
            ("javascript:alert", "`javascript:` is not polled"),
            ("MAILTO:press@city.example", "\"press@city.example\" is a mailbox"),
            ("news.example:port/", "is not an address"),
        ] {
            let Err(Failed::Usage(why)) = address(text) else { panic!("{text}") };
            assert!(why.contains(expected), "{text}: {why}");
        }
    }
}
