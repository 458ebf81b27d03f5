//! The command line: one file per command.
//!
//! Results go to stdout, everything else to stderr. Exit codes: 0 for success, 1 if what was
//! asked for failed, 2 for a wrong command line or configuration.

mod add;
mod append;
mod ask;
mod backtest;
mod backup;
mod check;
mod context;
mod demo;
mod explain;
mod export;
mod fetch;
mod finding;
mod healthcheck;
mod import;
mod init;
mod log;
mod manners;
mod manual;
mod moments;
mod naming;
mod newswire;
mod open;
mod output;
mod poll;
mod rematch;
mod replay;
mod run;
mod runtime;
mod scratch;
mod search;
mod status;
mod store;
mod story;
mod table;
mod terms;
mod wire;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::LazyLock;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

use crate::clock::{Zone, ZoneData};
use crate::places::Gazetteer;
use context::{CommandResult, Context, Failed};
use log::LogFormat;
use output::{Output, ResultForm};

/// What `--version` prints. Zone data are part of it, because schedules depend on them.
static VERSION: LazyLock<String> = LazyLock::new(|| {
    let (zones, places) = (ZoneData::in_use(), Gazetteer::built_in());
    format!("{}, {zones}, places from GeoNames ({}, CC BY 4.0)", env!("CARGO_PKG_VERSION"), places.taken())
});

/// Polls newswires, reads wire copy, publishes filtered feeds.
#[derive(Parser, Debug)]
#[command(name = "wiredesk", version, long_version = VERSION.as_str(), max_term_width = 100)]
pub struct Args {
    /// Configuration file [default: $WIREDESK_CONFIG, ./config/wiredesk.toml, /etc/wiredesk/wiredesk.toml]
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Report as JSON
    #[arg(long, global = true)]
    json: bool,
    /// Show times in UTC instead of this machine's time zone
    #[arg(long, global = true)]
    utc: bool,
    /// How logs are written to stderr
    #[arg(long, global = true, value_name = "FORMAT", default_value = "text")]
    log_format: LogFormat,
    /// Log more; twice for each entry
    #[arg(short, global = true, action = clap::ArgAction::Count)]
    verbose: u8,
    /// Log only warnings and errors
    #[arg(short, global = true, conflicts_with = "verbose")]
    quiet: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand, Debug)]
enum Command {
    /// Poll, store and publish until told to stop
    Run,
    /// Show wiredesk at work on built-in wires, without network or configuration
    Demo(demo::DemoArgs),
    /// Read the configuration as `run` would and print all its problems
    Check(check::CheckArgs),
    /// Poll once now: the due sources, the named ones, or all
    Poll(poll::PollArgs),
    /// Read URLs or files as a source would be read; store nothing
    Fetch(fetch::FetchArgs),
    /// Make a first configuration, from answers or flags
    Init(init::InitArgs),
    /// Find the source behind a URL and add it to the configuration
    Add(add::AddArgs),
    /// Show sources and feeds: state, last and next poll and why
    Status(status::StatusArgs),
    /// Explain why an entry is, or is not, in a feed
    Explain(explain::ExplainArgs),
    /// Search everything stored with the filter language, newest first
    Search(search::SearchArgs),
    /// Show a story: who carried it, and why each copy belongs to it
    Story(story::StoryArgs),
    /// Show what a feed would gain and lose under its filter, or how the filter does on labels
    Backtest(backtest::BacktestArgs),
    /// Apply a changed filter to everything stored
    Rematch(rematch::RematchArgs),
    /// Send an archive through the whole pipeline and show what each entry becomes; store nothing
    Replay(replay::ReplayArgs),
    /// Show what the terms of a filter find, and which typical words they lack
    Terms(terms::TermsArgs),
    /// Add the feeds of a list (OPML, FOAF) to the configuration
    Import(import::ImportArgs),
    /// Print the configured sources as OPML, without credentials
    Export,
    /// Write a consistent copy of the store while the daemon runs
    Backup(backup::BackupArgs),
    /// Ask the running daemon whether it is ready: exit code 0 or 1, for containers
    Healthcheck,
    /// Check the integrity of the store, or of a copy of it
    Verify(backup::VerifyArgs),
    /// Work on the store itself, while the daemon is stopped
    #[command(subcommand)]
    Store(store::StoreCommand),
    /// Print completions for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Print the manual page, or write those of all commands
    Man(manual::ManArgs),
}

