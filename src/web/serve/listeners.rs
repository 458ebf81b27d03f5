//! Where clients connect: IP addresses, and sockets of this machine.

use std::future::poll_fn;
use std::io;
use std::net::SocketAddr;
use std::os::unix::fs::{FileTypeExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};

use tokio::net::{TcpListener, TcpSocket, UnixListener};

use super::socket::Socket;
use crate::config::ListenAt;
use crate::limits::ACCEPT_LINE;
use crate::web::peer::Peer;

/// Who may connect to a socket of this machine: its owner and its group, as a web server in front
/// of wiredesk does that is in that group.
const SOCKET_MODE: u32 = 0o660;

/// All places where clients connect.
#[derive(Debug)]
pub struct Listeners {
    all: Vec<Listener>,
    /// Which of them is asked first: none keeps the others waiting.
    next: AtomicUsize,
}

#[derive(Debug)]
enum Listener {
    Tcp(TcpListener),
    Unix(UnixListener, SocketFile),
}

/// The file of a socket, removed with this unless another has taken its place.
#[derive(Debug)]
struct SocketFile {
    path: PathBuf,
    number: u64,
}

impl Drop for SocketFile {
    fn drop(&mut self) {
        if std::fs::symlink_metadata(&self.path).is_ok_and(|found| found.ino() == self.number) {
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

impl Listeners {
    /// The first IP address and port; `None` if there is none.
    pub fn address(&self) -> Option<SocketAddr> {
        self.all.iter().find_map(|listener| match listener {
            Listener::Tcp(tcp) => tcp.local_addr().ok(),
            Listener::Unix(..) => None,
        })
    }

    /// All of them, for people.
    pub fn shown(&self) -> String {
        let shown = |listener: &Listener| match listener {
            Listener::Tcp(tcp) => tcp.local_addr().map(|address| address.to_string()).unwrap_or_default(),
            Listener::Unix(_, file) => format!("unix:{}", file.path.display()),
        };
        self.all.iter().map(shown).collect::<Vec<_>>().join(", ")
    }

    /// The next client, whichever of them it comes to.
    pub(super) async fn accept(&self) -> io::Result<(Socket, Peer)> {
        poll_fn(|context| self.poll_accept(context)).await
    }

    fn poll_accept(&self, context: &mut Context<'_>) -> Poll<io::Result<(Socket, Peer)>> {
        let first = self.next.fetch_add(1, Ordering::Relaxed);
        for nth in 0..self.all.len() {
            let accepted = match &self.all[(first.wrapping_add(nth)) % self.all.len()] {
                Listener::Tcp(tcp) => {
                    tcp.poll_accept(context).map_ok(|(stream, address)| (Socket::Tcp(stream), Peer::At(address)))
                }
                Listener::Unix(unix, _) => {
                    unix.poll_accept(context).map_ok(|(stream, _)| (Socket::Unix(stream), Peer::Here))
                }
            };
            if accepted.is_ready() {
                return accepted;
            }
        }
        Poll::Pending
    }
}

impl From<TcpListener> for Listeners {
    fn from(tcp: TcpListener) -> Self {
        Listeners { all: vec![Listener::Tcp(tcp)], next: AtomicUsize::new(0) }
    }
}

/// Listens at all of these places.
///
/// # Errors
/// The first place where that fails, and the operating system's word.
pub fn listen(at: &[ListenAt]) -> Result<Listeners, (ListenAt, io::Error)> {
    let one = |at: &ListenAt| match at {
        ListenAt::Tcp(address) => tcp(*address),
        ListenAt::Unix(path) => unix(path),
    };
    let all = at.iter().map(|at| one(at).map_err(|error| (at.clone(), error)));
    Ok(Listeners { all: all.collect::<Result<_, _>>()?, next: AtomicUsize::new(0) })
}

/// Listens at an address, with a queue in the kernel for many clients at once.
fn tcp(address: SocketAddr) -> io::Result<Listener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    // The library's own `bind` has a queue of 128: clients beyond that waited for seconds.
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(u32::try_from(ACCEPT_LINE.most).unwrap_or(u32::MAX)).map(Listener::Tcp)
}

/// Listens at a socket of this machine. One that a process left behind is replaced; one that
/// still listens, or a file of another kind, is not.
fn unix(path: &Path) -> io::Result<Listener> {
    if let Ok(found) = std::fs::symlink_metadata(path) {
        if !found.file_type().is_socket() {
            return Err(io::Error::new(io::ErrorKind::AlreadyExists, "a file that is no socket is there"));
        }
        match std::os::unix::net::UnixStream::connect(path) {
            Ok(_) => return Err(io::Error::new(io::ErrorKind::AddrInUse, "another process listens there")),
            Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => std::fs::remove_file(path)?,
            Err(error) => return Err(error),
        }
    }
    let listener = UnixListener::bind(path)?;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(SOCKET_MODE))?;
    let number = std::fs::symlink_metadata(path)?.ino();
    Ok(Listener::Unix(listener, SocketFile { path: path.to_owned(), number }))
}
