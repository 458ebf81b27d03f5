//! `postgres://user@host:5432/name`: where a store on PostgreSQL lies. Passwords are no
//! part of it, so it may be shown to anybody.

use std::fmt;
use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use tokio_postgres::Config;
use tokio_postgres::config::{ChannelBinding, SslMode, TargetSessionAttrs};

use crate::text::quote::in_quotes;

/// A database on a server, and how to get there.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ServerAddress {
    /// The servers that are tried in this order: the one that takes writes is taken.
    pub servers: Vec<ServerName>,
    /// Who we are there.
    pub user: String,
    /// The database.
    pub database: String,
    /// The schema that the store's tables lie in; `None`: the user's own default.
    pub schema: Option<String>,
    /// How the way there is protected.
    pub encryption: Encryption,
    /// By which we are known there, where it asks for one and no file holds it.
    pub password: Option<Password>,
    /// The file that holds it. It is read whenever a connection is made.
    pub password_file: Option<PathBuf>,
    /// How many connections are made to it at most.
    pub connections: usize,
    /// Where its notifications are heard, if that is elsewhere: a pooler forwards none.
    pub notifications: Option<Box<ServerAddress>>,
}

/// A server.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ServerName {
    /// Its name or IP address, or the folder of its Unix socket.
    pub host: String,
    /// Its port, which names a Unix socket too.
    pub port: u16,
}

/// How the way to a server is protected.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Encryption {
    /// It is not, as between programs of one machine.
    Off,
    /// By TLS, with a certificate for the server's name from an authority in this file, or
    /// from one that the machine trusts.
    Verified(Option<PathBuf>),
}

/// A password, which is never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(pub String);

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password")
    }
}

/// What is wrong with a URL, and what to do about it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AddressProblem {
    /// The problem.
    pub what: String,
    /// What to write.
    pub hint: String,
}

/// How many connections a store has by default. A desk's own work is done by a handful of
/// transactions at once, and a server is set up for a hundred.
pub const CONNECTIONS: usize = 11;

/// How long a host gets, from the look-up of its name until it takes questions.
pub const CONNECT: Duration = Duration::from_secs(5);

/// How long the network may keep what is sent, or an idle connection's silence be taken for
/// rest. The system's own limits are minutes and hours.
const UNHEARD: Duration = Duration::from_secs(15);
const KEEPALIVE_IDLE: Duration = Duration::from_secs(10);
const KEEPALIVE_INTERVAL: Duration = Duration::from_secs(5);

/// PostgreSQL's own.
const PORT: u16 = 5432;

/// What is encoded in a URL: all but what RFC 3986 §2.3 calls unreserved.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Names in PostgreSQL are cut after so many bytes.
const LONGEST_NAME: usize = 63;

const FORM: &str = "write \"postgres://\" and then user@host/name";

const KEYS: &str = "host, port, schema, sslmode, sslrootcert";

impl ServerAddress {
    /// Reads the URL of a store.
    ///
    /// # Errors
    /// Says what is wrong with it, and never shows a password.
    pub fn read(url: &str) -> Result<ServerAddress, AddressProblem> {
        let (scheme, rest) = url.split_once("://").unwrap_or(("", ""));
        if !["postgres", "postgresql"].contains(&scheme.to_ascii_lowercase().as_str()) {
            return Err(problem("it is not the URL of a PostgreSQL server".to_owned(), FORM));
        }
        let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (authority, database) = rest.split_once('/').unwrap_or((rest, ""));
        let (user, hosts) = authority.rsplit_once('@').unwrap_or(("", authority));
        if user.contains(':') {
            let hint = "take it out of the URL, and write it to the file that store.password_file names";
            return Err(problem("a password does not belong into a configuration".to_owned(), hint));
        }
        let mut options = Options::read(query)?;
        let servers = servers(hosts, options.hosts.as_deref(), options.port)?;
        let encryption = encryption(&servers, options.mode.as_deref(), options.authority.take())?;
        let address = ServerAddress {
            servers,
            user: decoded(user)?,
            database: decoded(database)?,
            schema: options.schema,
            encryption,
            password: None,
            password_file: None,
            connections: CONNECTIONS,
            notifications: None,
        };
        match () {
            () if address.user.is_empty() => Err(problem("the URL names no user".to_owned(), FORM)),
            () if address.database.is_empty() => Err(problem("the URL names no database".to_owned(), FORM)),
            () => Ok(address),
        }
    }

