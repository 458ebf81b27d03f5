//! A socket that systemd listens on and hands over (sd_listen_fds(3)): clients wait in its queue
//! while the daemon starts anew.

use std::os::fd::{FromRawFd, RawFd};

use tokio::net::TcpListener;

use super::Error;

/// The socket that was handed over, if one was; `server.listen` is then not bound.
///
/// # Errors
/// [`Error::Start`] says what was handed over instead of a TCP socket.
pub fn listener() -> Result<Option<TcpListener>, Error> {
    let refused = |why: String| Error::Start(format!("the socket that systemd hands over: {why}"));
    let mut sockets = sd_notify::listen_fds().map_err(|error| refused(error.to_string()))?;
    match (sockets.next(), sockets.len()) {
        (None, _) => Ok(None),
        (Some(socket), 0) => taken(socket).map(Some).map_err(|error| refused(format!("no TCP socket: {error}"))),
        (Some(_), more) => Err(refused(format!("{} of them; one ListenStream= is served", more + 1))),
    }
}

fn taken(socket: RawFd) -> std::io::Result<TcpListener> {
    // SAFETY: the number is one that was passed to this process, and nothing else here uses it:
    // it is taken once, when the daemon starts. What it is, the calls below find out.
    #[allow(unsafe_code)]
    let listener = unsafe { std::net::TcpListener::from_raw_fd(socket) };
    // A socket of another family, or a file, fails here.
    listener.local_addr()?;
    listener.set_nonblocking(true)?;
    TcpListener::from_std(listener)
}
