//! Files whose names fit a pattern.

use std::io;
use std::path::{Path, PathBuf};

use crate::limits::CONFIG_INCLUDED;

/// The files of `folder` whose names fit `pattern`, in order.
pub fn names(folder: &Path, pattern: &str) -> io::Result<Vec<PathBuf>> {
    let listed = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let names = std::fs::read_dir(listed)?.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let fits = |name: &String| !name.starts_with('.') && matches(pattern, name);
    // One more than may be included shows that there are too many.
    let names = names.filter(fits).take(CONFIG_INCLUDED.count() + 1);
    let mut found: Vec<PathBuf> = names.map(|name| folder.join(name)).collect();
    found.sort();
    Ok(found)
}

/// Whether `name` fits `pattern`, in which `*` stands for any characters.
fn matches(pattern: &str, name: &str) -> bool {
    let parts: Vec<&str> = pattern.split('*').collect();
    let [first, middle @ .., last] = parts.as_slice() else { return pattern == name };
    let Some(mut rest) = name.strip_prefix(first).and_then(|rest| rest.strip_suffix(last)) else { return false };
    middle.iter().all(|part| match rest.find(part) {
        Some(at) => {
            rest = &rest[at + part.len()..];
            true
        }
        None => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_any_characters() {
        let check = |pattern: &str, name: &str, expected: bool| assert_eq!(matches(pattern, name), expected, "{name}");
        check("*.toml", "a.toml", true);
        check("*.toml", "a.toml~", false);
        check("*.toml", ".toml", true);
        check("a*b*c", "aXbYc", true);
        check("a*b*c", "aXc", false);
        check("aa*aa", "aaa", false);
        check("plain", "plain", true);
        check("plain", "plainer", false);
    }
}
