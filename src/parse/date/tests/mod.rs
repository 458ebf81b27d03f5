mod clocks;

use super::*;
use crate::clock::Zone;

const NOW: Timestamp = Timestamp::from_millis(1_795_960_000_000); // 2026-11-29

fn show(told: Told) -> String {
    match told {
        Told::At(at) => at.rfc3339(),
        Told::Either => "ambiguous".to_owned(),
        Told::Nothing => "unparseable".to_owned(),
    }
}

/// A date of which nothing more is known.
fn check(raw: &str, expected: &str) {
    check_in("", "UTC", raw, expected);
}

/// A date in a document of `language`, from a source of `zone`.
fn check_in(language: &str, zone: &str, raw: &str, expected: &str) {
    let zone = Zone::named(zone).unwrap();
    let context = DateContext::new(&zone, [Some(language).filter(|language| !language.is_empty())]);
    assert_eq!(show(told(raw, &context)), expected, "{raw:?} in {language:?}, {zone}");
}

/// The dates of one document.
fn check_all(language: &str, zone: &str, dates: &[(&str, &str)]) {
    let zone = Zone::named(zone).unwrap();
    let context = DateContext::new(&zone, [Some(language).filter(|language| !language.is_empty())]);
    let context = context.with_dates(dates.iter().map(|(raw, _)| *raw));
    for (raw, expected) in dates {
        assert_eq!(show(told(raw, &context)), *expected, "{raw:?} in {language:?}, {zone}");
    }
}

#[test]
fn standards_in_all_their_precisions() {
    check("Thu, 21 Nov 2024 08:00:00 -0500", "2024-11-21T13:00:00Z");
    check("2024-11-21T13:00:00.5+08:00", "2024-11-21T05:00:00Z");
    check("2024-11-21", "2024-11-21T00:00:00Z");
    check("2024-11", "2024-11-01T00:00:00Z");
    check("Sun Jan  4 16:29:06 2004", "2004-01-04T16:29:06Z");
    check("20241121T130000Z", "2024-11-21T13:00:00Z");
    check("1520932969", "2018-03-13T09:22:49Z");
}

/// B58: everything that is written differently.
#[test]
fn laxities_of_the_field() {
    check("Fri, 25 Sep 2026 12:00 GMT", "2026-09-25T12:00:00Z");
    check("Thu, 30 Apr 2015 08:57:00 CET", "2015-04-30T07:57:00Z");
    check("Wed, 21 Nov 2024 24:00:00 GMT", "2024-11-22T00:00:00Z");
    check("Fri, 31 Dec 99 23:59:59 GMT", "1999-12-31T23:59:59Z");
    check("mar., 01 déc. 2020 16:11:02 +0000", "2020-12-01T16:11:02Z");
    check("2024年11月21日 21:05", "2024-11-21T21:05:00Z");
    check("Thu, June 22, 2023 at 01:11 PM ET", "2023-06-22T17:11:00Z");
    check("21.11.2024 13:05", "2024-11-21T13:05:00Z");
}

/// Weekdays and other words around a complete date, in any language.
#[test]
fn words_around_a_complete_date_do_no_harm() {
    for raw in [
        "Chủ Nhật, 22/11/2026 - 08:30",
        "22 Kasım 2026 Pazar 08:30",
        "2026年11月22日 星期日 08:30",
        "2026-11-22（星期日）08:30",
        "2026年11月22日(日) 08:30",
        "2026.11.22 (일) 08:30",
        "Dydd Sul, 22/11/2026 08:30",
        "sekmadienis, 2026-11-22 08:30",
        "воскресенье, 22.11.2026 08:30",
        "อาทิตย์ 22/11/2026 08:30 น.",
        "रविवार 22/11/2026 08:30",
        "Publié le 22/11/2026 à 08:30",
        "发布时间：2026-11-22 08:30",
        "Posted: 22/11/2026 08:30",
        "Minggu, 22 November 2026 08:30",
        "Κυριακή, 22 Νοεμβρίου 2026 - 08:30",
        "Vasárnap, 2026. november 22. 08:30",
        "2026. gada 22. novembris 08:30",
        "domingo, 22 de novembro de 2026, 08:30",
        "الأحد 22 نوفمبر/ تشرين الثاني 2026 08:30",
    ] {
        check(raw, "2026-11-22T08:30:00Z");
    }
    // A number too many, a word in between, a zone that nobody knows.
    for raw in [
        "3 days before 22/11/2026",
        "22/11/2026 08:30 room 5",
        "22 or maybe 23/11/2026",
        "Sun, 22 zzz 2026 08:30:00",
        "22/11/2026 08:30 XYZ",
        "22/11/2026 08:30 Moscow time",
        "22/11/2026 08:30, heure de Paris",
        "2026-11-22 08:30 (Moscow time)",
        "November 22-25, 2026",
        "22-25 November 2026",
        "2026-11-22 to 2026-11-25",
        "22/11/2026 08:30 - 09:30",
        "between 20/11/2026 and 22/11/2026",
        "22/11/2026x",
        "http://a.example/2026/11/22/?p=1",
        "<b>22/11/2026</b>",
    ] {
        check(raw, "unparseable");
    }
}

