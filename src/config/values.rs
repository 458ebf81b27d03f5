//! Parses texts of the configuration into finished values, or says what is wrong with them.

use std::net::SocketAddr;
use std::ops::RangeInclusive;
use std::time::Duration;

use url::Url;

use crate::clock::{Zone, read_span, span};
use crate::limits::{Limit, Unit};
use crate::model::web::address;
use crate::model::without_feed_scheme;
use crate::places::{Country, Gazetteer};
use crate::text::acting::acts;
use crate::text::quote::in_quotes;

use super::reading::report::{Complaint, did_you_mean};

/// A span of time within `bounds`.
pub(super) fn duration(text: &str, bounds: &RangeInclusive<Duration>) -> Result<Duration, Complaint> {
    let wrong = || {
        Complaint::new(format!("{} is not a duration", in_quotes(text)))
            .hint("write \"30s\", \"15m\", \"24h\" or \"30d\"")
    };
    let read = read_span(text).ok_or_else(wrong)?;
    within(read, bounds, text, span)
}

/// A number of bytes that `limit` may be set to: `20 MiB`, `512 KiB`, `20 MB`.
pub(super) fn size_of(text: &str, limit: &Limit) -> Result<u64, Complaint> {
    let bounds = limit.setting.as_ref().expect("this limit can be set").range();
    let wrong = || Complaint::new(format!("{} is not a size", in_quotes(text))).hint("write \"20 MiB\" or \"512 KiB\"");
    let trimmed = text.trim();
    let (digits, unit) = trimmed.split_at(trimmed.bytes().take_while(u8::is_ascii_digit).count());
    let unit = unit.trim();
    let unit_bytes: u64 = match unit.to_ascii_lowercase().as_str() {
        "b" => 1,
        "kb" => 1_000,
        "mb" => 1_000_000,
        "gb" => 1_000_000_000,
        "kib" => 1 << 10,
        "mib" => 1 << 20,
        "gib" => 1 << 30,
        _ => return Err(wrong()),
    };
    let bytes = digits.parse::<u64>().ok().and_then(|n| n.checked_mul(unit_bytes)).ok_or_else(wrong)?;
    // In the unit that was written, where the bound is a whole number of it.
    within(bytes, &bounds, text, |bound| {
        match unit_bytes > 1 && bound >= unit_bytes && bound.is_multiple_of(unit_bytes) {
            true => format!("{} {unit}", bound / unit_bytes),
            false => Unit::Bytes.shown(bound),
        }
    })
}

fn within<T: PartialOrd + Copy>(
    value: T,
    bounds: &RangeInclusive<T>,
    text: &str,
    show: impl Fn(T) -> String,
) -> Result<T, Complaint> {
    let (least, most) = (show(*bounds.start()), show(*bounds.end()));
    match value {
        v if v < *bounds.start() => {
            Err(Complaint::new(format!("{} is too little", in_quotes(text))).hint(format!("{least} is the least")))
        }
        v if v > *bounds.end() => {
            Err(Complaint::new(format!("{} is too much", in_quotes(text))).hint(format!("{most} is the most")))
        }
        v => Ok(v),
    }
}

/// The URL of a source: http or https with a host; `feed:` is rewritten (check B35) and a
/// fragment is dropped.
pub(super) fn source_url(text: &str) -> Result<Url, Complaint> {
    let mut url = http_url(&without_feed_scheme(text))?;
    url.set_fragment(None);
    Ok(url)
}

/// An absolute http or https URL. The `url` crate accepts many slips (a third slash, a
/// missing one, line breaks); in a configuration they are refused.
pub(super) fn http_url(text: &str) -> Result<Url, Complaint> {
    if text.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Err(Complaint::new("the URL holds white space").hint("write a space within it as %20"));
    }
    let scheme = text.split_once(':').map(|(scheme, _)| scheme.to_ascii_lowercase());
    match scheme.as_deref() {
        Some("http" | "https") => (),
        Some(scheme) if !scheme.contains(['.', '/', '@']) && scheme != "localhost" => {
            return Err(Complaint::new(format!("`{scheme}:` is not polled")).hint("use http:// or https://"));
        }
        _ => return Err(Complaint::new("the address has no scheme").hint("begin it with https://")),
    }
    let after = text.split_once(':').map_or("", |(_, after)| after);
    let Some(authority) = after.strip_prefix("//") else {
        return Err(Complaint::new(format!("{} is not a URL", in_quotes(text))).hint("write // after the scheme"));
    };
    let no_host = || Complaint::new(format!("{} has no host", in_quotes(text))).hint("write https://host/path");
    if authority.is_empty() || authority.starts_with(['/', '?', '#', '\\']) {
        return Err(no_host());
    }
    let url = Url::parse(text).map_err(|error| match error {
        url::ParseError::EmptyHost => no_host(),
        other => Complaint::new(format!("{} is not a URL: {other}", in_quotes(text))),
    })?;
    match url.domain().map(address::name_fits) {
        Some(Err(refusal)) => {
            Err(Complaint::new(refusal.to_string()).hint("write the name of the host as it is looked up"))
        }
        _ => Ok(url),
    }
}

