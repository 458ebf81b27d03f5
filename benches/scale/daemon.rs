//! The daemon under measurement, by what the kernel and its own figures tell of it.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use wiredesk::clock::{Clock, SystemClock};

/// Of a count of processor time in /proc, as the kernel has told programs for decades.
const TICK: Duration = Duration::from_millis(10);

/// The histogram of start lags.
const LAG: &str = "wiredesk_poll_start_lag_seconds";

/// The running program.
pub struct Daemon {
    child: Child,
    address: SocketAddr,
    clock: SystemClock,
    /// From its start until it polled and served.
    pub started_in: Duration,
}

/// What has been used and done up to now.
pub struct Sample {
    /// When it was taken.
    pub at: Duration,
    /// Processor time, of the program and of the kernel on its behalf.
    pub processor: Duration,
    /// Calls of read and of write.
    pub reads: u64,
    /// See `reads`.
    pub writes: u64,
    /// Bytes that went to the disk.
    pub written: u64,
    /// How often a thread went to sleep.
    pub waits: u64,
    /// Polls that were begun by schedule.
    pub polls: u64,
    /// Polls with another result than "not modified".
    pub odd: u64,
    /// The sum of their start lags, in seconds.
    pub lag_seconds: f64,
    /// How many were begun within so many seconds.
    within: Vec<(f64, u64)>,
}

impl Sample {
    /// The bound within which this share of the polls since `before` was begun.
    pub fn late(&self, before: &Sample, share: f64) -> String {
        let all = (self.polls - before.polls) as f64;
        let since = |(bound, count): &(f64, u64)| {
            let earlier = before.within.iter().find(|(other, _)| other == bound).map_or(0, |(_, count)| *count);
            (*bound, (count - earlier) as f64)
        };
        let found = self.within.iter().map(since).find(|(_, count)| *count >= share * all);
        found.map_or("unknown".to_owned(), |(bound, _)| format!("within {bound} s"))
    }
}

impl Daemon {
    /// Starts it on a core and waits until it runs.
    pub fn start(config: &Path, core: &str) -> Daemon {
        let clock = SystemClock::new();
        let binary = std::env::var("WIREDESK_BINARY").unwrap_or_else(|_| env!("CARGO_BIN_EXE_wiredesk").to_owned());
        let on_its_core = Command::new("taskset").arg("--version").output().is_ok();
        let mut command = match on_its_core {
            true => Command::new("taskset"),
            false => Command::new(&binary),
        };
        if on_its_core {
            command.args(["-c", core, &binary]);
        }
        let mut child = command
            .args(["--log-format", "json", "--config"])
            .arg(config)
            .arg("run")
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the daemon starts");
        let mut lines = BufReader::new(child.stderr.take().expect("a pipe")).lines().map_while(Result::ok);
        let mut told = Vec::new();
        let address = lines.find_map(|line| {
            let said: serde_json::Value = serde_json::from_str(&line).unwrap_or_default();
            let address = said["address"].as_str().and_then(|a| a.parse().ok());
            told.push(line);
            address
        });
        let Some(address) = address else { panic!("it does not run: {told:#?}") };
        let started_in = clock.elapsed();
        std::thread::spawn(move || lines.for_each(drop));
        Daemon { child, address, clock, started_in }
    }

    fn proc(&self, file: &str) -> String {
        std::fs::read_to_string(format!("/proc/{}/{file}", self.child.id())).expect("it runs")
    }

    /// A kind of memory, in MiB.
    pub fn memory(&self, kind: &str) -> u64 {
        let status = self.proc("status");
        number(&status, kind) / 1024
    }

    /// What has been used and done up to now.
    pub fn sample(&self) -> Sample {
        let figures = self.figures();
        let figure = |name: &str| figures.get(name).copied().unwrap_or_default();
        let io = self.proc("io");
        let stat = self.proc("stat");
        // The name before may hold blanks; behind it, these are fields 12 and 13.
        let after_name = stat.rsplit(')').next().expect("a name");
        let ticks: u64 =
            after_name.split_whitespace().skip(11).take(2).filter_map(|field| field.parse::<u64>().ok()).sum();
        let polls_by = |f: &dyn Fn(&str) -> bool| -> u64 {
            figures
                .iter()
                .filter(|(name, _)| name.starts_with("wiredesk_polls") && f(name))
                .map(|(_, n)| *n as u64)
                .sum()
        };
        let bucket = format!("{LAG}_bucket{{le=\"");
        let mut within: Vec<(f64, u64)> = figures
            .iter()
            .filter_map(|(name, count)| {
                let bound = name.strip_prefix(&bucket)?.trim_end_matches("\"}").parse().ok()?;
                Some((bound, *count as u64))
            })
            .collect();
        within.sort_by(|a, b| a.0.total_cmp(&b.0));
        Sample {
            at: self.clock.elapsed(),
            processor: TICK * u32::try_from(ticks).expect("less than a year"),
            reads: number(&io, "syscr"),
            writes: number(&io, "syscw"),
            written: number(&io, "write_bytes"),
            waits: self.waits(),
            polls: figure(&format!("{LAG}_count")) as u64,
            odd: polls_by(&|name| !name.contains("not-modified")),
            lag_seconds: figure(&format!("{LAG}_sum")),
            within,
        }
    }

    fn waits(&self) -> u64 {
        let threads = std::fs::read_dir(format!("/proc/{}/task", self.child.id())).expect("it runs");
        let status = |thread: std::fs::DirEntry| std::fs::read_to_string(thread.path().join("status")).ok();
        threads.flatten().filter_map(status).map(|status| number(&status, "voluntary_ctxt_switches")).sum()
    }

    /// The program's own figures, by name and labels.
    fn figures(&self) -> BTreeMap<String, f64> {
        let mut stream = TcpStream::connect(self.address).expect("it serves");
        stream
            .write_all(b"GET /metrics HTTP/1.1\r\nHost: desk\r\nConnection: close\r\n\r\n")
            .expect("it takes requests");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("it answers");
        let figure = |line: &str| {
            let (name, figure) = line.rsplit_once(' ')?;
            Some((name.to_owned(), figure.trim().parse().ok()?))
        };
        answer.lines().filter(|line| !line.starts_with('#')).filter_map(figure).collect()
    }

    /// Prints which system calls it makes for how long, by strace: it is slower meanwhile.
    pub fn trace(&self, length: Duration) {
        let before = self.sample();
        let counted = Command::new("timeout")
            .args([
                "--signal=INT",
                &length.as_secs().to_string(),
                "strace",
                "-f",
                "-c",
                "-p",
                &self.child.id().to_string(),
            ])
            .output();
        let Ok(counted) = counted else { return };
        println!("system calls of {} polls:", self.sample().polls - before.polls);
        for line in String::from_utf8_lossy(&counted.stderr).lines().filter(|line| !line.contains("strace:")).take(24) {
            println!("  {line}");
        }
    }

    /// Ends it.
    pub fn stop(mut self) {
        let _ = Command::new("kill").arg(self.child.id().to_string()).status();
        let ended = self.child.wait().expect("a child");
        assert!(ended.success(), "the daemon ended with {ended}");
    }
}

/// The number behind a name in a file of /proc.
fn number(text: &str, name: &str) -> u64 {
    let rest = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
    rest.and_then(|rest| rest.split_whitespace().next()?.parse().ok()).unwrap_or_default()
}
