//! The manual: `--help` with examples, and a page for each command, all made from the
//! definitions that command lines are read by.

mod examples;

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::{Args, Command};
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, roman};

use super::context::{CommandResult, Context};

/// Where pages go.
#[derive(Args, Debug)]
pub struct ManArgs {
    /// Write the pages of all commands into this folder [default: print the page of wiredesk]
    folder: Option<PathBuf>,
}

/// Exit codes of every command.
const EXIT_STATUS: [(&str, &str); 3] = [
    ("0", "It did what was asked."),
    ("1", "What was asked for failed, or could not be written."),
    ("2", "The command line or the configuration is wrong; nothing was done."),
];

/// What of the environment counts.
const ENVIRONMENT: [(&str, &str); 5] = [
    ("WIREDESK_CONFIG", "The configuration file, unless --config names one."),
    ("TZ", "The time zone in which times are shown, unless --utc is given."),
    ("NO_COLOR", "If it is set and not empty, nothing is coloured."),
    ("RUST_LOG", "What is logged, by the parts of the program, as wiredesk=debug."),
    ("NOTIFY_SOCKET, WATCHDOG_USEC", "As systemd(1) sets them for a service."),
];

/// Where things are.
const FILES: [(&str, &str); 4] = [
    ("./config/wiredesk.toml", "The configuration, where neither --config nor $WIREDESK_CONFIG names one."),
    ("/etc/wiredesk/wiredesk.toml", "The same, where there is none in ./config."),
    (
        "wiredesk.db",
        "The store, beside the configuration unless store.url says otherwise. While it is open, wiredesk.db-wal and wiredesk.db-shm lie beside it.",
    ),
    ("/var/lib/wiredesk", "The store of a system's service."),
];

/// `command` with the examples of every subcommand behind its help.
pub fn with_examples(command: Command) -> Command {
    told(command, "")
}

/// The name of a subcommand behind the words before it.
fn words(before: &str, name: &str) -> String {
    if before.is_empty() { name.to_owned() } else { format!("{before} {name}") }
}

fn told(command: Command, name: &str) -> Command {
    let below: Vec<String> = command.get_subcommands().map(|sub| sub.get_name().to_owned()).collect();
    let command = below.into_iter().fold(command, |command, sub| {
        let name = words(name, &sub);
        command.mut_subcommand(sub, |sub| told(sub, &name))
    });
    let lines = examples::of(name).iter().map(|(line, says)| format!("\n  {line}\n      {says}"));
    let lines: String = lines.collect();
    if lines.is_empty() { command } else { command.after_long_help(format!("Examples:{lines}")) }
}

/// Prints the page of wiredesk, or writes the pages of all commands.
pub fn run(context: &Context, args: &ManArgs, command: Command) -> CommandResult {
    let version = command.get_version().unwrap_or_default().to_owned();
    let mut command = command.long_version(None).disable_help_subcommand(true);
    command.build();
    let Some(folder) = &args.folder else {
        context.out.own(page(&command, "", &version)?.as_bytes());
        return Ok(());
    };
    std::fs::create_dir_all(folder).with_context(|| format!("{} cannot be made", folder.display()))?;
    let written = write_all(&command, "", &version, folder)?;
    context.out.line(&format!("{written} pages written to {}", folder.display()));
    Ok(())
}

/// Writes the page of a command, and of those below it.
fn write_all(command: &Command, name: &str, version: &str, folder: &Path) -> anyhow::Result<usize> {
    let path = folder.join(format!("{}.1", page_name(name)));
    std::fs::write(&path, page(command, name, version)?)
        .with_context(|| format!("{} cannot be written", path.display()))?;
    let below = command.get_subcommands().filter(|sub| !sub.is_hide_set());
    below
        .map(|sub| write_all(sub, &words(name, sub.get_name()), version, folder))
        .try_fold(1, |all, one| Ok(all + one?))
}

