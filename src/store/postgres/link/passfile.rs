//! The password of a store on a server where the configuration names no file: `PGPASSWORD`, or
//! the password file of PostgreSQL's own programs (its documentation, libpq, "The Password
//! File"), which `PGPASSFILE` names, and which is else `~/.pgpass`.

use std::ffi::OsString;
use std::fs;
use std::io::ErrorKind;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use super::url::{AddressProblem, Password, ServerAddress, ServerName};

/// What is named in a URL as the folder of a Unix socket where libpq would name none: the
/// default of PostgreSQL's own builds, and of Debian's. Lines name it `localhost`.
const DEFAULT_SOCKETS: [&str; 3] = ["/tmp", "/var/run/postgresql", "/run/postgresql"];

/// The bits of a file's mode that let others than its owner at it.
const OTHERS: u32 = 0o077;

/// What the environment holds for a server.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FoundPassword {
    /// The password.
    pub password: Option<Password>,
    /// Why the password file was left aside, if it was.
    pub complaint: Option<AddressProblem>,
}

impl FoundPassword {
    fn of(password: Option<String>) -> FoundPassword {
        FoundPassword { password: password.filter(|text| !text.is_empty()).map(Password), complaint: None }
    }

    fn without(what: String, hint: &str) -> FoundPassword {
        FoundPassword { password: None, complaint: Some(AddressProblem { what, hint: hint.to_owned() }) }
    }
}

impl ServerAddress {
    /// The password that this process's environment holds for this server.
    pub fn password_of_environment(&self) -> FoundPassword {
        found(self, |name| std::env::var_os(name))
    }
}

/// What an environment of these variables holds.
fn found(address: &ServerAddress, variable: impl Fn(&str) -> Option<OsString>) -> FoundPassword {
    let set = |name: &str| variable(name).filter(|value| !value.is_empty());
    if let Some(password) = set("PGPASSWORD") {
        return FoundPassword::of(Some(password.to_string_lossy().into_owned()));
    }
    let own = || set("HOME").map(|home| Path::new(&home).join(".pgpass"));
    match set("PGPASSFILE").map(PathBuf::from).or_else(own) {
        Some(path) => in_file(address, &path),
        None => FoundPassword::of(None),
    }
}

/// What the password file at `path` holds. One that is not there holds nothing.
fn in_file(address: &ServerAddress, path: &Path) -> FoundPassword {
    let shown = path.display();
    let unread = |error: std::io::Error| match error.kind() {
        ErrorKind::NotFound => FoundPassword::of(None),
        _ => FoundPassword::without(format!("the password file {shown} cannot be read: {error}"), "mend it"),
    };
    let seen = match fs::metadata(path) {
        Ok(seen) => seen,
        Err(error) => return unread(error),
    };
    if !seen.is_file() {
        return FoundPassword::without(format!("the password file {shown} is no file, and is left aside"), "mend it");
    }
    if seen.permissions().mode() & OTHERS != 0 {
        let what = format!("the password file {shown} is open to others than its owner, and is left aside");
        return FoundPassword::without(what, "chmod 600");
    }
    match fs::read_to_string(path) {
        Ok(text) => of_servers(address, &text, path),
        Err(error) => unread(error),
    }
}

/// The password that a file of this text holds for all servers of an address: it is sent to
/// whichever of them answers.
fn of_servers(address: &ServerAddress, text: &str, path: &Path) -> FoundPassword {
    let of_server = |server: &ServerName| {
        let host = if DEFAULT_SOCKETS.contains(&server.host.as_str()) { "localhost" } else { &server.host };
        password(text, [host, &server.port.to_string(), &address.database, &address.user])
    };
    let all: Vec<Option<String>> = address.servers.iter().map(of_server).collect();
    match all.iter().all(|one| *one == all[0]) {
        true => FoundPassword::of(all.into_iter().next().flatten()),
        false => {
            let what = format!("the password file {} has not one password for all servers", path.display());
            FoundPassword::without(what, "write the same for each, or set store.password_file")
        }
    }
}

/// The password in the first line of `text` whose fields are these: host, port, database and
/// user.
fn password(text: &str, wanted: [&str; 4]) -> Option<String> {
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    let behind = |line| wanted.iter().try_fold(line, |rest, field| behind_field(rest, field));
    lines.filter_map(behind).next().map(unescaped)
}

/// What stands behind the first field of `line`, where that is `wanted`, or `*`.
fn behind_field<'l>(line: &'l str, wanted: &str) -> Option<&'l str> {
    if let Some(rest) = line.strip_prefix("*:") {
        return Some(rest);
    }
    let (mut field, mut wanted) = (line.chars(), wanted.chars());
    loop {
        let letter = match field.next()? {
            ':' => return wanted.next().is_none().then_some(field.as_str()),
            '\\' => field.next()?,
            letter => letter,
        };
        if wanted.next() != Some(letter) {
            return None;
        }
    }
}

