//! What systemd is told, where it runs the daemon (sd_notify(3)).

use sd_notify::NotifyState;

use crate::config::Config;

/// That it works: it has started, or the reload is over (`READY=1`), with a line for
/// `systemctl status` (`STATUS=`).
pub fn ready(status: &str) {
    tell(&[NotifyState::Ready, NotifyState::Status(status)]);
}

/// That the configuration is being read again (`RELOADING=1`, with the instant that
/// `Type=notify-reload` asks for). [`ready`] ends it.
pub fn reloading() {
    match NotifyState::monotonic_usec_now() {
        Ok(now) => tell(&[NotifyState::Reloading, now]),
        Err(error) => tracing::debug!(%error, "systemd was not notified"),
    }
}

/// That it is alive (`WATCHDOG=1`).
pub fn alive() {
    tell(&[NotifyState::Watchdog]);
}

/// That it stops (`STOPPING=1`).
pub fn stopping() {
    tell(&[NotifyState::Stopping, NotifyState::Status("polls under way are being finished")]);
}

/// What a daemon with this configuration does, in a line.
pub fn summary(config: &Config) -> String {
    format!("sources: {}, feeds: {}", config.sources.len(), config.feeds.len())
}

/// Tells systemd. Where there is none, nothing happens.
fn tell(states: &[NotifyState<'_>]) {
    if let Err(error) = sd_notify::notify(states) {
        tracing::debug!(%error, "systemd was not notified");
    }
}
