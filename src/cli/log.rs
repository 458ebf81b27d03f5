//! Logs to stderr. A closed pipe ends nobody (check B89).

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt;

use super::LogFormat;

/// The least severe events that are written.
#[derive(Clone, Copy, Debug)]
pub enum Level {
    /// Degraded and worse.
    Warn,
    /// A line a poll.
    Info,
    /// A line an entry.
    Debug,
    /// The libraries' too.
    Trace,
}

/// Starts logging; `RUST_LOG` overrules `level`.
pub fn init(format: LogFormat, level: Level) {
    let directives = match level {
        Level::Warn => "warn",
        Level::Info => "warn,wiredesk=info",
        Level::Debug => "info,wiredesk=debug",
        Level::Trace => "debug,wiredesk=trace",
    };
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(directives));
    let base = fmt().with_env_filter(filter).with_writer(std::io::stderr).log_internal_errors(false);
    // Only the first subscriber of a process counts; a second is a test's.
    let _ = match format {
        LogFormat::Text => {
            base.with_target(false).with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr())).try_init()
        }
        LogFormat::Json => base.json().flatten_event(true).try_init(),
    };
}
