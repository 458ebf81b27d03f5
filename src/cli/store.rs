//! `wiredesk store`: work on the store itself, with the daemon stopped.

use clap::{Args, Subcommand};
use serde::Serialize;

use crate::clock::{Clock, SystemClock};
use crate::past::index::catch_up;
use crate::store::copy::CopyReport;
use crate::store::{self, AddressProblem, Location, Opening};
use crate::text::quote::in_quotes;

use super::context::{CommandResult, Context, Failed};
use super::output::{Output, counted};
use super::runtime::{closing, on_runtime};

/// What is done to the store.
#[derive(Subcommand, Debug)]
pub enum StoreCommand {
    /// Make the store as small as it can be; the daemon must be stopped
    Compact,
    /// Build all indexes again, the search index included; the daemon must be stopped
    Reindex,
    /// Move the store to another place, file or server; all daemons must be stopped
    Copy(CopyArgs),
}

/// From where to where.
#[derive(Args, Debug)]
pub struct CopyArgs {
    /// Where to: sqlite:FILE or postgres://USER@HOST/NAME, where no store lies yet
    #[arg(long, value_name = "URL")]
    to: String,
    /// Where from [default: the configured store]
    #[arg(long, value_name = "URL")]
    from: Option<String>,
}

/// Does the work.
pub fn run(context: &Context, command: &StoreCommand) -> CommandResult {
    match command {
        StoreCommand::Compact => small(context),
        StoreCommand::Reindex => reindex(context),
        StoreCommand::Copy(args) => copy(context, args),
    }
}

fn small(context: &Context) -> CommandResult {
    let at = context.load()?.store.location;
    let done = store::compact(&at)?;
    if context.out.is_json() {
        #[derive(Serialize)]
        struct CompactJson {
            file: String,
            bytes_before: u64,
            bytes: u64,
        }
        context.out.json(&CompactJson { file: at.to_string(), bytes_before: done.before, bytes: done.after });
    } else {
        let megabytes = |bytes: u64| bytes as f64 / 1e6;
        let (before, after) = (megabytes(done.before), megabytes(done.after));
        context.out.line(&format!("{at}: {before:.1} MB, now {after:.1} MB"));
    }
    Ok(())
}

fn reindex(context: &Context) -> CommandResult {
    on_runtime(async {
        let (at, now) = (context.load()?.store.location, SystemClock::new().now());
        // Opened for reading first: this command does not bring an older store up to date.
        drop(store::open(&at, Opening::Look, now).await?);
        let store = store::open(&at, Opening::Alone, now).await?;
        let work = async {
            store.rebuild().await?;
            let bar = context.out.bar(store.totals().await?.entries, "indexing");
            let entries = catch_up(&store, |done| bar.inc(done as u64)).await?;
            bar.finish_and_clear();
            if context.out.is_json() {
                #[derive(Serialize)]
                struct ReindexJson {
                    entries: usize,
                }
                context.out.json(&ReindexJson { entries });
            } else {
                context.out.line(&format!("{at}: {entries} entries are in the search index"));
            }
            Ok(())
        };
        closing(&*store, work.await).await
    })
}

/// Where a copy begins or ends. The password of a server is what the environment holds.
pub(super) fn location(out: &Output, option: &str, url: &str) -> Result<Location, Failed> {
    let read =
        Location::read(url).map_err(|problem| Failed::Usage(format!("{option}: {}; {}", problem.what, problem.hint)));
    // What is printed has to be true from whatever folder it is read.
    let folder = std::env::current_dir().map_err(|error| Failed::Usage(format!("{option}: {error}")))?;
    let mut location = read?.in_folder(&folder);
    if let Some(AddressProblem { what, hint }) = location.take_password_of_environment() {
        out.complain(&format!("{option}: {what}; {hint}"));
    }
    Ok(location)
}

fn copy(context: &Context, args: &CopyArgs) -> CommandResult {
    let to = location(&context.out, "--to", &args.to)?;
    let from = match &args.from {
        Some(url) => location(&context.out, "--from", url)?,
        None => context.load()?.store.location,
    };
    on_runtime(async {
        let mut copying = store::copy_between(&from, &to, SystemClock::new().now()).await?;
        let (total, earlier) = (copying.total, copying.earlier);
        if earlier > 0 {
            let rows = counted(earlier, "row", "rows");
            context.out.complain(&format!("{to}: {rows} are there from an earlier run; it goes on behind them"));
        }
        context.out.complain("whatever cuts this short, the same command goes on there");
        let bar = context.out.bar(total, "copying");
        bar.set_position(earlier);
        while let Some(page) = copying.step().await? {
            bar.inc(page.rows as u64);
        }
        bar.finish_and_clear();
        let bar = context.out.bar(total, "comparing");
        let report = copying.finish(|rows| bar.inc(rows)).await?;
        bar.finish_and_clear();
        tell(context, (&from, &to), &report);
        Ok(())
    })
}

fn tell(context: &Context, (from, to): (&Location, &Location), report: &CopyReport) {
    if context.out.is_json() {
        return context.out.json(&CopyJson::of(from, to, report));
    }
    for table in &report.tables {
        let rows = counted(table.rows, "row", "rows");
        context.out.line(&format!("{:12}  {:032x}  {rows}", table.table, table.hash));
    }
    for altered in &report.altered {
        context.out.line(&format!("{} {}: {}", altered.table, altered.key, altered.what));
    }
    let more = report.altered_in_all - report.altered.len();
    if more > 0 {
        context.out.line(&format!("and {more} more"));
    }
    let url = in_quotes(&to.store_url());
    context.out.line(&format!("{to} holds what {from} holds; write store.url = {url}, then start wiredesk"));
}

#[derive(Serialize)]
struct CopyJson<'a> {
    from: String,
    to: String,
    store_url: String,
    tables: Vec<TableJson<'a>>,
    altered: Vec<AlteredJson<'a>>,
    altered_in_all: usize,
}

#[derive(Serialize)]
struct TableJson<'a> {
    table: &'a str,
    rows: u64,
    hash: String,
}

#[derive(Serialize)]
struct AlteredJson<'a> {
    table: &'a str,
    key: &'a str,
    what: &'a str,
}

impl CopyJson<'_> {
    fn of<'a>(from: &Location, to: &Location, report: &'a CopyReport) -> CopyJson<'a> {
        let tables = report.tables.iter().map(|table| TableJson {
            table: table.table,
            rows: table.rows,
            hash: format!("{:032x}", table.hash),
        });
        let altered = report.altered.iter().map(|one| AlteredJson { table: one.table, key: &one.key, what: &one.what });
        CopyJson {
            from: from.to_string(),
            to: to.to_string(),
            store_url: to.store_url(),
            tables: tables.collect(),
            altered: altered.collect(),
            altered_in_all: report.altered_in_all,
        }
    }
}
