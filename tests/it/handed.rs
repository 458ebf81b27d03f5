//! A socket that systemd hands over is the one that is served (O168).

use std::net::TcpListener;
use std::os::fd::OwnedFd;
use std::process::{Command, Stdio};

use crate::desk::{Desk, quiet};

/// What systemd does before it starts a service: the socket becomes file descriptor 3.
const HAND_OVER: &str = "exec 3<&0 0</dev/null; LISTEN_PID=$$ LISTEN_FDS=1 exec \"$@\"";

/// The command, given what `passed` is as a socket.
fn given(command: &Command, passed: impl Into<Stdio>) -> Command {
    let mut shell = Command::new("sh");
    shell.args(["-c", HAND_OVER, "sh"]).arg(command.get_program()).args(command.get_args());
    shell.env_remove("RUST_LOG").env("TZ", "UTC").stdin(passed);
    shell
}

#[test]
fn a_socket_that_systemd_hands_over_is_served_o168() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let desk = Desk::new(&quiet());
    // The address of the configuration is another one, and taken: it is not bound.
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    desk.listen_on(taken.local_addr().unwrap().port());
    let mut running = desk.start_with(|command| *command = given(command, OwnedFd::from(listener)));
    assert_eq!(running.address, address);
    assert_eq!(running.get("/healthz", &[]).status, 200);
    running.signal("TERM");
    assert_eq!(running.end(), Some(0));
}

#[test]
fn what_is_no_socket_is_refused_with_its_reason_o168() {
    let desk = Desk::new(&quiet());
    let file = std::fs::File::open(desk.config()).unwrap();
    let ran = given(&desk.command(&["run"]), file).output().unwrap();
    let said = String::from_utf8_lossy(&ran.stderr).into_owned();
    assert_eq!(ran.status.code(), Some(2), "{said}");
    assert!(said.contains("the socket that systemd hands over: no TCP socket: "), "{said}");
}
