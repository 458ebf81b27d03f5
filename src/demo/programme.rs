//! What appears when: a round of batches that repeats for ever, each time with
//! other names and numbers. A batch's number, its tick, decides all of it.

use xxhash_rust::xxh3::xxh3_64;

use super::cast::{CASTS, Cast};
use super::wire::Wire::{self, Agency, City, Globe, Noise, Prn, Xinhua, Yonhap};

use CopyForm::{Copied, Corrected, First, InPlace, Killed, Lead};

/// How a piece appears on a wire.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CopyForm {
    /// As its author wrote it; in another language it is the translation.
    First,
    /// Carried from elsewhere: other dateline, light edits.
    Copied,
    /// A newer writing with a new lead, as an item of its own.
    Lead,
    /// A correction that is an item of its own.
    Corrected,
    /// A correction that edits the item which stands there already.
    InPlace,
    /// An advisory that kills the item; the item itself is taken away.
    Killed,
}

/// One appearance.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Cue(pub Wire, pub &'static str, pub CopyForm);

/// Ticks in a round.
pub const ROUND: i64 = ROUND_CUES.len() as i64;

/// The tick of the oldest batch there is: two rounds before the first live one.
pub const OLDEST: i64 = 1 - 2 * ROUND;

const ROUND_CUES: [&[Cue]; 48] = [
    &[Cue(Globe, "pairing", First)],
    &[Cue(Prn, "pairing", Copied), Cue(Xinhua, "pairing", First), Cue(Noise, "football", Copied)],
    &[Cue(City, "pairing", First), Cue(Yonhap, "pairing", First)],
    &[Cue(Globe, "results", First), Cue(Agency, "strike", First)],
    &[Cue(Prn, "results", Copied), Cue(Noise, "baseball", First)],
    &[Cue(Xinhua, "football", First), Cue(Yonhap, "strike", First)],
    &[Cue(Prn, "results", InPlace), Cue(Globe, "results", Corrected)],
    &[Cue(Agency, "tanker", First)],
    &[Cue(City, "consul", First), Cue(Noise, "whales", First)],
    &[Cue(Agency, "tanker", Killed), Cue(Agency, "strike", Lead)],
    &[Cue(Xinhua, "consul", First), Cue(Agency, "consul", Copied)],
    &[Cue(Yonhap, "strike", Lead), Cue(Noise, "shares", Copied)],
    &[Cue(Prn, "service", First)],
    &[Cue(Globe, "service", Copied), Cue(City, "library", First)],
    &[Cue(Xinhua, "transit", First), Cue(Yonhap, "transit", First)],
    &[Cue(Agency, "fog", First), Cue(Globe, "reminder", First)],
    &[Cue(Yonhap, "fog", First), Cue(Prn, "reminder", Copied)],
    &[Cue(City, "delegation", First), Cue(Noise, "apples", First)],
    &[Cue(Yonhap, "delegation", First), Cue(Prn, "delegation", Copied)],
    &[Cue(Xinhua, "frost", First), Cue(Agency, "frost", First)],
    &[Cue(Noise, "frost", Copied), Cue(Yonhap, "frost", First)],
    &[Cue(Globe, "forum", First)],
    &[Cue(City, "forum", First), Cue(Xinhua, "forum", First), Cue(Agency, "forum", Copied)],
    &[Cue(Globe, "forum", Corrected), Cue(City, "forum", InPlace)],
    &[Cue(Prn, "trial", First), Cue(Noise, "museum", First)],
    &[Cue(Xinhua, "museum", First), Cue(Agency, "ministers", First)],
    &[Cue(Yonhap, "ministers", First), Cue(City, "pupils", First)],
    &[Cue(Globe, "volumes", First)],
    &[Cue(Prn, "volumes", Copied), Cue(Xinhua, "volumes", First)],
    &[Cue(Globe, "volumes", Corrected), Cue(Prn, "volumes", InPlace)],
    &[Cue(Agency, "visa", First), Cue(Noise, "transfer", First)],
    &[Cue(City, "corps", First), Cue(Yonhap, "markets", First)],
    &[Cue(Xinhua, "corps", First), Cue(Prn, "officer", First)],
    &[Cue(Globe, "ovens", First), Cue(Noise, "festival", First)],
    &[Cue(Prn, "ovens", Copied), Cue(Yonhap, "festival", First)],
    &[Cue(City, "jubilee", First), Cue(Xinhua, "markets", First)],
    &[Cue(Prn, "jubilee", Copied), Cue(Yonhap, "jubilee", First), Cue(Globe, "jubilee", Copied)],
    &[Cue(Agency, "football", First)],
    &[Cue(Globe, "sisterport", First), Cue(City, "sisterport", Copied)],
    &[Cue(Xinhua, "sisterport", First), Cue(Agency, "sisterport", Copied)],
    &[Cue(Yonhap, "football", First), Cue(Noise, "marathon", First)],
    &[Cue(Globe, "buses", First), Cue(Xinhua, "buses", First)],
    &[Cue(Prn, "buses", Copied), Cue(City, "desk", First)],
    &[Cue(Prn, "desk", Copied), Cue(Agency, "shares", First)],
    &[Cue(Globe, "cranes", First), Cue(Noise, "trains", First)],
    &[Cue(Agency, "cranes", Copied), Cue(Xinhua, "trains", First)],
    &[Cue(City, "brigade", First), Cue(Agency, "apples", Copied)],
    &[Cue(Noise, "officer", Copied), Cue(Yonhap, "jubilee", Corrected)],
];

/// The appearances of `tick`; the first live one is 1, history ends at 0.
pub fn batch(tick: i64) -> &'static [Cue] {
    let place = (tick - 1).rem_euclid(ROUND);
    ROUND_CUES[usize::try_from(place).expect("a remainder is not negative")]
}

/// The round that `tick` lies in; the first live one is 0.
pub fn round(tick: i64) -> i64 {
    (tick - 1).div_euclid(ROUND)
}

/// The last tick of the round of `tick`.
pub fn last_of_round(tick: i64) -> i64 {
    (round(tick) + 1) * ROUND
}

/// The names that `key` is told with in `round`.
pub fn cast(key: &str, round: i64) -> &'static Cast {
    let first = i64::try_from(xxh3_64(key.as_bytes()) % 6).expect("less than six");
    let at = (first + round).rem_euclid(CASTS.len() as i64);
    &CASTS[usize::try_from(at).expect("a remainder is not negative")]
}

/// The numbers that `key` is told with in `round`: for `{k}` 5 to 13, for `{n}`
/// 14 to 43, for `{m}` 120 to 819.
pub fn numbers(key: &str, round: i64) -> [(&'static str, u64); 3] {
    let h = xxh3_64(format!("{key} {round}").as_bytes());
    [("{k}", 5 + h % 9), ("{n}", 14 + (h >> 16) % 30), ("{m}", 120 + (h >> 32) % 700)]
}