/// B58: a month of one language is never another month of another.
#[test]
fn months_are_read_in_the_documents_language() {
    let check = |language: &str, raw: &str, expected: &str| check_in(language, "UTC", raw, expected);
    check("fi", "3. marraskuuta 2026", "2026-11-03T00:00:00Z");
    check("fi", "9. lokakuuta 2026", "2026-10-09T00:00:00Z");
    check("fi", "17. maaliskuuta 2026", "2026-03-17T00:00:00Z");
    check("fi", "Tue, 17 Mar 2026 08:30:00 GMT", "2026-03-17T08:30:00Z");
    check("fi", "Tue, 17 Mar 2026 08:30", "2026-03-17T08:30:00Z");
    check("hr", "5. lipnja 2026.", "2026-06-05T00:00:00Z");
    check("hr", "5. listopada 2026.", "2026-10-05T00:00:00Z");
    check("hr", "5. lis 2026.", "2026-10-05T00:00:00Z");
    check("pl", "5 listopada 2026", "2026-11-05T00:00:00Z");
    check("pl", "5 lip 2026", "2026-07-05T00:00:00Z");
    check("cs", "5. listopadu 2026", "2026-11-05T00:00:00Z");
    check("cs", "5. srpna 2026", "2026-08-05T00:00:00Z");
    check("hr", "5. srpnja 2026.", "2026-07-05T00:00:00Z");
    check("lt", "2026 m. lapkričio 22 d.", "2026-11-22T00:00:00Z");
    check("et", "22. november 2026", "2026-11-22T00:00:00Z");
    check("eu", "2026ko azaroaren 22a", "2026-11-22T00:00:00Z");
    check("ka", "22 ნოემბერი, 2026", "2026-11-22T00:00:00Z");
    check("hy", "22 նոյեմբերի, 2026", "2026-11-22T00:00:00Z");
    check("he", "22 בנובמבר 2026", "2026-11-22T00:00:00Z");
    check("ar", "22 تشرين الثاني 2026", "2026-11-22T00:00:00Z");
    check("ar", "22 كانون الأول 2025", "2025-12-22T00:00:00Z");
    check("vi", "Ngày 22 tháng 11 năm 2026", "2026-11-22T00:00:00Z");
    check("ca", "22 d’octubre de 2026", "2026-10-22T00:00:00Z");
    check("ca", "22 de novembre de 2026", "2026-11-22T00:00:00Z");
    check("vi", "22 tháng 11, 2026", "2026-11-22T00:00:00Z");
    check("vi", "22 Th11 2026", "2026-11-22T00:00:00Z");
    check("mn", "2026 оны 11-р сарын 22", "2026-11-22T00:00:00Z");
    check("kk", "2026 ж. 22 қараша", "2026-11-22T00:00:00Z");
    check("de", "22. Mrz 2026", "2026-03-22T00:00:00Z");
    check("cy", "22 Tachwedd 2026", "2026-11-22T00:00:00Z");
    check("ga", "22 Samhain 2026", "2026-11-22T00:00:00Z");
    check("de-AT", "22. Jänner 2026", "2026-01-22T00:00:00Z");
    check("fr", "mar. 22 juil. 2025", "2025-07-22T00:00:00Z");
    check("uk", "22 листопада 2026", "2026-11-22T00:00:00Z");
    check("sw", "22 Novemba 2026", "2026-11-22T00:00:00Z");
    // Known in other languages, and the same in all of them.
    check("en", "22 marraskuuta 2026", "2026-11-22T00:00:00Z");
    check("", "22 Kasım 2026", "2026-11-22T00:00:00Z");
    check("", "22 XI 2026", "2026-11-22T00:00:00Z");
    // October in Croatian, November in Polish and Czech.
    check("", "5 listopada 2026", "unparseable");
    check("en", "5 lis 2026", "unparseable");
    check("", "5 srp 2026", "unparseable");
}

