//! Room for bodies in memory, shared by all polls: a few large bodies at a time, some
//! middling ones, and any number of small ones (checks B1, B2, R9).

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// A body of up to this many bytes needs no room.
pub const SMALL_BYTES: u64 = crate::limits::BODY_SMALL.most;
/// A body of up to this many bytes needs a middling room.
pub const MIDDLE_BYTES: u64 = crate::limits::BODY_MIDDLING.most;
/// Middling bodies at once.
const MIDDLE_ROOMS: usize = crate::limits::BODIES_MIDDLING.count();
/// Larger bodies at once.
const LARGE_ROOMS: usize = crate::limits::BODIES_LARGE.count();

/// The rooms there are.
pub struct Rooms {
    middle: Arc<Semaphore>,
    large: Arc<Semaphore>,
}

/// A body's place in memory; given back when it is dropped.
#[derive(Debug)]
pub struct Room {
    bytes: u64,
    _permit: OwnedSemaphorePermit,
}

impl Room {
    /// How many bytes it holds.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }
}

impl Default for Rooms {
    fn default() -> Self {
        Rooms { middle: Arc::new(Semaphore::new(MIDDLE_ROOMS)), large: Arc::new(Semaphore::new(LARGE_ROOMS)) }
    }
}

impl Rooms {
    /// Waits for the next larger room than `held`, which is kept meanwhile because its
    /// bytes are in memory. A holder of the largest room waits for nothing, so all get
    /// through.
    pub async fn larger(&self, held: Option<Room>) -> Room {
        let (rooms, bytes) = match held {
            None => (&self.middle, MIDDLE_BYTES),
            Some(_) => (&self.large, u64::MAX),
        };
        let permit = Arc::clone(rooms).acquire_owned().await.expect("the rooms are never closed");
        drop(held);
        Room { bytes, _permit: permit }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::task::JoinSet;

    #[tokio::test]
    async fn thirty_large_bodies_come_through_one_after_the_other_r9() {
        let rooms = Arc::new(Rooms::default());
        let mut bodies = JoinSet::new();
        for _ in 0..30 {
            let rooms = Arc::clone(&rooms);
            bodies.spawn(async move {
                let middle = rooms.larger(None).await;
                assert_eq!(middle.bytes(), MIDDLE_BYTES);
                tokio::task::yield_now().await;
                let large = rooms.larger(Some(middle)).await;
                tokio::task::yield_now().await;
                assert!(rooms.large.available_permits() < LARGE_ROOMS && large.bytes() == u64::MAX);
            });
        }
        while let Some(ended) = bodies.join_next().await {
            ended.unwrap();
        }
        assert_eq!((rooms.middle.available_permits(), rooms.large.available_permits()), (MIDDLE_ROOMS, LARGE_ROOMS));
    }

    #[tokio::test]
    async fn a_larger_room_gives_the_smaller_back() {
        let rooms = Rooms::default();
        let held = rooms.larger(None).await;
        assert_eq!(rooms.middle.available_permits(), MIDDLE_ROOMS - 1);
        let held = rooms.larger(Some(held)).await;
        assert_eq!(
            (rooms.middle.available_permits(), rooms.large.available_permits()),
            (MIDDLE_ROOMS, LARGE_ROOMS - 1)
        );
        drop(held);
        assert_eq!(rooms.large.available_permits(), LARGE_ROOMS);
    }
}