    /// The URL that [`ServerAddress::read`] makes this of, without a password.
    pub fn url(&self) -> String {
        let servers: Vec<String> = self.servers.iter().map(ServerName::in_url).collect();
        let mut url = format!("postgres://{}@{}/{}", encoded(&self.user), servers.join(","), encoded(&self.database));
        let is_near = self.servers.iter().all(ServerName::is_near);
        let schema = self.schema.as_deref().map(|schema| format!("schema={}", encoded(schema)));
        let encryption = match &self.encryption {
            Encryption::Off if is_near => None,
            Encryption::Off => Some("sslmode=disable".to_owned()),
            Encryption::Verified(Some(file)) => Some(format!("sslrootcert={}", encoded(&file.to_string_lossy()))),
            Encryption::Verified(None) => is_near.then(|| "sslmode=verify-full".to_owned()),
        };
        for (at, option) in schema.into_iter().chain(encryption).enumerate() {
            url.push(if at == 0 { '?' } else { '&' });
            url.push_str(&option);
        }
        url
    }

    /// Whether it is the same place as another, however one gets there.
    pub fn is_same_place(&self, other: &ServerAddress) -> bool {
        (&self.servers, &self.database, &self.schema) == (&other.servers, &other.database, &other.schema)
    }

    /// Whether what is sent there can be read on the way by other machines.
    pub fn is_exposed(&self) -> bool {
        self.encryption == Encryption::Off && !self.servers.iter().all(ServerName::is_near)
    }

    /// What the driver is told of one of its servers. `name` is what the server's own lists
    /// show of us.
    pub(super) fn config(&self, server: &ServerName, name: &str, password: Option<&Password>) -> Config {
        let mut config = Config::new();
        config
            .host(&server.host)
            .port(server.port)
            .user(&self.user)
            .dbname(&self.database)
            .application_name(name)
            .connect_timeout(CONNECT)
            .tcp_user_timeout(UNHEARD)
            .keepalives_idle(KEEPALIVE_IDLE)
            .keepalives_interval(KEEPALIVE_INTERVAL)
            .keepalives_retries(3)
            .channel_binding(ChannelBinding::Disable)
            .target_session_attrs(TargetSessionAttrs::ReadWrite)
            .ssl_mode(match self.encryption {
                Encryption::Off => SslMode::Disable,
                Encryption::Verified(_) => SslMode::Require,
            });
        if let Some(Password(password)) = password {
            config.password(password);
        }
        config
    }
}

/// As it may be shown to anybody.
impl fmt::Display for ServerAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let servers: Vec<String> = self.servers.iter().map(ToString::to_string).collect();
        write!(f, "postgres://{}@{}/{}", self.user, servers.join(","), self.database)
    }
}

impl fmt::Display for ServerName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (open, close) = if self.host.contains(':') { ("[", "]") } else { ("", "") };
        write!(f, "{open}{}{close}", self.host)?;
        if self.port == PORT { Ok(()) } else { write!(f, ":{}", self.port) }
    }
}

impl ServerName {
    fn in_url(&self) -> String {
        let host = match self.host.parse() {
            Ok(IpAddr::V6(ip)) => format!("[{ip}]"),
            _ => encoded(&self.host),
        };
        if self.port == PORT { host } else { format!("{host}:{}", self.port) }
    }

    fn is_socket(&self) -> bool {
        self.host.starts_with('/')
    }

    /// Whether nobody but this machine is on the way there.
    fn is_near(&self) -> bool {
        let is_loopback = self.host.parse().is_ok_and(|ip: IpAddr| ip.is_loopback());
        self.is_socket() || is_loopback || self.host == "localhost"
    }
}

/// What stands behind `?`.
#[derive(Default)]
struct Options {
    hosts: Option<String>,
    port: Option<u16>,
    schema: Option<String>,
    mode: Option<String>,
    authority: Option<PathBuf>,
}

impl Options {
    fn read(query: &str) -> Result<Options, AddressProblem> {
        let mut options = Options::default();
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            if !KEYS.split(", ").any(|known| known == key) {
                let hint = format!("these are known: {KEYS}");
                return Err(problem(format!("{} is not known behind its ?", in_quotes(key)), &hint));
            }
            // Whatever stands there is not shown: it may be a secret that was misplaced.
            let value = decoded(value).map_err(|said| problem(format!("the value of {key} is no text"), &said.hint))?;
            match key {
                "host" => options.hosts = Some(value),
                "port" => options.port = Some(port(&value)?),
                "schema" => options.schema = Some(schema(value)?),
                "sslmode" => options.mode = Some(value),
                _ => options.authority = Some(PathBuf::from(value)),
            }
        }
        Ok(options)
    }
}

fn encoded(text: &str) -> String {
    utf8_percent_encode(text, ENCODED).to_string()
}

fn problem(what: String, hint: &str) -> AddressProblem {
    AddressProblem { what, hint: hint.to_owned() }
}

