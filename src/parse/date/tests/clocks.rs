//! Times of day and zones.

use super::*;

/// B58: clocks and figures in all their forms.
#[test]
fn clocks_are_read_however_they_are_parted() {
    for raw in [
        "22/11/2026 08h30",
        "22/11/2026 8 h 30",
        "22/11/2026 à 08h30min",
        "22.11.2026 kl. 08.30",
        "22.11.2026 klo 8.30",
        "22.11.2026 08.30.00",
        "22.11.2026, 8.30 Uhr",
        "20261122083000",
        "202611220830",
        "20261122083000000",
        "20261122 08:30",
        "20261122083000Z",
        "2026:11:22 08:30:00",
        "2026-011-22T08:30:00Z",
        "22/11/2026 0830 hrs",
        "22 November 2026 0830",
        "2026年11月22日 8时30分",
        "2026년 11월 22일 오전 8시 30분",
        "22 tháng 11 năm 2026, 8 giờ 30 phút",
        "22 noiembrie 2026, ora 8:30",
        "08:30, 22/11/2026",
        "22/11/2026 - 08:30",
        "22-11-2026 8:30 am",
        "1795336200",
        "1795336200000000",
    ] {
        check(raw, "2026-11-22T08:30:00Z");
    }
    check("20261122083000+0800", "2026-11-22T00:30:00Z");
    check("22/11/2026, 08:30 (GMT+7)", "2026-11-22T01:30:00Z");
    check("22/11/2026 08:30 UTC+08:00", "2026-11-22T00:30:00Z");
    check("22.11.2026 kl. 08.30 +0100", "2026-11-22T07:30:00Z");
    check("22. November 2026, 8 Uhr", "2026-11-22T08:00:00Z");
    check("2026年11月22日 下午3点半", "2026-11-22T15:30:00Z");
    check("2026-11-22 午後3時05分", "2026-11-22T15:05:00Z");
    check("22 نوفمبر 2026 08:30 م", "2026-11-22T20:30:00Z");
    check_in("vi", "UTC", "22/11/2026 8:30 CH", "2026-11-22T20:30:00Z");
    check_in("el", "UTC", "22/11/2026 8:30 μ.μ.", "2026-11-22T20:30:00Z");
    check_in("es", "UTC", "22 de noviembre de 2026, 8:30 p. m.", "2026-11-22T20:30:00Z");
    check("22-NOV-26 08.30.00.000000 PM", "2026-11-22T20:30:00Z");
    check("22/Nov/2026:08:30:00 +0100", "2026-11-22T07:30:00Z");
    check_in("de", "UTC", "22.11.2026, 8:30 Uhr abends", "2026-11-22T20:30:00Z");
    check_in("vi", "UTC", "3 giờ chiều 22/11/2026", "2026-11-22T15:00:00Z");
    check_in("hi", "UTC", "22 नवंबर 2026, शाम 5:30", "2026-11-22T17:30:00Z");
    check_in("id", "UTC", "22 November 2026, 8.30 malam", "2026-11-22T20:30:00Z");
    check_in("es", "UTC", "22/11/2026, 8:30 de la tarde", "2026-11-22T20:30:00Z");
    check("2026年11月22日 晚上8:30", "2026-11-22T20:30:00Z");
    check("2026年11月22日 凌晨1:30", "2026-11-22T01:30:00Z");
    for raw in [
        "22 November 2026 at noon",
        "Sunday, 22 November 2026, 12 noon",
        "noon on 22 November 2026",
        "22 November 2026 at 12:00 noon",
        "22 November 2026 midday UTC",
    ] {
        check(raw, "2026-11-22T12:00:00Z");
    }
    check("22 November 2026, noon EST", "2026-11-22T17:00:00Z");
    check_in("de", "UTC", "22. November 2026, mittags", "2026-11-22T12:00:00Z");
    check_in("es", "UTC", "22 de noviembre de 2026 al mediodía", "2026-11-22T12:00:00Z");
    check("22 November 2026 at midnight", "2026-11-22T00:00:00Z");
    check("22 November 2026 12 midnight", "2026-11-22T00:00:00Z");
    check("22/11/2026 25h10", "unparseable");
    // B220: behind a dash stand clocks with a minute that could be a month, too.
    check_in("it", "UTC", "27/11/2026 - 09.10", "2026-11-27T09:10:00Z");
    check_in("de", "UTC", "27.11.2026 - 14.05", "2026-11-27T14:05:00Z");
    check_in("it", "UTC", "27 nov 2026 - 09.10", "2026-11-27T09:10:00Z");
    check_in("en", "UTC", "27 November 2026 - 9.05", "2026-11-27T09:05:00Z");
    check_in("it", "UTC", "22/11/2026 - ore 09.10", "2026-11-22T09:10:00Z");
    check_in("es", "UTC", "22/11/2026 a las 9.05", "2026-11-22T09:05:00Z");
    for range in ["22.11.2026 - 23.11.", "22.11.2026 - 23.11", "22.11.2026 bis 23.11", "24.11 - 26.11.2026"] {
        check_in("de", "UTC", range, "unparseable");
    }
    check("20261322083000", "unparseable");
}

