//! Who this daemon is among the nodes of its store.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::hash::{BuildHasher, RandomState};
use std::io::{self, ErrorKind, Write};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::clock::Clock;
use crate::config::{Config, NodeSettings};
use crate::model::NodeId;
use crate::store::{self, Joining, Life, Node, RivalFate, SILENT, Store, host};

use super::error::Error;
use super::stop::Stop;

pub mod standing;

/// The daemon's name where a store has one daemon, so that each replaces the one before.
pub const NODE: &str = "daemon";

/// Where systemd has a service keep what it has to remember (systemd.exec(5)).
const STATE: &str = "STATE_DIRECTORY";

/// The letters of a machine's name that a node's name has room for.
const HOST_LETTERS: usize = 40;

/// Between two looks whether another of the same name has ended.
const LOOK: Duration = Duration::from_secs(5);

/// This daemon's name: the one that is configured, or one that was made once and is kept.
///
/// # Errors
/// The name cannot be read or kept; names the file.
pub fn id(config: &Config, file: &Path) -> Result<NodeId, Error> {
    match &config.node.id {
        Some(id) => Ok(id.clone()),
        None if config.store.location.is_shared() => {
            let path = kept_at(std::env::var_os(STATE), file);
            kept(&path).map_err(|error| {
                let path = path.display();
                Error::Start(format!("this node's name cannot be kept in {path}: {error}; set [node] id"))
            })
        }
        None => Ok(NodeId::new(NODE).expect("a short slug")),
    }
}

/// The file that a name is kept in: among what the service keeps, or beside the
/// configuration.
fn kept_at(state: Option<OsString>, file: &Path) -> PathBuf {
    // It may name several folders; their names have no colons.
    let first = state.and_then(|all| {
        let bytes = all.as_bytes().split(|b| *b == b':').next().unwrap_or_default();
        (!bytes.is_empty()).then(|| PathBuf::from(OsStr::from_bytes(bytes)))
    });
    match first {
        Some(folder) => folder.join("node-id"),
        None => file.parent().unwrap_or(Path::new("")).join(".wiredesk-node"),
    }
}

/// The name that a file keeps; it is made with the first.
fn kept(path: &Path) -> io::Result<NodeId> {
    let read = |text: String| {
        NodeId::new(text.trim()).map_err(|error| io::Error::new(ErrorKind::InvalidData, error.to_string()))
    };
    match fs::read_to_string(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        found => return found.and_then(read),
    }
    // It appears whole, and of two who make it one is first. The draft is named by chance:
    // in two containers that share the folder, processes may have the same number.
    let chance = RandomState::new().hash_one(path);
    let mut draft = path.as_os_str().to_owned();
    draft.push(format!(".{chance:016x}"));
    let made = make(Path::new(&draft), path, &named(&host(), chance));
    // Whatever became of it; a draft that stays does no harm.
    let _ = fs::remove_file(&draft);
    match made {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(error),
        _ => fs::read_to_string(path).and_then(read),
    }
}

/// Writes a name to `draft`, and gives the file its path unless there is one.
fn make(draft: &Path, path: &Path, name: &NodeId) -> io::Result<()> {
    let mut file = fs::File::create_new(draft)?;
    writeln!(file, "{name}")?;
    file.sync_all()?;
    fs::hard_link(draft, path)
}

/// A name after the machine's, told apart by chance.
fn named(host: &str, chance: u64) -> NodeId {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' };
    let host: String = host.split('.').next().unwrap_or_default().chars().map(plain).take(HOST_LETTERS).collect();
    let host = match host.trim_matches('-') {
        "" => "node",
        host => host,
    };
    NodeId::new(&format!("{host}-{:06x}", chance & 0xff_ffff)).expect("a short slug")
}

/// Joins the store. Another of this name that is known to live keeps it; one that nobody
/// here can look at is waited for until it was silent for long enough, or is heard of again.
/// `None` where the stop came first.
///
/// # Errors
/// [`Error::Start`] names the other and the remedy.
pub async fn join(
    store: &dyn Store,
    clock: &dyn Clock,
    id: NodeId,
    NodeSettings { roles, .. }: &NodeSettings,
    stop: &Stop,
) -> Result<Option<Node>, Error> {
    let joining = Joining { roles: *roles, rival: RivalFate::Respected, ..Joining::daemon(id) };
    let until = clock.elapsed() + SILENT + LOOK;
    let mut is_told = false;
    loop {
        let rival = match store.join(&joining, clock.now()).await {
            Err(store::Error::AtWork(rival)) => rival,
            joined => return Ok(Some(joined?)),
        };
        if rival.process.life() == Life::Alive || clock.elapsed() >= until {
            return Err(Error::Start(rival.to_string()));
        }
        if !is_told {
            tracing::warn!("{rival}; or it has ended, which is known once it was silent for {} s", SILENT.as_secs());
            is_told = true;
        }
        tokio::select! {
            () = clock.sleep(LOOK) => {}
            () = stop.polling() => return Ok(None),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nodes_name_is_made_once_o50() {
        let folder = tempfile::tempdir().unwrap();
        let path = kept_at(None, &folder.path().join("wiredesk.toml"));
        assert_eq!(path, folder.path().join(".wiredesk-node"));
        let made = kept(&path).unwrap();
        assert_eq!((kept(&path).unwrap(), fs::read_dir(folder.path()).unwrap().count()), (made, 1));
        fs::write(&path, "two words\n").unwrap();
        assert!(kept(&path).unwrap_err().to_string().contains("\"two words\" is not an id"));
        let in_folder = |state: &str| kept_at(Some(state.into()), &path);
        assert_eq!(in_folder("/var/lib/wiredesk"), Path::new("/var/lib/wiredesk/node-id"));
        // systemd.exec(5): several folders are separated by colons.
        assert_eq!(in_folder("/var/lib/desk:/var/lib/desk/more"), Path::new("/var/lib/desk/node-id"));
        assert_eq!(in_folder(""), path);
    }

    #[test]
    fn a_name_that_cannot_be_kept_leaves_nothing_behind_o50() {
        let folder = tempfile::tempdir().unwrap();
        let (draft, path) = (folder.path().join("draft"), folder.path().join("taken"));
        fs::write(&path, "desk-1\n").unwrap();
        let made = make(&draft, &path, &NodeId::new("desk-2").unwrap());
        assert_eq!(made.unwrap_err().kind(), ErrorKind::AlreadyExists);
        assert_eq!(kept(&path).unwrap().as_str(), "desk-1");
        // Another one's draft of the same name is not written over.
        let made = make(&draft, &folder.path().join("free"), &NodeId::new("desk-3").unwrap());
        assert_eq!(made.unwrap_err().kind(), ErrorKind::AlreadyExists);
        // The path is a folder's that is not there: nothing is made.
        assert!(kept(&folder.path().join("none/node-id")).is_err());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
    }

    #[test]
    fn a_nodes_name_is_after_its_machine_o50() {
        let check = |host: &str, name: &str| assert_eq!(named(host, 0xff_0012_abcd).as_str(), name);
        check("desk-a.example.org", "desk-a-12abcd");
        check("Desk_A", "desk-a-12abcd");
        check("", "node-12abcd");
        check(&"x".repeat(90), &format!("{}-12abcd", "x".repeat(HOST_LETTERS)));
    }
}
