//! URLs as they may be shown: the URL of a source often holds a key, which is nobody else's
//! business (checks B36, B116, R26).
//!
//! Pages, documents, logs and errors hold a [`PublicUrl`] in place of a URL, and none can
//! be made that shows a user name, a password, a query or a key. [`masked`] does the same
//! to every URL within a text: all errors and logs pass through it, so that no text can be
//! forgotten.

mod disguise;

use std::borrow::Cow;
use std::fmt;

use url::Url;

/// The replacement for hidden parts.
const HIDDEN: &str = "***";

/// A URL without the parts that may be secret.
#[derive(Clone, PartialEq, Eq)]
pub struct PublicUrl {
    shown: String,
    /// Host, port and path of the full URL, to recognise another that leads to the same
    /// place.
    place: Option<String>,
}

impl PublicUrl {
    /// `url` without user name, password, query and fragment; whatever looks like a key in
    /// its path becomes `***`.
    pub fn of(url: &Url) -> Self {
        PublicUrl { shown: address(url.as_str()), place: place(url) }
    }

    /// The same for a text that should be a URL.
    pub fn read(text: &str) -> Self {
        PublicUrl { shown: address(text.trim()), place: Url::parse(text.trim()).ok().as_ref().and_then(place) }
    }

    /// `url` with its full path and query, as the operator allows; never with user name,
    /// password or fragment.
    pub fn by_leave(url: &Url) -> Self {
        let mut whole = url.clone();
        // Both fail only for URLs that cannot have them.
        let _ = whole.set_username("");
        let _ = whole.set_password(None);
        whole.set_fragment(None);
        PublicUrl { shown: whole.into(), place: None }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.shown
    }

    /// The URL as a working link; `None` if part of its path is hidden.
    pub fn link(&self) -> Option<&str> {
        (!self.shown.contains(HIDDEN)).then_some(&self.shown)
    }

    /// Whether `url` is this one, apart from its query.
    pub fn hides(&self, url: &Url) -> bool {
        self.place.is_some() && self.place == place(url)
    }

    /// Whether `text` is this URL with a part that is hidden here.
    pub fn is_told_by(&self, text: &str) -> bool {
        Url::parse(text).is_ok_and(|url| self.hides(&url) && address(url.as_str()) != url.as_str())
    }
}

impl fmt::Display for PublicUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown)
    }
}

impl fmt::Debug for PublicUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.shown, f)
    }
}

fn place(url: &Url) -> Option<String> {
    let host = url.host_str()?.trim_end_matches('.');
    Some(format!("{host}:{}{}", url.port_or_known_default()?, url.path()))
}

/// `url` for the operator's eyes only, on their own command line: shows the names of
/// parameters, and values that are plainly no secrets (check B36).
pub fn redacted(url: &Url) -> String {
    let bare = address(url.as_str());
    let bare = match (url.username().is_empty() && url.password().is_none(), bare.split_once("://")) {
        (false, Some((scheme, rest))) => format!("{scheme}://{HIDDEN}@{rest}"),
        _ => bare,
    };
    let pairs = url.query().unwrap_or_default().split('&').filter(|pair| !pair.is_empty()).map(pair);
    let pairs: Vec<String> = pairs.collect();
    if pairs.is_empty() { bare } else { format!("{bare}?{}", pairs.join("&")) }
}

fn pair(text: &str) -> String {
    let decoded = |text: &str| percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned();
    match text.split_once('=') {
        Some((name, value)) if is_secret(&decoded(name), &decoded(value)) => format!("{name}={HIDDEN}"),
        None if is_secret("", &decoded(text)) => HIDDEN.to_owned(),
        _ => text.to_owned(),
    }
}

/// Whether `url` may hold a secret, so that public lists leave it out: a user name, a
/// parameter with the name of a key or a value that looks like one, a key in its path.
pub fn may_hold_secret(url: &Url) -> bool {
    let path = address(url.as_str());
    let whole = url.as_str().split(['?', '#']).next().unwrap_or_default();
    path != whole || url.query_pairs().any(|(name, value)| is_secret(&name, &value))
}

/// Parts of the names of parameters whose values are secrets.
const SECRET_PARTS: [&str; 12] = [
    "token",
    "passw",
    "pwd",
    "secret",
    "signature",
    "apikey",
    "credential",
    "session",
    "ticket",
    "bearer",
    "jwt",
    "otp",
];
/// Names of such parameters.
const SECRETS: [&str; 16] = [
    "key", "auth", "authkey", "code", "sig", "sid", "pass", "hash", "user", "login", "k", "t", "pin", "uid", "id_hash",
    "userkey",
];

