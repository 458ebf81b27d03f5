//! The elements of a page that hold a date.

use std::collections::HashSet;

use ego_tree::NodeId;
use scraper::ElementRef;

/// How far above a date its entry is looked for.
const HIGHEST: usize = crate::limits::PROPOSAL_DATE_ABOVE.count();

/// An element that says when something was.
pub struct DateMark<'a> {
    /// The element.
    pub element: ElementRef<'a>,
    /// Whether that lies ahead.
    pub ahead: bool,
}

/// The elements of a page that hold a date.
#[derive(Default)]
pub struct Dated {
    all: HashSet<NodeId>,
    /// Those with a date that does not lie ahead.
    past: HashSet<NodeId>,
}

impl Dated {
    /// Adds `mark` and what is around it.
    pub fn add(&mut self, mark: &DateMark<'_>) {
        let element = mark.element;
        let around = element.ancestors().take(HIGHEST).map(|above| above.id());
        for id in std::iter::once(element.id()).chain(around) {
            self.all.insert(id);
            if !mark.ahead {
                self.past.insert(id);
            }
        }
    }

    /// Whether `element` holds a date.
    pub fn holds(&self, element: ElementRef<'_>) -> bool {
        self.all.contains(&element.id())
    }

    /// Whether `element` holds dates, and all of them lie ahead.
    pub fn lies_ahead(&self, element: ElementRef<'_>) -> bool {
        self.holds(element) && !self.past.contains(&element.id())
    }
}
