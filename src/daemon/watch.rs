//! Sees every change of the configuration: SIGHUP, and the files themselves.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::config::{Config, ConfigReading, Footprint, Losses, Problems};

use super::reload;
use super::second_look::SecondLook;
use super::state::DaemonState;
use super::systemd;

/// Between looks at the files. A file that is unchanged since the look before counts as written
/// completely (B84).
const LOOK: Duration = Duration::from_millis(500);

/// Reloads on SIGHUP and when a file of the configuration changes. It begins before the
/// configuration is read, so that no later change is missed and no SIGHUP ends the program.
pub struct ConfigWatch {
    path: PathBuf,
    hangup: Signal,
    /// What the configuration in force was read from.
    in_force: Footprint,
    /// The same for what was tried last, as it was just before it was read.
    seen: Footprint,
    second_look: SecondLook,
}

impl ConfigWatch {
    /// Begins to watch for SIGHUP.
    ///
    /// # Errors
    /// The operating system's, if a signal cannot be watched.
    pub fn begin(path: &Path) -> std::io::Result<ConfigWatch> {
        Ok(ConfigWatch {
            path: path.to_owned(),
            hangup: signal(SignalKind::hangup())?,
            in_force: Footprint::default(),
            seen: Footprint::default(),
            second_look: SecondLook::default(),
        })
    }

    /// From now on, watches what the configuration in force was read from.
    pub fn note(&mut self, footprint: Footprint) {
        self.in_force = footprint.clone();
        self.seen = footprint;
    }

    /// Reloads for as long as the program runs.
    pub async fn run(mut self, shared: Arc<DaemonState>) {
        // What differs from what was last read, and when the difference was first seen.
        let (mut asked, mut moving): (bool, Option<(Footprint, Duration)>) = (false, None);
        loop {
            asked |= self.wait().await;
            let seen = self.seen.clone();
            let Ok(now) = tokio::task::spawn_blocking(move || seen.again()).await else { continue };
            let elapsed = shared.clock.elapsed();
            if !asked && now == self.seen {
                moving = None;
                if self.second_look.is_due(elapsed) {
                    self.read(&shared, &now, elapsed).await;
                }
                continue;
            }
            match moving.take() {
                Some((before, since)) if before == now => {
                    asked = false;
                    self.read(&shared, &now, since).await;
                }
                _ => moving = Some((now, elapsed)),
            }
        }
    }

    /// Waits until it is time to look again. Returns whether a SIGHUP came.
    async fn wait(&mut self) -> bool {
        tokio::select! {
            _ = self.hangup.recv() => {
                tokio::time::sleep(LOOK).await;
                true
            }
            () = tokio::time::sleep(LOOK) => false,
        }
    }

    /// Reads the configuration, and tells systemd when that begins and what came of it.
    async fn read(&mut self, shared: &Arc<DaemonState>, before: &Footprint, since: Duration) {
        systemd::reloading();
        let remark = match self.take_over(shared, before, since).await {
            Reloaded::InForce => "",
            Reloaded::Waits => "; the new configuration waits until its files have stood unchanged for a minute",
            Reloaded::Refused => "; the new configuration was refused, the old one runs on",
        };
        systemd::ready(&(systemd::summary(&shared.config.load()) + remark));
    }

    /// Reads the configuration; `before` is the state of its files, unchanged since `since`.
    /// From then on the files that were tried are watched, whether they could be read or not,
    /// and those of the configuration in force.
    async fn take_over(&mut self, shared: &Arc<DaemonState>, before: &Footprint, since: Duration) -> Reloaded {
        let path = self.path.clone();
        let Ok(ConfigReading { footprint, config }) = tokio::task::spawn_blocking(move || load(&path)).await else {
            tracing::error!("the new configuration could not be read");
            self.seen = before.clone();
            return Reloaded::Refused;
        };
        self.seen = footprint.clone().and(&self.in_force, before);
        match config {
            Ok(config) => self.try_out(shared, config, footprint, since).await,
            Err(problems) => {
                self.second_look.forget();
                reload::refuse(shared, &problems);
                Reloaded::Refused
            }
        }
    }

    /// Puts a configuration in force, at once or after its second look.
    async fn try_out(
        &mut self,
        shared: &Arc<DaemonState>,
        config: Config,
        footprint: Footprint,
        since: Duration,
    ) -> Reloaded {
        let losses = Losses::between(&shared.config.load(), &config, footprint.empty_file());
        if self.second_look.admits(&losses, &footprint, since, shared.clock.elapsed()) {
            self.note(footprint);
            reload::put_in_force(shared, config, &losses).await;
            Reloaded::InForce
        } else {
            reload::hold(shared, &losses);
            Reloaded::Waits
        }
    }
}

/// What became of a configuration that was read again.
enum Reloaded {
    InForce,
    Waits,
    Refused,
}

/// Reads the configuration. One that cannot run counts as refused.
pub fn load(path: &Path) -> ConfigReading {
    let ConfigReading { footprint, config } = Config::read(path);
    let can_run = |config: Config| -> Result<Config, Problems> {
        let obstacles = config.obstacles();
        if obstacles.0.is_empty() { Ok(config) } else { Err(obstacles) }
    };
    ConfigReading { footprint, config: config.and_then(can_run) }
}
