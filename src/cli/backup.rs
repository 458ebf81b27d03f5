//! `wiredesk backup` and `wiredesk verify`.

use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;

use crate::clock::{Clock, SystemClock};
use crate::store::{self, Location, Opening};

use super::context::{CommandResult, Context, Failed};
use super::runtime::on_runtime;
use super::store::location;

/// Where to.
#[derive(Args, Debug)]
pub struct BackupArgs {
    /// A file that does not exist yet
    file: PathBuf,
}

/// What to verify.
#[derive(Args, Debug)]
pub struct VerifyArgs {
    /// A store's file, or its URL [default: the configured store]
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

/// Whether it names a store by its URL, and no file.
fn is_url(text: &str) -> bool {
    ["sqlite:", "postgres:", "postgresql:"].iter().any(|scheme| text.starts_with(scheme))
}

/// The store at a URL. Of the configured one the password is known.
fn named(context: &Context, url: &str) -> Result<Location, Failed> {
    let at = location(&context.out, "the store", url)?;
    let configured = context.load().ok().map(|config| config.store.location);
    Ok(configured.filter(|configured| configured.is_same_place(&at)).unwrap_or(at))
}

/// Checks a store's integrity.
pub fn verify(context: &Context, args: &VerifyArgs) -> CommandResult {
    let (name, wrong) = match (&args.file, args.file.as_deref().and_then(Path::to_str).filter(|text| is_url(text))) {
        (Some(file), None) => (file.display().to_string(), store::verify_copy(file)?),
        (_, url) => {
            let at = match url {
                Some(url) => named(context, url)?,
                None => context.load()?.store.location,
            };
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
