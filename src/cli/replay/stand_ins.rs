//! The sources of an archive: those of the configuration, and others made up for the replay.

use std::collections::HashMap;
use std::sync::Arc;

use url::Url;

use crate::clock::Zone;
use crate::config::{Access, ConfiguredSource};
use crate::model::{Source, SourceId};
use crate::schedule::{Budget, Policy};

/// The sources that `named` names: as they are configured, and without anything but the name
/// where they are not.
pub fn of(configured: &[Arc<ConfiguredSource>], named: &[SourceId]) -> Vec<Arc<ConfiguredSource>> {
    let known: HashMap<&SourceId, &Arc<ConfiguredSource>> = configured.iter().map(|s| (&s.source.id, s)).collect();
    let one = |id| known.get(id).map_or_else(|| Arc::new(made_up(id)), |known| Arc::clone(known));
    named.iter().map(one).collect()
}

fn made_up(id: &SourceId) -> ConfiguredSource {
    let mut source = Source::retired(id.clone());
    // Two sources of one URL would be one.
    source.url = Url::parse(&format!("https://replay.invalid/{id}")).unwrap_or(source.url);
    ConfiguredSource {
        source,
        schedule: Policy::default(),
        timezone: Zone::UTC,
        access: Arc::new(Access::default()),
        page: None,
        link_template: None,
        budget: Budget::default(),
    }
}
