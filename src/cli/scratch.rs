//! Folders for what is not kept.

use std::path::{Path, PathBuf};

/// A folder that ends with the command.
pub struct Scratch(PathBuf);

impl Scratch {
    /// A folder for a command of this name, in the machine's temporary one.
    ///
    /// # Errors
    /// It cannot be made.
    pub fn of(command: &str) -> std::io::Result<Self> {
        let path = std::env::temp_dir().join(format!("wiredesk-{command}-{}", std::process::id()));
        std::fs::create_dir_all(&path)?;
        Ok(Scratch(path))
    }

    /// Where it lies.
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What is left behind lies in the machine's temporary folder.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
