//! Listing pages in the manner of municipal systems of fifteen countries (B205).

use super::lists::{DAYS, SAID, list, page, proposed};
use super::*;

/// What is expected of a page: its eight headlines, each with its day.
fn check(kind: &str, bytes: &[u8], failed: &mut Vec<String>) {
    let (proposal, parsed) = match proposed(bytes) {
        Ok(made) => made,
        Err(why) => return failed.push(format!("{kind}: {why}")),
    };
    let zone = Zone::named("Asia/Shanghai").unwrap();
    let day = |at: Timestamp| zone.wall(at).date().to_string();
    let got: Vec<(String, Option<String>)> =
        parsed.entries.iter().map(|e| (e.title.clone(), e.published.map(day))).collect();
    let expected: Vec<(String, Option<String>)> =
        SAID.iter().zip(DAYS).map(|(said, day)| ((*said).to_owned(), Some(format!("2026-11-{day:02}")))).collect();
    if got != expected {
        failed.push(format!("{kind}: {:?} {:?}\n  {:?}\n  {got:?}", proposal.lines, proposal.remarks, parsed.warnings));
    }
}

fn digits(zero: u32, number: impl ToString) -> String {
    number.to_string().chars().filter_map(|c| char::from_u32(zero + c.to_digit(10)?)).collect()
}

