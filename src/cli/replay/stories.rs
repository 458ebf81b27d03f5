//! The stories of an archive, as its entries arrive.

use std::collections::HashMap;
use std::sync::Arc;

use serde::Serialize;

use crate::model::{EntryId, Permille, Relation, SourceId, StoryPlacement};
use crate::past::replay::Replayed;
use crate::plan::Plan;
use crate::stories::read::StoryCopy;
use crate::stories::window::StoryWindow;

/// Stories as far as the archive was replayed.
pub struct ArchiveStories {
    plan: Arc<Plan>,
    window: StoryWindow,
    /// The number of each entry here.
    entries: HashMap<(SourceId, String), EntryId>,
    /// The id of each entry, by its number.
    ids: Vec<String>,
}

/// Where an entry was placed, as its line says it.
#[derive(Serialize)]
pub struct PlacementJson {
    /// The id of the first entry of its story.
    id: String,
    score: f64,
    like: Option<String>,
    relation: &'static str,
    because: Vec<String>,
}

/// A story of the archive.
#[derive(Serialize)]
struct StoryJson<'a> {
    id: &'a str,
    entries: Vec<&'a str>,
}

impl ArchiveStories {
    /// None yet.
    pub fn of(plan: &Arc<Plan>) -> ArchiveStories {
        ArchiveStories {
            plan: Arc::clone(plan),
            window: StoryWindow::new((*plan.stories).clone()),
            entries: HashMap::new(),
            ids: Vec::new(),
        }
    }

    /// Places the entry `id`, which arrives now. Another version of an entry stays where it is.
    pub fn place(&mut self, source: &SourceId, id: &str, replayed: &Replayed) -> PlacementJson {
        let key = (source.clone(), id.to_owned());
        if let Some(entry) = self.entries.get(&key) {
            return self.json(*entry, &StoryPlacement::first());
        }
        let entry = EntryId(i64::try_from(self.ids.len()).unwrap_or(i64::MAX));
        let configured = self.plan.sources.get(source).map(|planned| &planned.configured);
        let copy = &replayed.copy;
        let placement = self.window.place(&StoryCopy {
            entry,
            source: source.as_str(),
            source_wire: configured.and_then(|configured| configured.source.wire.as_deref()),
            link: copy.link.as_deref(),
            title: &copy.title,
            text: &copy.body,
            language: copy.language.as_deref(),
            at: copy.at,
            wire: &copy.newswire,
        });
        self.window.forget(copy.at);
        self.entries.insert(key, entry);
        self.ids.push(id.to_owned());
        self.json(entry, &placement)
    }

    fn json(&self, entry: EntryId, placement: &StoryPlacement) -> PlacementJson {
        let story = self.window.story_of(entry).map_or(entry, |story| EntryId(story.0));
        PlacementJson {
            id: self.id(story).to_owned(),
            score: share(placement.score),
            like: placement.like.map(|like| self.id(like).to_owned()),
            relation: relation(placement.relation),
            because: placement.because.iter().map(ToString::to_string).collect(),
        }
    }

    fn id(&self, entry: EntryId) -> &str {
        usize::try_from(entry.0).ok().and_then(|at| self.ids.get(at)).map_or("", String::as_str)
    }

    /// The final stories, a line of JSON each, by their first entries.
    ///
    /// # Errors
    /// One cannot be written as JSON.
    pub fn lines(&self) -> serde_json::Result<Vec<String>> {
        let stories = self.window.stories().map(|(story, entries)| StoryJson {
            id: self.id(EntryId(story.0)),
            entries: entries.into_iter().map(|entry| self.id(entry)).collect(),
        });
        stories.map(|story| serde_json::to_string(&story)).collect()
    }
}

fn share(score: Permille) -> f64 {
    f64::from(score.0) / 1000.0
}

/// A relation in the words of product §6.
fn relation(relation: Relation) -> &'static str {
    match relation {
        Relation::First => "first",
        Relation::Copy => "copy",
        Relation::Amendment | Relation::Update => "update",
        Relation::Translation => "translation",
        Relation::Series | Relation::Related => "none",
    }
}
