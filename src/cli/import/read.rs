//! Where a list of feeds comes from.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use anyhow::{Context as _, anyhow, bail};
use url::Url;

use crate::cli::context::Failed;
use crate::cli::manners::Paced;
use crate::cli::runtime::on_runtime;
use crate::clock::{Clock, SystemClock};
use crate::config::Config;
use crate::fetch::robots::Robots;
use crate::fetch::{self, Ask, Asker};
use crate::model::{Warning, WarningKind, redacted};
use crate::net;
use crate::opml::{self, List};
use crate::parse;

/// The largest list that is read.
const MAX_BYTES: u64 = crate::limits::LIST_BYTES.most;

/// Where a list is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ListPlace<'a> {
    /// Standard input.
    Stdin,
    /// A URL.
    Web(Url),
    /// A file.
    File(&'a str),
}

impl<'a> ListPlace<'a> {
    /// The place that was typed.
    pub fn of(text: &'a str) -> ListPlace<'a> {
        let url = Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
        match url {
            _ if text == "-" => ListPlace::Stdin,
            Some(url) => ListPlace::Web(url),
            None => ListPlace::File(text),
        }
    }
}

/// The list in a file.
///
/// # Errors
/// It cannot be read, or is none.
pub fn from_file(file: &Path) -> anyhow::Result<List> {
    let shown = file.display().to_string();
    from(File::open(file).with_context(|| format!("{shown} cannot be read"))?, &shown)
}

/// The list that `open` gives, warnings about its encoding included; `shown` names it.
///
/// # Errors
/// It cannot be read, or is none.
pub fn from(open: impl Read, shown: &str) -> anyhow::Result<List> {
    let mut bytes = Vec::new();
    open.take(MAX_BYTES + 1).read_to_end(&mut bytes).with_context(|| format!("{shown} cannot be read"))?;
    taken(&bytes, None, shown)
}

/// The list at a URL, which the guard and the limits of polls apply to.
///
/// # Errors
/// It does not come, or is none.
pub fn from_web(url: &Url, config: &Config) -> Result<List, Failed> {
    on_runtime(async {
        let (net, robots) = (net::Client::new(config.polling.net_settings())?, Robots::default());
        let asker = Asker { net: &net, robots: &robots };
        let ask = Ask::free(fetch::Request::of(url.clone()));
        let paced = Paced::new(config.polling.host_gap);
        let response = asker.ask(&ask, &paced, SystemClock::new().now()).await;
        let shown = redacted(url);
        let body = response.document().map_err(|failure| anyhow!("{shown}: {failure}"))?.body;
        Ok(taken(&body.bytes, body.content_type.as_deref(), &shown)?)
    })
}

fn taken(bytes: &[u8], content_type: Option<&str>, shown: &str) -> anyhow::Result<List> {
    if bytes.len() as u64 > MAX_BYTES {
        bail!("{shown} is larger than {}", crate::limits::LIST_BYTES.shown());
    }
    let (text, mut warnings) = parse::text(bytes, content_type);
    let mut list = opml::read(&text).map_err(|error| match error {
        opml::Error::NotAList(_) => {
            anyhow!("{shown}: {error} (`wiredesk add URL` adds a feed, or the one behind a page)")
        }
        opml::Error::Empty => anyhow!("{shown}: {error}"),
    })?;
    warnings.append(&mut list.warnings);
    if let Some(root) = &list.unended {
        let text = format!("its </{root}> is missing: the list may be cut short");
        warnings.push(Warning { kind: WarningKind::Repair, text, entry: None });
    }
    Ok(List { warnings, ..list })
}
