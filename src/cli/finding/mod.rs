//! Sources behind addresses, for `add`, `init` and `import`: reads what was typed, looks, and
//! shows what was found.

mod address;
mod find;
mod leads;

use crate::clock::Timestamp;
use crate::config::Config;
use crate::model::{SourceId, without_credentials};

use super::append::NewSource;
use super::naming::Ids;
use super::output::{Output, counted};

pub use address::address;
pub use find::{Finder, FoundSource};

/// Entries that are shown of a source, beside the last.
const SHOWN: usize = 5;

/// Shows the `at`th source that was found, with its first entries.
pub fn show(out: &Output, at: usize, found: &FoundSource) {
    if out.is_json() {
        return;
    }
    let FoundSource { kind, title, because, entries, leads_to, .. } = found;
    let title = if title.is_empty() { "untitled" } else { title };
    out.line(&format!(
        "{at}. {} ({}, {because}): {title}, {}",
        found.shown(),
        kind.as_str(),
        counted(entries.len() as u64, "entry", "entries")
    ));
    let line = |(title, at): &(String, Option<Timestamp>)| {
        let at = at.map_or_else(|| "undated".to_owned(), |at| out.when(at));
        out.line(&format!("     {at:<20}  {title}"));
    };
    entries.iter().take(SHOWN).for_each(line);
    // A wrong year shows at the end of a list.
    if let Some(last) = entries.get(SHOWN..).and_then(<[_]>::last) {
        if entries.len() > SHOWN + 1 {
            out.line("     …");
        }
        line(last);
    }
    if let Some((first, _)) = leads_to.first() {
        let (count, others) = (leads_to.iter().map(|(_, count)| count).sum::<usize>(), leads_to.len() - 1);
        let others = if others > 0 { format!(" and {others} more") } else { String::new() };
        out.line(&format!("     {count} of {} links lead to another site: {first}{others}", entries.len()));
    }
}

/// What was found as a source of `config`; its id is made of its title unless one is given.
///
/// # Errors
/// It is polled already, by this source.
pub fn new_source(
    config: &Config,
    found: &FoundSource,
    id: Option<SourceId>,
    tags: Vec<String>,
) -> Result<NewSource, SourceId> {
    let url = found.url.clone();
    let place = without_credentials(url.clone());
    if let Some(known) = config.sources.iter().find(|s| without_credentials(s.source.url.clone()) == place) {
        return Err(known.source.id.clone());
    }
    let title = if found.title.is_empty() { url.host_str().unwrap_or_default() } else { &found.title };
    let id = id.unwrap_or_else(|| Ids::of(config).take(title, &url));
    let (title, lines) = (found.title.clone(), found.lines.clone());
    Ok(NewSource { id, url, kind: found.kind, tags, title, lines })
}
