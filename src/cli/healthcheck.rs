//! `wiredesk healthcheck`: for containers and scripts that have no other way to ask.

use std::io::{Read, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream};
use std::os::unix::net::UnixStream;
use std::time::Duration;

use anyhow::Context as _;

use super::context::{CommandResult, Context, Failed};
use crate::config::ListenAt;

/// How long the daemon has to connect, and then for each piece of its response. It tells what
/// is wrong with its store within two seconds.
const PATIENCE: Duration = Duration::from_secs(5);

/// Bytes of a response that are read: a line of words is expected.
const LONGEST: u64 = 65_536;

/// Asks the daemon of this configuration whether it is ready, and prints what it says.
pub fn run(context: &Context) -> CommandResult {
    let listen = context.load()?.server.listen;
    // A daemon listens at all of them, or does not run.
    let first = listen.iter().find(|at| matches!(at, ListenAt::Tcp(_))).or(listen.first());
    let address = own(first.context("the server listens nowhere")?.clone());
    let response = ask(&address).with_context(|| format!("no daemon responds at {address}"))?;
    let (status, said) = read(&response).with_context(|| format!("{address} does not speak HTTP"))?;
    context.out.line(said);
    if status == "200" { Ok(()) } else { Err(Failed::Said) }
}

/// The address at which this machine reaches a server that listens there.
fn own(listen: ListenAt) -> ListenAt {
    let ListenAt::Tcp(listen) = listen else { return listen };
    let ip = match listen.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
        ip => ip,
    };
    ListenAt::Tcp(SocketAddr::new(ip, listen.port()))
}

fn ask(address: &ListenAt) -> std::io::Result<String> {
    match address {
        ListenAt::Tcp(address) => {
            let stream = TcpStream::connect_timeout(address, PATIENCE)?;
            stream.set_read_timeout(Some(PATIENCE))?;
            stream.set_write_timeout(Some(PATIENCE))?;
            said(stream, &address.to_string())
        }
        ListenAt::Unix(path) => {
            let stream = UnixStream::connect(path)?;
            stream.set_read_timeout(Some(PATIENCE))?;
            stream.set_write_timeout(Some(PATIENCE))?;
            said(stream, "localhost")
        }
    }
}

fn said(mut stream: impl Read + Write, host: &str) -> std::io::Result<String> {
    write!(stream, "GET /readyz HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n")?;
    let mut response = String::new();
    stream.take(LONGEST).read_to_string(&mut response)?;
    Ok(response)
}

/// The status code and the body of a response.
fn read(response: &str) -> Option<(&str, &str)> {
    let (head, body) = response.split_once("\r\n\r\n")?;
    let status = head.strip_prefix("HTTP/1.1 ")?.split(' ').next()?;
    Some((status, body.trim_end()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_response_is_a_status_and_words() {
        let check = |response: &str, expected| assert_eq!(read(response), expected, "{response:?}");
        check("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nready\n", Some(("200", "ready")));
        check("HTTP/1.1 503 Service Unavailable\r\n\r\nthe store is full\n", Some(("503", "the store is full")));
        check("220 mail.example ESMTP\r\n", None);
        check("", None);
    }

    #[test]
    fn what_listens_everywhere_is_asked_on_this_machine() {
        let check = |listen: &str, expected: &str| {
            let at = |text: &str| ListenAt::Tcp(text.parse().unwrap());
            assert_eq!(own(at(listen)), at(expected), "{listen}");
        };
        check("0.0.0.0:8470", "127.0.0.1:8470");
        check("[::]:8470", "[::1]:8470");
        check("192.0.2.7:80", "192.0.2.7:80");
    }
}
