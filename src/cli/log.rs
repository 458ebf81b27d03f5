//! Logs to stderr. A closed pipe ends no process (check B89), and one that is not read holds up
//! no work: the daemon's lines are written by a thread of their own, and those that find its
//! queue full are dropped and counted. A line is always one line, and nothing that a publisher
//! sent acts on the terminal that shows it (B122).

use std::fs::File;
use std::io::{self, Write};
use std::os::fd::AsFd;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::Duration;

use clap::ValueEnum;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt;
use tracing_subscriber::fmt::writer::BoxMakeWriter;

use crate::model::masked;
use crate::text::acting::{EscapeForm, marked};

/// How logs are written to stderr.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// A line for people.
    Text,
    /// A line with a JSON object.
    Json,
}

/// How many lines may wait to be written.
const QUEUE: usize = 4096;

/// How long the program waits at its end for lines that are still to be written.
const LAST: Duration = Duration::from_secs(1);

/// The least severe events that are logged.
#[derive(Clone, Copy, Debug)]
pub enum Level {
    /// Warnings and errors.
    Warn,
    /// A line for each poll.
    Info,
    /// A line for each entry.
    Debug,
    /// Those of libraries too.
    Trace,
}

/// When lines are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flow {
    /// Before the work goes on.
    AtOnce,
    /// Beside the work, which never waits for them.
    Behind,
}

/// A line to be written, or a request to confirm that all before it were.
enum LogLine {
    Text(Vec<u8>),
    Written(SyncSender<()>),
}

/// Where the daemon's lines go.
#[derive(Clone)]
struct LogQueue {
    lines: SyncSender<LogLine>,
    dropped: Arc<AtomicU64>,
}

impl Write for LogQueue {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.lines.try_send(LogLine::Text(bytes.to_vec())).is_err() {
            self.dropped.fetch_add(1, Ordering::Relaxed);
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A writer through which every line goes, those of libraries too. It removes secrets from URLs
/// and characters that act on a terminal (checks B116, B122, R26).
struct Marking<W> {
    to: W,
    /// Whether the library that makes the lines colours them. It escapes ESC in their fields
    /// itself.
    paint: Paint,
    form: EscapeForm,
}

/// Whether lines are coloured.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Paint {
    Plain,
    Coloured,
}

impl<W: Write> Write for Marking<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let line = String::from_utf8_lossy(bytes);
        let text = masked(&line);
        self.to.write_all(safe(&text, self.form, self.paint).as_bytes())?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}

/// A line with its end. Colours stay if there are any.
fn safe(line: &str, form: EscapeForm, paint: Paint) -> String {
    let (line, end) = line.strip_suffix('\n').map_or((line, ""), |line| (line, "\n"));
    if paint == Paint::Plain {
        return format!("{}{end}", marked(line, form));
    }
    let mut parts = line.split('\u{1b}');
    let mut shown = marked(parts.next().unwrap_or_default(), form).into_owned();
    for part in parts {
        let paints = |len: &usize| part.as_bytes()[*len] == b'm' && part.starts_with('[');
        let numbers = part.len() - part.trim_start_matches(|c: char| c == '[' || c == ';' || c.is_ascii_digit()).len();
        let colour = Some(numbers).filter(|len| *len < part.len()).filter(paints);
        let (colour, rest) = part.split_at(colour.map_or(0, |len| len + 1));
        shown.push_str(if colour.is_empty() { "\\u{1b}" } else { "\u{1b}" });
        shown.push_str(colour);
        shown.push_str(&marked(rest, form));
    }
    shown + end
}

/// The log, for as long as the program runs.
pub struct Log(Option<LogQueue>);

impl Log {
    /// Waits a moment until waiting lines have been written.
    pub fn end(self) {
        let Some(queue) = self.0 else { return };
        let (told, written) = sync_channel(1);
        if queue.lines.try_send(LogLine::Written(told)).is_ok() {
            // If the queue is full, stderr is not read, and nothing is lost.
            let _ = written.recv_timeout(LAST);
        }
    }
}

