//! `wiredesk run`: the daemon.

use std::sync::Arc;

use crate::clock::SystemClock;
use crate::daemon::{self, Daemon, Stop};

use super::{Desk, Done, Failed};

/// Runs until SIGTERM or SIGINT; a second signal ends it at once.
pub fn run(desk: &Desk) -> Done {
    let path = desk.config_path()?;
    on_threads(async {
        let daemon = Daemon::open(&path, Arc::new(SystemClock::new())).await?;
        daemon.run(Stop::on_signals()?).await
    })
}

/// Runs a daemon's work on a runtime of its own; `demo` comes this way too.
pub fn on_threads(work: impl Future<Output = Result<(), daemon::Error>>) -> Done {
    let threads = std::thread::available_parallelism().map_or(2, |n| n.get().clamp(2, 4));
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(threads).enable_all().build()?;
    let done = runtime.block_on(work);
    runtime.shutdown_timeout(std::time::Duration::from_secs(1));
    match done {
        Ok(()) => Ok(()),
        Err(daemon::Error::Config(problems)) => Err(Failed::Config(problems)),
        Err(daemon::Error::Start(said)) => Err(Failed::Usage(said)),
        Err(other) => Err(Failed::Because(other.into())),
    }
}
