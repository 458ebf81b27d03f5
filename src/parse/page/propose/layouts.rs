//! How the dates of a list are written: the layouts that fit all of them.

use std::collections::HashSet;

use crate::clock::{Timestamp, Zone};

use crate::parse::notes::excerpt;
use crate::text::quote::in_quotes;

use super::super::super::date::{DateContext, DateVerdict, judge, with_ascii_digits};
use super::super::day;
use super::super::ordered::is_in_order;

/// Fewer days show no order for certain.
const FEWEST_IN_ORDER: usize = 5;

/// Characters of "05-11-26".
const SHORT_YEAR: usize = 8;

/// "11-21", "[11/21]", "21.11.", as lists without years have it.
pub fn is_short_day(text: &str) -> bool {
    short_day(text).is_some()
}

fn short_day(text: &str) -> Option<(u8, u8)> {
    let text = with_ascii_digits(text);
    let bare = text.trim_matches(|c: char| "[]()（）【】 ".contains(c)).trim_end_matches('.');
    let bare = bare.split_once(' ').filter(|(_, clock)| clock.contains(':')).map_or(bare, |(day, _)| day);
    let (one, other) = ['-', '/', '.'].into_iter().find_map(|sign| bare.split_once(sign))?;
    let number = |text: &str| text.parse::<u8>().ok().filter(|n| (1..=31).contains(n) && text.len() <= 2);
    let (one, other) = (number(one)?, number(other)?);
    (one <= 12 || other <= 12).then_some((one, other))
}

/// "05-11-26", which may begin with the day, the month or the year.
pub fn has_short_year(text: &str) -> bool {
    if text.trim().chars().count() != SHORT_YEAR {
        return false;
    }
    let text = with_ascii_digits(text);
    let parts: Vec<&str> = text.trim().split('-').collect();
    let number = |text: &&str| text.parse::<u8>().ok().filter(|_| text.len() == 2);
    match parts.iter().map(number).collect::<Option<Vec<u8>>>().as_deref() {
        Some([first, second, third]) => {
            (1..=31).contains(second) && (1..=31).contains(first.min(third)) && (*first <= 12 || *second <= 12)
        }
        _ => false,
    }
}

/// The layout of dates with years of two digits: one that keeps the order of the list and has
/// nothing lie ahead; of several the one by which the list has fewer years than by any other.
pub fn short_year_layout(texts: &[String], now: Timestamp) -> Option<String> {
    let utc = Zone::UTC;
    let plain = DateContext::new(&utc, []);
    let years = |format: &str| {
        let dates = texts.iter().map(|text| moment(text, format, &plain, now)).collect::<Option<Vec<Timestamp>>>()?;
        let years: HashSet<i16> = dates.iter().map(|at| at.to_utc().year()).collect();
        keeps_order(&dates, now).then_some(years.len())
    };
    let formats = ["%d-%m-%y", "%m-%d-%y", "%y-%m-%d"];
    let mut fitting: Vec<(usize, &str)> =
        formats.into_iter().filter_map(|format| Some((years(format)?, format))).collect();
    fitting.sort_unstable();
    match fitting[..] {
        [(_, only)] => Some(only.to_owned()),
        [(fewest, first), (more, _), ..] if fewest < more => Some(first.to_owned()),
        _ => None,
    }
}

/// What to do about days with years of two digits, as `text`, that `selector` finds.
pub fn in_three_orders(text: &str, selector: &str) -> String {
    let (example, selector) = (in_quotes(excerpt(text)), in_quotes(selector));
    format!(
        "no date was proposed: {example} may begin with the day, the month or the year; write \
         date = {selector} and date_format = \"%d-%m-%y\", or what it is, under [source.page]"
    )
}

/// The layout of dates without years. Where day and month could change places, the
/// order of the list tells, then the language; else there is none.
pub fn short_layout(texts: &[String], known: &DateContext<'_>, now: Timestamp) -> Option<String> {
    let days: Vec<(u8, u8)> = texts.iter().filter_map(|text| short_day(text)).collect();
    let text = texts.iter().find(|text| is_short_day(text))?;
    let sign = text.chars().find(|c| "-/.".contains(*c))?;
    let day_first = days.iter().all(|(_, month)| *month <= 12);
    let month_first = days.iter().all(|(month, _)| *month <= 12);
    let formats = [format!("%m{sign}%d"), format!("%d{sign}%m")];
    let in_order = |format: &String| {
        let dates = texts.iter().filter_map(|text| moment(text, format, known, now));
        is_in_order(dates)
    };
    let chosen = match (month_first, day_first) {
        (true, false) => 0,
        (false, true) => 1,
        (false, false) => return None,
        (true, true) => match (in_order(&formats[0]), in_order(&formats[1])) {
            (true, false) => 0,
            (false, true) => 1,
            _ if sign == '.' && !known.speaks("zh") && !known.speaks("ko") && !known.speaks("ja") => 1,
            _ => usize::from(!known.puts_month_first()?),
        },
    };
    Some(formats[chosen].clone())
}

