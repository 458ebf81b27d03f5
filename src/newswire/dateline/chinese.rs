//! Chinese datelines: wire, place, day, 电, reporter. The place is what lies between the name
//! of the wire and the first digit.

use std::ops::Range;

use super::date;
use super::mark;
use super::reading::{DatelineDesk, PrintedDateline};
use super::{byline, gap};
use crate::newswire::tables::WireNumber;
use crate::text::script::is_unspaced;

/// The longest list of places with a reporter's name before it, in bytes.
const PLACES_BYTES: usize = 90;

/// The dateline that begins at `start`.
pub(super) fn read(desk: &DatelineDesk<'_>, line: &str, start: usize) -> Option<PrintedDateline> {
    let words = &desk.tables.words;
    let opening = words.chinese_openings.iter().find(|word| line[start..].starts_with(word.as_str()));
    let from = start + opening.map_or(0, String::len);
    let (wire, mut at) = sender(desk, line, from)?;
    let reporter = reporter_before(desk, line, at);
    if reporter {
        at += '记'.len_utf8() + '者'.len_utf8();
    }
    let (places, date, at) = place_and_date(desk, line, at)?;
    if wire.is_none() && (date.is_none() || places.is_none()) {
        return None;
    }
    let ending = words.chinese_endings.iter().find(|word| line[at..].starts_with(word.as_str()))?;
    let mut end = at + ending.len();
    // 据美联社4月29日报道 is what another wire says of it.
    let is_sent = ending.ends_with(['电', '電', '讯', '訊']);
    if opening.is_some() && !is_sent {
        return None;
    }
    let sent = SentLine { line, end, is_complete: date.is_some() && is_sent };
    let mut byline = None;
    if let Some((name, after)) = byline::in_brackets(desk.tables, line, end) {
        byline = name;
        end = after;
    } else if !sent.is_closed(desk) {
        return None;
    }
    let places = match places {
        Some(range) if reporter => {
            let (name, place) = split_reporter(desk, &line[range.clone()]);
            byline = byline.or(name);
            Some(range.start + place..range.end)
        }
        other => other,
    };
    Some(PrintedDateline { raw: start..end, news_at: gap::read(desk, line, end).end, places, date, wire, byline })
}

/// What was read, for the question whether it ends there.
struct SentLine<'l> {
    line: &'l str,
    end: usize,
    is_complete: bool,
}

impl SentLine<'_> {
    /// With a date, 电 is enough. Without one, `新京报讯` needs a colon or space: 新京报报道称
    /// is text.
    fn is_closed(&self, desk: &DatelineDesk<'_>) -> bool {
        let gap = gap::read(desk, self.line, self.end);
        self.is_complete
            || self.end >= self.line.len()
            || gap.has_colon
            || gap.end > self.end && !gap.has_comma && !gap.has_stop
    }
}

/// The wire, or the paper itself, and where its name ends.
fn sender(desk: &DatelineDesk<'_>, line: &str, at: usize) -> Option<(Option<WireNumber>, usize)> {
    let own = desk.tables.words.own_desks.iter().find(|word| line[at..].starts_with(word.as_str()));
    if let Some(own) = own {
        return Some((None, at + own.len()));
    }
    let mark = mark::free(desk.tables, line, at)?;
    let is_chinese = line[mark.at.clone()].chars().last().is_some_and(is_unspaced);
    is_chinese.then_some((Some(mark.wire), mark.at.end))
}

/// `中央社記者張三台北29日電`
fn reporter_before(desk: &DatelineDesk<'_>, line: &str, at: usize) -> bool {
    let rest = &line[at..];
    (rest.starts_with("记者") || rest.starts_with("記者")) && place_and_date(desk, line, at + 6).is_some()
}

/// The places, the date, and where both end; neither if the ending follows at once.
fn place_and_date(
    desk: &DatelineDesk<'_>,
    line: &str,
    from: usize,
) -> Option<(Option<Range<usize>>, Option<date::PrintedDate>, usize)> {
    let from = from + line[from..].len() - line[from..].trim_start().len();
    if desk.tables.words.chinese_endings.iter().any(|word| line[from..].starts_with(word.as_str())) {
        return Some((None, None, from));
    }
    for (n, c) in line[from..].char_indices() {
        let at = from + n;
        if n > PLACES_BYTES || "，。：；:;！？“”《》（(".contains(c) {
            return None;
        }
        if let Some((date, bytes)) = begins_date(c).then(|| date::read(desk.tables, &line[at..])).flatten() {
            let end = at + bytes;
            let end = end + line[end..].len() - line[end..].trim_start().len();
            // `“雪龙2”号` holds a number, and no date that copy is sent on.
            if !desk.tables.words.chinese_endings.iter().any(|word| line[end..].starts_with(word.as_str())) {
                continue;
            }
            let text = line[from..at].trim_end();
            return Some(((!text.is_empty()).then(|| from..from + text.len()), Some(date), end));
        }
    }
    None
}

fn begins_date(c: char) -> bool {
    super::cursor::digit(c).is_some() || date::is_han_numeral(c)
}

/// Name and place of `張三台北`: the place is the longest ending that is a city, else the
/// last two characters.
fn split_reporter(desk: &DatelineDesk<'_>, text: &str) -> (Option<String>, usize) {
    let starts: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
    let is_city = |at: &usize| desk.gazetteer.named(&text[*at..]).iter().any(|place| place.kind.is_city());
    let last = starts.iter().rev().take(8).skip(1).rev().copied().collect::<Vec<_>>();
    let place = last.iter().find(|at| is_city(at)).or(starts.iter().rev().nth(1)).copied().unwrap_or(0);
    let name = text[..place].trim();
    ((!name.is_empty()).then(|| name.to_owned()), place)
}
