//! `wiredesk add URL`: finds the source behind an address, shows it, and adds it
//! to the configuration.

use clap::Args;
use serde::Serialize;

use crate::clock::{Clock, SystemClock};
use crate::config::naming::tag;
use crate::model::{Kind, SourceId};
use crate::net;
use crate::text::quote::in_quotes;

use super::append::{Grown, quoted};
use super::ask::{Asking, YesOrNo};
use super::context::{CommandResult, Context, Failed};
use super::finding::{Finder, FoundSource, address, new_source, show};
use super::init;
use super::output::Output;
use super::runtime::on_runtime;

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
    /// The wire of copy that names none, as "PR Newswire"
    #[arg(long, value_name = "NAME")]
    wire: Option<String>,
    /// The country where it is at home, by its code in ISO 3166-1, as CN
    #[arg(long, value_name = "CODE")]
    country: Option<String>,
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
    let url = address(&args.url)?;
    let Some(path) = desk.config_path_if_there() else { return offer(desk, &args.url) };
    let config = desk.load()?;
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
    let mut source = match new_source(&config, chosen, args.id.clone(), tags) {
        Ok(source) => source,
        Err(known) => {
            desk.out.complain(&format!("{} is polled already, as the source {known}", chosen.shown()));
            report(&desk.out, &found, None, None);
            return Ok(());
        }
    };
    let said = [("wire", &args.wire), ("country", &args.country)];
    let said = said.into_iter().filter_map(|(key, said)| Some(format!("{key} = {}", quoted(said.as_deref()?))));
    source.lines.splice(0..0, said);
    let id = source.id.clone();
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

/// Where there is no configuration, one can be made with the address.
fn offer(desk: &Context, url: &str) -> CommandResult {
    let (why, named) = match desk.config_path() {
        Err(Failed::Usage(why)) => (why, String::new()),
        Err(other) => return Err(other),
        Ok(path) => {
            let path = path.display().to_string();
            (format!("no such file: {path}"), format!(" --config {}", quoted_for_shell(&path)))
        }
    };
    if let Some(asking) = Asking::of(&desk.out) {
        desk.out.complain(&why);
        if asking.whether("Make one now, with this source?")? == YesOrNo::Yes {
            return init::with(desk, url);
        }
        return Err(Failed::Said);
    }
    let url = quoted_for_shell(url);
    Err(Failed::Usage(format!("{why}; to make one with this source: wiredesk init{named} --source {url}")))
}

/// A word as a shell takes it whole.
fn quoted_for_shell(word: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '/' | ':' | '-' | '_' | '%' | '+' | ',');
    if word.chars().all(is_plain) { word.to_owned() } else { format!("'{}'", word.replace('\'', "'\\''")) }
}

/// A tag as it was typed, if it can be one.
fn as_tag(name: &str) -> Result<String, Failed> {
    let made = tag(name).filter(|made| made == name);
    made.ok_or_else(|| Failed::Usage(format!("{} cannot be a tag", in_quotes(name))))
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
