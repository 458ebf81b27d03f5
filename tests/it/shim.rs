//! A preloaded library that makes writes fail, kills at them, or sets the clock:
//! `tests/shim/faults.c`.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// The library; says aloud when it cannot be had.
pub fn library() -> Option<&'static Path> {
    static LIBRARY: OnceLock<Option<PathBuf>> = OnceLock::new();
    LIBRARY.get_or_init(compile).as_deref()
}

fn compile() -> Option<PathBuf> {
    let made = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("faults-{}.so", std::process::id()));
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/shim/faults.c");
    let mut cc = Command::new("cc");
    cc.args(["-shared", "-fPIC", "-O1", "-Wall", "-Werror", "-o"]).arg(&made).arg(source).arg("-ldl");
    match cc.output() {
        Err(_) => eprintln!("SKIPPED: there is no cc to make faults with"),
        Ok(done) if cfg!(target_os = "linux") => {
            assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
            return Some(made);
        }
        Ok(_) => eprintln!("SKIPPED: faults are made on Linux alone"),
    }
    None
}

/// What the library is to do to a process.
pub struct Faults {
    variables: Vec<(&'static str, String)>,
    tally: PathBuf,
}

impl Faults {
    /// Counts writes and syncs on files whose names begin with `path`.
    pub fn on(path: &Path) -> Faults {
        let tally = path.with_extension("tally");
        std::fs::write(&tally, [0; 8]).unwrap();
        let variables = vec![("FAULT_PATH", path.display().to_string()), ("FAULT_TALLY", tally.display().to_string())];
        Faults { variables, tally }
    }

    /// Has `calls` calls from the `at`th on meet `what`.
    pub fn doing(mut self, what: &str, at: u64, calls: u64) -> Faults {
        let told = [("FAULT_DO", what.to_owned()), ("FAULT_AT", at.to_string()), ("FAULT_CALLS", calls.to_string())];
        self.variables.extend(told);
        self
    }

    pub fn strike(&self, command: &mut Command) {
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        preload(command);
    }

    /// How many calls were met.
    pub fn met(&self) -> u64 {
        u64::from_ne_bytes(std::fs::read(&self.tally).unwrap().try_into().unwrap())
    }
}

/// Sets the wall clock of a process ahead by so many seconds.
pub fn set_ahead(command: &mut Command, seconds: i64) {
    command.env("FAULT_CLOCK", seconds.to_string());
    preload(command);
}

fn preload(command: &mut Command) {
    command.env("LD_PRELOAD", library().expect("whoever has no library skips"));
}
