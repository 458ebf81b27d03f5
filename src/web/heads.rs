//! Which heads of requests are allowed (RFC 9112). They are checked before they are used, so
//! that each refused one gets its reason (R36).

use std::ops::RangeInclusive;

use hyper::StatusCode;

use crate::limits::{REQUEST_FIELDS, REQUEST_HEAD};

/// Why a head is refused.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BadHead {
    /// It does not end within [`REQUEST_HEAD`].
    TooLong,
    /// It has more than [`REQUEST_FIELDS`] fields.
    TooMany,
    /// Its first line is not one of HTTP/1.
    NoRequest,
    /// One of its lines is not a header field.
    NoField,
    /// HTTP/1.1 without a `Host`.
    NoHost,
    /// More than one `Host`.
    TwoHosts,
    /// A `Host` that names no host.
    OddHost,
    /// A length that is not a number, or more than one.
    OddLength,
    /// A length and a transfer coding, or a coding that is not `chunked` alone.
    OddCoding,
    /// A whole URL of another host.
    Elsewhere,
}

impl BadHead {
    /// All of them.
    pub const ALL: [BadHead; 10] = [
        BadHead::TooLong,
        BadHead::TooMany,
        BadHead::NoRequest,
        BadHead::NoField,
        BadHead::NoHost,
        BadHead::TwoHosts,
        BadHead::OddHost,
        BadHead::OddLength,
        BadHead::OddCoding,
        BadHead::Elsewhere,
    ];

    /// The status of the response.
    pub fn status(self) -> StatusCode {
        match self {
            BadHead::TooLong | BadHead::TooMany => StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
            _ => StatusCode::BAD_REQUEST,
        }
    }

    /// What the client is told.
    pub fn words(self) -> String {
        match self {
            BadHead::TooLong => format!("the head of the request is longer than {} KiB", REQUEST_HEAD.count() >> 10),
            BadHead::TooMany => format!("the request has more than {} header fields", REQUEST_FIELDS.count()),
            BadHead::NoRequest => "this is no request of HTTP/1.1 or HTTP/1.0".to_owned(),
            BadHead::NoField => "a line of the request's head is no header field".to_owned(),
            BadHead::NoHost => "the request names no Host".to_owned(),
            BadHead::TwoHosts => "the request names more than one Host".to_owned(),
            BadHead::OddHost => "the request's Host is no name of a host".to_owned(),
            BadHead::OddLength => "the request's Content-Length is no number, or there is more than one".to_owned(),
            BadHead::OddCoding => {
                "the request has a Transfer-Encoding that is not chunked alone, or a Content-Length beside it"
                    .to_owned()
            }
            BadHead::Elsewhere => "the request is for a URL of another host; this is not a proxy".to_owned(),
        }
    }
}

/// What follows an acceptable head.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Behind {
    /// The next head.
    Head,
    /// A body.
    Body,
}

/// Where the head at the beginning of `bytes` ends; the first `seen` bytes were searched
/// before. Lines may end in a line feed alone (RFC 9112 §2.2).
pub fn end(bytes: &[u8], seen: usize) -> Option<usize> {
    // The end may lie across what came last and what came before it.
    let from = seen.saturating_sub(2);
    memchr::memchr_iter(b'\n', &bytes[from..]).map(|at| from + at).find_map(|at| match &bytes[at + 1..] {
        [b'\n', ..] => Some(at + 2),
        [b'\r', b'\n', ..] => Some(at + 3),
        _ => None,
    })
}

/// Whether `byte` may begin a request.
pub fn may_begin(byte: u8) -> bool {
    byte.is_ascii_alphabetic()
}

/// Checks a whole head.
///
/// # Errors
/// Why it is refused.
pub fn judge(head: &[u8]) -> Result<Behind, BadHead> {
    let mut lines = head.split(|byte| *byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    let request = RequestLine::read(lines.next().unwrap_or_default()).ok_or(BadHead::NoRequest)?;
    let mut fields = Fields::default();
    for line in lines.filter(|line| !line.is_empty()) {
        fields.read(line)?;
    }
    match fields.host {
        None if request.is_1_1 => return Err(BadHead::NoHost),
        Some(host) if !is_host(host) => return Err(BadHead::OddHost),
        _ => {}
    }
    if let Some(authority) = request.authority
        && fields.host.is_none_or(|host| !host.eq_ignore_ascii_case(authority))
    {
        return Err(BadHead::Elsewhere);
    }
    match (fields.length, fields.is_chunked) {
        (Some(_), true) => Err(BadHead::OddCoding),
        (None | Some(0), false) => Ok(Behind::Head),
        _ => Ok(Behind::Body),
    }
}

/// The first line of a head.
struct RequestLine<'h> {
    is_1_1: bool,
    /// The host in its URL, if it has one (absolute-form, RFC 9112 §3.2.2).
    authority: Option<&'h [u8]>,
}

