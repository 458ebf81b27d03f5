//! `wiredesk store`: work on the store itself, with the daemon stopped.

use clap::Subcommand;
use serde::Serialize;

use crate::clock::{Clock, SystemClock};
use crate::past::index::catch_up;
use crate::store::{self, Opening};

use super::open::{closing, on_runtime};
use super::{Desk, Done};

/// What is done to the store.
#[derive(Subcommand, Debug)]
pub enum StoreCommand {
    /// Make the store as small as it can be; the daemon must be stopped
    Compact,
    /// Build the search index and all others anew; the daemon must be stopped
    Reindex,
}

/// Does it.
pub fn run(desk: &Desk, command: &StoreCommand) -> Done {
    match command {
        StoreCommand::Compact => small(desk),
        StoreCommand::Reindex => reindex(desk),
    }
}

fn small(desk: &Desk) -> Done {
    let at = desk.load()?.store.location;
    let done = store::compact(&at)?;
    if desk.out.is_json() {
        #[derive(Serialize)]
        struct Report {
            file: String,
            bytes_before: u64,
            bytes: u64,
        }
        desk.out.json(&Report { file: at.to_string(), bytes_before: done.before, bytes: done.after });
    } else {
        let megabytes = |bytes: u64| bytes as f64 / 1e6;
        let (before, after) = (megabytes(done.before), megabytes(done.after));
        desk.out.line(&format!("{at}: {before:.1} MB, now {after:.1} MB"));
    }
    Ok(())
}

fn reindex(desk: &Desk) -> Done {
    on_runtime(async {
        let (at, now) = (desk.load()?.store.location, SystemClock::new().now());
        // To look first: this is no command that brings an older store up to date.
        drop(store::open(&at, Opening::Look, now)?);
        let store = store::open(&at, Opening::Alone, now)?;
        let work = async {
            store.rebuild().await?;
            let bar = desk.out.bar(store.totals().await?.entries, "indexing");
            let entries = catch_up(&store, |done| bar.inc(done as u64)).await?;
            bar.finish_and_clear();
            if desk.out.is_json() {
                #[derive(Serialize)]
                struct Report {
                    entries: usize,
                }
                desk.out.json(&Report { entries });
            } else {
                desk.out.line(&format!("{at}: {entries} entries are in the search index"));
            }
            Ok(())
        };
        closing(&*store, work.await).await
    })
}
