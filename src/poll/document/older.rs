//! The state of a document's older pages (R5, check B141).

use crate::model::Backlog;

/// What waits for another poll.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Outstanding {
    /// Nothing.
    #[default]
    Nothing,
    /// They were not requested because the budget for the day is spent.
    Spent,
    /// They are requested later.
    Later,
}

/// The state of a document's older pages.
#[derive(Default)]
pub struct Older {
    /// What waits.
    pub waiting: Outstanding,
    /// The pages that were read, each by the position of its first entry.
    pub starts: Vec<(usize, String)>,
    /// Where reading goes on, as far as the pages themselves tell.
    pub backlog: Backlog,
}

impl Older {
    /// Where reading goes on if `refused` is the first entry that did not fit the budget: at
    /// its page, because everything before it is stored.
    pub fn backlog_at(self, refused: Option<usize>) -> Backlog {
        let Some(refused) = refused else { return self.backlog };
        let until: Vec<String> =
            self.starts.into_iter().take_while(|(start, _)| *start <= refused).map(|(_, url)| url).collect();
        // An entry before it may have been cut.
        let cut = self.backlog.from.filter(|from| until.contains(from));
        Backlog { from: cut.or(until.into_iter().next_back()), failing_since: None, ..self.backlog }
    }
}