/// Starts logging; `RUST_LOG` overrides `level`.
pub fn init(format: LogFormat, level: Level, flow: Flow) -> Log {
    // Whoever works on a store tells of a connection that was lost, unless it was not needed.
    let directives = match level {
        Level::Warn => "warn,deadpool=error",
        Level::Info => "warn,deadpool=error,wiredesk=info",
        Level::Debug => "info,wiredesk=debug",
        Level::Trace => "debug,wiredesk=trace",
    };
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(directives));
    // Without a thread or a file descriptor to spare, lines are written as they come.
    let queue = if flow == Flow::Behind { queue(format).ok() } else { None };
    let coloured = format == LogFormat::Text && io::IsTerminal::is_terminal(&io::stderr());
    let paint = if coloured { Paint::Coloured } else { Paint::Plain };
    let form = if format == LogFormat::Json { EscapeForm::Json } else { EscapeForm::Line };
    let writer = match queue.clone() {
        Some(queue) => BoxMakeWriter::new(move || Marking { to: queue.clone(), paint, form }),
        None => BoxMakeWriter::new(move || Marking { to: io::stderr(), paint, form }),
    };
    let base = fmt().with_env_filter(filter).with_writer(writer).log_internal_errors(false);
    // Only the first subscriber of a process counts; a second one comes from a test.
    let _ = match format {
        LogFormat::Text => base.with_target(false).with_ansi(coloured).try_init(),
        LogFormat::Json => base.json().flatten_event(true).try_init(),
    };
    if queue.is_some() {
        // The default hook writes the message of a panic on the panicking thread.
        std::panic::set_hook(Box::new(|panic| tracing::error!("{panic}")));
    }
    Log(queue)
}

/// Starts to write lines beside the work, without the lock of `std::io::stderr`.
fn queue(format: LogFormat) -> io::Result<LogQueue> {
    let stderr = File::from(io::stderr().as_fd().try_clone_to_owned()?);
    let (lines, waiting) = sync_channel(QUEUE);
    let queue = LogQueue { lines, dropped: Arc::default() };
    let dropped = Arc::clone(&queue.dropped);
    std::thread::Builder::new().name("log".to_owned()).spawn(move || write(stderr, &waiting, &dropped, format))?;
    Ok(queue)
}

fn write(mut stderr: File, waiting: &Receiver<LogLine>, dropped: &AtomicU64, format: LogFormat) {
    while let Ok(line) = waiting.recv() {
        // An error means that the log is not read.
        match line {
            LogLine::Text(bytes) => drop(stderr.write_all(&bytes)),
            LogLine::Written(tell) => drop(tell.try_send(())),
        }
        let count = dropped.swap(0, Ordering::Relaxed);
        if count > 0 {
            let said = "lines of the log were dropped because they were not read";
            let line = match format {
                LogFormat::Text => format!(" WARN {count} {said}\n"),
                LogFormat::Json => format!("{{\"level\":\"WARN\",\"message\":\"{count} {said}\"}}\n"),
            };
            drop(stderr.write_all(line.as_bytes()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, form: EscapeForm, paint: Paint, expected: &str) {
        assert_eq!(safe(line, form, paint), expected, "B122");
    }

    #[test]
    fn a_line_is_one_line_that_acts_on_nothing_b122() {
        check("said \u{9b}31m\u{202e}x\n", EscapeForm::Line, Paint::Plain, "said \\u{9b}31m\\u{202e}x\n");
        check("one\n ERROR forged\n", EscapeForm::Line, Paint::Plain, "one\\n ERROR forged\n");
        check("{\"a\":\"\u{202e}\"}\n", EscapeForm::Json, Paint::Plain, "{\"a\":\"\\u202e\"}\n");
        check("\u{1b}[2mx\n", EscapeForm::Line, Paint::Plain, "\\u{1b}[2mx\n");
    }

    #[test]
    fn colours_of_our_own_stay_and_no_other_sequence_b122() {
        check(
            "\u{1b}[2mnow\u{1b}[0m \u{1b}[1;31mERROR\u{1b}[0m x\n",
            EscapeForm::Line,
            Paint::Coloured,
            "\u{1b}[2mnow\u{1b}[0m \u{1b}[1;31mERROR\u{1b}[0m x\n",
        );
        check(
            "\u{1b}[2J\u{1b}]0;t\u{7}\u{1b}",
            EscapeForm::Line,
            Paint::Coloured,
            "\\u{1b}[2J\\u{1b}]0;t\\u{7}\\u{1b}",
        );
        check("\u{1b}[31\n", EscapeForm::Line, Paint::Coloured, "\\u{1b}[31\n");
    }
}
