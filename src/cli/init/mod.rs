//! `wiredesk init`: a first configuration, from answers at a terminal or from flags.

mod draft;
mod gather;

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::Args;
use serde::Serialize;

use crate::config::{self, Config, Problems};

use super::append::NewSource;
use super::ask::Asking;
use super::context::{CommandResult, Context, Failed};
use super::output::{Hue, Output, counted};
use draft::{FirstConfig, contact, words};
use gather::SourceSearch;

/// The answers that need not be asked for.
#[derive(Args, Debug, Default)]
pub struct InitArgs {
    /// The folder that wiredesk.toml is written to [default: ./config]
    folder: Option<PathBuf>,
    /// How publishers reach you: a page or a mailbox, sent with every request
    #[arg(long)]
    contact: Option<String>,
    /// What the feed is about: words and phrases, parted by commas
    #[arg(long = "topic", value_name = "WORDS")]
    topics: Vec<String>,
    /// The city that the feed is about, in each of its spellings, parted by commas
    #[arg(long = "city", value_name = "NAMES")]
    cities: Vec<String>,
    /// The feed's title [default: made from city and topic]
    #[arg(long)]
    title: Option<String>,
    /// A page, feed or sitemap to find a source behind; may be given several times
    #[arg(long = "source", value_name = "URL")]
    sources: Vec<String>,
    /// A list of feeds (OPML, FOAF) to take the sources from
    #[arg(long, value_name = "FILE")]
    opml: Option<PathBuf>,
    /// A network or host of your own that may be polled although it is not public
    #[arg(long = "allow-address", value_name = "NETWORK")]
    allowed: Vec<String>,
    /// Show what would be written, and write nothing
    #[arg(long)]
    dry_run: bool,
}

/// Makes a configuration.
pub fn run(context: &Context, args: &InitArgs) -> CommandResult {
    let path = target(context, args.folder.as_deref())?;
    let mut draft = FirstConfig {
        contact: args.contact.as_deref().map(contact).transpose().map_err(Failed::Usage)?,
        topics: args.topics.iter().flat_map(|text| words(text)).collect(),
        cities: args.cities.iter().flat_map(|text| words(text)).collect(),
        title: args.title.clone(),
        allowed: args.allowed.clone(),
        ..FirstConfig::of(&path)
    };
    let asking = Asking::of(&context.out);
    if asking.is_none() {
        refuse_gaps(args)?;
    }
    read(&path, &draft.text(&[])).map_err(refused)?;
    if let Some(asking) = &asking {
        asking.tell(&format!("A configuration for {}; nothing is written before the end.", path.display()));
        ask(asking, &path, &mut draft)?;
    }
    let mut search = SourceSearch { out: &context.out, path: &path, draft: &draft, sources: Vec::new(), failed: 0 };
    search.all(&args.sources, args.opml.as_deref(), asking.as_ref())?;
    let SourceSearch { sources, failed, .. } = search;
    if sources.is_empty() {
        let why = "no source was found, and a configuration without one would not run";
        return Err(Failed::Because(anyhow::anyhow!("{why}: nothing was written")));
    }
    let text = draft.text(&sources);
    let config = read(&path, &text).map_err(Failed::Config)?;
    if !args.dry_run {
        write(&path, &text)?;
    }
    report(
        context,
        &WrittenConfig { path: &path, text: &text, sources: &sources, draft: &draft, config: &config },
        args,
    );
    if failed == 0 { Ok(()) } else { Err(Failed::Said) }
}

/// Makes a configuration with the source behind `url`.
pub fn with(context: &Context, url: &str) -> CommandResult {
    run(context, &InitArgs { sources: vec![url.to_owned()], ..InitArgs::default() })
}

/// Where the configuration is written.
fn target(context: &Context, folder: Option<&Path>) -> Result<PathBuf, Failed> {
    let path = match (folder, &context.config) {
        (Some(_), Some(_)) => return Err(Failed::Usage("give a folder or --config, not both".to_owned())),
        (Some(folder), None) => folder.join("wiredesk.toml"),
        (None, _) => config::locate(context.config.as_deref()).unwrap_or_else(|_| config::first_path()),
    };
    if fs::symlink_metadata(&path).is_ok() {
        let shown = path.display();
        return Err(Failed::Usage(format!(
            "{shown} is there already, and stays as it is: `wiredesk add URL` adds a source to it, \
             `wiredesk init FOLDER` makes another"
        )));
    }
    Ok(path)
}