/// The last field as it is meant: a backslash stands before a colon or another backslash.
fn unescaped(field: &str) -> String {
    let (mut letters, mut text) = (field.chars(), String::new());
    while let Some(letter) = letters.next() {
        match letter {
            ':' => break,
            '\\' => text.push(letters.next().unwrap_or('\\')),
            letter => text.push(letter),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(url: &str) -> ServerAddress {
        ServerAddress::read(url).unwrap()
    }

    const FILE: &str = "# a comment:5432:news:desk:no\n\
        db.example:5433:news:desk:by port\n\
        db.example:*:news:des:no\n\
        db.example:*:ne\\:ws:desk:by\\\\a\\:name:behind\n\
        \\d\\b.example:*:*:desk:by escapes\n\
        fe80\\:\\:1:5432:*:desk:by address\n\
        localhost:5432:news:desk:by socket\r\n\
        /srv/pg:5432:news:desk:by folder\n\
        *:*:*:others:\n\
        short:5432\n\
        *:*:*:*:by everything";

    #[test]
    fn a_password_is_in_the_first_line_that_fits_o71() {
        let check = |wanted: [&str; 4], expected: &str| {
            assert_eq!(password(FILE, wanted).as_deref(), Some(expected), "{wanted:?}");
        };
        check(["db.example", "5433", "news", "desk"], "by port");
        check(["db.example", "1", "ne:ws", "desk"], "by\\a:name");
        check(["db.example", "1", "news", "desk"], "by escapes");
        check(["fe80::1", "5432", "news", "desk"], "by address");
        check(["db.example", "5433", "news", "others"], "");
        check(["# a comment", "5432", "news", "desk"], "by everything");
        check(["short", "5432", "news", "desk"], "by everything");
        assert_eq!(password("db:1:a:b:c", ["db", "1", "a", ""]), None);
        assert_eq!(password("", ["", "", "", ""]), None);
    }

    #[test]
    fn sockets_are_named_as_libpq_names_them_o71() {
        let check = |url: &str, expected: &str| {
            let found = of_servers(&address(url), FILE, Path::new("p"));
            assert_eq!(found.password.map(|found| found.0).as_deref(), Some(expected), "{url}");
        };
        check("postgres://desk@/news?host=/var/run/postgresql", "by socket");
        check("postgres://desk@/news?host=/srv/pg", "by folder");
        check("postgres://desk@db.example:5433/news", "by port");
    }

    /// One password is sent to whichever server answers.
    #[test]
    fn servers_of_different_passwords_have_none_o71() {
        let two = address("postgres://desk@one,two/news");
        let found = |text: &str| of_servers(&two, text, Path::new("p"));
        assert_eq!(found("*:*:*:*:same").password, Some(Password("same".to_owned())));
        for text in ["one:*:*:*:a\ntwo:*:*:*:b", "one:*:*:*:a"] {
            let found = found(text);
            assert!(found.password.is_none() && found.complaint.is_some(), "{text}: {found:?}");
        }
        assert_eq!(found(""), FoundPassword::of(None));
    }

    /// libpq's order: the variable, the file that a variable names, the one in the home folder.
    #[test]
    fn the_file_is_asked_where_no_variable_holds_the_password_o71() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, mode: u32| {
            let path = folder.path().join(name);
            fs::write(&path, format!("*:*:*:*:in {name}")).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            path
        };
        let (home, named, open) = (write(".pgpass", 0o600), write("named", 0o400), write("open", 0o640));
        let home = home.parent().unwrap();
        let check = |variables: &[(&str, &Path)], expected: Option<&str>, complaint: Option<&str>| {
            let all = |name: &str| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).into());
            let found = found(&address("postgres://desk@db/news"), all);
            assert_eq!(found.password.map(|found| found.0).as_deref(), expected, "{variables:?}");
            let told = found.complaint.map(|complaint| complaint.what).unwrap_or_default();
            assert!(complaint.map_or(told.is_empty(), |part| told.contains(part)), "{variables:?}: {told}");
        };
        let (in_home, in_named) = (("HOME", home), ("PGPASSFILE", &*named));
        check(&[], None, None);
        check(&[in_home], Some("in .pgpass"), None);
        check(&[in_home, in_named], Some("in named"), None);
        check(&[in_home, in_named, ("PGPASSWORD", Path::new("hunter2"))], Some("hunter2"), None);
        check(&[in_home, in_named, ("PGPASSWORD", Path::new(""))], Some("in named"), None);
        check(&[in_home, ("PGPASSFILE", &folder.path().join("none"))], None, None);
        check(&[in_home, ("PGPASSFILE", &open)], None, Some("open to others than its owner"));
        check(&[in_home, ("PGPASSFILE", home)], None, Some("is no file"));
    }
}
