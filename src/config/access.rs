//! How a source is requested, besides its URL: further header fields, credentials, a proxy.
//! Secrets come from files and are shown nowhere (check B36).

use std::path::Path;

use url::Url;

use crate::model::web::address::Opened;
use crate::net::{HeaderMap, HeaderName, HeaderValue};
use crate::text::quote::in_quotes;

use super::opened;
use super::reading::files;
use super::reading::reader::{ConfigTable, Value};
use super::reading::report::{Complaint, Report};
use super::values;

/// How a source is requested. Its credentials are in its URL.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Access {
    /// Header fields sent with every request; values from files are secret.
    pub headers: HeaderMap,
    /// The proxy for its requests; may hold credentials.
    pub proxy: Option<Proxy>,
    /// Networks and hosts that are not public and are opened to this source alone (check
    /// B113).
    pub opened: Opened,
    /// Whether its URL is published as it is, query included (check B116).
    pub publish_url: bool,
    /// Whether a header field was read from a file or is one that holds secrets: then it is
    /// meant for one host.
    pub has_secret_headers: bool,
}

/// A proxy; shown without its credentials.
#[derive(Clone, PartialEq, Eq)]
pub struct Proxy(Url);

impl Proxy {
    /// Its URL, credentials included.
    pub fn url(&self) -> &Url {
        &self.0
    }
}

impl std::fmt::Debug for Proxy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&crate::model::redacted(&self.0))
    }
}

impl Access {
    /// The proxy's name for holds (check P17): its URL without credentials; empty without a
    /// proxy.
    pub fn proxy_name(&self) -> String {
        self.proxy.as_ref().map(|proxy| crate::model::redacted(&proxy.0)).unwrap_or_default()
    }
}

/// Header fields that wiredesk sets itself, request by request.
const OWN: [(&str, &str); 17] = [
    ("user-agent", "it names wiredesk and polling.contact (check P31)"),
    ("accept-encoding", "it names the codings that can be undone"),
    ("if-none-match", "validators are the server's own"),
    ("if-modified-since", "validators are the server's own"),
    ("if-match", "validators are the server's own"),
    ("if-range", "documents are requested whole"),
    ("range", "documents are requested whole"),
    ("a-im", "a delta would hide gaps (check P37)"),
    ("cache-control", "caches are never told to step aside (check P34)"),
    ("pragma", "caches are never told to step aside (check P34)"),
    ("host", "it comes from the URL"),
    ("connection", "it is the connection's"),
    ("content-length", "requests have no body"),
    ("transfer-encoding", "requests have no body"),
    ("te", "it is the connection's"),
    ("upgrade", "it is the connection's"),
    ("expect", "requests have no body"),
];

/// Reads `headers`, `basic_auth`, `proxy`, `allow_addresses` and `publish_url`;
/// credentials go into `url`.
pub(super) fn read(table: &mut ConfigTable<'_>, url: Option<&mut Url>, report: &mut Report) -> Access {
    let mut access = Access::default();
    if let Some(value) = table.value("headers") {
        (access.headers, access.has_secret_headers) = headers(&value, report);
    }
    if let Some(value) = table.value("basic_auth") {
        basic_auth(&value, url, &access.headers, report);
    }
    let proxy = table.value("proxy").filter(|value| !value.is_text() || value.text("", report) != Some(""));
    access.proxy = proxy.and_then(|value| value.read("\"http://proxy.example:3128\"", report, proxy_url));
    access.publish_url = table.value("publish_url").and_then(|value| value.flag(report)).unwrap_or_default();
    if let Some(value) = table.value("allow_addresses") {
        access.opened = opened::read(&value, report);
        if access.opened.networks.iter().any(|network| network.prefix_len() == 0) {
            let complaint = Complaint::new("allows every address, this machine's own included");
            report.warn(&value.spot(), &value.key, complaint.hint("name the networks that the source needs"));
        }
    }
    access
}

/// Header fields that hold secrets, wherever their value stands.
const SECRET: [&str; 3] = ["authorization", "cookie", "x-api-key"];

/// The header fields, and whether any of them is secret.
fn headers(value: &Value<'_>, report: &mut Report) -> (HeaderMap, bool) {
    let (mut headers, mut is_secret) = (HeaderMap::new(), false);
    let example = "headers = { X-Key = { file = \"key.txt\" } }";
    let Some(table) = value.table(example, report) else { return (headers, is_secret) };
    for (name, _, value) in table.into_entries() {
        let Some(field) = field_name(name, &value, report) else { continue };
        let Some(mut content) = content(&value, &field, report) else { continue };
        is_secret |= value.is_table() || SECRET.contains(&field.as_str());
        content.set_sensitive(true);
        headers.insert(field, content);
    }
    (headers, is_secret)
}

fn field_name(name: &str, value: &Value<'_>, report: &mut Report) -> Option<HeaderName> {
    let lower = name.to_ascii_lowercase();
    let own = OWN.iter().find(|(own, _)| *own == lower).map(|(_, why)| *why);
    let own =
        own.or_else(|| lower.starts_with("proxy-").then_some("it is the proxy's; write its credentials into proxy"));
    if let Some(why) = own {
        value.refuse(Complaint::new(format!("{name} is wiredesk's own: {why}")).hint("leave it out"), report);
        return None;
    }
    let read = HeaderName::from_bytes(lower.as_bytes());
    if read.is_err() {
        value.refuse(Complaint::new(format!("{} is not the name of a header field", in_quotes(name))), report);
    }
    read.ok()
}

