//! Conditions on time: `published:>2026-11-01`, `age:<3d`.

use std::time::Duration;

use jiff::Span;
use jiff::civil::{Date, DateTime};

use crate::clock::{Timestamp, read_span};
use crate::model::Readable;
use crate::text::quote::in_quotes;

use super::ast::FieldName;

/// A condition on time. Days are those of UTC.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::filter) enum When {
    /// Published at or after the first instant, and before the second.
    Published(Option<Timestamp>, Option<Timestamp>),
    /// No older than this.
    Younger(Duration),
    /// Older than this.
    Older(Duration),
}

/// What is wrong, and what to write.
type Wrong = (String, &'static str);

impl When {
    /// Reads the condition under a field: a sign, and a day, month, year or instant; for
    /// `age`, a sign and a duration.
    pub fn read(field: FieldName, text: &str) -> Result<When, Wrong> {
        let (sign, value) = ["<=", ">=", "<", ">", "="]
            .iter()
            .find_map(|sign| Some((*sign, text.strip_prefix(sign)?)))
            .unwrap_or(("", text));
        if field == FieldName::Age {
            let hint = "write age:<3d, age:>12h";
            let age = read_span(value).ok_or_else(|| (format!("{} is not a duration", in_quotes(value)), hint))?;
            return match sign {
                "<" | "<=" => Ok(When::Younger(age)),
                ">" | ">=" => Ok(When::Older(age)),
                _ => Err((format!("age:{text} does not say whether younger or older"), hint)),
            };
        }
        let hint =
            "write published:>2026-11-01, published:<2026-11, published:2026-11-21, published:>=\"2026-11-21T09:00Z\"";
        let (from, until) = period(value).ok_or_else(|| (format!("{} is not a date", in_quotes(value)), hint))?;
        Ok(match sign {
            "<" => When::Published(None, Some(from)),
            "<=" => When::Published(None, Some(until)),
            ">" => When::Published(Some(until), None),
            ">=" => When::Published(Some(from), None),
            _ => When::Published(Some(from), Some(until)),
        })
    }

    /// Whether an entry meets it; an undated one counts from when it was first seen.
    pub fn holds(self, copy: &Readable) -> bool {
        match self {
            When::Published(from, until) => {
                from.is_none_or(|from| copy.at >= from) && until.is_none_or(|until| copy.at < until)
            }
            When::Younger(age) => copy.at.plus(age) >= copy.now,
            When::Older(age) => copy.at.plus(age) < copy.now,
        }
    }
}

/// The first instant of the period that `text` names, and the first after it.
fn period(text: &str) -> Option<(Timestamp, Timestamp)> {
    let midnight = |day: Date| Timestamp::from_utc(day.at(0, 0, 0, 0));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let parts: Vec<&str> = text.split('-').collect();
    if let [year, rest @ ..] = &parts[..]
        && year.len() == 4
        && digits(year)
        && rest.len() < 3
        && rest.iter().all(|part| part.len() == 2 && digits(part))
    {
        let number = |n: usize| rest.get(n).map_or(Some(1), |part| part.parse().ok());
        let first = Date::new(year.parse().ok()?, number(0)?, number(1)?).ok()?;
        let length = match rest.len() {
            0 => Span::new().years(1),
            1 => Span::new().months(1),
            _ => Span::new().days(1),
        };
        return Some((midnight(first), first.checked_add(length).map_or(Timestamp::NEVER, midnight)));
    }
    let minutes = ["%Y-%m-%dT%H:%MZ", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"];
    let local = || minutes.iter().find_map(|form| DateTime::strptime(form, text).ok()).map(Timestamp::from_utc);
    let from = Timestamp::from_rfc3339(text).or_else(local)?;
    Some((from, from.plus(Duration::from_millis(1))))
}