/// Without a terminal nothing can be asked.
fn refuse_gaps(args: &InitArgs) -> Result<(), Failed> {
    let mut missing = Vec::new();
    if args.contact.is_none() {
        missing.push("--contact (a page or mailbox at which publishers reach you)");
    }
    if args.sources.is_empty() && args.opml.is_none() {
        missing.push("--source URL or --opml FILE (where the news comes from)");
    }
    match missing.is_empty() {
        true => Ok(()),
        false => Err(Failed::Usage(format!("there is no terminal to ask at; give {}", missing.join(" and ")))),
    }
}

/// Asks for whatever no flag has told.
fn ask(asking: &Asking<'_>, path: &Path, draft: &mut FirstConfig) -> Result<(), Failed> {
    if draft.contact.is_none() {
        asking.tell("Publishers see who polls them, and block those whom they cannot reach.");
        answer(asking, path, draft, "Your page or e-mail address (nothing: later): ", |draft, text| {
            draft.contact = Some(text).filter(|text| !text.is_empty()).map(|text| contact(&text)).transpose()?;
            Ok(())
        })?;
    }
    if draft.topics.is_empty() && draft.cities.is_empty() {
        asking.tell("What is your feed about? A city or a topic; other words for it behind commas.");
        answer(asking, path, draft, "About (nothing: all news of the sources): ", |draft, text| {
            draft.topics = words(&text);
            Ok(())
        })?;
    }
    Ok(())
}

/// Asks until the answer makes a configuration.
fn answer(
    asking: &Asking<'_>,
    path: &Path,
    draft: &mut FirstConfig,
    question: &str,
    take: impl Fn(&mut FirstConfig, String) -> Result<(), String>,
) -> Result<(), Failed> {
    loop {
        let mut tried = draft.clone();
        if let Err(why) = take(&mut tried, asking.line(question)?) {
            asking.tell(&why);
            continue;
        }
        match read(path, &tried.text(&[])) {
            Ok(_) => {
                *draft = tried;
                return Ok(());
            }
            Err(problems) => asking.tell(&said(&problems)),
        }
    }
}

fn read(path: &Path, text: &str) -> Result<Config, Problems> {
    Config::check(path, text.to_owned())
}

/// Problems of answers, which stand in no file yet.
fn said(problems: &Problems) -> String {
    let one = |p: &config::Problem| {
        let hint = p.hint.as_ref().map(|hint| format!(" ({hint})")).unwrap_or_default();
        format!("{}: {}{hint}", p.key, p.sentence)
    };
    problems.0.iter().map(one).collect::<Vec<_>>().join("\n")
}

fn refused(problems: Problems) -> Failed {
    Failed::Usage(said(&problems))
}

/// Writes a file that is not there yet.
fn write(path: &Path, text: &str) -> anyhow::Result<()> {
    let shown = path.display();
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).with_context(|| format!("{} cannot be made", folder.display()))?;
    }
    let file = OpenOptions::new().write(true).create_new(true).open(path);
    let mut file = file.with_context(|| format!("{shown} cannot be written"))?;
    file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).with_context(|| format!("{shown} cannot be written"))
}

/// What was made.
struct WrittenConfig<'a> {
    path: &'a Path,
    text: &'a str,
    sources: &'a [NewSource],
    draft: &'a FirstConfig,
    config: &'a Config,
}

#[derive(Serialize)]
struct MadeJson<'a> {
    config: String,
    written: bool,
    sources: Vec<&'a str>,
    feed: String,
    text: &'a str,
}

fn report(context: &Context, made: &WrittenConfig<'_>, args: &InitArgs) {
    let WrittenConfig { path, text, sources, draft, config } = made;
    let out: &Output = &context.out;
    let (shown, feed) = (path.display().to_string(), draft.feed_id());
    if out.is_json() {
        let sources = sources.iter().map(|source| source.id.as_str()).collect();
        return out.json(&MadeJson { config: shown, written: !args.dry_run, sources, feed, text });
    }
    if args.dry_run {
        return out.line(text.trim_end());
    }
    let many = counted(sources.len() as u64, "source", "sources");
    out.line(&format!("\nwrote {shown}: {many}, and the feed {feed}"));
    // It may be found without being named.
    let named = match config::locate(None) {
        Ok(found) if found == *path => String::new(),
        _ => format!(" --config {shown}"),
    };
    let at = config.server.public_url.as_str();
    out.line("\nThe next two commands:");
    out.painted(&[(Hue::Bold, &format!("  wiredesk run{named}"))]);
    out.line(&format!("      polls and publishes: open {at} in a browser, and subscribe to {at}feeds/{feed}.atom"));
    out.painted(&[(Hue::Bold, &format!("  wiredesk status{named}"))]);
    out.line("      in a second terminal: how the sources are doing, and when each is polled next");
}