fn is_secret(name: &str, value: &str) -> bool {
    let name: String = name.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect();
    let called = SECRET_PARTS.iter().any(|part| name.contains(part))
        || SECRETS.contains(&name.as_str())
        || name.ends_with("key")
        || name.ends_with("auth");
    called || is_key(value) || value.split(|c: char| !c.is_ascii_alphanumeric()).any(|run| changes(run) > 1)
}

/// Without one of these a word holds no URL, in whatever disguise.
const MARKS: [char; 6] = ['/', '?', '%', '\\', '&', '@'];

/// `text` with every URL shown as by [`PublicUrl`], even if it is escaped for a query, for
/// JSON or for HTML, and with anything hidden that looks like the query of a URL without
/// its host.
pub fn masked(text: &str) -> Cow<'_, str> {
    if !text.contains(MARKS) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len());
    let ends = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '"' | '\'' | '<' | '>' | '`' | '|');
    for word in text.split_inclusive(ends) {
        let body = word.trim_end_matches(ends);
        let (body, behind) = word.split_at(body.len());
        // The sentence goes on after a URL.
        let inner = body.trim_end_matches([',', '.', ';', ':', ')', ']', '}', '!', '?']);
        let (inner, stop) = body.split_at(inner.len());
        shown.push_str(&word_masked(inner));
        shown.push_str(stop);
        shown.push_str(behind);
    }
    if shown == text { Cow::Borrowed(text) } else { Cow::Owned(shown) }
}

fn word_masked(word: &str) -> Cow<'_, str> {
    if !word.contains(MARKS) {
        return Cow::Borrowed(word);
    }
    let shown = as_it_stands(word);
    match disguise::undone(&shown) {
        // What is left still holds a disguised URL with something secret.
        Some(undone) if undone == shown || !tells(&undone) => Cow::Owned(shown),
        _ => Cow::Owned(format!("{}{HIDDEN}", &shown[..shown.find(['%', '&', '\\']).unwrap_or(0)])),
    }
}

/// Whether anything of `text`, in which nothing is escaped, has to be hidden.
fn tells(text: &str) -> bool {
    text.split(|c: char| c.is_whitespace() || c.is_control() || "\"'<>`|".contains(c)).any(|word| {
        let word = word.trim_end_matches([',', '.', ';', ':', ')', ']', '}', '!', '?']);
        as_it_stands(word) != word
    })
}

/// A word masked as written, without undoing escapes.
fn as_it_stands(word: &str) -> String {
    if let Some(at) = word.find("//") {
        // What precedes the scheme is not part of the URL.
        let scheme = word[..at].strip_suffix(':').map_or(at, |before| {
            before
                .rfind(|c: char| !(c.is_ascii_alphanumeric() || "+-.".contains(c)))
                .map_or(0, |end| end + before[end..].chars().next().map_or(1, char::len_utf8))
        });
        return format!("{}{}", &word[..scheme], address(&word[scheme..]));
    }
    let shown = match word.split_once('?') {
        Some((before, query)) if query.contains('=') || query.contains("%3D") || query.contains("%3d") => {
            format!("{}?{HIDDEN}", path(before))
        }
        _ => word.to_owned(),
    };
    match login(&shown) {
        Some(at) => format!("{}{HIDDEN}", &shown[..at]),
        None => shown,
    }
}

/// Schemes of other URLs, which are no `user:password@host`.
const NO_LOGINS: [&str; 9] = ["mailto", "acct", "xmpp", "sip", "sips", "im", "to", "from", "cc"];

/// Where `user:password@host` begins in a word without `//`.
fn login(word: &str) -> Option<usize> {
    let (before, _) = word.rsplit_once('@')?;
    let at = before.rfind(['/', '=', '(', '[', '{', ',']).map_or(0, |end| end + 1);
    let (name, _) = before[at..].split_once(':')?;
    let is_mail = before[at..].matches(':').count() == 1 && NO_LOGINS.contains(&name.to_ascii_lowercase().as_str());
    (!is_mail).then_some(at)
}

/// A URL, with or without its scheme, without its secrets.
fn address(text: &str) -> String {
    let behind = |text: &str| text.find(['?', '#']).unwrap_or(text.len());
    let Some(slashes) = text.find("//").filter(|at| *at <= behind(text)) else { return path(&text[..behind(text)]) };
    let (scheme, rest) = text.split_at(slashes + 2);
    let (authority, way) = rest.split_at(rest.find(['/', '\\', '?', '#']).unwrap_or(rest.len()));
    let host = authority.rsplit('@').next().unwrap_or_default();
    if is_torn(authority, host, way) {
        return format!("{scheme}{HIDDEN}");
    }
    format!("{scheme}{host}{}", path(&way[..behind(way)]))
}

