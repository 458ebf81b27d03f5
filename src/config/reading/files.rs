//! Files of the configuration: found, read, included.

use std::collections::HashSet;
use std::fs::{File, OpenOptions};
use std::io::{self, Read};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use super::pattern;
use super::reader::Value;
use super::report::{Complaint, Report};
use super::spot::ConfigFile;
use crate::limits::{CONFIG_BYTES, CONFIG_FILE, CONFIG_INCLUDED, CONFIG_LINE, CONFIG_PATTERNS, Limit};

/// Reads a file of text.
pub fn read(path: &Path, report: &mut Report) -> Result<Rc<ConfigFile>, Complaint> {
    read_text(path, report).map(|text| ConfigFile::new(path, text))
}

fn unread(path: &Path, error: &io::Error) -> Complaint {
    let shown = path.display();
    match error.kind() {
        io::ErrorKind::NotFound => Complaint::new(format!("no such file: {shown}")),
        io::ErrorKind::IsADirectory => Complaint::new(format!("{shown} is a folder, not a file")),
        _ => Complaint::new(format!("{shown} cannot be read: {error}")),
    }
}

/// Opens a file. Every file of a configuration is opened here.
pub fn open_regular(path: &Path, report: &mut Report) -> Result<File, Complaint> {
    report.footprint.file(path);
    let shown = path.display();
    let unread = |error: io::Error| unread(path, &error);
    let file = open(path).map_err(unread)?;
    let kind = file.metadata().map_err(unread)?.file_type();
    if kind.is_dir() {
        return Err(Complaint::new(format!("{shown} is a folder, not a file")));
    }
    if !kind.is_file() {
        let hint = "a configuration is read from files alone: a pipe or device may never end";
        return Err(Complaint::new(format!("{shown} is not a regular file")).hint(hint));
    }
    Ok(file)
}

/// Reads a list of feeds, which is not kept: it does not count with the files of the
/// configuration.
pub fn read_list(path: &Path, most: &Limit, report: &mut Report) -> Result<String, Complaint> {
    read_bytes(path, most, report).and_then(|bytes| as_text(path, bytes))
}

fn read_bytes(path: &Path, most: &Limit, report: &mut Report) -> Result<Vec<u8>, Complaint> {
    let file = open_regular(path, report)?;
    let mut bytes = Vec::new();
    file.take(most.most + 1).read_to_end(&mut bytes).map_err(|error| unread(path, &error))?;
    match bytes.len() > most.count() {
        true => Err(Complaint::new(format!("{} is larger than {}", path.display(), most.shown()))),
        false => Ok(bytes),
    }
}

fn as_text(path: &Path, bytes: Vec<u8>) -> Result<String, Complaint> {
    String::from_utf8(bytes).map_err(|error| {
        let valid = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let line = valid.split(|b| *b == b'\n').count();
        Complaint::new(format!("{} is not UTF-8 in line {line}", path.display())).hint("save it as UTF-8")
    })
}

/// Reads only a file's text.
pub fn read_text(path: &Path, report: &mut Report) -> Result<String, Complaint> {
    let shown = path.display();
    let bytes = read_bytes(path, &CONFIG_FILE, report)?;
    report.bytes += bytes.len();
    if report.bytes > CONFIG_BYTES.count() {
        let sentence =
            format!("with {shown}, the files of the configuration hold more than {} MiB", CONFIG_BYTES.most >> 20);
        return Err(Complaint::new(sentence));
    }
    let text = as_text(path, bytes)?;
    match text.split('\n').position(|line| line.len() > CONFIG_LINE.count()) {
        Some(at) => {
            Err(Complaint::new(format!("{shown}: line {} is longer than {} MiB", at + 1, CONFIG_LINE.most >> 20)))
        }
        None => Ok(text),
    }
}

/// Opens a file without waiting for the writer of a pipe.
fn open(path: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).custom_flags(libc::O_NONBLOCK).open(path)
}

/// Reads the files that `include` names, for each pattern in the order of their names.
///
/// A pattern is a path relative to the folder of `main`, whose last part may hold `*`. As
/// in a shell, `*` matches no hidden file.
pub fn read_included(value: Option<Value<'_>>, main: &Path, report: &mut Report) -> Vec<Rc<ConfigFile>> {
    let items = value.as_ref().and_then(|value| value.items(PATTERNS, report));
    let mut patterns = items.unwrap_or_default();
    if let Some(value) = value.filter(|_| patterns.len() > CONFIG_PATTERNS.count()) {
        value.refuse(Complaint::new(format!("names more than {} patterns", CONFIG_PATTERNS.most)), report);
        patterns.clear();
    }
    let folder = main.parent().unwrap_or(Path::new(""));
    let mut included = Included { once: HashSet::from([main.to_owned()]), paths: Vec::new(), files: Vec::new() };
    for pattern in patterns {
        let found = match pattern.text(PATTERNS, report).map(|text| find(folder, text, report)) {
            None => continue,
            Some(Err(complaint)) => {
                pattern.refuse(complaint, report);
                continue;
            }
            Some(Ok(found)) => found,
        };
        if found.is_empty() {
            report.warn(&pattern.spot(), &pattern.key, Complaint::new("no file has such a name"));
        }
        if included.paths.len() + found.len() > CONFIG_INCLUDED.count() {
            let sentence = format!("more than {} files are included", CONFIG_INCLUDED.most);
            pattern.refuse(Complaint::new(sentence), report);
            break;
        }
        included.read(found, &pattern, report);
    }
    report.files.extend(included.paths);
    included.files
}

/// What `include` looks like, for hints.
const PATTERNS: &str = "[\"feeds/*.toml\"]";

/// Files that were included so far.
struct Included {
    /// All files, the main one among them: each is read once.
    once: HashSet<PathBuf>,
    paths: Vec<PathBuf>,
    files: Vec<Rc<ConfigFile>>,
}

impl Included {
    /// Reads the files that `pattern` found.
    fn read(&mut self, found: Vec<PathBuf>, pattern: &Value<'_>, report: &mut Report) {
        for path in found {
            if !self.once.insert(path.clone()) {
                continue;
            }
            if report.is_full() {
                break;
            }
            match read(&path, report) {
                Ok(file) => self.files.push(file),
                Err(complaint) => pattern.refuse(complaint, report),
            }
            self.paths.push(path);
        }
    }
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
    pattern::names(parent, name).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => Complaint::new(format!("no such folder: {shown}")),
        _ => Complaint::new(format!("{shown} cannot be read: {error}")),
    })
}