impl<'h> RequestLine<'h> {
    fn read(line: &'h [u8]) -> Option<Self> {
        let mut parts = line.split(|byte| *byte == b' ');
        let (method, target, version) = (parts.next()?, parts.next()?, parts.next()?);
        let is_1_1 = match version {
            b"HTTP/1.1" => true,
            b"HTTP/1.0" => false,
            _ => return None,
        };
        if parts.next().is_some() || !is_token(method) || target.is_empty() {
            return None;
        }
        let scheme = [&b"http://"[..], b"https://"]
            .into_iter()
            .find(|scheme| target.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme)));
        let authority = scheme.map(|scheme| {
            let rest = &target[scheme.len()..];
            let end = rest.iter().position(|byte| matches!(byte, b'/' | b'?' | b'#')).unwrap_or(rest.len());
            &rest[..end]
        });
        Some(RequestLine { is_1_1, authority })
    }
}

/// The fields that decide how what follows the head is read.
#[derive(Default)]
struct Fields<'h> {
    count: usize,
    host: Option<&'h [u8]>,
    length: Option<u64>,
    is_chunked: bool,
}

impl<'h> Fields<'h> {
    fn read(&mut self, line: &'h [u8]) -> Result<(), BadHead> {
        self.count += 1;
        if self.count > REQUEST_FIELDS.count() {
            return Err(BadHead::TooMany);
        }
        let colon = line.iter().position(|byte| *byte == b':').ok_or(BadHead::NoField)?;
        let (name, value) = (&line[..colon], line[colon + 1..].trim_ascii());
        // Folded lines, and blanks before the colon, contain what no name contains.
        if !is_token(name) || value.iter().any(|byte| byte.is_ascii_control() && *byte != b'\t') {
            return Err(BadHead::NoField);
        }
        match () {
            () if name.eq_ignore_ascii_case(b"host") => {
                if self.host.replace(value).is_some() {
                    return Err(BadHead::TwoHosts);
                }
            }
            () if name.eq_ignore_ascii_case(b"content-length") => {
                if self.length.replace(length(value).ok_or(BadHead::OddLength)?).is_some() {
                    return Err(BadHead::OddLength);
                }
            }
            () if name.eq_ignore_ascii_case(b"transfer-encoding") => {
                if self.is_chunked || !value.eq_ignore_ascii_case(b"chunked") {
                    return Err(BadHead::OddCoding);
                }
                self.is_chunked = true;
            }
            () => {}
        }
        Ok(())
    }
}

fn length(value: &[u8]) -> Option<u64> {
    // `parse` accepts a sign, and a length has none.
    let digits = value.iter().all(u8::is_ascii_digit);
    std::str::from_utf8(value).ok().filter(|_| digits)?.parse().ok()
}

/// RFC 9110 §5.6.2.
fn is_token(name: &[u8]) -> bool {
    !name.is_empty() && name.iter().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(byte))
}

