//! How it stands with a document's older pages (R5, check B141).

use crate::model::Backlog;

/// What of a document's older pages waits for another poll.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Outstanding {
    /// Nothing.
    #[default]
    Nothing,
    /// They were not asked for, as the budget of the day is spent.
    Spent,
    /// They are asked for later.
    Later,
}

/// How it stands with a document's older pages.
#[derive(Default)]
pub struct Older {
    /// What of them waits.
    pub waiting: Outstanding,
    /// Those that were read: where the entries of each begin among all.
    pub starts: Vec<(usize, String)>,
    /// Where they are read on, as far as reading them tells.
    pub backlog: Backlog,
}

impl Older {
    /// Where they are read on if `refused` is the first entry that the budget had no room
    /// for: at its page, as all before it is in.
    pub fn backlog_at(self, refused: Option<usize>) -> Backlog {
        let Some(refused) = refused else { return self.backlog };
        let until: Vec<String> =
            self.starts.into_iter().take_while(|(start, _)| *start <= refused).map(|(_, url)| url).collect();
        // One before it may have been cut.
        let cut = self.backlog.from.filter(|from| until.contains(from));
        Backlog { from: cut.or(until.into_iter().next_back()), failing_since: None, ..self.backlog }
    }
}