/// B205: each of fifteen kinds comes out whole, with its days.
#[test]
fn municipal_systems_of_many_countries_are_read_b205() {
    let mut failed = Vec::new();
    let mut with = |kind: &str, lang: &str, body: String| check(kind, &page(lang, &body), &mut failed);

    // Liferay: portlets within portlets, the date in words behind "Data publikacji".
    let rows = list(|at, said, day| {
        format!(
            "<div class='asset-abstract default-asset-publisher'><h3 class=asset-title><a href='/-/n{at}?p_p_id=101'>{said}</a></h3>\
             <div class=asset-metadata>Data publikacji: <span class=metadata-publish-date>{day} listopada 2026 r.</span> | Liczba odsłon: {}</div>\
             <div class=asset-more><a href='/-/n{at}?p_p_id=101'>Czytaj więcej o {at}</a></div></div>",
            1200 + at
        )
    });
    with("Poland, Liferay", "pl", format!("<div class=portlet-body>{rows}</div>"));

    // A box with the day, the month cut short, and a card that is one link.
    let rows = list(|at, said, day| {
        format!(
            "<div class='col-md-4'><a class='haber-kutu' href=/haber/{at}><div class=tarih><span class=gun>{day}</span>\
             <span class=ay>Kas</span><span class=yil>2026</span></div><img src=/{at}.jpg alt=''><h4>{said}</h4></a></div>"
        )
    });
    with("Turkey, cards", "tr", format!("<div class=row>{rows}</div>"));

    // A board whose rows call scripts beside real links, with the number of readers.
    let rows = list(|at, said, day| {
        format!(
            "<li><a href='./view.do?seq={at}&amp;mId=010' onclick='return go({at})'><p class=tit>{said}</p><ul class=info>\
             <li>작성자 : 국제협력과</li><li>작성일 : 2026-11-{day:02}</li><li>조회수 : {}</li></ul></a></li>",
            2030 - at
        )
    });
    with("Korea, a board of cards", "ko", format!("<form><ul class=bbs_list>{rows}</ul></form>"));

    // Days as terms over lists.
    let mut body = String::new();
    for (at, (said, day)) in SAID.iter().zip(DAYS).enumerate() {
        body.push_str(&format!(
            "<dt class=list-title>令和8年11月{day}日（日曜日）</dt><dd><ul class=link-list><li><a href=/press/{at}.html>{said}</a></li></ul></dd>"
        ));
    }
    with("Japan, a day each", "ja", format!("<dl class=title-list>{body}</dl>"));

    // ROC years in a table with the unit and a label for phones.
    let rows = list(|at, said, day| {
        format!(
            "<tr><td class=td1 data-title=序號>{}</td><td data-title=標題><span><a href='News_Content.aspx?n={at}' title='{said}'>{said}</a></span></td>\
             <td data-title=發布單位>國際事務處</td><td data-title=發布日期>115-11-{day:02}</td></tr>",
            at + 1
        )
    });
    with(
        "Taiwan, a table",
        "zh-Hant",
        format!(
            "<form id=aspnetForm><table><thead><tr><th>序號</th><th>標題</th><th>發布單位</th><th>發布日期</th></tr></thead><tbody>{rows}</tbody></table></form>"
        ),
    );

    // Buddhist years, months cut short.
    let rows = list(|at, said, day| {
        format!(
            "<div class='news-item'><a href=/th/news/{at}><img src=/{at}.jpg></a><div class=txt><span class=date><i class=fa></i> {day} พ.ย. 2569</span>\
             <a href=/th/news/{at}>{said}</a></div></div>"
        )
    });
    with("Thailand", "th", format!("<div class=news-list>{rows}</div>"));

    // From right to left, with a label before the date.
    let rows = list(|at, said, day| {
        format!(
            "<li class=views-row><div class=views-field-title><span class=field-content><a href=/he/news/{at}>{said}</a></span></div>\
             <div class=views-field-created><span class=views-label>תאריך פרסום: </span><span class=field-content>{day:02}/11/2026</span></div></li>"
        )
    });
    with("Israel", "he", format!("<div dir=rtl><ul>{rows}</ul></div>"));

    // Solar Hijri days in Persian digits: 22 November 2026 is 1 Azar 1405.
    let persian = |day: u8| {
        let (day, month) = if day == 22 { (1, "آذر") } else { (day + 9, "آبان") };
        format!("{} {month} {}", digits(0x6f0, day), digits(0x6f0, 1405))
    };
    let rows = list(|at, said, day| {
        format!("<div class='news-row'><time>{}</time><h2><a href=/fa/news/{at}>{said}</a></h2></div>", persian(day))
    });
    with("Iran", "fa", format!("<section class=archive>{rows}</section>"));

    // Plone: the date and the hour behind words.
    let rows = list(|at, said, day| {
        format!(
            "<article class=tileItem><span class=subtitle>Relações Internacionais</span><h2 class=tileHeadline><a class='summary url' href=/noticias/{at}>{said}</a></h2>\
             <span class=documentByLine>publicado <span class=summary-view-icon><i class=icon-day></i> {day:02}/11/2026</span> \
             <span class=summary-view-icon><i class=icon-hour></i> 10h{:02}</span></span></article>",
            10 + at
        )
    });
    with("Brazil, Plone", "pt-BR", format!("<div id=content-core>{rows}</div>"));

    // A span of days, day and month without a leading zero.
    let rows = list(|at, said, day| {
        format!(
            "<li class=liftup><a href=/uutiset/{at}><span class=liftup__date>Julkaistu {day}.11.2026 klo 9.{:02}</span><span class=liftup__title>{said}</span></a></li>",
            10 + at
        )
    });
    with("Finland", "fi", format!("<ul class=liftups>{rows}</ul>"));

    // Days over groups of entries, in the genitive and with the weekday.
    let greek: [&str; 7] = ["Κυριακή", "Παρασκευή", "Πέμπτη", "Τρίτη", "Παρασκευή", "Τετάρτη", "Παρασκευή"];
    let (mut body, mut expected) = (String::new(), Vec::new());
    for (number, weekday) in greek.iter().enumerate() {
        body.push_str(&format!("<h4>{weekday}, {} Νοεμβρίου 2026</h4><ul>", DAYS[number]));
        let here = if number == 6 { 6..8 } else { number..number + 1 };
        for at in here {
            body.push_str(&format!("<li><a href=/el/{at}>{}</a></li>", SAID[at]));
            expected.push(DAYS[number]);
        }
        body.push_str("</ul>");
    }
    let (proposal, parsed) = proposed(&page("el", &format!("<main>{body}</main>"))).unwrap();
    let zone = Zone::named("Asia/Shanghai").unwrap();
    let got: Vec<Option<i8>> = parsed.entries.iter().map(|e| Some(zone.wall(e.published?).date().day())).collect();
    let expected: Vec<Option<i8>> = expected.iter().map(|day| i8::try_from(*day).ok()).collect();
    assert_eq!(got, expected, "Greece: {:?} {:?}", proposal.lines, proposal.remarks);

    // Georgian months.
    let rows = list(|at, said, day| {
        format!(
            "<div class=news_block><div class=news_date>{day} ნოემბერი, 2026</div><div class=news_title><a href='/ge/news?id={at}'>{said}</a></div></div>"
        )
    });
    with("Georgia", "ka", format!("<div class=content>{rows}</div>"));

    // The hour before the day.
    let rows = list(|at, said, day| {
        format!(
            "<div class='entry news'><div class=entry-title><a href=/news/{at}.html>{said}</a></div><div class=entry-meta>Опубліковано {day:02} листопада 2026 року о 10:{:02}</div></div>",
            10 + at
        )
    });
    with("Ukraine", "uk", format!("<div class=entries>{rows}</div>"));

    // Joomla: a list of details.
    let rows = list(|at, said, day| {
        format!(
            "<div class='items-row cols-1 row-{at}'><div class=item><h2><a href='/berita/{at}-kota'>{said}</a></h2><dl class=article-info>\
             <dt class=article-info-term>Detail</dt><dd class=published>Diterbitkan: {day:02} November 2026</dd><dd class=hits>Dilihat: {}</dd></dl></div></div>",
            2026 + at
        )
    });
    with("Indonesia, Joomla", "id", format!("<div class=blog>{rows}</div>"));

    // The date in brackets behind the headline, inside the link.
    let rows = list(|at, said, day| {
        format!(
            "<li><a href='/vi/tin-tuc/{at}' title='{said}'>{said} <span class=ngay>({day:02}/11/2026)</span></a></li>"
        )
    });
    with("Vietnam", "vi", format!("<ul class=tin>{rows}</ul>"));

    // A table whose first column is the day without its year, below a year.
    let rows = list(|at, said, day| {
        format!("<tr><td>{day}.11.</td><td><a href=/hu/{at}>{said}</a></td></tr>")
            .replace(&format!("{day}.11."), &format!("11.{day:02}."))
    });
    with("Hungary", "hu", format!("<h2>2026</h2><table class=hirek>{rows}</table>"));
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}
