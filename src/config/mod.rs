//! The configuration: product §2.
//!
//! A file becomes finished types, or **all** its problems, each with file, line, column and
//! a hint (checks B83 to B85, B90). Nothing invalid is skipped, and nothing here is
//! fetched, stored or logged. `wiredesk check` runs this code.

pub mod access;
mod budgets;
mod defaults;
mod desk;
mod digests;
mod feed_access;
mod feeds;
mod lists;
mod locate;
mod losses;
pub mod naming;
mod opened;
mod page;
mod reading;
mod rules;
mod samples;
mod source_files;
mod sources;
mod traits;
mod values;
mod wires;

#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

use crate::filter::{ConfiguredNames, FeedRule, Ruleset, TermList};
use crate::newswire::WireReader;
use crate::places::Gazetteer;
use crate::places::own::OwnPlace;
use crate::schedule::Budget;

pub use access::{Access, Proxy};
pub use desk::node::NodeSettings;
pub use desk::server::{ListenAt, Server};
pub use desk::settings::Polling;
pub use desk::store::StoreSettings;
pub use digests::digests;
pub use feeds::{ConfiguredFeed, Sample};
pub use locate::{NotFound, first_path, locate};
pub use losses::{FileLoss, Losses};
pub use reading::footprint::Footprint;
pub use reading::problem::{FileSpan, Problem, Problems};
pub use reading::report::did_you_mean;
pub use samples::SampleFailure;
pub use traits::ConfiguredSource;

use feeds::Feeds;
use lists::ReadLists;
use reading::reader::ConfigTable;
use reading::report::{Complaint, Report};
use reading::spot::{ConfigFile, ConfigSpot};
use reading::{files, reader, report};
use sources::{SourceFile, Sources};
use wires::ReadWires;

/// A configuration that can run.
pub struct Config {
    /// `[server]`
    pub server: Server,
    /// `[store]`
    pub store: StoreSettings,
    /// `[node]`
    pub node: NodeSettings,
    /// `[polling]`
    pub polling: Polling,
    /// Every `[[source]]`, in the order of the files.
    pub sources: Vec<Arc<ConfiguredSource>>,
    /// The files that `[[sources]]` names, each with its sources.
    pub source_files: Vec<SourceFile>,
    /// Every list, for search.
    pub lists: Vec<TermList>,
    /// The built-in places with those of `[places]`.
    pub places: Arc<Gazetteer>,
    /// Every `[[feed]]`, in the order of the files.
    pub feeds: Vec<ConfiguredFeed>,
    /// What reads wire copy, by the built-in tables with those of `[wires.NAME]`.
    pub wire: Arc<WireReader>,
    /// The feeds' rules, compiled.
    pub ruleset: Arc<Ruleset>,
    /// All files read, the main one first.
    pub files: Vec<PathBuf>,
    /// What an operator should know, although it keeps nothing from running.
    pub warnings: Vec<Problem>,
    /// Set if it has no source: enough to look at a store, but not to run.
    pub idle: Option<Problem>,
}

/// A configuration as it was found on disk.
pub struct ConfigReading {
    /// What was looked at, and its state just before it was read.
    pub footprint: Footprint,
    /// The configuration, or everything that is wrong with it.
    pub config: Result<Config, Problems>,
}

/// What all files may hold.
#[derive(Default)]
struct FileParts {
    sources: Sources,
    lists: ReadLists,
    wires: ReadWires,
    places: Vec<OwnPlace>,
    feeds: Feeds,
    idle: Option<Problem>,
}

impl Config {
    /// Reads the configuration file at `path` and what it includes.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn load(path: &Path) -> Result<Config, Problems> {
        Config::read(path).config
    }

    /// The same, with what was looked at, for watching it.
    pub fn read(path: &Path) -> ConfigReading {
        on_its_own_stack(|| Config::read_here(path))
    }

    fn read_here(path: &Path) -> ConfigReading {
        let mut report = Report::on(path);
        match files::read(path, &mut report) {
            Ok(document) => Config::check_document(&document, report),
            Err(complaint) => {
                let complaint = if path.exists() { complaint } else { complaint.hint("`wiredesk init` makes one") };
                report.refuse_file(path, complaint);
                let footprint = std::mem::take(&mut report.footprint);
                ConfigReading { footprint, config: Err(report.close().expect_err("a problem was reported")) }
            }
        }
    }

    /// Reads `text` as though it stood in the file at `path`, which need not exist.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn check(path: &Path, text: String) -> Result<Config, Problems> {
        on_its_own_stack(|| Config::check_document(&ConfigFile::new(path, text), Report::on(path)).config)
    }

    /// What keeps it from running although it can be read: it has no source, or samples do
    /// not come out as their feed's author expects.
    pub fn obstacles(&self) -> Problems {
        let samples = self.run_samples();
        Problems(self.idle.iter().cloned().chain(samples.iter().map(SampleFailure::problem)).collect())
    }

    fn check_document(main: &Rc<ConfigFile>, mut report: Report) -> ConfigReading {
        let folder = main.path.parent().unwrap_or(Path::new(""));
        let root = reader::parse(main, &mut report);
        let mut table = ConfigTable::root(main, &root);
        let mut parts = FileParts::default();

        let included = files::read_included(table.value("include"), &main.path, &mut report);
        let server = Server::read(table.table("server", &mut report), folder, &mut report);
        let store = StoreSettings::read(table.table("store", &mut report), folder, &mut report);
        let node = NodeSettings::read(table.table("node", &mut report), &store.location, &mut report);
        let polling_table = table.table("polling", &mut report);
        let polling_spot = polling_table.as_ref().map_or_else(|| table.spot(), ConfigTable::spot);
        let polling = Polling::read(polling_table, &mut report);
        polling.warn_without_contact(&polling_spot, &mut report);
        parts.sources.opened = polling.opened();
        parts.sources.budget =
            budgets::read(table.value("limits"), budgets::OF_THE_DESK, Budget::default(), &mut report);
        parts.places = desk::places::read(table.table("places", &mut report), &mut report);
        parts.gather(&mut table, &mut report);
        let start = table.spot();
        table.finish(&[], &mut report);
        for document in &included {
            let root = reader::parse(document, &mut report);
            let mut table = ConfigTable::root(document, &root);
            parts.gather(&mut table, &mut report);
            refuse_settings(&mut table, &mut report);
            table.finish(&[], &mut report);
        }
        parts.look_for_idleness(&start, &mut report);
        let footprint = std::mem::take(&mut report.footprint);
        ConfigReading { footprint, config: parts.finish(server, (store, node), polling, report) }
    }
}

