//! `wiredesk run`: the daemon.

use std::sync::Arc;

use crate::clock::SystemClock;
use crate::daemon::{Daemon, Stop};

use super::context::{CommandResult, Context};
use super::runtime::{as_daemon, on_workers};

/// Runs until SIGTERM or SIGINT. A second signal ends the process at once.
pub fn run(context: &Context) -> CommandResult {
    let path = context.config_path()?;
    as_daemon(async {
        let daemon = Daemon::open(&path, Arc::new(SystemClock::new())).await?;
        on_workers(daemon.run(Stop::on_signals()?)).await
    })
}
