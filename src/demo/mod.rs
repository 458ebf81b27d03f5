//! Built-in wires on loopback, for `wiredesk demo`.
//!
//! A small HTTP server whose wires keep producing copy: syndicated copies with
//! light edits, corrections, a kill, translations, noise; and a configuration
//! that polls them. It knows nothing of polling, storing or publishing: the
//! demonstration runs the same daemon as everything else. What a wire shows
//! depends on the clock it is handed and on nothing else, so that the same
//! moment produces the same bytes.

mod cast;
mod copy;
mod item;
mod programme;
mod render;
mod serve;
mod window;
mod wire;

#[cfg(test)]
mod tests;

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinHandle;

use crate::clock::Clock;
use serve::Stock;
use window::Timetable;

pub use wire::{WIRES, Wire};

/// The configuration, with `{placeholders}` for what differs between runs.
const CONFIG: &str = include_str!("config.toml");

/// The running wires; dropping it ends them.
pub struct Wires {
    stock: Arc<Stock>,
    serving: JoinHandle<()>,
}

impl Wires {
    /// Starts the wires on a free port of 127.0.0.1, each with a window of items
    /// of the last two days. From then on a batch of one to three items appears
    /// every `pace`. Must be called within a tokio runtime.
    ///
    /// # Errors
    /// No port is free.
    pub fn start(pace: Duration, clock: Arc<dyn Clock>) -> io::Result<Wires> {
        let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let listener = tokio::net::TcpListener::from_std(listener)?;
        let timetable = Timetable::new(clock.now(), pace);
        let stock = Arc::new(Stock { started: clock.elapsed(), clock, timetable, address });
        let serving = tokio::spawn(serve::serve(listener, Arc::clone(&stock)));
        Ok(Wires { stock, serving })
    }

    /// Where the wires listen.
    pub fn address(&self) -> SocketAddr {
        self.stock.address
    }

    /// The URL of a wire's document.
    pub fn url(&self, wire: Wire) -> String {
        format!("http://{}{}", self.stock.address, wire.path())
    }

    /// A configuration as TOML that polls every wire once a minute into the
    /// SQLite store at `store_path` and publishes three feeds on `listen`
    /// (`IP:PORT`) under `public_url`.
    pub fn config(&self, store_path: &Path, listen: &str, public_url: &str) -> String {
        let store = format!("sqlite:{}", store_path.display());
        CONFIG
            .replace("{store}", &quoted(&store))
            .replace("{listen}", &quoted(listen))
            .replace("{public_url}", &quoted(public_url))
            .replace("{wires}", &format!("http://{}", self.stock.address))
    }
}

impl Drop for Wires {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

/// `text` as a TOML basic string.
fn quoted(text: &str) -> String {
    let mut quoted = String::from('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            c if c.is_control() => quoted.push_str(&format!("\\u{:04X}", u32::from(c))),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}
