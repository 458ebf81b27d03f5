//! What every command is handed, and what it returns.

use std::path::PathBuf;

use crate::config::{self, Config, Problems};

use super::output::Output;

/// What every command is handed: the configuration that was named, and where results go.
pub struct Context {
    /// The file that `--config` names.
    pub config: Option<PathBuf>,
    /// Where results and complaints go.
    pub out: Output,
}

/// Why a command ended without doing what was asked.
#[derive(Debug)]
pub enum Failed {
    /// It failed, and what there was to say has been printed.
    Said,
    /// It failed for this reason.
    Because(anyhow::Error),
    /// The configuration has problems.
    Config(Problems),
    /// The command line asks for something that cannot be done.
    Usage(String),
}

impl<E: Into<anyhow::Error>> From<E> for Failed {
    fn from(error: E) -> Self {
        Failed::Because(error.into())
    }
}

/// What a command returns.
pub type CommandResult = Result<(), Failed>;

impl Context {
    /// The configuration's file.
    ///
    /// # Errors
    /// None is named, and there is none where it is looked for.
    pub fn config_path(&self) -> Result<PathBuf, Failed> {
        config::locate(self.config.as_deref()).map_err(|said| Failed::Usage(said.to_string()))
    }

    /// The configuration's file, if there is one.
    pub fn config_path_if_there(&self) -> Option<PathBuf> {
        config::locate(self.config.as_deref()).ok().filter(|path| path.exists())
    }

    /// Reads the configuration. Its warnings are for `check` and `run` to print.
    ///
    /// # Errors
    /// All problems of the configuration.
    pub fn load(&self) -> Result<Config, Failed> {
        Config::load(&self.config_path()?).map_err(Failed::Config)
    }
}
