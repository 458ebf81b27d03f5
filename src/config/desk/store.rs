//! `[store]`: where entries are kept.

use std::path::Path;
use std::time::Duration;

use crate::store::{AddressProblem, FoundPassword, Location, Password, STORE_URLS, ServerAddress};

use super::settings::count;
use crate::config::access::secret;
use crate::config::defaults;
use crate::config::reading::reader::{ConfigTable, Value};
use crate::config::reading::report::{Complaint, Report};
use crate::config::values;

/// The keys of a store on a server.
const SERVERS_KEYS: [&str; 3] = ["password_file", "listen_url", "connections"];

/// `[store]`: where entries are kept.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StoreSettings {
    /// Where the store lies.
    pub location: Location,
    /// Texts older than this are dropped (product §3.6).
    pub keep: Duration,
}

impl StoreSettings {
    /// Relative paths start from `folder`, that of the configuration file.
    pub(in crate::config) fn read(table: Option<ConfigTable<'_>>, folder: &Path, report: &mut Report) -> StoreSettings {
        let mut store =
            StoreSettings { location: Location::Sqlite(folder.join(defaults::STORE)), keep: defaults::KEEP };
        let Some(mut table) = table else { return store };
        let written = table.value("url");
        let read = |text: &str| location(text, folder);
        let location = written.as_ref().map(|value| value.read(STORE_URLS, report, read));
        let is_unread = matches!(location, Some(None));
        if let Some(Some(location)) = location {
            store.location = location;
        }
        if is_unread {
            // Whether they fit is not known.
            for key in SERVERS_KEYS {
                drop(table.value(key));
            }
        } else if let Location::Postgres(address) = &mut store.location {
            // What names no file has no server.
            if let Some(written) = &written {
                read_server(&mut table, address, (written, folder), report);
                warn_if_exposed(address, written, report);
            }
        } else {
            refuse_servers_keys(&mut table, report);
        }
        let keep = table.read("keep", "\"400d\"", report, |text| values::duration(text, &defaults::KEEP_BOUNDS));
        store.keep = keep.unwrap_or(store.keep);
        table.finish(&[], report);
        store
    }
}

/// Reads what is said of a server besides its URL, which is `written`.
fn read_server(
    table: &mut ConfigTable<'_>,
    address: &mut ServerAddress,
    (written, folder): (&Value<'_>, &Path),
    report: &mut Report,
) {
    // It is read again for each connection; here it is looked at.
    let file = table.value("password_file");
    let path = file.as_ref().and_then(|file| {
        secret(file, report)?;
        Some(file.document().path.parent().unwrap_or(Path::new("")).join(file.text("", report)?))
    });
    if file.is_none() {
        address.password = found(address, written, report);
    }
    address.password_file.clone_from(&path);
    let written = table.value("listen_url");
    let read = |text: &str| server(text, folder);
    let direct = written.as_ref().and_then(|value| value.read("\"postgres://…\"", report, read));
    if let (Some(value), Some(direct)) = (&written, &direct) {
        warn_if_exposed(direct, value, report);
    }
    address.notifications = direct.zip(written).map(|(mut direct, written)| {
        direct.password = if file.is_none() { found(&direct, &written, report) } else { None };
        direct.password_file = path;
        // Those who share a schema tell each other.
        direct.schema.clone_from(&address.schema);
        Box::new(direct)
    });
    if let Some(value) = table.value("connections") {
        address.connections = count(&value, defaults::CONNECTIONS_BOUNDS, address.connections, report);
    }
}

/// The password that the environment holds, where no file is named.
fn found(address: &ServerAddress, written: &Value<'_>, report: &mut Report) -> Option<Password> {
    let FoundPassword { password, complaint } = address.password_of_environment();
    if let Some(AddressProblem { what, hint }) = complaint {
        report.warn(&written.spot(), &written.key, Complaint::new(what).hint(hint));
    }
    password
}

fn warn_if_exposed(address: &ServerAddress, value: &Value<'_>, report: &mut Report) {
    if address.is_exposed() {
        let complaint = Complaint::new("sends the password and all news unencrypted to another machine");
        report.warn(&value.spot(), &value.key, complaint.hint("leave sslmode=disable out"));
    }
}

fn refuse_servers_keys(table: &mut ConfigTable<'_>, report: &mut Report) {
    for key in SERVERS_KEYS {
        if let Some(value) = table.value(key) {
            value.refuse(Complaint::new("is for a store on a server, and this one lies in a file"), report);
        }
    }
}

/// Where a store lies; relative paths start from `folder`.
fn location(text: &str, folder: &Path) -> Result<Location, Complaint> {
    let read = Location::read(text).map(|location| location.in_folder(folder));
    read.map_err(|AddressProblem { what, hint }| Complaint::new(what).hint(hint))
}

fn server(text: &str, folder: &Path) -> Result<ServerAddress, Complaint> {
    match location(text, folder)? {
        Location::Postgres(address) => Ok(*address),
        Location::Sqlite(_) => {
            Err(Complaint::new("a file tells nobody of changes").hint("name the server of the store"))
        }
    }
}
