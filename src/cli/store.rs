//! `wiredesk store`: work on the store itself, with the daemon stopped.

use std::sync::Arc;

use clap::Subcommand;
use serde::Serialize;

use crate::clock::{Clock, SystemClock};
use crate::past::index::catch_up;
use crate::store::Store;
use crate::store::sqlite::{SqliteStore, compact};

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
    let path = desk.load()?.store.path;
    let done = compact(&path)?;
    if desk.out.is_json() {
        #[derive(Serialize)]
        struct Report {
            file: String,
            bytes_before: u64,
            bytes: u64,
        }
        desk.out.json(&Report { file: path.display().to_string(), bytes_before: done.before, bytes: done.after });
    } else {
        let megabytes = |bytes: u64| bytes as f64 / 1e6;
        let (before, after) = (megabytes(done.before), megabytes(done.after));
        desk.out.line(&format!("{}: {before:.1} MB, now {after:.1} MB", path.display()));
    }
    Ok(())
}

fn reindex(desk: &Desk) -> Done {
    on_runtime(async {
        let path = desk.load()?.store.path;
        // To look first: this is no command that brings an older store up to date.
        drop(SqliteStore::look(&path)?);
        let (store, _lock) = SqliteStore::open_alone(&path, SystemClock::new().now())?;
        let store = Arc::new(store);
        let as_all: Arc<dyn Store> = Arc::clone(&store) as _;
        let work = async {
            store.empty_index().await?;
            store.reindex_tables().await?;
            let bar = desk.out.bar(as_all.totals().await?.unindexed, "indexing");
            let entries = catch_up(&as_all, |done| bar.inc(done as u64)).await?;
            bar.finish_and_clear();
            if desk.out.is_json() {
                #[derive(Serialize)]
                struct Report {
                    entries: usize,
                }
                desk.out.json(&Report { entries });
            } else {
                desk.out.line(&format!("{}: {entries} entries are in the search index", path.display()));
            }
            Ok(())
        };
        closing(&as_all, work.await).await
    })
}
