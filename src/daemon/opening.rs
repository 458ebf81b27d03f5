//! Opens the store for a daemon, with the clock that it goes by.

use std::sync::Arc;
use std::time::Duration;

use crate::clock::{Clock, LedClock};
use crate::store::{self, Location, Opening, POOLED, Store, follow};

use super::error::Error;

/// How long a server that does not respond is tried: it may be started at the same time as
/// we are.
const LONGEST: Duration = Duration::from_secs(30);

/// Between two tries.
const AGAIN: Duration = Duration::from_secs(1);

/// An open store, and the clocks by which a daemon works on it.
pub struct OpenedStore {
    /// The store.
    pub store: Arc<dyn Store>,
    /// The clock to go by.
    pub clock: Arc<dyn Clock>,
    /// The same, where it follows the store's.
    pub led: Option<Arc<LedClock>>,
}

/// Opens the store at `at`.
///
/// # Errors
/// [`Error::Start`] says what is in the way for people to mend; [`Error::Store`], that
/// nobody answered for as long as it is tried.
pub async fn open(at: &Location, machine: Arc<dyn Clock>) -> Result<OpenedStore, Error> {
    let store = patiently(at, &*machine).await?;
    if !at.is_shared() {
        return Ok(OpenedStore { store, clock: machine, led: None });
    }
    match store::hears_through_pooler(at).await {
        Ok(true) => tracing::warn!("{POOLED}"),
        Ok(false) => {}
        Err(error) => tracing::debug!(%error, "whether a pooler stands before the store is not known"),
    }
    let led = Arc::new(LedClock::on(machine));
    follow(&*store, &led).await?;
    Ok(OpenedStore { store, clock: Arc::clone(&led) as _, led: Some(led) })
}

async fn patiently(at: &Location, clock: &dyn Clock) -> Result<Arc<dyn Store>, Error> {
    let begun = clock.elapsed();
    let mut is_told = false;
    loop {
        match store::open(at, Opening::Alone, clock.now()).await {
            Ok(store) => return Ok(store),
            Err(error @ store::Error::Away(_)) if clock.elapsed() - begun >= LONGEST => return Err(error.into()),
            Err(error @ store::Error::Away(_)) => {
                if !is_told {
                    tracing::warn!(%error, "the store is tried again for {} s", LONGEST.as_secs());
                    is_told = true;
                }
                clock.sleep(AGAIN).await;
            }
            // Nobody has to mend anything.
            Err(error) if error.is_transient() => return Err(error.into()),
            Err(error) => return Err(Error::Start(error.to_string())),
        }
    }
}
