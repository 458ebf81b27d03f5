//! `wiredesk import`: the feeds of a list as sources of the configuration.
//!
//! A list may come from any stranger (checks B81, B34): what it would add is shown, and URLs
//! that polling would refuse are not taken.

use std::path::Path;

use clap::Args;

use super::append::Grown;
use super::context::{CommandResult, Context, Failed};
use plan::ImportPlan;

pub mod plan;
pub mod read;
mod report;

/// What to import.
#[derive(Args, Debug)]
pub struct ImportArgs {
    /// A list of feeds (OPML, FOAF or iGoogle): a file, the URL of one, or - for standard input
    #[arg(value_name = "FILE|URL|-")]
    list: String,
    /// Show what would be added, and write nothing
    #[arg(long)]
    dry_run: bool,
}

/// Shows what a list adds, and adds it.
pub fn run(context: &Context, args: &ImportArgs) -> CommandResult {
    let path = context.config_path()?;
    let config = context.load()?;
    let list = match read::ListPlace::of(&args.list) {
        read::ListPlace::Stdin => read::from(std::io::stdin().lock(), "standard input")?,
        read::ListPlace::Web(url) => read::from_web(&url, &config)?,
        read::ListPlace::File(file) => read::from_file(Path::new(file))?,
    };
    let plan = ImportPlan::of(&list, &config);
    let grown = match plan.added.as_slice() {
        [] => None,
        added => Some(Grown::of(&path, added)?),
    };
    let named = if args.list == "-" { "standard input" } else { &args.list };
    let shown = report::ShownImport { named, config: &path, list: &list, plan: &plan };
    shown.preview(&context.out);
    if let Some(grown) = grown.filter(|_| !args.dry_run) {
        grown.write()?;
    }
    shown.end(&context.out, args.dry_run);
    let any = !plan.added.is_empty() || !plan.known.is_empty();
    if any { Ok(()) } else { Err(Failed::Said) }
}