/// A host, perhaps with a port, as far as its characters show (RFC 3986 §3.2.2).
fn is_host(value: &[u8]) -> bool {
    const COLONS_OF_A_NAME: RangeInclusive<usize> = 0..=1;
    let characters = value.iter().all(|byte| byte.is_ascii_alphanumeric() || b"-._~%!$&'()*+;=:[]".contains(byte));
    let colons = value.iter().filter(|byte| **byte == b':').count();
    characters && (value.starts_with(b"[") || COLONS_OF_A_NAME.contains(&colons))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(head: &str, expected: Result<Behind, BadHead>) {
        let shown: String = head.chars().take(120).collect();
        let bytes = format!("{head}\r\n\r\n").replace("\n\n", "\r\n");
        assert_eq!(end(bytes.as_bytes(), 0), Some(bytes.len()), "{shown}");
        assert_eq!(judge(bytes.as_bytes()), expected, "{shown}");
    }

    #[test]
    fn heads_are_taken_or_refused_with_a_reason_r36() {
        use BadHead::*;
        let get = "GET / HTTP/1.1\r\nHost: desk";
        let good = [
            get.to_owned(),
            "GET / HTTP/1.0".to_owned(),
            "HEAD /a?b HTTP/1.1\r\nhost:desk.example:8080".to_owned(),
            "GET / HTTP/1.1\r\nHost: [::1]:8080".to_owned(),
            "GET / HTTP/1.1\r\nHost:".to_owned(),
            "GET http://desk/feeds HTTP/1.1\r\nHost: DESK".to_owned(),
            format!("{get}\r\nContent-Length: 0\r\nX-Odd: \u{e9}\ta"),
        ];
        for head in &good {
            check(head, Ok(Behind::Head));
        }
        check(&format!("{get}\r\nContent-Length: 5"), Ok(Behind::Body));
        check(&format!("{get}\r\nTransfer-Encoding: chunked"), Ok(Behind::Body));
        let bad = [
            ("GET / HTTP/1.1\r\nAccept: a", NoHost),
            ("GET / HTTP/1.1\r\nHost: a\r\nHost: b", TwoHosts),
            ("GET / HTTP/1.1\r\nHost: a\r\nHost: a", TwoHosts),
            ("GET / HTTP/1.0\r\nHost: a\r\nHOST: a", TwoHosts),
            ("GET / HTTP/1.1\r\nHost: a, b", OddHost),
            ("GET / HTTP/1.1\r\nHost: a@b", OddHost),
            ("GET / HTTP/1.1\r\nHost: a/b", OddHost),
            ("GET / HTTP/1.1\r\nHost: a:1:2", OddHost),
            ("GET http://evil.example/ HTTP/1.1\r\nHost: desk", Elsewhere),
            ("GET HTTPS://desk@evil.example HTTP/1.1\r\nHost: desk", Elsewhere),
            ("GET http://desk/ HTTP/1.0", Elsewhere),
            ("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2", OddLength),
            ("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 1", OddLength),
            ("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1, 1", OddLength),
            ("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: +1", OddLength),
            ("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999", OddLength),
            ("GET / HTTP/1.1\r\nHost: a\r\nContent-Length:", OddLength),
            ("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked", OddCoding),
            ("GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked", OddCoding),
            ("GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked", OddCoding),
            ("GET / HTTP/1.1\r\nHost: a\r\nX : y", NoField),
            ("GET / HTTP/1.1\r\nHost: a\r\n folded: y", NoField),
            ("GET / HTTP/1.1\r\nHost: a\r\nno field", NoField),
            ("GET / HTTP/1.1\r\nHost: a\r\nX: a\rb", NoField),
            ("GET / HTTP/1.1\r\nHost: a\r\nX: a\0b", NoField),
            ("GET / HTTP/2.0\r\nHost: a", NoRequest),
            ("GET /\r\nHost: a", NoRequest),
            ("GET / x HTTP/1.1\r\nHost: a", NoRequest),
            ("G(T / HTTP/1.1\r\nHost: a", NoRequest),
        ];
        for (head, refusal) in bad {
            check(head, Err(refusal));
        }
        let many = |fields: usize| format!("{get}{}", "\r\nX: y".repeat(fields - 1));
        check(&many(REQUEST_FIELDS.count()), Ok(Behind::Head));
        check(&many(REQUEST_FIELDS.count() + 1), Err(TooMany));
        for refusal in BadHead::ALL {
            assert!(!refusal.words().is_empty() && refusal.status().is_client_error());
        }
    }

    #[test]
    fn the_end_is_found_however_the_bytes_come() {
        for head in ["GET / HTTP/1.1\r\nHost: a\r\n\r\n", "GET / HTTP/1.1\nHost: a\n\n", "GET / HTTP/1.0\r\n\r\n"] {
            let bytes = format!("{head}GET / HTTP/1.1\r\n\r\n");
            let mut seen = 0;
            for length in 1..bytes.len() {
                let found = end(&bytes.as_bytes()[..length], seen);
                assert_eq!(found, (length >= head.len()).then_some(head.len()), "{length} of {bytes:?}");
                seen = if found.is_some() { 0 } else { length };
            }
        }
    }
}
