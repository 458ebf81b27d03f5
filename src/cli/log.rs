//! Logs to stderr. A pipe that is closed ends nobody (check B89), nor does one
//! that nobody reads: the daemon's lines are written by a thread of their own,
//! and those that find its queue full are dropped and counted. A line is one line,
//! and nothing that a publisher sent acts on the terminal that shows it (B122).

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
use crate::text::acting::{Form, marked};

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

/// A writer through which every line goes, the libraries' too: without what is
/// secret in addresses, and without what acts (checks B116, B122, R26).
struct Marking<W> {
    to: W,
    /// Whether lines are coloured by the library that makes them. What stands in
    /// their fields holds no ESC: it escapes that itself.
    paint: Paint,
    form: Form,
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

/// A line with its end; colours stay where there are some.
fn safe(line: &str, form: Form, paint: Paint) -> String {
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
    let coloured = format == LogFormat::Text && io::IsTerminal::is_terminal(&io::stderr());
    let paint = if coloured { Paint::Coloured } else { Paint::Plain };
    let form = if format == LogFormat::Json { Form::Json } else { Form::Line };
    let writer = match queue.clone() {
        Some(queue) => BoxMakeWriter::new(move || Marking { to: queue.clone(), paint, form }),
        None => BoxMakeWriter::new(move || Marking { to: io::stderr(), paint, form }),
    };
    let base = fmt().with_env_filter(filter).with_writer(writer).log_internal_errors(false);
    // Only the first subscriber of a process counts; a second is a test's.
    let _ = match format {
        LogFormat::Text => base.with_target(false).with_ansi(coloured).try_init(),
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

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, form: Form, paint: Paint, expected: &str) {
        assert_eq!(safe(line, form, paint), expected, "B122");
    }

    #[test]
    fn a_line_is_one_line_that_acts_on_nothing_b122() {
        check("said \u{9b}31m\u{202e}x\n", Form::Line, Paint::Plain, "said \\u{9b}31m\\u{202e}x\n");
        check("one\n ERROR forged\n", Form::Line, Paint::Plain, "one\\n ERROR forged\n");
        check("{\"a\":\"\u{202e}\"}\n", Form::Json, Paint::Plain, "{\"a\":\"\\u202e\"}\n");
        check("\u{1b}[2mx\n", Form::Line, Paint::Plain, "\\u{1b}[2mx\n");
    }

    #[test]
    fn colours_of_our_own_stay_and_no_other_sequence_b122() {
        check(
            "\u{1b}[2mnow\u{1b}[0m \u{1b}[1;31mERROR\u{1b}[0m x\n",
            Form::Line,
            Paint::Coloured,
            "\u{1b}[2mnow\u{1b}[0m \u{1b}[1;31mERROR\u{1b}[0m x\n",
        );
        check("\u{1b}[2J\u{1b}]0;t\u{7}\u{1b}", Form::Line, Paint::Coloured, "\\u{1b}[2J\\u{1b}]0;t\\u{7}\\u{1b}");
        check("\u{1b}[31\n", Form::Line, Paint::Coloured, "\\u{1b}[31\n");
    }
}
