//! The end of the program: first no more polls, then no more responses.

use std::sync::Arc;

use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

/// Tells tasks when to stop. All clones share one state.
#[derive(Clone)]
pub struct Stop {
    polling: Arc<watch::Sender<bool>>,
    serving: Arc<watch::Sender<bool>>,
}

impl Stop {
    /// A stop that only [`Stop::now`] triggers.
    pub fn new() -> Self {
        Stop { polling: Arc::new(watch::channel(false).0), serving: Arc::new(watch::channel(false).0) }
    }

    /// A stop that SIGTERM and SIGINT trigger. The second signal ends the process at once (R7).
    ///
    /// # Errors
    /// The operating system's, if a signal cannot be watched.
    pub fn on_signals() -> std::io::Result<Self> {
        let stop = Stop::new();
        let (mut term, mut int) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
        let told = stop.clone();
        tokio::spawn(async move {
            let mut either = async || {
                tokio::select! {
                    _ = term.recv() => "SIGTERM",
                    _ = int.recv() => "SIGINT",
                }
            };
            let name = either().await;
            tracing::info!(signal = name, "stopping; a second signal stops at once");
            told.now();
            either().await;
            std::process::exit(1);
        });
        Ok(stop)
    }

    /// Stops polling.
    pub fn now(&self) {
        self.polling.send_replace(true);
    }

    /// Stops serving too.
    pub fn finish_serving(&self) {
        self.serving.send_replace(true);
    }

    /// Waits until polling is to stop.
    pub async fn polling(&self) {
        // The sender lives as long as this does.
        let _ = self.polling.subscribe().wait_for(|stopped| *stopped).await;
    }

    /// What the server watches.
    pub fn watch(&self) -> watch::Receiver<bool> {
        self.serving.subscribe()
    }
}

impl Default for Stop {
    fn default() -> Self {
        Stop::new()
    }
}