/// A header field's value: as written, or read from a file.
fn content(value: &Value<'_>, field: &HeaderName, report: &mut Report) -> Option<HeaderValue> {
    let text = if value.is_table() {
        let mut table = value.table("{ file = \"key.txt\" }", report)?;
        let file = table.required("file", "\"key.txt\"", report);
        table.finish(&[], report);
        secret(&file?, report)?
    } else {
        let text = value.text("\"…\" or { file = \"…\" }", report)?;
        if SECRET.contains(&field.as_str()) {
            let complaint = Complaint::new("a secret stands in the configuration itself");
            report.warn(&value.spot(), &value.key, complaint.hint("write { file = \"…\" } and keep it there"));
        }
        text.to_owned()
    };
    let read = HeaderValue::from_str(&text);
    if read.is_err() {
        // The value may be a secret: it is not shown.
        value.refuse(Complaint::new(format!("the value of {field} holds a line break or control character")), report);
    }
    read.ok()
}

/// The content of a file, without the line break at its end.
pub(super) fn secret(value: &Value<'_>, report: &mut Report) -> Option<String> {
    let name = value.read("\"password.txt\"", report, values::some_text)?;
    let path = value.document().path.parent().unwrap_or(Path::new("")).join(name);
    let text = match files::read_text(&path, report) {
        Ok(text) => text,
        Err(complaint) => {
            value.refuse(complaint, report);
            return None;
        }
    };
    warn_if_open(&path, value, report);
    report.files.push(path.clone());
    let text = text.strip_suffix('\n').unwrap_or(&text);
    let text = text.strip_suffix('\r').unwrap_or(text).to_owned();
    if text.is_empty() {
        value.refuse(Complaint::new(format!("{} is empty", path.display())), report);
        return None;
    }
    Some(text)
}

fn warn_if_open(path: &Path, value: &Value<'_>, report: &mut Report) {
    use std::os::unix::fs::PermissionsExt;
    let open = std::fs::metadata(path).is_ok_and(|meta| meta.permissions().mode() & 0o004 != 0);
    if open {
        let complaint = Complaint::new(format!("every user of this machine can read {}", path.display()));
        report.warn(&value.spot(), &value.key, complaint.hint(format!("run: chmod 600 {}", path.display())));
    }
}

/// How credentials are written.
pub(super) const BASIC_AUTH: &str = "basic_auth = { user = \"desk\", password_file = \"password.txt\" }";

fn basic_auth(value: &Value<'_>, url: Option<&mut Url>, headers: &HeaderMap, report: &mut Report) {
    let Some(mut table) = value.table(BASIC_AUTH, report) else { return };
    let user = table.required("user", "\"desk\"", report).and_then(|v| v.text("\"desk\"", report));
    let file = table.required("password_file", "\"password.txt\"", report);
    table.finish(&[], report);
    let (Some(user), Some(file)) = (user, file) else { return };
    if user.is_empty() && file.text("", report) == Some("") {
        return;
    }
    if user.contains(':') {
        return value.refuse(Complaint::new("the user holds a colon, which RFC 7617 does not allow"), report);
    }
    let Some(password) = secret(&file, report) else { return };
    if headers.contains_key("authorization") {
        let complaint = Complaint::new("the source has basic_auth and an Authorization header");
        return value.refuse(complaint.hint("leave one of them out"), report);
    }
    let Some(url) = url else { return };
    if let Err(complaint) = give_credentials(url, user, Some(&password)) {
        value.refuse(complaint, report);
    }
}

/// Writes the credentials of `basic_auth` into a URL that has none of its own.
///
/// # Errors
/// It has.
pub(super) fn give_credentials(url: &mut Url, user: &str, password: Option<&str>) -> Result<(), Complaint> {
    if !url.username().is_empty() || url.password().is_some() {
        let complaint = Complaint::new("the source has basic_auth and credentials in its url");
        return Err(complaint.hint("leave one of them out"));
    }
    // An http URL with a host takes both.
    let _ = url.set_username(user);
    let _ = url.set_password(password);
    Ok(())
}

fn proxy_url(text: &str) -> Result<Proxy, Complaint> {
    let url = values::http_url(text).map_err(|complaint| complaint.hint("write http://host:port"))?;
    if url.path() != "/" || url.query().is_some() {
        return Err(Complaint::new("a proxy is scheme, host and port alone").hint("write http://host:port"));
    }
    Ok(Proxy(url))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proxy_is_named_without_its_credentials_b36() {
        let proxy = proxy_url("http://desk:hush@proxy.example:3128").unwrap();
        let access = Access { proxy: Some(proxy), ..Access::default() };
        assert!(!access.proxy_name().contains("hush") && access.proxy_name().contains("proxy.example:3128"));
        assert!(!format!("{access:?}").contains("hush"));
        assert_eq!(Access::default().proxy_name(), "");
    }
}