fn page_name(name: &str) -> String {
    words("wiredesk", name).trim_end().replace(' ', "-")
}

/// What every section begins with, and a page needs once: apostrophes for groff.
const APOSTROPHES: &str = ".ie \\n(.g .ds Aq \\(aq\n.el .ds Aq '\n";

fn page(command: &Command, name: &str, version: &str) -> anyhow::Result<String> {
    let mut page = Vec::new();
    render(command, name, version, &mut page)?;
    Ok(APOSTROPHES.to_owned() + &String::from_utf8(page)?.replace(APOSTROPHES, ""))
}

fn render(command: &Command, name: &str, version: &str, out: &mut dyn Write) -> std::io::Result<()> {
    let title = page_name(name);
    let man = Man::new(command.clone()).title(title.to_uppercase()).source(format!("wiredesk {version}"));
    let man = man.manual("wiredesk manual");
    man.render_title(out)?;
    man.render_name_section(out)?;
    man.render_synopsis_section(out)?;
    man.render_description_section(out)?;
    man.render_options_section(out)?;
    if command.has_subcommands() {
        man.render_subcommands_section(out)?;
    }
    let mut rest = Roff::default();
    section(&mut rest, "EXIT STATUS", &EXIT_STATUS);
    section(&mut rest, "ENVIRONMENT", &ENVIRONMENT);
    section(&mut rest, "FILES", &FILES);
    section(&mut rest, "EXAMPLES", examples::of(name));
    rest.control("SH", ["SEE ALSO"]);
    match name.rsplit_once(' ') {
        _ if name.is_empty() => rest.text([roman("The page of each command, as wiredesk-status(1); "), roman(HOME)]),
        Some((above, _)) => rest.text([bold(page_name(above)), roman("(1), "), bold("wiredesk"), roman("(1)")]),
        None => rest.text([bold("wiredesk"), roman("(1)")]),
    };
    rest.to_writer(out)
}

/// Where the rest is written.
const HOME: &str = "README.md and the folder docs of the project.";

fn section(page: &mut Roff, name: &str, items: &[(&str, &str)]) {
    if items.is_empty() {
        return;
    }
    page.control("SH", [name]);
    for (term, says) in items {
        page.control("TP", []);
        page.text([bold(*term)]);
        page.text([roman(*says)]);
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;
    use crate::cli::Args as WiredeskArgs;

    /// The words of a line as a shell has them; of a pipe, those behind it, and nothing of
    /// where the result goes.
    fn shell_words(line: &str) -> Vec<String> {
        let ours = &line[line.find("wiredesk").unwrap()..];
        let ours = ours.split(" > ").next().unwrap().split(" | ").next().unwrap();
        let mut words = vec![String::new()];
        let mut is_quoted = false;
        for c in ours.chars() {
            match c {
                '\'' => is_quoted = !is_quoted,
                ' ' if !is_quoted => words.push(String::new()),
                c => words.last_mut().unwrap().push(c),
            }
        }
        words
    }

    fn all(command: &Command, name: &str) -> Vec<String> {
        let below = command.get_subcommands().map(|sub| (sub, words(name, sub.get_name())));
        below.flat_map(|(sub, name)| [vec![name.clone()], all(sub, &name)].concat()).collect()
    }

    #[test]
    fn every_command_has_examples_that_are_command_lines_o85() {
        let command = WiredeskArgs::command();
        for name in all(&command, "") {
            let has_examples = !examples::of(&name).is_empty();
            assert!(has_examples || name == "store", "{name} has no example");
        }
        for (name, examples) in examples::EXAMPLES {
            for (line, _) in *examples {
                let words = shell_words(line);
                let read = WiredeskArgs::command().try_get_matches_from(&words);
                assert!(read.is_ok(), "{line}: {}", read.unwrap_err());
                let spoken = words[1..].join(" ");
                assert!(spoken.starts_with(name), "{line} stands under {name}");
            }
        }
    }
}