/// `CST`, `IST`, `BST` by what the source's zone calls its clocks.
#[test]
fn abbreviations_mean_the_sources_clocks() {
    let check = |zone: &str, raw: &str, expected: &str| check_in("", zone, raw, expected);
    check("Asia/Shanghai", "Thu Nov 05 08:30:00 CST 2026", "2026-11-05T00:30:00Z");
    check("Asia/Taipei", "Thu, 05 Nov 2026 08:30:00 CST", "2026-11-05T00:30:00Z");
    check("America/Chicago", "Thu, 05 Nov 2026 08:30:00 CST", "2026-11-05T14:30:00Z");
    check("America/Chicago", "Thu, 05 Nov 2026 08:30:00 EST", "2026-11-05T13:30:00Z");
    check("America/New_York", "Thu, 05 Nov 2026 08:30:00 CST", "2026-11-05T14:30:00Z");
    check("America/Havana", "Wed, 05 Nov 2025 08:30:00 CST", "2025-11-05T13:30:00Z");
    check("UTC", "Thu, 05 Nov 2026 08:30:00 CST", "2026-11-05T14:30:00Z");
    check("Asia/Kolkata", "Thu, 05 Nov 2026 08:30:00 IST", "2026-11-05T03:00:00Z");
    check("Asia/Jerusalem", "Thu, 05 Nov 2026 08:30:00 IST", "2026-11-05T06:30:00Z");
    check("Europe/Dublin", "Sun, 05 Jul 2026 08:30:00 IST", "2026-07-05T07:30:00Z");
    check("Europe/London", "Sun, 05 Jul 2026 08:30:00 BST", "2026-07-05T07:30:00Z");
    check("Asia/Dhaka", "Thu, 05 Nov 2026 08:30:00 BST", "2026-11-05T02:30:00Z");
    check("Australia/Sydney", "Sun, 05 Jul 2026 08:30:00 EST", "2026-07-04T22:30:00Z");
    check("Australia/Adelaide", "Sun, 05 Jul 2026 08:30:00 CST", "2026-07-04T23:00:00Z");
    check("Asia/Riyadh", "Thu, 05 Nov 2026 08:30:00 AST", "2026-11-05T05:30:00Z");
    check("America/Halifax", "Thu, 05 Nov 2026 08:30:00 AST", "2026-11-05T12:30:00Z");
    check("Asia/Manila", "Thu, 05 Nov 2026 08:30:00 PST", "2026-11-05T00:30:00Z");
    check("Asia/Yerevan", "Thu, 05 Nov 2026 08:30:00 AMT", "2026-11-05T04:30:00Z");
    check("Asia/Shanghai", "Thu, 05 Nov 2026 08:30:00 GMT", "2026-11-05T08:30:00Z");
    check("Asia/Shanghai", "Thu, 05 Nov 2026 08:30:00 Eastern Standard Time", "2026-11-05T13:30:00Z");
    check("Asia/Hong_Kong", "Thu, 05 Nov 2026 08:30:00 CST", "2026-11-05T00:30:00Z");
    check("Asia/Shanghai", "Thu, 05 Nov 2026 08:30:00 Central European Time", "2026-11-05T07:30:00Z");
    check("Asia/Shanghai", "5 November 2026, 08:30 (Eastern Time)", "2026-11-05T13:30:00Z");
    check_in("zh-CN", "UTC", "Thu Nov 05 08:30:00 CST 2026", "2026-11-05T00:30:00Z");
}

/// Zones whose clocks are other than the data of 2025 foresaw.
#[test]
fn a_date_without_zone_is_local_by_the_data_of_today() {
    check_in("", "America/Vancouver", "Sat, 28 Nov 2026 10:00:00", "2026-11-28T17:00:00Z");
    check_in("", "America/Winnipeg", "Sat, 28 Nov 2026 10:00:00", "2026-11-28T15:00:00Z");
    check_in("", "Africa/Casablanca", "Sat, 28 Nov 2026 10:00:00", "2026-11-28T10:00:00Z");
    check_in("", "UTC", "Sat, 28 Nov 2026 10:00:00 America/Edmonton", "2026-11-28T16:00:00Z");
}

#[test]
fn a_date_without_zone_is_local_to_its_source() {
    check_in("", "Asia/Shanghai", "2024-11-21 21:00", "2024-11-21T13:00:00Z");
    // In the hour that a clock skips, and in the one it tells twice.
    check_in("", "Europe/Berlin", "2024-03-31 02:30", "2024-03-31T01:30:00Z");
    check_in("", "Europe/Berlin", "2024-10-27 02:30", "2024-10-27T00:30:00Z");
}

