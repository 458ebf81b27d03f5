//! `wiredesk backup` and `wiredesk verify`.

use std::path::PathBuf;

use clap::Args;
use serde::Serialize;

use crate::clock::{Clock, SystemClock};
use crate::store::{self, Opening};

use super::open::on_runtime;
use super::{Desk, Done, Failed};

/// Where to.
#[derive(Args, Debug)]
pub struct BackupArgs {
    /// A file that does not exist yet
    file: PathBuf,
}

/// What to verify.
#[derive(Args, Debug)]
pub struct VerifyArgs {
    /// A store's file [default: the configured store]
    file: Option<PathBuf>,
}

/// Writes a consistent copy of the store.
pub fn run(desk: &Desk, args: &BackupArgs) -> Done {
    on_runtime(async {
        let config = desk.load()?;
        let store = store::open(&config.store.location, Opening::Look, SystemClock::new().now())?;
        let bytes = store.backup(&args.file).await?;
        if desk.out.is_json() {
            #[derive(Serialize)]
            struct Report {
                file: String,
                bytes: u64,
            }
            desk.out.json(&Report { file: args.file.display().to_string(), bytes });
        } else {
            desk.out.line(&format!("{}: {:.1} MB", args.file.display(), bytes as f64 / 1e6));
        }
        Ok(())
    })
}

/// Checks a store's integrity.
pub fn verify(desk: &Desk, args: &VerifyArgs) -> Done {
    let (name, wrong) = match &args.file {
        Some(file) => (file.display().to_string(), store::verify_copy(file)?),
        None => {
            let at = desk.load()?.store.location;
            (at.to_string(), store::verify(&at)?)
        }
    };
    if desk.out.is_json() {
        #[derive(Serialize)]
        struct Report<'a> {
            file: String,
            ok: bool,
            problems: &'a [String],
        }
        desk.out.json(&Report { file: name, ok: wrong.is_empty(), problems: &wrong });
    } else if wrong.is_empty() {
        desk.out.line(&format!("{name}: sound"));
    } else {
        for line in &wrong {
            // What is wrong with the file as a whole names it already.
            desk.out.line(&if line.contains(&name) { line.clone() } else { format!("{name}: {line}") });
        }
    }
    if wrong.is_empty() { Ok(()) } else { Err(Failed::Said) }
}
