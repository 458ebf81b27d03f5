//! Everything that needs a socket, a store or the binary, in one binary.

mod access;
mod captures;
mod certs;
mod closed;
mod contract;
mod desk;
mod faults;
mod fetch;
mod guard;
mod http2;
mod kill;
mod newsboat;
mod newsroom;
mod origin;
mod pages;
mod polite;
mod redirect;
mod reply;
mod rounds;
mod running;
mod score;
mod steps;
mod tidy;
mod tls;
mod transfer;
mod turns;