/// B133: a count, an hour or a second day beside day and month is no year.
#[test]
fn counts_and_hours_are_no_years_b133() {
    for (language, raw) in [
        ("en", "Nov 22, 10"),
        ("en", "Nov 22 · 12 min read"),
        ("en", "Nov 22 12 comments"),
        ("en", "Nov 22 12"),
        ("en", "May 11, 12 people hurt"),
        ("en", "Mar 15 18 likes"),
        ("en", "3rd Nov 99 likes"),
        ("en", "22 Nov 12 comments"),
        ("en", "22 Nov, 12"),
        ("en", "22 Nov 12 1530"),
        ("en", "Nov 22-24"),
        ("en", "22-24 Nov"),
        ("en", "5 11 12"),
        ("en", "Nov 22, 10 am"),
        ("en", "22 Nov, 10 pm"),
        ("en", "Nov 25 at 11 PM"),
        ("en", "25 Nov, 12 noon"),
        ("de", "22. Nov, 15 Std"),
        ("de", "22. Nov. 15 Kommentare"),
        ("de", "5 am 22. November"),
        ("fr", "22 nov., 15 commentaires"),
        ("es", "22 de noviembre, 12 comentarios"),
        ("ru", "22 ноября 15 комментариев"),
        ("pl", "22 listopada 14 komentarzy"),
        ("tr", "22 Kasım 15 yorum"),
        ("id", "22 November 15 komentar"),
    ] {
        check_in(language, "UTC", raw, "unparseable");
    }
    for (language, raw) in [
        ("en", "22-Nov-26"),
        ("en", "Nov-22-26"),
        ("en", "22/Nov/26"),
        ("en", "22 Nov 26"),
        ("en", "Sun, 22 Nov 26"),
        ("en", "22 Nov 26, Sunday"),
        ("en", "22nd Nov '26"),
        ("en", "Nov 22 '26"),
        ("en", "22 Nov 26 00:00 GMT"),
        ("en", "22 Nov 26 GMT"),
        ("en", "22 Nov 26 at 12 am"),
        ("de", "22. Nov. 26"),
        ("de", "22. Nov 26, 00:00 Uhr"),
        ("es", "22 de nov de 26"),
        ("ru", "22 нояб. 26 г."),
        ("th", "22 พ.ย. 69 เวลา 00:00 น."),
    ] {
        check_in(language, "UTC", raw, "2026-11-22T00:00:00Z");
    }
}

/// B58: an hour with the half of its day, without minutes.
#[test]
fn hours_with_the_half_of_the_day_are_clocks() {
    for (language, raw, expected) in [
        ("en", "22 November 2026, 10 am", "2026-11-22T10:00:00Z"),
        ("en", "Nov 22, 2026 at 10pm", "2026-11-22T22:00:00Z"),
        ("en", "Nov 22, 2026 10 p.m. EST", "2026-11-23T03:00:00Z"),
        ("en", "22 November 2026, 12 noon", "2026-11-22T12:00:00Z"),
        ("en", "12 am, 22 November 2026", "2026-11-22T00:00:00Z"),
        ("es", "22 de noviembre de 2026, 5 de la tarde", "2026-11-22T17:00:00Z"),
        ("es", "22 de noviembre de 2026, 5 p. m.", "2026-11-22T17:00:00Z"),
        ("zh", "2026年11月22日 晚上12:30", "2026-11-22T00:30:00Z"),
        ("zh", "2026年11月22日 晚上12点", "2026-11-22T00:00:00Z"),
        ("zh", "2026年11月22日 晚上8:30", "2026-11-22T20:30:00Z"),
        ("zh", "2026年11月22日 下午12:30", "2026-11-22T12:30:00Z"),
        ("yue", "2026年11月22日 夜晚12:30", "2026-11-22T00:30:00Z"),
        ("ja", "2026年11月22日 夜12:30", "2026-11-22T00:30:00Z"),
        ("es", "22 de noviembre de 2026, 12:30 de la noche", "2026-11-22T00:30:00Z"),
    ] {
        check_in(language, "UTC", raw, expected);
    }
    // "5 a 8": from five to eight, in Spanish.
    check_in("es", "UTC", "5 a 8 de noviembre de 2026", "unparseable");
    check_in("de", "UTC", "Heft 10 am 22. November 2026", "unparseable");
}

/// The names of clocks where the source's zone has another name, or one much like them.
#[test]
fn clocks_of_utc_and_of_alaska_have_their_names() {
    for utc in ["UTC", "Etc/UTC", "Etc/Zulu", "Universal"] {
        check_in("zh", utc, "Thu, 05 Nov 2026 08:30:00 CST", "2026-11-05T00:30:00Z");
        check_in("he", utc, "Thu, 05 Nov 2026 08:30:00 IST", "2026-11-05T06:30:00Z");
    }
    check_in("", "America/Anchorage", "Thu, 05 Nov 2026 08:30:00 KST", "2026-11-04T23:30:00Z");
    check_in("", "America/Anchorage", "Thu, 05 Nov 2026 08:30:00 AKST", "2026-11-05T17:30:00Z");
    check_in("", "Australia/Perth", "Thu, 05 Nov 2026 08:30:00 WST", "2026-11-05T00:30:00Z");
    check_in("", "Australia/Sydney", "Thu, 05 Nov 2026 08:30:00 EDT", "2026-11-04T21:30:00Z");
}
