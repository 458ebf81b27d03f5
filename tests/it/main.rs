//! Everything that needs a socket, in one binary.

mod certs;
mod fetch;
mod guard;
mod origin;
mod redirect;
mod reply;
mod tls;
mod transfer;
