//! `wiredesk backup` and `wiredesk verify`.

use std::path::PathBuf;

use clap::Args;
use serde::Serialize;

use crate::clock::{Clock, SystemClock};
use crate::store::{self, Opening};

use super::context::{CommandResult, Context, Failed};
use super::runtime::on_runtime;

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
pub fn run(context: &Context, args: &BackupArgs) -> CommandResult {
    on_runtime(async {
        let config = context.load()?;
        let store = store::open(&config.store.location, Opening::Look, SystemClock::new().now()).await?;
        let bytes = store.backup(&args.file).await?;
        if context.out.is_json() {
            #[derive(Serialize)]
            struct BackupJson {
                file: String,
                bytes: u64,
            }
            context.out.json(&BackupJson { file: args.file.display().to_string(), bytes });
        } else {
            context.out.line(&format!("{}: {:.1} MB", args.file.display(), bytes as f64 / 1e6));
        }
        Ok(())
    })
}

/// Checks a store's integrity.
pub fn verify(context: &Context, args: &VerifyArgs) -> CommandResult {
    let (name, wrong) = match &args.file {
        Some(file) if file.to_str().is_some_and(|text| text.contains("://")) => {
            let hint = "a store on a server is verified by a configuration whose store.url names it, with --config";
            return Err(Failed::Usage(hint.to_owned()));
        }
        Some(file) => (file.display().to_string(), store::verify_copy(file)?),
        None => {
            let at = context.load()?.store.location;
            (at.to_string(), on_runtime(async { Ok(store::verify(&at, SystemClock::new().now()).await?) })?)
        }
    };
    if context.out.is_json() {
        #[derive(Serialize)]
        struct VerifyJson<'a> {
            file: String,
            ok: bool,
            problems: &'a [String],
        }
        context.out.json(&VerifyJson { file: name, ok: wrong.is_empty(), problems: &wrong });
    } else if wrong.is_empty() {
        context.out.line(&format!("{name}: sound"));
    } else {
        for line in &wrong {
            // A problem with the file as a whole names it already.
            context.out.line(&if line.contains(&name) { line.clone() } else { format!("{name}: {line}") });
        }
    }
    if wrong.is_empty() { Ok(()) } else { Err(Failed::Said) }
}