/// Whether a login holds a character that ends an authority, as people do write them: then
/// what seems to be the host is the beginning of the login, and the rest of it follows.
fn is_torn(authority: &str, host: &str, way: &str) -> bool {
    let port = match host.rsplit_once(']').map_or(host, |(_, behind)| behind).rsplit_once(':') {
        Some((_, port)) if port.bytes().all(|b| b.is_ascii_digit()) => Some(port),
        Some(_) => return true,
        None => None,
    };
    // The first part after it, without the character that ends it.
    let mut chars = way.chars();
    let end = chars.next();
    let next = chars.as_str().split('/').next().unwrap_or_default();
    match end {
        Some('/') if authority.is_empty() => way.contains('@'),
        // `/@user` is somebody's page; `:80/x@host` may be the rest of a password.
        Some('/') => port.is_some() && next.trim_start_matches('@').contains('@'),
        Some(_) => next.contains('@'),
        None => false,
    }
}

/// A path without its parameters and with keys hidden.
fn path(text: &str) -> String {
    let segments: Vec<Cow<'_, str>> = text.split('/').map(segment).collect();
    segments.join("/")
}

fn segment(text: &str) -> Cow<'_, str> {
    let hidden = |shown: String| Cow::Owned(shown);
    let Some(decoded) = disguise::undone(text) else { return hidden(HIDDEN.to_owned()) };
    // Parameters of a segment (RFC 3986 §3.3), and what an escaped `?` begins.
    if let Some(at) = decoded.find([';', '?', '#']) {
        // What is kept holds none of these, so this terminates.
        let kept = &text[..text.find([';', '%', '?', '#', '&', '\\']).unwrap_or(0)];
        let kept = if text.find([';', '?', '#']) == Some(at) { &text[..at] } else { kept };
        return hidden(segment(kept).into_owned());
    }
    if decoded.contains('=') {
        let name = &text[..text.find(['=', '%', '&', '\\']).unwrap_or(0)];
        return hidden(format!("{name}={HIDDEN}"));
    }
    // A login, with or without a password; `@name` is somebody's page.
    if decoded.trim_start_matches('@').contains('@') || is_key(&decoded) {
        return hidden(HIDDEN.to_owned());
    }
    Cow::Borrowed(text)
}

/// A run of this many letters is no word.
const LONGEST_WORD: usize = 40;
/// A key has at least this many characters.
const SHORTEST_KEY: usize = 16;

/// Whether `text` looks random: a long hexadecimal number, letters that keep alternating
/// with digits or between cases, or a run of letters longer than any word.
fn is_key(text: &str) -> bool {
    // A key may stand beside other characters: `bot1234:AAHdqTcv…`.
    text.split(|c: char| !(c.is_ascii_alphanumeric() || "-_.~+".contains(c))).any(is_drawn_by_lot)
}

fn is_drawn_by_lot(text: &str) -> bool {
    // `UUID.xml` is as secret as `UUID`.
    let text = text.rsplit_once('.').filter(|(_, end)| end.len() <= 5).map_or(text, |(name, _)| name);
    if text.len() < SHORTEST_KEY {
        return false;
    }
    let letters: String = text.chars().filter(char::is_ascii_alphanumeric).collect();
    let longest = text.split(|c: char| !c.is_ascii_alphabetic()).map(str::len).max().unwrap_or(0);
    let hex = letters.len() >= SHORTEST_KEY
        && letters.bytes().all(|b| b.is_ascii_hexdigit())
        && letters.contains(|c: char| c.is_ascii_digit())
        && letters.contains(|c: char| c.is_ascii_alphabetic());
    hex || changes(&letters) * 5 >= letters.len() || longest > LONGEST_WORD
}

/// How often `text` changes between lower case, upper case and digits; a word with an
/// initial capital counts as one run.
fn changes(text: &str) -> usize {
    let kind = |b: u8| match b {
        b'0'..=b'9' => 0,
        b'A'..=b'Z' => 1,
        _ => 2,
    };
    let bytes = text.as_bytes();
    bytes.windows(2).filter(|pair| kind(pair[0]) != kind(pair[1]) && (kind(pair[0]), kind(pair[1])) != (1, 2)).count()
}

#[cfg(test)]
mod tests;
