//! By what a store seeks the copies that an entry may be like.

use std::time::Duration;

use super::amended::targets;
use super::read::StoryReading;
use super::settings::StorySettings;

/// Hashes of copies that a store seeks for an entry, and how far apart they may be: of the same
/// text or headline, and of what a number, a link or a notice names.
pub fn sought(reading: &StoryReading, settings: &StorySettings) -> Vec<(u64, Duration)> {
    let named = reading.notice.iter().flat_map(|notice| targets(notice).into_iter().map(|target| target.address));
    let near = reading.addresses.iter().copied().chain(named).map(|address| (address, settings.updates));
    let far = [reading.content, reading.title.key].map(|hash| (hash, settings.reposts));
    near.chain(far).filter(|(hash, _)| *hash != 0).collect()
}
