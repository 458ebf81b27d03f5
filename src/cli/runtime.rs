//! The runtimes that commands work on, and the end of their work on a store.

use std::time::Duration;

use crate::daemon;
use crate::store::Upkeep;

use super::context::{CommandResult, Failed};

/// How long a daemon's runtime waits at the end for threads that are still at work.
const LAST: Duration = Duration::from_secs(1);

/// Runs `work` on a runtime of two threads. That is enough to fetch: reading and storing
/// have threads of their own.
pub fn on_runtime<T>(work: impl Future<Output = Result<T, Failed>>) -> Result<T, Failed> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let done = runtime.block_on(work);
    // Nothing is left that is worth waiting for: everything that had to be stored is stored.
    runtime.shutdown_background();
    done
}

/// Runs a daemon's work, that of `run` and `demo`, on a runtime of its own.
pub fn as_daemon(work: impl Future<Output = Result<(), daemon::Error>>) -> CommandResult {
    let threads = std::thread::available_parallelism().map_or(2, |n| n.get().clamp(2, 4));
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(threads).enable_all().build()?;
    let done = runtime.block_on(work);
    runtime.shutdown_timeout(LAST);
    match done {
        Ok(()) => Ok(()),
        Err(daemon::Error::Config(problems)) => Err(Failed::Config(problems)),
        Err(daemon::Error::Start(said)) => Err(Failed::Usage(said)),
        Err(error @ daemon::Error::Listen { .. }) => {
            Err(Failed::Usage(format!("{error}; free the port or change server.listen")))
        }
        Err(other) => Err(Failed::Because(other.into())),
    }
}

/// Runs `work` on the threads of the runtime that it is called on. The thread that waits for a
/// runtime's end is none of them, and would have to be woken for each step of what it runs.
pub async fn on_workers<T: Send + 'static>(work: impl Future<Output = T> + Send + 'static) -> T {
    // Nobody aborts it, so it ended or it broke down.
    tokio::spawn(work).await.unwrap_or_else(|broken| std::panic::resume_unwind(broken.into_panic()))
}

/// Closes a store after a command's work, whether that succeeded or not, and returns its
/// result: a store that no process has open is one file.
pub async fn closing(store: &dyn Upkeep, done: CommandResult) -> CommandResult {
    let closed = store.close().await;
    done?;
    Ok(closed?)
}
