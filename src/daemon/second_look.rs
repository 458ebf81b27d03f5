//! A configuration that would end most of what runs may come from a file that is still being
//! written, so it gets a second look (product §2, "Reload").

use std::time::Duration;

use crate::config::{Footprint, Losses};

/// How long it has to stay unchanged: by then a copy that stalled has ended, and an operator
/// has read the log.
const STANDING: Duration = Duration::from_secs(60);

/// A configuration that waits.
struct HeldConfig {
    footprint: Footprint,
    /// When it was first seen so, by the monotonic clock.
    since: Duration,
}

/// What waits for its second look.
#[derive(Default)]
pub struct SecondLook {
    held: Option<HeldConfig>,
}

impl SecondLook {
    /// Whether a configuration that was just read may come into force; its files have been
    /// unchanged since `seen` or longer. If not, it waits, and is read again once it [is
    /// due](Self::is_due).
    pub fn admits(&mut self, losses: &Losses, footprint: &Footprint, seen: Duration, now: Duration) -> bool {
        let held = self.held.take().filter(|held| held.footprint == *footprint);
        let since = held.map_or(seen, |held| held.since);
        let admitted = !losses.are_grave() || now.saturating_sub(since) >= STANDING;
        if !admitted {
            self.held = Some(HeldConfig { footprint: footprint.clone(), since });
        }
        admitted
    }

    /// Nothing waits any more, because what is there now cannot be read.
    pub fn forget(&mut self) {
        self.held = None;
    }

    /// Whether the waiting configuration has stayed unchanged for long enough, if it is still
    /// the same.
    pub fn is_due(&self, now: Duration) -> bool {
        self.held.as_ref().is_some_and(|held| now.saturating_sub(held.since) >= STANDING)
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::config::{Config, ConfigReading};

    fn reading(path: &Path, sources: &[&str]) -> (Footprint, Config) {
        let source = |id: &&str| format!("[[source]]\nid = \"{id}\"\nurl = \"https://{id}.example/\"\n");
        std::fs::write(path, sources.iter().map(source).collect::<String>()).unwrap();
        let ConfigReading { footprint, config } = Config::read(path);
        (footprint, config.unwrap())
    }

    #[test]
    fn what_would_end_most_waits_for_a_minute_without_a_change_b84() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("w.toml");
        let (_, full) = reading(&path, &["a", "b", "c"]);
        let mut look = SecondLook::default();
        let at = Duration::from_secs;
        let (footprint, cut) = reading(&path, &["a"]);
        let grave = Losses::between(&full, &cut, None);
        assert!(!look.admits(&grave, &footprint, at(99), at(100)) && !look.is_due(at(158)) && look.is_due(at(159)));
        // Asked again before the minute is over, it is as old as it was.
        assert!(!look.admits(&grave, &footprint, at(129), at(130)) && look.is_due(at(159)));
        // Changed meanwhile, its minute begins anew.
        let (longer, still_cut) = reading(&path, &["b"]);
        let losses = Losses::between(&full, &still_cut, None);
        assert!(!look.admits(&losses, &longer, at(158), at(159)) && !look.is_due(at(217)) && look.is_due(at(218)));
        assert!(look.admits(&losses, &longer, at(218), at(219)) && !look.is_due(at(900)));
        // Whole again, or unreadable, nothing waits.
        assert!(!look.admits(&grave, &footprint, at(999), at(1000)));
        let none = Losses::between(&full, &full, None);
        assert!(look.admits(&none, &longer, at(1000), at(1001)) && !look.is_due(at(2000)));
        assert!(!look.admits(&grave, &footprint, at(2999), at(3000)));
        look.forget();
        assert!(!look.is_due(at(4000)));
    }
}
