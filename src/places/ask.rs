//! What other rooms ask: places in texts, places of datelines, the operator's places.

use std::borrow::Cow;
use std::ops::Range;

use super::choose;
use super::gazetteer::Gazetteer;
use super::layer::Layer;
use super::mention::{ChosenBy, PlaceContext, PlaceMention};
use super::own::{OwnPlace, packed};
use super::place::Place;
use super::read;
use crate::text::fold::{self, Folded};

impl Gazetteer {
    /// The built-in places with the operator's: `own` adds places, and corrects those of the
    /// same name and country.
    pub fn with(own: &[OwnPlace]) -> Gazetteer {
        let mut gazetteer = Gazetteer::built_in();
        if own.is_empty() {
            return gazetteer;
        }
        let first = gazetteer.layers.iter().map(Layer::places).sum();
        let (layer, populations) = packed(own, &gazetteer, first);
        gazetteer.layers.extend(Layer::open(Cow::Owned(layer), first));
        gazetteer.populations = populations;
        gazetteer
    }

    /// Resolves a place as a dateline prints it: its name, and the region or country
    /// `beside` it, in any case. `None` if the name, or what stands beside it, is unknown.
    pub fn resolve(&self, name: &str, beside: &[&str], around: &PlaceContext<'_>) -> Option<(Place<'_>, ChosenBy)> {
        choose::printed(self, self.marked(name), beside, around)
    }

    /// The places mentioned in the texts of one entry, in the order of texts and positions.
    /// Each text comes folded, and as shown.
    pub fn mentions(&self, texts: &[(&Folded, &str)], around: &PlaceContext<'_>) -> Vec<PlaceMention> {
        read::mentions(self, texts, around)
    }

    /// The same in a single text.
    pub fn mentions_in(&self, text: &str, around: &PlaceContext<'_>) -> Vec<PlaceMention> {
        self.mentions(&[(&fold::fold(text), text)], around)
    }

    /// Capitalised words of a text that stand where a place is expected ("mayor of", "in")
    /// and begin no name known: ranges in `shown`.
    pub fn unknown(&self, (folded, shown): (&Folded, &str), around: &PlaceContext<'_>) -> Vec<Range<usize>> {
        read::unknown(self, (folded, shown), around)
    }
}
