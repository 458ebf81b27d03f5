//! `wiredesk export`: the configured sources as OPML 2.0.

use std::collections::HashMap;

use crate::config::ConfiguredSource;
use crate::model::shown::may_hold_secret;
use crate::model::{Carrier, Kind, PublicUrl, SourceId, without_credentials};
use crate::opml::{self, Carriage, Outline, Scraped};
use crate::parse::page::{Css, Selectors};
use crate::store::SourcesWanted;
use crate::text::quote::in_quotes;

use super::context::{CommandResult, Context};
use super::runtime::on_runtime;

/// Sources that are read at once.
const READ_AT_ONCE: usize = 500;

/// Prints a list that other readers, and `import`, take.
pub fn run(context: &Context) -> CommandResult {
    let config = context.load()?;
    let known = on_runtime(async { Ok(carriers(context).await) })?;
    let mut outlines = Vec::with_capacity(config.sources.len());
    for configured in &config.sources {
        match outline(configured, known.get(&configured.source.id)) {
            Ok(outline) => {
                if let Some(layout) = outline.by.as_ref().and_then(Scraped::unsaid_layout) {
                    let left = "its date_format is left out: a list has no letters for";
                    context.out.complain(&format!("{}: {left} {}", configured.source.id, in_quotes(layout)));
                }
                outlines.push(outline);
            }
            Err(why) => context.out.complain(&format!("{} is left out: {why}", configured.source.id)),
        }
    }
    context.out.xml(&opml::write("wiredesk", &outlines));
    Ok(())
}

/// What sources call themselves, as far as a store tells. The configuration alone makes a list,
/// so a store that cannot be read, or is not there yet, costs only these titles.
async fn carriers(context: &Context) -> HashMap<SourceId, Carrier> {
    let mut known = HashMap::new();
    let opened = match context.look_if_there().await {
        Ok(Ok(opened)) => opened,
        Ok(Err(_)) => return known,
        Err(_) => {
            context.out.complain("the store cannot be read: sources without a title are named by their ids");
            return known;
        }
    };
    let (now, mut wanted) = (opened.clock.now(), SourcesWanted::all(READ_AT_ONCE));
    while let Ok(page) = opened.store.sources_page(&wanted, now).await {
        let Some(last) = page.last() else { break };
        wanted.after = Some(last.source.clone());
        known.extend(page.into_iter().map(|s| (s.source, s.state.carrier)));
    }
    known
}

/// A source as other people may see it: its first tag is its folder, its credentials are left
/// out, and it is left out itself if its URL may hold a key, unless `publish_url` exports it
/// (checks B36, B116).
fn outline(configured: &ConfiguredSource, known: Option<&Carrier>) -> Result<Outline, String> {
    let source = &configured.source;
    let by = match (source.kind, &configured.page) {
        (Kind::Feed, _) => None,
        (Kind::Page, Some(selectors)) => Some(scraped(selectors)),
        _ => return Err(format!("a list holds feeds and pages, and this is a {}", source.kind.as_str())),
    };
    let url = without_credentials(source.url.clone());
    if !configured.access.publish_url && may_hold_secret(&url) {
        return Err("its URL holds a key, or what looks like one; publish_url = true exports it".to_owned());
    }
    let folder = source.tags.first().cloned();
    // A slash parts categories, not folders: the folder alone keeps such a tag whole.
    let is_category = |tag: &&String| !(tag.contains('/') && Some(*tag) == folder.as_ref());
    let titled = known.map(|known| known.title.trim()).filter(|title| !title.is_empty());
    let page = known.and_then(|known| known.link.as_deref()).map(PublicUrl::read);
    Ok(Outline {
        title: source.title.as_deref().or(titled).map_or_else(|| source.id.to_string(), str::to_owned),
        xml_url: url.into(),
        html_url: page.filter(|_| by.is_none()).and_then(|page| page.link().map(str::to_owned)),
        categories: source.tags.iter().filter(is_category).cloned().collect(),
        folder,
        carriage: Carriage {
            wire: source.wire.clone(),
            country: source.country.map(|country| country.code().to_owned()),
        },
        by,
    })
}

/// The selectors of a page as outlines have them.
fn scraped(selectors: &Selectors) -> Scraped {
    let text = |css: &Option<Css>| css.as_ref().map(|css| css.text().to_owned());
    Scraped {
        kind: "HTML+CSS".to_owned(),
        item: Some(selectors.entries.text().to_owned()),
        title: text(&selectors.title),
        link: text(&selectors.link),
        text: text(&selectors.summary),
        date: text(&selectors.date),
        date_format: selectors.date_format.clone(),
        further: Vec::new(),
    }
}
