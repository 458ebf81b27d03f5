//! Finds the configuration file.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// The environment variable that names the configuration file.
pub const VARIABLE: &str = "WIREDESK_CONFIG";

/// Where the file is looked for when nothing names it.
const USUAL: [&str; 2] = ["./config/wiredesk.toml", "/etc/wiredesk/wiredesk.toml"];

/// No configuration file was named or found.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("no configuration found: neither --config nor ${VARIABLE} is set, and there is no {}{}", USUAL.join(" or "), remedy(*.beside))]
pub struct NotFound {
    /// Whether there is a [`BESIDE`].
    beside: bool,
}

/// Where many look for it first; it is used only on request.
const BESIDE: &str = "wiredesk.toml";

fn remedy(beside: bool) -> String {
    if beside { format!("; for the one here: --config {BESIDE}") } else { "; `wiredesk init` makes one".to_owned() }
}

/// Where a first configuration is made unless its maker says otherwise: where it is found.
pub fn first_path() -> PathBuf {
    PathBuf::from(USUAL[0])
}

/// The configuration file: `explicit` (`--config`), else `$WIREDESK_CONFIG`, else
/// `./config/wiredesk.toml`, else `/etc/wiredesk/wiredesk.toml`.
///
/// A named file is returned whether it exists or not, so that reading it can say what is
/// wrong.
///
/// # Errors
/// Nothing names a file, and neither of the usual ones exists.
pub fn locate(explicit: Option<&Path>) -> Result<PathBuf, NotFound> {
    locate_among(explicit, std::env::var_os(VARIABLE), Path::is_file)
}

fn locate_among(
    explicit: Option<&Path>,
    variable: Option<OsString>,
    exists: impl Fn(&Path) -> bool,
) -> Result<PathBuf, NotFound> {
    let named = explicit.map(Path::to_owned).or(variable.filter(|v| !v.is_empty()).map(PathBuf::from));
    let usual = || USUAL.iter().map(PathBuf::from).find(|path| exists(path));
    named.or_else(usual).ok_or_else(|| NotFound { beside: exists(Path::new(BESIDE)) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_named_comes_before_what_is_usual() {
        let check = |explicit: Option<&str>, variable: Option<&str>, present: &[&str], expected: Option<&str>| {
            let exists = |path: &Path| present.iter().any(|p| Path::new(p) == path);
            let found = locate_among(explicit.map(Path::new), variable.map(OsString::from), exists);
            assert_eq!(found.ok(), expected.map(PathBuf::from));
        };
        check(Some("a.toml"), Some("b.toml"), &USUAL, Some("a.toml"));
        check(None, Some("b.toml"), &USUAL, Some("b.toml"));
        check(None, Some(""), &USUAL, Some(USUAL[0]));
        check(None, None, &USUAL[1..], Some(USUAL[1]));
        check(None, None, &[], None);
        let beside = locate_among(None, None, |path| path == Path::new(BESIDE)).unwrap_err().to_string();
        assert!(beside.ends_with("; for the one here: --config wiredesk.toml"), "{beside}");
        let nothing = locate_among(None, None, |_| false).unwrap_err().to_string();
        assert!(nothing.ends_with("; `wiredesk init` makes one"), "{nothing}");
    }
}
