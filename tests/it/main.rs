//! Everything that needs a socket, a store or the binary, in one binary.

mod certs;
mod contract;
mod desk;
mod fetch;
mod guard;
mod kill;
mod origin;
mod redirect;
mod reply;
mod rounds;
mod tidy;
mod tls;
mod transfer;
