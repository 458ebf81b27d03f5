//! A store of an earlier version: kept as it is beside itself before it is
//! migrated (R17), under the lock that keeps daemons apart.

use std::path::{Path, PathBuf};

use crate::clock::Timestamp;
use crate::store::sqlite::file::files::{beside, folder, resolve};
use crate::store::sqlite::file::look::{self, Idle};
use crate::store::sqlite::file::migrate::{SCHEMA, SchemaFound, find};
use crate::store::sqlite::file::open::at;
use crate::store::sqlite::upkeep::copy;
use crate::store::{Error, Result};

/// Copies that are kept: of the version before, and of the one before that.
const COPIES: usize = 2;

/// What the names of copies have between the store's name and the version.
const MARK: &str = ".schema-";

/// Makes a copy of the store at `path` if it is of an earlier version. Its lock
/// has to be held, and until it is migrated.
///
/// # Errors
/// Where there is no room for the copy; the store is left as it is then.
pub fn keep_copy(path: &Path, now: Timestamp) -> Result<()> {
    let Some(version) = older(path)? else { return Ok(()) };
    let real = resolve(path);
    let second = now.rfc3339().replace([':', '.'], "-");
    let when = format!("{}-{:03}Z", second.trim_end_matches('Z'), now.millis().rem_euclid(1000));
    let to = beside(&real, &format!("{MARK}{version}.{when}"));
    let told = |error: Error| match error {
        Error::Unusable(said) => Error::Unusable(format!("{said}; the store {} is left as it is", path.display())),
        other => other,
    };
    look::steadily(path, &Idle::default(), |c| copy::write(c, &to)).and_then(copy::Partial::keep).map_err(told)?;
    tracing::warn!(
        copy = %to.display(), from = version, to = SCHEMA,
        "the store is migrated to this version; a copy of it as it was stands beside it"
    );
    forget_old(&real);
    Ok(())
}

/// The version of a store that has to be migrated.
///
/// # Errors
/// Those of a file that is no store.
pub fn older(path: &Path) -> Result<Option<u32>> {
    // A store that is about to be made has no version.
    if std::fs::metadata(path).map_or(0, |data| data.len()) == 0 {
        return Ok(None);
    }
    let name = path.display().to_string();
    look::steadily(path, &Idle::default(), |c| match find(c, &name)? {
        SchemaFound::Older(version) => Ok(Some(version)),
        SchemaFound::Current | SchemaFound::Nothing => Ok(None),
    })
    .map_err(|error| at(path, error))
}

/// Deletes all copies but the newest.
fn forget_old(real: &Path) {
    let mut copies = copies(real);
    copies.sort();
    for (_, path) in copies.iter().rev().skip(COPIES) {
        match std::fs::remove_file(path) {
            Ok(()) => tracing::info!(copy = %path.display(), "an older copy of the store was deleted"),
            Err(error) => tracing::warn!(copy = %path.display(), %error, "an older copy could not be deleted"),
        }
    }
}

/// The copies beside a store, each with when it was made.
fn copies(real: &Path) -> Vec<(String, PathBuf)> {
    let start = real.file_name().map(|name| format!("{}{MARK}", name.to_string_lossy())).unwrap_or_default();
    let files = std::fs::read_dir(folder(real)).into_iter().flatten().flatten();
    let made_at = |path: PathBuf| {
        let name = path.file_name()?.to_str()?.strip_prefix(&start)?.to_owned();
        let (version, at) = name.split_once('.')?;
        let is_ours = version.parse::<u32>().is_ok() && at.ends_with('Z');
        is_ours.then(|| (at.to_owned(), path))
    };
    files.filter_map(|file| made_at(file.path())).collect()
}
