//! Polls that brought nothing, several in one transaction (R50): each transaction is written
//! to the server's disk by itself, which takes longer than all that such a poll writes.
//!
//! Polls of a daemon that brought nothing come together, as soon as a lull is over. The first
//! of them waits a moment for the others, and they are written as one. Each is guarded by its
//! own claim, and answered for itself; one whose claim has lapsed is left out. Where the answer
//! to their COMMIT is lost, one receipt tells of all whether they were stored (O42).

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::oneshot;

use super::commit::{PollProgress, commit};
use crate::store::postgres::link::run::{Repeat, Session, Writing};
use crate::store::postgres::link::tx::{SqlText, Tx, Typed};
use crate::store::prepared::PreparedPoll;
use crate::store::{Committed, Error, Result};

/// How long the first waits for others: those whom a lull has let go all come within this.
const MOMENT: Duration = Duration::from_millis(2);

/// Polls that are about to be written together. No more of them wait than polls may run.
#[derive(Clone, Default)]
pub struct QuietPolls(Arc<Mutex<GatheredPolls>>);

#[derive(Default)]
struct GatheredPolls {
    polls: Vec<(Arc<PreparedPoll>, oneshot::Sender<Result<Committed>>)>,
    /// Whether one has come that will write those that come meanwhile.
    is_led: bool,
}

impl QuietPolls {
    /// Whether a poll may be written with others: it brought no document, and what it writes
    /// is its source's alone. A hold is its site's.
    pub fn takes(poll: &PreparedPoll) -> bool {
        poll.steps.is_none() && !poll.described_anew && poll.hold.is_none()
    }

    /// Commits a poll, with others that come at the same time.
    ///
    /// # Errors
    /// Its own, or what kept all of them from being stored.
    pub async fn commit(&self, session: &Session, poll: Arc<PreparedPoll>) -> Result<Committed> {
        let (sender, answer) = oneshot::channel();
        let leads = {
            let mut waiting = self.waiting();
            waiting.polls.push((poll, sender));
            !std::mem::replace(&mut waiting.is_led, true)
        };
        if leads {
            // Whoever leads may be given up; the others are not.
            let (polls, session) = (self.clone(), session.clone());
            tokio::spawn(async move { polls.write(&session).await });
        }
        answer.await.unwrap_or_else(|_| Err(Error::Database("a write was cut short".to_owned())))
    }

    async fn write(&self, session: &Session) {
        tokio::time::sleep(MOMENT).await;
        let (polls, senders): (Vec<_>, Vec<_>) = {
            let mut waiting = self.waiting();
            waiting.is_led = false;
            std::mem::take(&mut waiting.polls).into_iter().unzip()
        };
        let polls = Arc::new(polls);
        let given = Arc::clone(&polls);
        let together = session.write_of(Repeat::Once, given, |writing, polls| Box::pin(all(writing, polls)));
        match together.await {
            Ok(answers) => {
                for (sender, answer) in senders.into_iter().zip(answers) {
                    // Nobody may wait any more.
                    let _ = sender.send(answer);
                }
            }
            Err(error) => {
                tracing::debug!(%error, polls = polls.len(), "polls were not stored together; each is by itself");
                for (poll, sender) in polls.iter().zip(senders) {
                    match is_of_the_server(&error) {
                        true => drop(sender.send(Err(error.again()))),
                        false => by_itself(session.clone(), Arc::clone(poll), sender),
                    }
                }
            }
        }
    }

    fn waiting(&self) -> MutexGuard<'_, GatheredPolls> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Commits one of several that were not stored together, beside the others: what one of them
/// is, or a row of it that somebody holds, may have kept all of them from it.
fn by_itself(session: Session, poll: Arc<PreparedPoll>, sender: oneshot::Sender<Result<Committed>>) {
    tokio::spawn(async move {
        let alone = session
            .write_of(Repeat::Once, poll, |writing, poll| Box::pin(commit(writing, poll, PollProgress::default())));
        let _ = sender.send(alone.await);
    });
}

/// Whether an error says nothing of what was to be written, and is as true of each.
fn is_of_the_server(error: &Error) -> bool {
    matches!(error, Error::Away(_) | Error::Full(_) | Error::Gone(_) | Error::Unusable(_))
}

/// Whoever holds several of these rows takes them in this order.
const HOLD: &str = "
    SELECT s.source_no
      FROM schedule s
      JOIN source o ON o.no = s.source_no
     WHERE o.id = ANY($1::text[])
     ORDER BY s.source_no
       FOR NO KEY UPDATE OF s, o";

async fn hold(tx: &Tx, polls: &[Arc<PreparedPoll>]) -> Result<()> {
    let sources: Vec<SqlText<'_>> = polls.iter().map(|poll| SqlText(poll.source.as_str())).collect();
    tx.rows(HOLD, &[sources.param()]).await.map(drop)
}

/// Writes all of them; answers for each.
pub async fn all(writing: &mut Writing, polls: &[Arc<PreparedPoll>]) -> Result<Vec<Result<Committed>>> {
    if polls.len() > 1 {
        hold(&writing.tx, polls).await?;
    }
    let mut answers = Vec::with_capacity(polls.len());
    for poll in polls {
        // A claim is looked at before anything is written under it.
        answers.push(match commit(writing, poll, PollProgress::default()).await {
            Err(error) if !matches!(error, Error::StaleClaim(_)) => return Err(error),
            answer => answer,
        });
    }
    Ok(answers)
}
