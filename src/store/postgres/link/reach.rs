//! Why a store cannot be reached, in words for whoever is to mend it.

use std::error::Error as _;
use std::io;

use super::connect::is_silence;
use super::error::{of_code, told};
use super::url::ServerAddress;
use crate::store::Error;

/// What `e`, which came of the first connection, means at `address`.
pub fn unreached(address: &ServerAddress, e: &tokio_postgres::Error) -> Error {
    let unusable = |why: String| Error::Unusable(format!("store {address}: {why}"));
    let (user, database) = (&address.user, &address.database);
    let said = told(e);
    let refused = |why: &str| {
        unusable(format!(
            "the server refuses user \"{user}\": {why}; set store.password_file, or, for a URL of a command, PGPASSWORD or ~/.pgpass"
        ))
    };
    if let Some(code) = e.code() {
        return match code.code() {
            code if code.starts_with("28") => refused(&said),
            "3D000" => {
                let create = format!("createdb -O {user} -E UTF8 --locale=C -T template0 {database}");
                unusable(format!("there is no database \"{database}\"; create it: {create}"))
            }
            code => match of_code(code, said) {
                Error::Away(why) => Error::Away(format!("store {address}: {why}")),
                other => unusable(other.to_string()),
            },
        };
    }
    if is_silence(e) {
        return Error::Away(format!("store {address}: {said}"));
    }
    // It was ended, or is of some other service.
    let Some(cause) = e.source() else {
        return match e.is_closed() {
            true => Error::Away(format!("store {address}: the server ends the connection at once")),
            false => unusable(format!("what answers there is no PostgreSQL server: {said}")),
        };
    };
    match cause.downcast_ref::<io::Error>() {
        Some(io) => of_the_way(address, io),
        None if cause.to_string().contains("does not support TLS") => unusable(
            "the server has no TLS; set it up there, or write sslmode=disable where the way there is safe".to_owned(),
        ),
        None => refused(&cause.to_string()),
    }
}

/// What the network or TLS says, or the driver about whom it met there.
fn of_the_way(address: &ServerAddress, io: &io::Error) -> Error {
    let unusable = |why: &str| Error::Unusable(format!("store {address}: {why}"));
    if io.get_ref().is_some_and(|inner| inner.is::<rustls::Error>()) {
        let names: Vec<String> = address.servers.iter().map(|server| format!("\"{}\"", server.host)).collect();
        let remedy = "name the file of its authority: sslrootcert=";
        return unusable(&format!("its certificate is not valid for {}: {io}; {remedy}", names.join(", ")));
    }
    if io.kind() == io::ErrorKind::PermissionDenied && io.to_string().contains("does not allow writes") {
        return unusable("is a standby and takes no writes; name the primary, or all hosts: host1,host2");
    }
    if matches!(io.kind(), io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionReset) {
        return Error::Away(format!("store {address}: the server ends the connection at once"));
    }
    // The standard library's words where a name cannot be looked up, for which it has no kind.
    if io.to_string().starts_with("failed to lookup address") {
        return Error::Away(format!("store {address}: its host is not found: {io}; is the name right?"));
    }
    Error::Away(format!("store {address}: nobody answers: {io}; is PostgreSQL running there?"))
}
