//! `wiredesk store`: work on the store itself, with the daemon stopped.

use clap::Subcommand;
use serde::Serialize;

use crate::clock::{Clock, SystemClock};
use crate::past::index::catch_up;
use crate::store::{self, Opening};

use super::context::{CommandResult, Context};
use super::runtime::{closing, on_runtime};

/// What is done to the store.
#[derive(Subcommand, Debug)]
pub enum StoreCommand {
    /// Make the store as small as it can be; the daemon must be stopped
    Compact,
    /// Build all indexes again, the search index included; the daemon must be stopped
    Reindex,
}

/// Does the work.
pub fn run(context: &Context, command: &StoreCommand) -> CommandResult {
    match command {
        StoreCommand::Compact => small(context),
        StoreCommand::Reindex => reindex(context),
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
