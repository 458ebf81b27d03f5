//! Why an entry was placed where it is: sentences, and the stories beside its own.

use serde::{Deserialize, Serialize};

use super::broken;
use crate::model::{EntryId, Permille, Relation, StoryEvidence, StoryId, StoryPlacement};
use crate::store::{Error, PlacedLink, Result};

#[derive(Serialize, Deserialize, Default)]
#[serde(default)]
struct StoredPlacement {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    because: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    links: Vec<StoredStoryLink>,
}

#[derive(Serialize, Deserialize)]
struct StoredStoryLink {
    story: i64,
    like: i64,
    relation: String,
    score: u16,
    #[serde(default)]
    because: Vec<String>,
}

/// The stored form of why an entry was placed where it is.
///
/// # Errors
/// [`Error::Database`] when it cannot be written as JSON.
pub fn write_placement(placement: &StoryPlacement) -> Result<String> {
    let said = |because: &[StoryEvidence]| because.iter().map(StoryEvidence::to_string).collect();
    let links = placement.links.iter().map(|link| StoredStoryLink {
        story: link.story.0,
        like: link.like.0,
        relation: link.relation.as_str().to_owned(),
        score: link.score.0,
        because: said(&link.because),
    });
    let stored = StoredPlacement { because: said(&placement.because), links: links.collect() };
    serde_json::to_string(&stored).map_err(broken)
}

/// Reads [`write_placement`]'s form: why, and the stories beside its own.
///
/// # Errors
/// [`Error::Corrupt`] when it is none.
pub fn read_placement(stored: &str) -> Result<(Vec<String>, Vec<PlacedLink>)> {
    let StoredPlacement { because, links } =
        serde_json::from_str(stored).map_err(|e| Error::Corrupt(format!("placement: {e}")))?;
    let link = |link: StoredStoryLink| {
        Ok(PlacedLink {
            story: StoryId(link.story),
            like: EntryId(link.like),
            relation: relation(&link.relation)?,
            score: Permille(link.score),
            because: link.because,
        })
    };
    Ok((because, links.into_iter().map(link).collect::<Result<_>>()?))
}

/// The relation of this name.
///
/// # Errors
/// [`Error::Corrupt`] when it is none.
pub fn relation(name: &str) -> Result<Relation> {
    Relation::named(name).ok_or_else(|| Error::Corrupt(format!("{name} is no relation of entries")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::StoryLink;

    #[test]
    fn a_placement_comes_back_in_sentences() {
        let link = StoryLink {
            story: StoryId(3),
            like: EntryId(4),
            relation: Relation::Update,
            score: Permille(700),
            because: vec![StoryEvidence::NumbersDiffer("7".to_owned(), "8".to_owned())],
        };
        let placement =
            StoryPlacement { because: vec![StoryEvidence::SameText], links: vec![link], ..StoryPlacement::first() };
        let (because, links) = read_placement(&write_placement(&placement).unwrap()).unwrap();
        assert_eq!(because, ["the text is the same, word for word"]);
        assert_eq!(
            (links[0].story, links[0].like, links[0].relation, links[0].score),
            (StoryId(3), EntryId(4), Relation::Update, Permille(700))
        );
        assert_eq!(links[0].because, [StoryEvidence::NumbersDiffer("7".to_owned(), "8".to_owned()).to_string()]);
        assert!(matches!(read_placement("{"), Err(Error::Corrupt(_))));
        assert!(relation("cousin").is_err());
    }
}