/// The URL at which readers reach the server: http or https, ending in `/`.
pub(super) fn public_url(text: &str) -> Result<Url, Complaint> {
    let mut url = http_url(text)?;
    if url.query().is_some() || url.fragment().is_some() || !url.username().is_empty() || url.password().is_some() {
        let complaint = Complaint::new("the public URL must consist of scheme, host and path only");
        return Err(complaint.hint("write https://host/ or https://host/path/"));
    }
    if !url.path().ends_with('/') {
        url.set_path(&format!("{}/", url.path()));
    }
    Ok(url)
}

/// The URL at which publishers reach the operator.
pub(super) fn contact(text: &str) -> Result<Url, Complaint> {
    if text.to_ascii_lowercase().starts_with("mailto:") && text.contains('@') && !text.contains(char::is_whitespace) {
        return Url::parse(text).map_err(|error| Complaint::new(format!("{} is not a URL: {error}", in_quotes(text))));
    }
    if text.contains('@') && !text.contains("://") {
        return Err(
            Complaint::new(format!("{} is not a URL", in_quotes(text))).hint(format!("write \"mailto:{text}\""))
        );
    }
    http_url(text)
}

/// A language tag in the shape of BCP 47, its case as RFC 5646 §2.1.1 has it.
pub(super) fn language(text: &str) -> Result<String, Complaint> {
    let wrong =
        |hint: &str| Err(Complaint::new(format!("{} is not a language", in_quotes(text))).hint(hint.to_owned()));
    let usual = "write a BCP 47 tag, as \"en\", \"zh-Hans\" or \"pt-BR\"";
    if text.contains('_') && language(&text.replace('_', "-")).is_ok() {
        return wrong(&format!("write \"{}\"", text.replace('_', "-")));
    }
    let subtags: Vec<&str> = text.split('-').collect();
    let primary_fits = (2..=3).contains(&subtags[0].len()) && subtags[0].bytes().all(|b| b.is_ascii_alphabetic());
    let rest_fits = |t: &&str| (1..=8).contains(&t.len()) && t.bytes().all(|b| b.is_ascii_alphanumeric());
    if !primary_fits || !subtags[1..].iter().all(rest_fits) {
        return wrong(usual);
    }
    let cased = subtags.iter().enumerate().map(|(i, subtag)| match subtag.len() {
        2 if i > 0 => subtag.to_ascii_uppercase(),
        4 if i > 0 && subtag.bytes().all(|b| b.is_ascii_alphabetic()) => {
            format!("{}{}", subtag[..1].to_ascii_uppercase(), subtag[1..].to_ascii_lowercase())
        }
        _ => subtag.to_ascii_lowercase(),
    });
    Ok(cased.collect::<Vec<_>>().join("-"))
}

/// A country by its code of ISO 3166-1.
pub(super) fn country(text: &str) -> Result<Country, Complaint> {
    let places = Gazetteer::built_in();
    let known = |code: &str| Country::new(code).filter(|country| places.country(*country).is_some());
    known(text).ok_or_else(|| {
        let complaint = Complaint::new(format!("{} is no country's code", in_quotes(text)));
        match places.named(text).into_iter().find(|place| place.kind.is_country()) {
            Some(place) => complaint.hint(format!("write \"{}\" for {}", place.country, place.name)),
            None => complaint.hint("write the two letters of ISO 3166-1, as \"CN\""),
        }
    })
}

