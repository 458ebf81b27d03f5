//! Files of the configuration: found, read, included.

use std::io;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use super::reader::{Document, Value};
use super::report::{Complaint, Report};

/// Reads a file of text.
pub(super) fn read(path: &Path, report: &mut Report) -> Result<Rc<Document>, Complaint> {
    read_text(path, report).map(|text| Document::new(path, text))
}

/// Reads a file's text alone. Every file of a configuration is read here.
pub(super) fn read_text(path: &Path, report: &mut Report) -> Result<String, Complaint> {
    report.footprint.file(path);
    let shown = path.display();
    let bytes = std::fs::read(path).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => Complaint::new(format!("no such file: {shown}")),
        io::ErrorKind::IsADirectory => Complaint::new(format!("{shown} is a folder, not a file")),
        _ => Complaint::new(format!("{shown} cannot be read: {error}")),
    })?;
    String::from_utf8(bytes).map_err(|error| {
        let valid = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let line = valid.split(|b| *b == b'\n').count();
        Complaint::new(format!("{shown} is not UTF-8 in line {line}")).hint("save it as UTF-8")
    })
}

/// Reads the files that `include` names, in the order of names per pattern.
///
/// A pattern is a path against the folder of `main`, whose last part may hold
/// `*`. As in a shell, `*` finds no hidden file.
pub(super) fn read_included(value: Option<Value<'_>>, main: &Path, report: &mut Report) -> Vec<Rc<Document>> {
    let example = "[\"feeds/*.toml\"]";
    let patterns = value.and_then(|value| value.items(example, report)).unwrap_or_default();
    let mut paths: Vec<PathBuf> = Vec::new();
    let mut documents = Vec::new();
    for pattern in patterns {
        let text = pattern.text(example, report);
        let found = text.map(|text| find(main.parent().unwrap_or(Path::new("")), text, report));
        match found {
            None => (),
            Some(Err(complaint)) => pattern.refuse(complaint, report),
            Some(Ok(found)) if found.is_empty() => {
                report.warn(&pattern.spot(), &pattern.key, Complaint::new("no file has such a name"));
            }
            Some(Ok(found)) => {
                for path in found {
                    if path == main || paths.contains(&path) {
                        continue;
                    }
                    match read(&path, report) {
                        Ok(document) => documents.push(document),
                        Err(complaint) => pattern.refuse(complaint, report),
                    }
                    paths.push(path);
                }
            }
        }
    }
    report.files.extend(paths);
    documents
}

fn find(folder: &Path, pattern: &str, report: &mut Report) -> Result<Vec<PathBuf>, Complaint> {
    let path = folder.join(pattern);
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let parent = path.parent().unwrap_or(folder);
    if parent.to_string_lossy().contains('*') && !folder.to_string_lossy().contains('*') {
        return Err(Complaint::new("* stands for names of files only").hint("name the folders in full"));
    }
    if !name.contains('*') {
        return Ok(vec![path]);
    }
    report.footprint.names(parent, name);
    let shown = if parent.as_os_str().is_empty() { Path::new(".") } else { parent }.display();
    names(parent, name).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => Complaint::new(format!("no such folder: {shown}")),
        _ => Complaint::new(format!("{shown} cannot be read: {error}")),
    })
}

/// The files of `folder` whose names fit `pattern`, in order.
pub(super) fn names(folder: &Path, pattern: &str) -> io::Result<Vec<PathBuf>> {
    let listed = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let names = std::fs::read_dir(listed)?.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let fits = |name: &String| !name.starts_with('.') && matches(pattern, name);
    let mut found: Vec<PathBuf> = names.filter(fits).map(|name| folder.join(name)).collect();
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