/// The stack for reading, whichever thread asks and however much of its own stack it has
/// used.
const STACK: usize = 16 << 20;

/// Runs `read` on a thread with a known stack: values may be nested as deep as the limit
/// allows, and dropping one takes a call per level.
fn on_its_own_stack<T: Send>(read: impl FnOnce() -> T + Send) -> T {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().name("configuration".to_owned()).stack_size(STACK);
        let read = thread.spawn_scoped(scope, read).expect("a thread can be started for reading the configuration");
        read.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}

/// Refuses what only the main file may hold.
fn refuse_settings(table: &mut ConfigTable<'_>, report: &mut Report) {
    for key in ["include", "server", "store", "node", "polling", "limits", "places"] {
        if let Some(value) = table.value(key) {
            let complaint = Complaint::new(format!("`{key}` cannot stand in an included file"));
            value.refuse(complaint.hint("move it to the main file"), report);
        }
    }
}

impl FileParts {
    fn gather(&mut self, table: &mut ConfigTable<'_>, report: &mut Report) {
        self.sources.gather(table.value("source"), report);
        self.sources.gather_files(table.value("sources"), report);
        self.lists.gather(table.table("lists", report), report);
        self.wires.gather(table.table("wires", report), report);
        self.feeds.gather(table.value("feed"), report);
    }

    fn look_for_idleness(&mut self, start: &ConfigSpot, report: &mut Report) {
        if self.sources.sources.is_empty() {
            let complaint = Complaint::new("no source is configured: nothing would be polled").hint("add a [[source]]");
            self.idle = Some(report::problem(start.place(), "source", complaint));
        }
        if self.feeds.feeds.is_empty() {
            let complaint = Complaint::new("no feed is configured: nothing is published").hint("add a [[feed]]");
            report.warn(start, "feed", complaint);
        }
    }

    /// Warns of what rules name in vain.
    fn warn_of_rules(&self, lists: &[TermList], report: &mut Report) {
        let sources = &self.sources.sources;
        let tags = sources.iter().flat_map(|s| &s.source.tags).map(String::as_str).collect();
        let names = ConfiguredNames {
            sources: sources.iter().map(|s| s.source.id.as_str()).collect(),
            tags,
            languages: Vec::new(),
        };
        rules::warn(&self.feeds.feeds, (&self.lists.lists, lists), &names, report);
    }

    /// The feeds, with what they name looked up.
    fn settled(&self, public_url: &url::Url, report: &mut Report) -> Vec<ConfiguredFeed> {
        let numbered = (1..).zip(&self.feeds.feeds);
        numbered.map(|(number, draft)| draft.settle(number, public_url, &self.sources, report)).collect()
    }

    /// Looks up what feeds name, compiles the filters, and closes the report.
    fn finish(
        self,
        server: Server,
        (store, node): (StoreSettings, NodeSettings),
        polling: Polling,
        mut report: Report,
    ) -> Result<Config, Problems> {
        let feeds = self.settled(&server.public_url, &mut report);
        let drafts = &self.feeds.feeds;
        let places = Arc::new(Gazetteer::with(&self.places));
        let rules: Vec<FeedRule> = feeds.iter().map(|feed| feed.rule.clone()).collect();
        let compiled = match report.is_full() {
            true => None,
            false => rules::compile(&rules, drafts, &self.lists.lists, &places, &mut report),
        };
        let files = report.files.clone();
        let wires = self.wires.tables(&mut report);
        if let Some((_, lists)) = &compiled {
            self.warn_of_rules(lists, &mut report);
        }
        let warnings = report.close()?;
        let (ruleset, lists) = compiled.expect("a ruleset that does not compile reports why");
        let Sources { sources, files: source_files, .. } = self.sources;
        Ok(Config {
            server,
            store,
            node,
            polling,
            sources,
            source_files,
            lists,
            wire: Arc::new(WireReader::new(wires, Arc::clone(&places))),
            places,
            feeds,
            ruleset: Arc::new(ruleset),
            files,
            warnings,
            idle: self.idle,
        })
    }
}