#[test]
fn other_digits_and_calendars_are_read() {
    check("٢٢/١١/٢٠٢٦ ٠٨:٣٠", "2026-11-22T08:30:00Z");
    check("२२ नवंबर २०२६", "2026-11-22T00:00:00Z");
    check("２０２６－１１－２２　０８：３０", "2026-11-22T08:30:00Z");
    check("২২/১১/২০২৬", "2026-11-22T00:00:00Z");
    check("២២/១១/២០២៦", "2026-11-22T00:00:00Z");
    check("၂၀၂၆-၁၁-၂၂", "2026-11-22T00:00:00Z");
    check("二〇二六年十一月二十二日", "2026-11-22T00:00:00Z");
    check("令和8年11月22日", "2026-11-22T00:00:00Z");
    check("民國115年11月22日", "2026-11-22T00:00:00Z");
    check("22/11/2569 08:30", "2026-11-22T08:30:00Z");
    check("2569-11-22T08:30:00", "2026-11-22T08:30:00Z");
    check("วันอาทิตย์ที่ 22 พฤศจิกายน พ.ศ. 2569", "2026-11-22T00:00:00Z");
    check("๒๒ พ.ย. ๒๕๖๙ ๐๘:๓๐ น.", "2026-11-22T08:30:00Z");
    check_in("th", "Asia/Bangkok", "22 พ.ย. 69", "2026-11-21T17:00:00Z");
    check("۱ آذر ۱۴۰۵", "2026-11-22T00:00:00Z");
    check("۱۴۰۵/۰۹/۰۱ ۰۸:۳۰", "2026-11-22T08:30:00Z");
    check_in("fa", "Asia/Tehran", "یکشنبه ۱ آذر ۱۴۰۵ - ۰۸:۳۰", "2026-11-22T05:00:00Z");
    check("1405-09-01T08:30:00Z", "2026-11-22T08:30:00Z");
    check("1405/07/31", "unparseable");
}

/// Day or month first: the document tells, then language and zone.
#[test]
fn one_document_has_one_order_of_day_and_month() {
    let three = |order: &str| match order {
        "day" => [
            ("29/11/2026", "2026-11-29T00:00:00Z"),
            ("05/11/2026", "2026-11-05T00:00:00Z"),
            ("12/11/2026", "2026-11-12T00:00:00Z"),
        ],
        _ => [
            ("11/29/2026", "2026-11-29T00:00:00Z"),
            ("11/05/2026", "2026-11-05T00:00:00Z"),
            ("11/12/2026", "2026-11-12T00:00:00Z"),
        ],
    };
    for (language, zone) in [("", "UTC"), ("en-US", "UTC"), ("en", "UTC"), ("en-US", "Etc/UTC"), ("en-GB", "UTC")] {
        check_all(language, zone, &three("day"));
        check_all(language, zone, &three("month"));
    }
    let midday = |language: &str, zone: &str, expected: &str| {
        check_in(language, zone, "05/11/2026 12:00 UTC", expected);
    };
    let (november, may, open) = ("2026-11-05T12:00:00Z", "2026-05-11T12:00:00Z", "ambiguous");
    midday("en-GB", "Europe/London", november);
    midday("en-AU", "UTC", november);
    midday("en-IN", "Asia/Kolkata", november);
    midday("en", "Europe/London", november);
    midday("", "Europe/Paris", november);
    midday("fr", "UTC", november);
    midday("pt-BR", "America/Sao_Paulo", november);
    midday("es", "UTC", november);
    midday("en-US", "America/Chicago", may);
    midday("en-US", "UTC", may);
    midday("en", "America/New_York", may);
    midday("", "America/Los_Angeles", may);
    midday("en-PH", "Asia/Manila", may);
    midday("", "UTC", open);
    midday("en", "UTC", open);
    midday("en-US", "Europe/London", open);
    midday("ja", "Asia/Tokyo", open);
    // A document that contradicts itself tells nothing.
    check_all(
        "",
        "UTC",
        &[("29/11/2026", "2026-11-29T00:00:00Z"), ("11/28/2026", "2026-11-28T00:00:00Z"), ("05/11/2026", open)],
    );
    // Other separators and the other dates of the document.
    check_all("", "UTC", &[("26-11-2026", "2026-11-26T00:00:00Z"), ("05-11-2026", "2026-11-05T00:00:00Z")]);
    check_all(
        "",
        "UTC",
        &[("Mon, 11/26/2026 - 08:30", "2026-11-26T08:30:00Z"), ("11.05.2026", "2026-11-05T00:00:00Z")],
    );
    // Stops put the day first, and a weekday may tell; what is the same both ways needs nothing.
    check("05.11.2026", "2026-11-05T00:00:00Z");
    check("Thu, 05/11/2026", "2026-11-05T00:00:00Z");
    check("Mon 05/11/2026", "2026-05-11T00:00:00Z");
    check("11/11/2026", "2026-11-11T00:00:00Z");
    check_in("ko", "UTC", "26.11.05", "2026-11-05T00:00:00Z");
    check_in("zh-CN", "UTC", "26-11-05 08:30", "2026-11-05T08:30:00Z");
}