fn decoded(text: &str) -> Result<String, AddressProblem> {
    let decoded = percent_decode_str(text).decode_utf8().ok().filter(|text| !text.contains('\0'));
    let hint = "write a byte as % and two digits";
    decoded.map(Into::into).ok_or_else(|| problem(format!("{} is no text", in_quotes(text)), hint))
}

fn port(text: &str) -> Result<u16, AddressProblem> {
    let number = text.parse().ok().filter(|port| *port > 0);
    number.ok_or_else(|| problem(format!("{} is no port", in_quotes(text)), "write a number up to 65535"))
}

/// Such a name needs no quoting, so none can be forgotten.
fn schema(name: String) -> Result<String, AddressProblem> {
    let is_plain = name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
    if is_plain && name.starts_with(|c: char| c.is_ascii_lowercase()) && name.len() <= LONGEST_NAME {
        return Ok(name);
    }
    let hint = "write a name of a-z, 0-9 and _, up to 63 letters";
    Err(problem(format!("{} is no name of a schema", in_quotes(&name)), hint))
}

/// The servers of `hosts`, `a:1,b:2`; those of `?host=` where there are none.
fn servers(hosts: &str, others: Option<&str>, other_port: Option<u16>) -> Result<Vec<ServerName>, AddressProblem> {
    if let (false, Some(other)) = (hosts.is_empty(), others) {
        let sentence = format!("the URL names two places, {} and {}", in_quotes(hosts), in_quotes(other));
        return Err(problem(sentence, "leave out the host before the database, as in postgres://desk@/news?host=…"));
    }
    let hosts = if hosts.is_empty() { others.unwrap_or_default() } else { hosts };
    if hosts.is_empty() {
        let hint =
            "write \"postgres://\" and then user@host/name, or ?host=/run/postgresql for a server of this machine";
        return Err(problem("the URL names no server".to_owned(), hint));
    }
    let server = |text: &str| {
        let (host, own) = match text.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            Some((host, rest)) => (host, rest.strip_prefix(':')),
            None if text.starts_with('/') => (text, None),
            None => text.split_once(':').map_or((text, None), |(host, port)| (host, Some(port))),
        };
        let port = own.map(port).transpose()?.or(other_port).unwrap_or(PORT);
        let host = decoded(host)?;
        match host.is_empty() || host.contains(char::is_whitespace) {
            true => Err(problem(format!("{} is no host", in_quotes(text)), FORM)),
            false => Ok(ServerName { host, port }),
        }
    };
    hosts.split(',').map(server).collect()
}

