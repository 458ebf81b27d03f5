//! `wiredesk export`: the configured sources as OPML 2.0.

use crate::config::ConfiguredSource;
use crate::model::shown::may_hold_secret;
use crate::model::{Kind, without_credentials};
use crate::opml::{self, Outline};

use super::context::{CommandResult, Context};

/// Prints a list that other readers, and `import`, take.
pub fn run(context: &Context) -> CommandResult {
    let config = context.load()?;
    let mut outlines = Vec::with_capacity(config.sources.len());
    for configured in &config.sources {
        match outline(configured) {
            Ok(outline) => outlines.push(outline),
            Err(why) => context.out.complain(&format!("{} is left out: {why}", configured.source.id)),
        }
    }
    context.out.xml(&opml::write("wiredesk", &outlines));
    Ok(())
}

/// A source as other people may see it: its first tag is its folder, its credentials are left
/// out, and it is left out itself if its URL may hold a key, unless `publish_url` exports it
/// (checks B36, B116).
fn outline(configured: &ConfiguredSource) -> Result<Outline, String> {
    let source = &configured.source;
    if source.kind != Kind::Feed {
        return Err(format!("a list holds feeds, and this is a {}", source.kind.as_str()));
    }
    let url = without_credentials(source.url.clone());
    if !configured.access.publish_url && may_hold_secret(&url) {
        return Err("its URL holds a key, or what looks like one; publish_url = true exports it".to_owned());
    }
    let folder = source.tags.first().cloned();
    // A slash parts categories, not folders: the folder alone keeps such a tag whole.
    let is_category = |tag: &&String| !(tag.contains('/') && Some(*tag) == folder.as_ref());
    Ok(Outline {
        title: source.id.to_string(),
        xml_url: url.into(),
        html_url: None,
        categories: source.tags.iter().filter(is_category).cloned().collect(),
        folder,
    })
}