#[test]
fn what_is_no_date_stays_none() {
    for raw in ["", "N/A", "Thu, 31 Feb 2024 12:00:00 GMT", "0000-00-00 00:00:00", "3 hours ago", "22013", "{{ date }}"]
    {
        check(raw, "unparseable");
    }
    for raw in
        ["2013-01-28T11:30:00-06:00Textra", "1/2/3/4/2026", "2013-01-27-01", "٣", "二月", "年月日", "....", "+08:00"]
    {
        check(raw, "unparseable");
    }
}

/// B59, B60: product §3.3.
#[test]
fn dates_are_judged() {
    let utc = Zone::UTC;
    let context = DateContext::new(&utc, []);
    let check = |raw: &str, expected: DateVerdict| assert_eq!(judge(raw, &context, NOW), expected, "{raw}");
    let soon = NOW.plus(std::time::Duration::from_secs(599));
    check(&soon.rfc3339(), DateVerdict::Good(Timestamp::from_millis(soon.seconds() * 1000)));
    check(&NOW.plus(std::time::Duration::from_secs(700)).rfc3339(), DateVerdict::Ahead(NOW));
    check("9999-12-31T00:00:00Z", DateVerdict::Ahead(NOW));
    check("05/11/2026", DateVerdict::Ambiguous);
    check("1970-01-01T00:00:00Z", DateVerdict::TooOld);
    check("0001-01-01T00:00:00Z", DateVerdict::Unreadable);
    check("Thu, 01 Jan 99999 00:00:00 GMT", DateVerdict::Unreadable);
}

/// The larger corpus of date strings, where it is at hand.
#[test]
fn the_corpus_of_dates() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/corpus/dates/dates.jsonl");
    let Ok(lines) = std::fs::read_to_string(path) else {
        eprintln!("skipped: no corpus of dates at {path}");
        return;
    };
    let mut tally = std::collections::BTreeMap::<String, (u32, u32)>::new();
    let mut failures = Vec::new();
    for line in lines.lines() {
        let case: serde_json::Value = serde_json::from_str(line).unwrap();
        let text = case["text"].as_str().unwrap();
        let shown = show(told(text, &DateContext::new(&Zone::UTC, [])));
        let shown = if shown == "ambiguous" { "unparseable".to_owned() } else { shown };
        let also = case["also_acceptable"].as_array().is_some_and(|a| a.iter().any(|v| v == shown.as_str()));
        let tier = case["tier"].as_str().unwrap();
        let met = case["expected"] == shown.as_str() || also;
        let entry = tally.entry(tier.to_owned()).or_default();
        *entry = (entry.0 + u32::from(met), entry.1 + 1);
        if !met {
            eprintln!("{tier}: {text:?} read as {shown}, expected {}", case["expected"]);
            failures.push((tier.to_owned(), case["expected"] == "unparseable"));
        }
    }
    eprintln!("dates met of all, by tier: {tally:?}");
    assert_eq!(tally["must"].0, tally["must"].1);
    assert!(tally["should"].0 * 100 >= tally["should"].1 * 95);
    assert!(failures.iter().all(|(_, unparseable)| !unparseable), "an unparseable one was parsed");
}

/// Reading is linear in a text that is bounded: nothing anybody writes takes long.
#[test]
fn hostile_texts_take_no_time() {
    let utc = Zone::UTC;
    let context = DateContext::new(&utc, [Some("fi"), Some("hr")]);
    for unit in [
        "1/2/", "mar ", "2026 ", "a1 ", "+", "((", "١", "年", "二", "08:30 ", "GMT+", "тра ", "m m ", "é.", "11-",
        "Mar 1 ", "1 pm ", "3 de la ",
    ] {
        let text = unit.repeat(super::read::LONGEST / unit.len());
        let before = crate::clock::ran();
        let said = told(&text, &context);
        let took = crate::clock::ran() - before;
        // A build without optimisation takes 5 ms at most.
        assert!(took < 100_000_000, "{unit}: {took} ns for {said:?}");
    }
}
