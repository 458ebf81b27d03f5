//! Two numbers with a stop between them, behind a day and a dash: a clock, as in
//! "22.11.2026 - 18.10", or the last day of a range, as in "22.11.2026 - 23.11.".

/// Whether `one` and `other`, which stand behind `day` and a dash as "18.10" does, are a
/// clock. They are a day where a stop ends them, and where the day is
/// written as they are and lies shortly before: in their month, or in the one before.
pub fn is_clock(one: &str, other: &str, day: &str, ending: PairEnding) -> bool {
    let number = |text: &str| text.trim().parse::<u32>().ok();
    let (Some(hour), Some(minute)) = (number(one), number(other)) else { return false };
    if ending == PairEnding::Stop || other.len() != 2 || hour > 23 || minute > 59 {
        return false;
    }
    let mut parts = day.split('.').map(number);
    let goes_on = match (parts.next().flatten(), parts.next().flatten()) {
        (Some(day), Some(month)) => minute == month && hour > day || minute == month % 12 + 1 && hour > 0,
        _ => false,
    };
    !goes_on
}

/// What stands behind two numbers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PairEnding {
    /// A stop, as days have.
    Stop,
    /// Anything else.
    Open,
}

impl PairEnding {
    /// That of numbers with `behind` after them.
    pub fn of(behind: &str) -> PairEnding {
        if behind.trim_start().starts_with('.') { PairEnding::Stop } else { PairEnding::Open }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// B220: a pair of numbers behind a day is a clock unless it is written as a day is.
    #[test]
    fn pairs_behind_a_dash_are_clocks_b220() {
        for (day, one, other, behind, expected) in [
            ("27.11.2026", "09", "10", "", true),
            ("27.11.2026", "9", "05", " | Press", true),
            ("27/11/2026", "14", "05", "", true),
            ("27/11/2026", "14", "11", "", true),
            ("27 nov 2026", "09", "10", "", true),
            ("27.11.2026", "09", "11", "", true),
            ("27.11.2026", "14", "45", "", true),
            ("27.11.2026", "30", "11", "", false),
            ("22.11.2026", "23", "11", "", false),
            ("27.11.2026", "02", "12", "", false),
            ("30.12.2026", "02", "01", "", false),
            ("22.11.2026", "14", "05", ".", false),
            ("22.11.2026", "14", "05", ".2027", false),
            ("22.11.2026", "14", "5", "", false),
        ] {
            assert_eq!(is_clock(one, other, day, PairEnding::of(behind)), expected, "{day} - {one}.{other}{behind}");
        }
    }
}
