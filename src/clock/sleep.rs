//! Waiting by the machine's timers.

use std::pin::Pin;
use std::time::Duration;

/// A wait, which ends by itself.
pub type Sleep<'a> = Pin<Box<dyn Future<Output = ()> + Send + 'a>>;

/// A wait of this length on the machine.
pub(super) fn of_machine(wait: Duration) -> Sleep<'static> {
    Box::pin(tokio::time::sleep(wait))
}
