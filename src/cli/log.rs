//! Logs to stderr. A pipe that is closed ends nobody (check B89), nor does one
//! that nobody reads: the daemon's lines are written by a thread of their own,
//! and those that find its queue full are dropped and counted.

use std::fs::File;
use std::io::{self, Write};
use std::os::fd::AsFd;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::Duration;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt;
use tracing_subscriber::fmt::writer::BoxMakeWriter;

use super::LogFormat;
use crate::model::masked;

/// Lines that wait to be written.
const QUEUE: usize = 4096;

/// How long the end of the program waits for what is yet to be written.
const LAST: Duration = Duration::from_secs(1);

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

/// When lines are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flow {
    /// Before anything else is done.
    AtOnce,
    /// Behind the work, which never waits for them.
    Behind,
}

/// What is to be written, or a word that all before it was.
enum Line {
    Text(Vec<u8>),
    Written(SyncSender<()>),
}

/// Where the daemon's lines go.
#[derive(Clone)]
struct Queue {
    lines: SyncSender<Line>,
    dropped: Arc<AtomicU64>,
}

impl Write for Queue {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.lines.try_send(Line::Text(bytes.to_vec())).is_err() {
            self.dropped.fetch_add(1, Ordering::Relaxed);
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Writes lines without what is secret in addresses, whoever wrote them: the
/// libraries' lines pass here, too (checks B116, R26).
struct Discreet<W>(W);

impl<W: Write> Write for Discreet<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let line = String::from_utf8_lossy(bytes);
        self.0.write_all(masked(&line).as_bytes())?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// The log, for as long as the program runs.
pub struct Log(Option<Queue>);

impl Log {
    /// Waits a moment for lines that are still to be written.
    pub fn end(self) {
        let Some(queue) = self.0 else { return };
        let (told, written) = sync_channel(1);
        if queue.lines.try_send(Line::Written(told)).is_ok() {
            // Nobody reads: then nothing is missed.
            let _ = written.recv_timeout(LAST);
        }
    }
}

/// Starts logging; `RUST_LOG` overrules `level`.
pub fn init(format: LogFormat, level: Level, flow: Flow) -> Log {
    let directives = match level {
        Level::Warn => "warn",
        Level::Info => "warn,wiredesk=info",
        Level::Debug => "info,wiredesk=debug",
        Level::Trace => "debug,wiredesk=trace",
    };
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(directives));
    // Without a thread or a descriptor to spare, lines are written as they come.
    let queue = if flow == Flow::Behind { queue(format).ok() } else { None };
    let writer = match queue.clone() {
        Some(queue) => BoxMakeWriter::new(move || Discreet(queue.clone())),
        None => BoxMakeWriter::new(|| Discreet(io::stderr())),
    };
    let base = fmt().with_env_filter(filter).with_writer(writer).log_internal_errors(false);
    // Only the first subscriber of a process counts; a second is a test's.
    let _ = match format {
        LogFormat::Text => base.with_target(false).with_ansi(io::IsTerminal::is_terminal(&io::stderr())).try_init(),
        LogFormat::Json => base.json().flatten_event(true).try_init(),
    };
    if queue.is_some() {
        // The default words of a panic are written at once, by whoever panics.
        std::panic::set_hook(Box::new(|panic| tracing::error!("{panic}")));
    }
    Log(queue)
}

/// Begins to write lines behind the work, past the lock of `std::io::stderr`.
fn queue(format: LogFormat) -> io::Result<Queue> {
    let stderr = File::from(io::stderr().as_fd().try_clone_to_owned()?);
    let (lines, waiting) = sync_channel(QUEUE);
    let queue = Queue { lines, dropped: Arc::default() };
    let dropped = Arc::clone(&queue.dropped);
    std::thread::Builder::new().name("log".to_owned()).spawn(move || write(stderr, &waiting, &dropped, format))?;
    Ok(queue)
}

fn write(mut stderr: File, waiting: &Receiver<Line>, dropped: &AtomicU64, format: LogFormat) {
    while let Ok(line) = waiting.recv() {
        // An error means that nobody listens.
        match line {
            Line::Text(bytes) => drop(stderr.write_all(&bytes)),
            Line::Written(tell) => drop(tell.try_send(())),
        }
        let count = dropped.swap(0, Ordering::Relaxed);
        if count > 0 {
            let said = "lines of the log were dropped: nobody read them";
            let line = match format {
                LogFormat::Text => format!(" WARN {count} {said}\n"),
                LogFormat::Json => format!("{{\"level\":\"WARN\",\"message\":\"{count} {said}\"}}\n"),
            };
            drop(stderr.write_all(line.as_bytes()));
        }
    }
}
