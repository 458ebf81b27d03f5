//! Everything that needs a socket, in one binary.

mod certs;
mod contract;
mod fetch;
mod guard;
mod origin;
mod redirect;
mod reply;
mod tidy;
mod tls;
mod transfer;