/// Passwords and texts go to another machine encrypted, unless somebody says otherwise.
fn encryption(
    servers: &[ServerName],
    mode: Option<&str>,
    authority: Option<PathBuf>,
) -> Result<Encryption, AddressProblem> {
    let is_near = servers.iter().all(ServerName::is_near);
    match mode {
        Some("verify-full") if servers.iter().any(ServerName::is_socket) => {
            Err(problem("a Unix socket has no TLS".to_owned(), "leave sslmode out"))
        }
        Some("disable") if authority.is_some() => {
            Err(problem("sslrootcert says nothing without TLS".to_owned(), "leave it or sslmode=disable out"))
        }
        Some("disable") => Ok(Encryption::Off),
        None if is_near && authority.is_none() => Ok(Encryption::Off),
        Some("verify-full") | None => Ok(Encryption::Verified(authority)),
        Some(other) => {
            let hint = "write verify-full, or disable where the way there is safe by itself";
            Err(problem(format!("{} is no sslmode that wiredesk has", in_quotes(other)), hint))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(url: &str) -> ServerAddress {
        ServerAddress::read(url).unwrap()
    }

    #[test]
    fn urls_are_read_as_libpq_reads_them() {
        let check = |url: &str, shown: &str| assert_eq!(read(url).to_string(), shown, "{url}");
        check("postgres://desk@db/news", "postgres://desk@db/news");
        check("postgresql://desk@db:5433/news", "postgres://desk@db:5433/news");
        check("POSTGRES://desk@a:1,b:2/news", "postgres://desk@a:1,b:2/news");
        check("postgres://desk@[::1]:5433/news", "postgres://desk@[::1]:5433/news");
        check("postgres://desk@/news?host=/run/postgresql", "postgres://desk@/run/postgresql/news");
        check("postgres://desk@/news?host=/run/pg&port=5433", "postgres://desk@/run/pg:5433/news");
        check("postgres://desk@%2Frun%2Fpg/news", "postgres://desk@/run/pg/news");
        check("postgres://news%20desk@db/caf%C3%A9", "postgres://news desk@db/café");
        assert_eq!(read("postgres://desk@db/news?schema=wiredesk").schema.as_deref(), Some("wiredesk"));
    }

    #[test]
    fn a_url_that_is_written_is_read_as_the_same_address_o60() {
        for url in [
            "postgres://desk@db/news",
            "postgres://desk@a:1,b:2/news?schema=wire&sslmode=disable",
            "postgres://desk@[::1]:5433/news?sslmode=verify-full",
            "postgres://desk@/news?host=/run/postgresql&port=5433",
            "postgres://news%20desk@db/caf%C3%A9%3F?sslrootcert=/etc/ssl/a%26b.pem&schema=wire",
            "postgres://desk@localhost/news?sslrootcert=/etc/ssl/ca.pem",
        ] {
            let address = read(url);
            assert_eq!(read(&address.url()), address, "{url}: {}", address.url());
        }
    }

    #[test]
    fn the_way_to_another_machine_is_encrypted_and_verified_o40() {
        let check = |url: &str, expected: Encryption| assert_eq!(read(url).encryption, expected, "{url}");
        let verified = || Encryption::Verified(None);
        check("postgres://desk@db/news", verified());
        check("postgres://desk@10.0.0.7/news", verified());
        check("postgres://desk@127.0.0.1,db/news", verified());
        check("postgres://desk@db/news?sslmode=verify-full", verified());
        check("postgres://desk@127.0.0.1/news?sslmode=verify-full", verified());
        let ca = || Encryption::Verified(Some("/etc/ssl/ca.pem".into()));
        check("postgres://desk@db/news?sslrootcert=/etc/ssl/ca.pem", ca());
        check("postgres://desk@localhost/news?sslrootcert=/etc/ssl/ca.pem", ca());
        check("postgres://desk@db/news?sslmode=disable", Encryption::Off);
        for near in ["127.0.0.1", "[::1]", "localhost"] {
            check(&format!("postgres://desk@{near}/news"), Encryption::Off);
        }
        check("postgres://desk@/news?host=/run/postgresql", Encryption::Off);
        let exposed = |url: &str| read(url).is_exposed();
        assert!(exposed("postgres://desk@db/news?sslmode=disable"));
        assert!(!exposed("postgres://desk@db/news") && !exposed("postgres://desk@127.0.0.1/news"));
    }

    #[test]
    fn what_is_no_url_of_a_store_is_told_with_what_to_write_o41() {
        let check = |url: &str, what: &str| {
            let said = ServerAddress::read(url).unwrap_err();
            assert_eq!(said.what, what, "{url}");
            assert!(!said.hint.is_empty() && !said.hint.contains("hunter2") && !said.what.contains("hunter2"));
        };
        check("mysql://desk@db/news", "it is not the URL of a PostgreSQL server");
        check("postgres:news", "it is not the URL of a PostgreSQL server");
        check("postgres://desk:hunter2@db/news", "a password does not belong into a configuration");
        check("postgres://:hunter2@db/news", "a password does not belong into a configuration");
        check("postgres://desk@db/news?password=hunter2%FF", "\"password\" is not known behind its ?");
        check("postgres://desk@db/news?sslmode=hunter2%FF", "the value of sslmode is no text");
        check("postgres://db/news", "the URL names no user");
        check("postgres://desk@db", "the URL names no database");
        check("postgres://desk@db/", "the URL names no database");
        check("postgres://desk@/news", "the URL names no server");
        check("postgres://desk@db/news?host=/run/pg", "the URL names two places, \"db\" and \"/run/pg\"");
        check("postgres://desk@db:0/news", "\"0\" is no port");
        check("postgres://desk@db:5432:1/news", "\"5432:1\" is no port");
        check("postgres://desk@a,/news", "\"\" is no host");
        check("postgres://d%00@db/news", "\"d%00\" is no text");
        check("postgres://desk@db/news?password=hunter2%FF", "\"password\" is not known behind its ?");
        check("postgres://desk@db/news?sslmode=prefer", "\"prefer\" is no sslmode that wiredesk has");
        check("postgres://desk@/news?host=/run/pg&sslmode=verify-full", "a Unix socket has no TLS");
        check("postgres://desk@db/news?sslmode=disable&sslrootcert=a", "sslrootcert says nothing without TLS");
        check("postgres://desk@db/news?password=hunter2", "\"password\" is not known behind its ?");
        check("postgres://desk@db/news?schema=a%22b", "\"a\\\"b\" is no name of a schema");
        check("postgres://desk@db/news?schema=", "\"\" is no name of a schema");
    }

    #[test]
    fn a_password_is_never_shown_o41() {
        let mut address = read("postgres://desk@db/news");
        address.password = Some(Password("hunter2".to_owned()));
        for shown in [
            format!("{address:?}"),
            address.to_string(),
            format!("{:?}", address.config(&address.servers[0], "wiredesk", address.password.as_ref())),
        ] {
            assert!(!shown.contains("hunter2"), "{shown}");
        }
    }
}
