//! `wiredesk demo`: the daemon on a scratch store with built-in wires.

use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;

use crate::clock::SystemClock;
use crate::config::ListenAt;
use crate::daemon::{self, Daemon, Stop};
use crate::demo::Wires;
use crate::publish::OutputFormat;
use crate::publish::cursor::PageAt;

use super::context::{CommandResult, Context};
use super::output::Output;
use super::runtime::{as_daemon, on_workers};
use super::scratch::Scratch;

/// How the demo runs.
#[derive(Args, Debug)]
pub struct DemoArgs {
    /// Where pages and feeds are served
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8470")]
    listen: std::net::SocketAddr,
    /// Seconds between new copy on the wires
    #[arg(long, value_name = "SECONDS", default_value_t = 20)]
    pace: u64,
}

/// Starts wires and daemon, prints what to open, runs until told to stop. The
/// daemon comes from a configuration file, as it does for `run`.
pub fn run(context: &Context, args: &DemoArgs) -> CommandResult {
    let folder = Scratch::of("demo")?;
    let out = &context.out;
    as_daemon(async {
        let clock = Arc::new(SystemClock::new());
        let wires = Wires::start(Duration::from_secs(args.pace.max(1)), clock.clone())
            .map_err(|e| daemon::Error::Start(format!("the wires cannot be served: {e}")))?;
        let public = format!("http://{}/", args.listen);
        let config = wires.config(&folder.path().join("demo.db"), &args.listen.to_string(), &public);
        let path = folder.path().join("wiredesk.toml");
        write(&path, &config)?;
        let daemon = Daemon::open(&path, clock).await.map_err(elsewhere)?;
        welcome(out, &daemon, &path)?;
        on_workers(daemon.run(Stop::on_signals()?)).await
    })
}

/// What to do where the port is taken: its configuration is written anew at each start.
fn elsewhere(error: daemon::Error) -> daemon::Error {
    match error {
        daemon::Error::Listen { address: ListenAt::Tcp(address), .. } => {
            let other = std::net::SocketAddr::new(address.ip(), address.port().checked_add(10).unwrap_or(8480));
            daemon::Error::Start(format!("{error}; serve it elsewhere: wiredesk demo --listen {other}"))
        }
        other => other,
    }
}

fn write(path: &Path, config: &str) -> std::io::Result<()> {
    std::fs::File::create(path)?.write_all(config.as_bytes())
}

fn welcome(out: &Output, daemon: &Daemon, config: &Path) -> Result<(), daemon::Error> {
    let Some(address) = daemon.address() else { return Ok(()) };
    out.line("wiredesk demo: built-in wires on loopback, a scratch store, no network");
    out.line("");
    out.line(&format!("  open in a browser      http://{address}/"));
    for feed in daemon.feeds() {
        let path = OutputFormat::default().path(feed, PageAt::Newest);
        out.line(&format!("  subscribe in a reader  http://{address}/{path}"));
    }
    out.line(&format!("  its configuration      {}", config.display()));
    out.line("");
    out.line("New copy keeps coming. Stop with Ctrl-C; nothing is kept.");
    Ok(())
}
