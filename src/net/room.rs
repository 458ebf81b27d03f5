//! Room for bodies: what all polls together may hold of large documents at
//! once, so that a crowd of them cannot fill the memory (R9).
//!
//! Small bodies need no room. A larger one takes a permit of its class before it
//! grows on; there are few, so it waits, and its server with it. Nobody who
//! holds a large permit waits for a medium one, so none waits in a circle.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Bodies up to this need no room.
const SMALL_BYTES: usize = 256 * 1024;

/// Bodies up to this are medium.
const MEDIUM_BYTES: usize = 2 * 1024 * 1024;

/// Medium bodies at once.
const MEDIUM: usize = 16;

/// Large bodies at once.
const LARGE: usize = 2;

/// The rooms of a client.
#[derive(Clone, Debug)]
pub struct Rooms {
    medium: Arc<Semaphore>,
    large: Arc<Semaphore>,
}

impl Default for Rooms {
    fn default() -> Self {
        Rooms { medium: Arc::new(Semaphore::new(MEDIUM)), large: Arc::new(Semaphore::new(LARGE)) }
    }
}

/// The room that one body takes; given back when dropped, which is when nothing
/// of the document is in hand any more.
#[derive(Debug, Default)]
pub struct Room {
    medium: Option<OwnedSemaphorePermit>,
    large: Option<OwnedSemaphorePermit>,
}

impl Rooms {
    /// Makes `room` large enough for a body of `bytes`; waits until there is
    /// space. Does not fail: the semaphores are never closed.
    pub async fn grow(&self, room: &mut Room, bytes: usize) {
        if bytes > SMALL_BYTES && room.medium.is_none() {
            room.medium = Arc::clone(&self.medium).acquire_owned().await.ok();
        }
        if bytes > MEDIUM_BYTES && room.large.is_none() {
            room.large = Arc::clone(&self.large).acquire_owned().await.ok();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn small_bodies_never_wait_r9() {
        let rooms = Rooms::default();
        let mut held = Vec::new();
        for _ in 0..MEDIUM {
            let mut room = Room::default();
            rooms.grow(&mut room, MEDIUM_BYTES).await;
            held.push(room);
        }
        rooms.grow(&mut Room::default(), SMALL_BYTES).await;
        let mut waiting = Room::default();
        let later = rooms.grow(&mut waiting, SMALL_BYTES + 1);
        assert!(tokio::time::timeout(std::time::Duration::from_millis(20), later).await.is_err());
    }

    #[tokio::test]
    async fn a_crowd_of_large_bodies_comes_through_and_only_two_at_once_r9() {
        let rooms = Rooms::default();
        let most = Arc::new(std::sync::atomic::AtomicUsize::new(0));
        let mut crowd = tokio::task::JoinSet::new();
        for _ in 0..60 {
            let (rooms, most) = (rooms.clone(), Arc::clone(&most));
            crowd.spawn(async move {
                let mut room = Room::default();
                for size in [1000, SMALL_BYTES + 1, MEDIUM_BYTES, MEDIUM_BYTES + 1, 20 * MEDIUM_BYTES] {
                    rooms.grow(&mut room, size).await;
                    tokio::task::yield_now().await;
                }
                let large = LARGE - rooms.large.available_permits();
                most.fetch_max(large, std::sync::atomic::Ordering::SeqCst);
            });
        }
        assert_eq!(crowd.join_all().await.len(), 60);
        assert_eq!(most.load(std::sync::atomic::Ordering::SeqCst), LARGE);
        assert_eq!((rooms.medium.available_permits(), rooms.large.available_permits()), (MEDIUM, LARGE));
    }
}