/// A time zone of the IANA database.
pub(super) fn timezone(text: &str) -> Result<Zone, Complaint> {
    Zone::named(text).filter(|zone| zone.name() == text).ok_or_else(|| {
        let complaint = Complaint::new(format!("unknown time zone {}", in_quotes(text)));
        if let Some(hours) = offset(text) {
            return complaint.hint(of_offset(hours));
        }
        let names = Zone::names();
        let city = text.replace(' ', "_").to_lowercase();
        let is_city = |name: &&String| name.to_lowercase().rsplit('/').next() == Some(&city);
        let near = || did_you_mean(text, names.iter().map(String::as_str));
        if text.len() <= 5 && text.chars().all(|c| c.is_ascii_uppercase()) {
            return complaint
                .hint("letters are no zone: several countries use the same; write a city, as \"Asia/Shanghai\"");
        }
        match names.iter().find(is_city).map(String::as_str).or_else(near) {
            Some(zone) => complaint.hint(format!("did you mean \"{zone}\"?")),
            None => complaint.hint("write an IANA name, as \"Asia/Shanghai\" or \"UTC\""),
        }
    })
}

/// Minutes ahead of UTC that `text` states, as "GMT+1", "UTC-03:30" or "+0530" do.
fn offset(text: &str) -> Option<i32> {
    let upper = text.trim().to_ascii_uppercase().replace('−', "-");
    let rest = ["GMT", "UTC"].into_iter().find_map(|name| upper.strip_prefix(name)).unwrap_or(&upper);
    let ahead = rest.trim_start();
    let (sign, digits) =
        ahead.strip_prefix('+').map(|d| (1, d)).or_else(|| ahead.strip_prefix('-').map(|d| (-1, d)))?;
    let (hours, minutes) = match (digits.split_once(':'), digits.len()) {
        (Some((hours, minutes)), _) => (hours, minutes),
        (None, 4) => digits.split_at(2),
        (None, _) => (digits, "0"),
    };
    let (hours, minutes) = (hours.parse::<u8>().ok()?, minutes.parse::<u8>().ok()?);
    (hours <= 14 && minutes < 60).then(|| sign * (i32::from(hours) * 60 + i32::from(minutes)))
}

/// What to write for an offset: the names of `Etc/` have their signs turned round, as POSIX
/// has it, and no zone of them has halves of hours.
fn of_offset(minutes: i32) -> String {
    let city = "a city, whose clocks change in summer: \"Europe/Berlin\"";
    match (minutes / 60, minutes % 60) {
        (0, 0) => format!("write \"UTC\", or {city}"),
        (hours, 0) if (-12..=14).contains(&hours) => {
            let sign = if hours > 0 { '-' } else { '+' };
            format!("write \"Etc/GMT{sign}{}\" (its sign is turned round), or {city}", hours.abs())
        }
        _ => "write a city of that zone, as \"Asia/Kolkata\"".to_owned(),
    }
}

/// An address and port to listen on.
pub(super) fn listen(text: &str) -> Result<SocketAddr, Complaint> {
    let wrong = || {
        Complaint::new(format!("{} is not an IP address and port to listen on", in_quotes(text)))
            .hint("write IP:PORT, as \"127.0.0.1:8470\" or \"[::1]:8470\"")
    };
    text.parse().map_err(|_| wrong())
}

/// A tag: a word without white space, comma or colon.
pub(super) fn tag(text: &str) -> Result<String, Complaint> {
    let fits =
        !text.is_empty() && !text.contains(|c: char| c.is_whitespace() || c.is_control() || matches!(c, ',' | ':'));
    let wrong = || Complaint::new(format!("{} is not a tag", in_quotes(text))).hint("write one word, as \"wire\"");
    if fits { Ok(text.to_owned()) } else { Err(wrong()) }
}

/// Some text, not blank.
pub(super) fn some_text(text: &str) -> Result<String, Complaint> {
    match text.trim() {
        "" => Err(Complaint::new("is empty").hint("leave it out or write some text")),
        text => Ok(text.to_owned()),
    }
}

/// Some text on one line, for people; nothing but blanks is none.
pub(super) fn one_line(text: &str) -> Result<Option<String>, Complaint> {
    match text.trim() {
        "" => Ok(None),
        text if text.contains(acts) || text.contains('\n') => {
            Err(Complaint::new("holds characters that are not shown").hint("write it on one line"))
        }
        text => Ok(Some(text.to_owned())),
    }
}

/// One of the `choices`.
pub(super) fn choice<T: Copy>(text: &str, choices: &[(&'static str, T)]) -> Result<T, Complaint> {
    if let Some((_, value)) = choices.iter().find(|(word, _)| *word == text) {
        return Ok(*value);
    }
    let words: Vec<&str> = choices.iter().map(|(word, _)| *word).collect();
    Err(Complaint::new(format!("{} is not known", in_quotes(text))).hint(
        match did_you_mean(text, words.iter().copied()) {
            Some(word) => format!("did you mean \"{word}\"?"),
            None => format!("write one of: {}", words.join(", ")),
        },
    ))
}
