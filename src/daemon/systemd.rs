//! What systemd is told, where it runs the daemon.

/// Tells systemd. Where there is none, nothing happens.
pub fn notify(states: &[sd_notify::NotifyState<'_>]) {
    if let Err(error) = sd_notify::notify(states) {
        tracing::debug!(%error, "systemd was not notified");
    }
}
