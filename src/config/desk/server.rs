//! `[server]`: where feeds are served.

use std::fmt;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use url::Url;

use crate::config::defaults;
use crate::config::reading::reader::{ConfigTable, Value};
use crate::config::reading::report::{Complaint, Report};
use crate::config::values;

/// `[server]`: where feeds are served.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Server {
    /// Where clients connect; never empty.
    pub listen: Vec<ListenAt>,
    /// Base of all public URLs (check O29), ending in `/`.
    pub public_url: Url,
    /// Whether readers may search; `None` where it is not said.
    pub search: Option<bool>,
}

/// A place where clients connect.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ListenAt {
    /// An IP address and port.
    Tcp(SocketAddr),
    /// A socket of this machine, by its file.
    Unix(PathBuf),
}

impl fmt::Display for ListenAt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ListenAt::Tcp(address) => address.fmt(f),
            ListenAt::Unix(path) => write!(f, "unix:{}", path.display()),
        }
    }
}

impl Server {
    pub(in crate::config) fn read(table: Option<ConfigTable<'_>>, folder: &Path, report: &mut Report) -> Server {
        let mut server = Server::default();
        let Some(mut table) = table else { return server };
        if let Some(value) = table.value("listen") {
            server.listen = listen(&value, folder, report);
        }
        server.search = table.value("search").and_then(|value| value.flag(report));
        let written = table.value("public_url");
        let tcp = server.tcp();
        if written.is_none() && tcp.is_none_or(|address| !address.ip().is_loopback()) {
            let complaint = Complaint::new("is not set although the server listens beyond this machine")
                .hint("set it to the URL that readers use");
            report.warn(&table.spot(), "server.public_url", complaint);
        }
        let public_url = written.and_then(|v| v.read("\"https://news.example.org/\"", report, values::public_url));
        table.finish(&["admin_token_file"], report);
        Server { public_url: public_url.unwrap_or_else(|| default_public_url(tcp)), ..server }
    }

    /// The IP address and port that readers of this machine reach: the first of them, a loopback
    /// one before others.
    fn tcp(&self) -> Option<SocketAddr> {
        let all = || {
            self.listen.iter().filter_map(|at| match at {
                ListenAt::Tcp(address) => Some(*address),
                ListenAt::Unix(_) => None,
            })
        };
        // One that listens beyond this machine asks for a public URL.
        all().find(|address| !address.ip().is_loopback()).or_else(|| all().next())
    }
}

impl Default for Server {
    fn default() -> Self {
        let listen = vec![ListenAt::Tcp(defaults::LISTEN)];
        Server { listen, public_url: default_public_url(Some(defaults::LISTEN)), search: None }
    }
}

/// One place to listen at, or several.
fn listen(value: &Value<'_>, folder: &Path, report: &mut Report) -> Vec<ListenAt> {
    const EXAMPLE: &str = "\"127.0.0.1:8470\"";
    let default = || vec![ListenAt::Tcp(defaults::LISTEN)];
    if !value.is_array() {
        let one = value.read(EXAMPLE, report, |text| listen_at(text, folder));
        return one.map_or_else(default, |at| vec![at]);
    }
    let Some(items) = value.items("[\"127.0.0.1:8470\", \"unix:wiredesk.sock\"]", report) else { return default() };
    let mut all = Vec::new();
    for item in &items {
        match item.read(EXAMPLE, report, |text| listen_at(text, folder)) {
            Some(at) if all.contains(&at) => item.refuse(Complaint::new("stands here twice"), report),
            at => all.extend(at),
        }
    }
    if items.is_empty() {
        value.refuse(Complaint::new("names no place to listen at").hint("leave it out for \"127.0.0.1:8470\""), report);
    }
    if all.len() > MOST {
        value.refuse(Complaint::new(format!("names more than {MOST} places")), report);
    }
    if all.is_empty() { default() } else { all }
}

/// So many places are served: more are a mistake.
const MOST: usize = 16;

/// A socket's path is no longer than this (`sun_path` of Linux has 108 bytes, those of other
/// systems less).
const LONGEST_PATH: usize = 100;

fn listen_at(text: &str, folder: &Path) -> Result<ListenAt, Complaint> {
    let Some(path) = text.strip_prefix("unix:") else { return values::listen(text).map(ListenAt::Tcp) };
    let is_file = !path.is_empty() && !path.ends_with(['/', '.']);
    let path = folder.join(path);
    if !is_file || path.is_dir() {
        return Err(Complaint::new("names no file for a socket").hint("write \"unix:wiredesk.sock\""));
    }
    match path.as_os_str().len() {
        length if length > LONGEST_PATH => {
            let sentence = format!("a socket's path has {LONGEST_PATH} bytes at most, and this one {length}");
            Err(Complaint::new(sentence).hint("write a shorter one, as \"unix:/run/wiredesk.sock\""))
        }
        _ => Ok(ListenAt::Unix(path)),
    }
}

/// The server's URL for readers on this machine.
fn default_public_url(listen: Option<SocketAddr>) -> Url {
    let listen = listen.unwrap_or(defaults::LISTEN);
    let host = if listen.ip().is_unspecified() { defaults::LISTEN.ip() } else { listen.ip() };
    let address = SocketAddr::new(host, listen.port());
    Url::parse(&format!("http://{address}/")).expect("an IP address and port make a URL")
}
