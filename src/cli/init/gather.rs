//! The sources of a first configuration: behind addresses, and in lists.

use std::path::Path;

use crate::cli::append::NewSource;
use crate::cli::ask::Asking;
use crate::cli::context::Failed;
use crate::cli::finding::{Finder, FoundSource, address, new_source, show};
use crate::cli::import::plan::{ImportPlan, vet};
use crate::cli::import::read;
use crate::cli::output::{Output, counted};
use crate::cli::runtime::on_runtime;
use crate::clock::{Clock, SystemClock};
use crate::config::Config;
use crate::model::redacted;
use crate::net;

use super::draft::FirstConfig;

/// A search for sources, with what it brought so far.
pub struct SourceSearch<'a> {
    /// Where it tells what it finds.
    pub out: &'a Output,
    /// The configuration's file, not yet written.
    pub path: &'a Path,
    /// What else the configuration says.
    pub draft: &'a FirstConfig,
    /// The sources found.
    pub sources: Vec<NewSource>,
    /// How many addresses or lists brought none.
    pub failed: usize,
}

impl SourceSearch<'_> {
    /// Looks at all that flags name, or asks for addresses where they name none.
    ///
    /// # Errors
    /// The program itself fails, or there is nobody any more to be asked. What brings no
    /// source is told and counted.
    pub fn all(&mut self, named: &[String], list: Option<&Path>, asking: Option<&Asking<'_>>) -> Result<(), Failed> {
        if let Some(file) = list {
            self.tried(("import", &file.display().to_string()), |search| search.list(file));
        }
        for text in named {
            self.tried(("add", text), |search| search.look(text, asking));
        }
        let Some(asking) = asking.filter(|_| named.is_empty() && list.is_none()) else { return Ok(()) };
        asking.tell("Where does the news come from? The address of a page or feed, or an OPML file.");
        loop {
            let (any, failed) = (!self.sources.is_empty(), self.failed);
            let text = asking.line(if any { "Another one (nothing: that is all): " } else { "Address or file: " })?;
            match text.as_str() {
                "" if any => return Ok(()),
                "" => asking.tell("one is needed, as https://city.example/news/ (Ctrl-C ends this)"),
                _ if Path::new(&text).is_file() => {
                    self.tried(("import", &text), |search| search.list(Path::new(&text)));
                }
                _ => self.tried(("add", &text), |search| search.look(&text, Some(asking))),
            }
            // Whoever sits here knows of it, and may type another.
            self.failed = failed;
        }
    }

    /// Tries to take what is `named`; `command` takes it later.
    fn tried(&mut self, (command, named): (&str, &str), work: impl FnOnce(&mut Self) -> Result<(), Failed>) {
        let Err(why) = work(self) else { return };
        self.failed += 1;
        match why {
            Failed::Because(why) => {
                self.out.complain(&format!("{why:#}"));
                self.out.complain(&format!(
                    "nothing was taken from {named}; once it can be read: wiredesk {command} {named}"
                ));
            }
            Failed::Usage(why) => self.out.complain(&why),
            Failed::Config(problems) => self.out.complain(&problems.to_string()),
            Failed::Said => self.out.complain(&format!("nothing was taken from {named}")),
        }
    }

    /// The configuration as it stands.
    fn config(&self) -> Result<Config, Failed> {
        Config::check(self.path, self.draft.text(&self.sources)).map_err(Failed::Config)
    }

    /// The sources of a list.
    fn list(&mut self, file: &Path) -> Result<(), Failed> {
        let list = read::from_file(file)?;
        let plan = ImportPlan::of(&list, &self.config()?);
        for (listed, why) in &plan.refused {
            self.out.complain(&format!("{}: {why}", redacted(&listed.url)));
        }
        let count = counted(plan.added.len() as u64, "source", "sources");
        self.out.complain(&format!("{}: {count}", file.display()));
        if plan.added.is_empty() && plan.known.is_empty() {
            return Err(Failed::Said);
        }
        self.sources.extend(plan.added);
        Ok(())
    }

    /// The source behind an address.
    fn look(&mut self, text: &str, asking: Option<&Asking<'_>>) -> Result<(), Failed> {
        let url = address(text)?;
        let config = self.config()?;
        if let Err(refusal) = vet(&config.polling.opened(), &url) {
            let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
            let why = format!("{}: refused: {}; if it is meant: --allow-address {host}", redacted(&url), refusal.0);
            return Err(Failed::Usage(why));
        }
        self.out.complain(&format!("looking at {} …", redacted(&url)));
        let found = on_runtime(async {
            let net = net::Client::new(config.polling.net_settings())?;
            let finder = Finder::new(&net, &url, config.polling.host_gap, SystemClock::new().now(), self.out);
            Ok::<_, Failed>(finder.find(&url).await?)
        })?;
        for (at, found) in (1..).zip(&found) {
            show(self.out, at, found);
        }
        let Some(chosen) = choose(&found, asking)? else { return Ok(()) };
        match new_source(&config, chosen, None, Vec::new()) {
            Ok(source) => self.sources.push(source),
            Err(known) => self.out.complain(&format!("{} is there already, as {known}", chosen.shown())),
        }
        Ok(())
    }
}

/// Of several the one that a person names; the first where nobody can be asked.
fn choose<'f>(found: &'f [FoundSource], asking: Option<&Asking<'_>>) -> Result<Option<&'f FoundSource>, Failed> {
    let Some(asking) = asking.filter(|_| found.len() > 1) else { return Ok(found.first()) };
    loop {
        let text = asking.line(&format!("Which of these {} (0: none) [1]: ", found.len()))?;
        match if text.is_empty() { Ok(1) } else { text.parse::<usize>() } {
            Ok(0) => return Ok(None),
            Ok(at) if at <= found.len() => return Ok(found.get(at - 1)),
            _ => asking.tell(&format!("please answer with a number from 0 to {}", found.len())),
        }
    }
}