/// Parses the arguments, runs the command, returns the exit code.
pub fn main() -> ExitCode {
    let matches = manual::with_examples(Args::command()).try_get_matches();
    let args = match matches.and_then(|matches| Args::from_arg_matches(&matches)) {
        Ok(args) => args,
        Err(told) => return tell(&told),
    };
    let log = log::init(args.log_format, level(&args), flow(&args));
    let form = if args.json { ResultForm::Json } else { ResultForm::Text };
    let zone = if args.utc { Zone::UTC } else { Zone::of_reader() };
    let mut context = Context { config: args.config, out: Output::new(form, zone) };
    let command = args.command;
    let done = catch_unwind(AssertUnwindSafe(|| dispatch(&mut context, command)));
    log.end();
    // A panic has been reported already.
    done.map_or(ExitCode::from(1), |done| finish(&context.out, done))
}

/// Prints the usage, the version, or what is wrong with the arguments.
fn tell(told: &clap::Error) -> ExitCode {
    let out = Output::new(ResultForm::Text, Zone::UTC);
    let text = told.render();
    match (told.use_stderr(), std::io::IsTerminal::is_terminal(&std::io::stdout())) {
        (true, _) => drop(told.print()),
        (false, true) => out.own(text.ansi().to_string().as_bytes()),
        (false, false) => out.own(text.to_string().as_bytes()),
    }
    let code = u8::try_from(told.exit_code()).unwrap_or(2);
    written(&out, ExitCode::from(code))
}

/// A daemon never waits for its log to be read. What a command says is written before it ends.
fn flow(args: &Args) -> log::Flow {
    match args.command {
        Command::Run | Command::Demo(_) => log::Flow::Behind,
        _ => log::Flow::AtOnce,
    }
}

/// The daemon logs what it does, a command only what went wrong.
fn level(args: &Args) -> log::Level {
    let daemon = matches!(args.command, Command::Run | Command::Demo(_));
    match (args.quiet, args.verbose, daemon) {
        (true, _, _) | (false, 0, false) => log::Level::Warn,
        (false, 0, true) | (false, 1, false) => log::Level::Info,
        (false, 1, true) | (false, 2, false) => log::Level::Debug,
        _ => log::Level::Trace,
    }
}

fn dispatch(context: &mut Context, command: Command) -> CommandResult {
    match command {
        Command::Run => run::run(context),
        Command::Demo(args) => demo::run(context, &args),
        Command::Check(args) => check::run(context, &args),
        Command::Poll(args) => poll::run(context, &args),
        Command::Fetch(args) => fetch::run(context, &args),
        Command::Init(args) => init::run(context, &args),
        Command::Add(args) => add::run(context, &args),
        Command::Status(args) => status::run(context, &args),
        Command::Explain(args) => explain::run(context, &args),
        Command::Search(args) => search::run(context, &args),
        Command::Story(args) => story::run(context, &args),
        Command::Backtest(args) => backtest::run(context, &args),
        Command::Rematch(args) => rematch::run(context, &args),
        Command::Replay(args) => replay::run(context, &args),
        Command::Terms(args) => terms::run(context, &args),
        Command::Import(args) => import::run(context, &args),
        Command::Export => export::run(context),
        Command::Backup(args) => backup::run(context, &args),
        Command::Healthcheck => healthcheck::run(context),
        Command::Verify(args) => backup::verify(context, &args),
        Command::Store(command) => store::run(context, &command),
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Args::command(), "wiredesk", &mut script);
            context.out.own(&script);
            Ok(())
        }
        Command::Man(args) => manual::run(context, &args, Args::command()),
    }
}

/// The exit code, changed if a result could not be written.
fn written(out: &Output, code: ExitCode) -> ExitCode {
    let Some(error) = out.end() else { return code };
    out.complain(&format!("wiredesk: the result could not be written: {error}"));
    if code == ExitCode::SUCCESS { ExitCode::from(1) } else { code }
}

fn finish(out: &Output, done: CommandResult) -> ExitCode {
    let code = match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failed::Said) => ExitCode::from(1),
        Err(Failed::Because(error)) => {
            out.complain(&format!("wiredesk: {error:#}"));
            ExitCode::from(1)
        }
        Err(Failed::Config(problems)) => {
            out.problems(&problems);
            ExitCode::from(2)
        }
        Err(Failed::Usage(said)) => {
            out.complain(&format!("wiredesk: {said}"));
            ExitCode::from(2)
        }
    };
    written(out, code)
}