fn moment(text: &str, format: &str, known: &DateContext<'_>, now: Timestamp) -> Option<Timestamp> {
    let read = day::read(text, Some(format), known, now)?;
    match judge(&read, known, now) {
        DateVerdict::Good(at) | DateVerdict::Ahead(at) => Some(at),
        _ => None,
    }
}

/// The layout of dates written in figures, for `date_format`. Of two that fit, the
/// one that keeps the order of the list, or none.
pub fn layout(texts: &[String], known: &DateContext<'_>, now: Timestamp) -> Option<String> {
    const LAYOUTS: [&str; 8] =
        ["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y"];
    let utc = Zone::UTC;
    let plain = DateContext::new(&utc, []);
    // A label may stand before the figures.
    let bare = |text: &str| {
        let figures = text.find(|c: char| c.is_ascii_digit())?;
        Some(text[figures..].trim_matches(|c: char| "[]()（）【】 ".contains(c)).to_owned())
    };
    let bare: Vec<String> = texts.iter().filter_map(|text| bare(text)).collect();
    let fits = |format: &&&str| {
        bare.len() == texts.len() && bare.iter().all(|text| day::read(text, Some(format), &plain, now).is_some())
    };
    let fitting: Vec<&str> = LAYOUTS.iter().filter(fits).copied().collect();
    if fitting.len() < 2 {
        // A time of day is read, too, where no layout stands in its way.
        return fitting
            .first()
            .filter(|_| !texts.iter().all(|text| text.contains(':')))
            .map(|format| (*format).to_owned());
    }
    let dates =
        |format: &str| -> Vec<Timestamp> { bare.iter().filter_map(|text| moment(text, format, &plain, now)).collect() };
    let good = |format: &&&str| {
        let dates = dates(format);
        let ahead = dates.iter().filter(|at| **at > now).count();
        ahead * 4 < dates.len().max(1) && is_in_order(dates.into_iter())
    };
    let in_order: Vec<&str> = fitting.iter().filter(good).copied().collect();
    let whole: Vec<&str> = in_order.iter().filter(|format| keeps_order(&dates(format), now)).copied().collect();
    match (if whole.len() == 1 { &whole[..] } else { &in_order[..] }, known.puts_month_first()) {
        ([one], _) => Some((*one).to_owned()),
        (_, Some(month)) => {
            fitting.iter().find(|format| format.starts_with("%m") == month).map(|format| (*format).to_owned())
        }
        (_, None) => None,
    }
}

/// Whether each of several days follows the one before it in one direction, and none lies
/// ahead.
fn keeps_order(dates: &[Timestamp], now: Timestamp) -> bool {
    let mut days = dates.to_vec();
    days.dedup();
    days.len() >= FEWEST_IN_ORDER
        && days.iter().all(|at| *at <= now)
        && (days.is_sorted() || days.is_sorted_by(|one, other| one >= other))
}

/// Days in figures that may have the day or the month first.
pub struct TwoOrders {
    example: String,
    formats: [String; 2],
}

/// The days of `texts`, where each may be read in both orders.
pub fn undecided(texts: &[String]) -> Option<TwoOrders> {
    let figures = |text: &str| {
        let text = with_ascii_digits(text);
        let bare = text[text.find(|c: char| c.is_ascii_digit())?..].to_owned();
        let (month, rest) = bare.split_once('/')?;
        let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        let (day, behind) = rest.split_at(end);
        let is_month = |text: &str| text.parse::<u8>().is_ok_and(|number| (1..=12).contains(&number));
        let year: usize =
            behind.strip_prefix('/').map_or(0, |year| year.bytes().take_while(u8::is_ascii_digit).count());
        (is_month(month) && is_month(day) && matches!(year, 0 | 2 | 4)).then_some(year)
    };
    let years: Option<Vec<usize>> = texts.iter().map(|text| figures(text)).collect();
    let year = match years?.first()? {
        4 => "/%Y",
        2 => "/%y",
        _ => "",
    };
    Some(TwoOrders { example: texts.first()?.clone(), formats: ["%d/%m", "%m/%d"].map(|days| format!("{days}{year}")) })
}

impl TwoOrders {
    /// What to do about days that `selector` finds.
    pub fn told(&self, selector: &str) -> String {
        let [day, month] = &self.formats;
        let (example, selector) = (in_quotes(excerpt(&self.example)), in_quotes(selector));
        format!(
            "no date was proposed: {example} may have the day or the month first; write date = {selector} and \
             date_format = \"{day}\" or \"{month}\" under [source.page], or the date alone and the office's \
             timezone in [[source]], as timezone = \"Africa/Nairobi\""
        )
    }
}
