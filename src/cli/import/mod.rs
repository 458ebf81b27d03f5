//! `wiredesk import`: the feeds of a list as sources of the configuration.
//!
//! A list may come from any stranger (checks B81, B34): what it would add is shown, and URLs
//! that polling would refuse are not taken.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use clap::Args;

use crate::model::{Warning, WarningKind};
use crate::opml::{self, List};
use crate::parse;

use super::append::Grown;
use super::context::{CommandResult, Context, Failed};
use plan::ImportPlan;

mod plan;
mod report;

/// The largest file that is read.
const MAX_BYTES: u64 = crate::limits::LIST_BYTES.most;

/// What to import.
#[derive(Args, Debug)]
pub struct ImportArgs {
    /// A list of feeds: OPML, FOAF or iGoogle
    file: PathBuf,
    /// Show what would be added, and write nothing
    #[arg(long)]
    dry_run: bool,
}

/// Shows what a list adds, and adds it.
pub fn run(context: &Context, args: &ImportArgs) -> CommandResult {
    let path = context.config_path()?;
    let config = context.load()?;
    let list = read(&args.file)?;
    let plan = ImportPlan::of(&list, &config);
    let grown = match plan.added.as_slice() {
        [] => None,
        added => Some(Grown::of(&path, added)?),
    };
    let shown = report::ShownImport { file: &args.file, config: &path, list: &list, plan: &plan };
    shown.preview(&context.out);
    if let Some(grown) = grown.filter(|_| !args.dry_run) {
        grown.write()?;
    }
    shown.end(&context.out, args.dry_run);
    let any = !plan.added.is_empty() || !plan.known.is_empty();
    if any { Ok(()) } else { Err(Failed::Said) }
}

/// The list in `file`, warnings about its encoding included.
fn read(file: &Path) -> anyhow::Result<List> {
    let shown = file.display();
    let mut bytes = Vec::new();
    let opened = File::open(file).with_context(|| format!("{shown} cannot be read"))?;
    opened.take(MAX_BYTES + 1).read_to_end(&mut bytes).with_context(|| format!("{shown} cannot be read"))?;
    if bytes.len() as u64 > MAX_BYTES {
        bail!("{shown} is larger than {}", crate::limits::LIST_BYTES.shown());
    }
    let (text, mut warnings) = parse::text(&bytes, None);
    let mut list = opml::read(&text).with_context(|| shown.to_string())?;
    warnings.append(&mut list.warnings);
    if let Some(root) = &list.unended {
        let text = format!("its </{root}> is missing: the list may be cut short");
        warnings.push(Warning { kind: WarningKind::Repair, text, entry: None });
    }
    Ok(List { warnings, ..list })
}
