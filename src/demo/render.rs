//! Items as the documents of each wire.

use quick_xml::escape::escape;
use serde_json::json;

use super::item::{DemoItem, local};
use super::window::changed_at;
use super::wire::Wire;
use crate::clock::Timestamp;

/// How much of the text a teaser holds, in characters.
const TEASER: usize = 250;

/// The document of `wire` with `items`; `base` is the server's address without a
/// slash at its end.
pub fn document(wire: Wire, items: &[DemoItem], base: &str) -> String {
    match wire {
        Wire::Globe | Wire::Prn | Wire::Xinhua | Wire::Yonhap => rss(wire, items, base),
        Wire::City => atom(items, base),
        Wire::Agency => json_feed(items, base),
        Wire::Noise => rdf(items, base),
    }
}

/// An item as a page, so that links lead somewhere.
pub fn page(item: &DemoItem) -> String {
    format!(
        "<!DOCTYPE html>\n<html lang=\"{}\"><meta charset=\"utf-8\"><title>{title}</title>\n<h1>{title}</h1>\n{}\n\
         <p><small>Invented copy of a demonstration.</small></p></html>\n",
        item.wire.language().tag(),
        html(item),
        title = escape(&item.title),
    )
}

/// The list of wires as a page.
pub fn index() -> String {
    let line = |wire: &Wire| format!("<li><a href=\"{}\">{}</a>", wire.path(), wire.title());
    let list: Vec<String> = super::wire::WIRES.iter().map(line).collect();
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><meta charset=\"utf-8\"><title>Demonstration wires</title>\n\
         <h1>Demonstration wires</h1>\n<p>All copy is invented.</p>\n<ul>\n{}\n</ul></html>\n",
        list.join("\n")
    )
}

fn link(item: &DemoItem, base: &str) -> String {
    format!("{base}/{}/{}/{}.html", item.wire.slug(), item.number, item.slug)
}

/// What the wire sets below the text.
fn tail(item: &DemoItem) -> Vec<String> {
    match item.wire {
        Wire::Globe => vec![
            format!("About {}", item.issuer),
            format!("{} publishes its news on this wire as it happens.", item.issuer),
            format!("Contact: Press desk, {}, press@desk.example", item.issuer),
        ],
        Wire::Prn => vec![format!("SOURCE {}", item.issuer)],
        Wire::Xinhua => vec!["（完）".to_owned()],
        Wire::Yonhap => vec!["(끝)".to_owned()],
        Wire::City | Wire::Agency | Wire::Noise => Vec::new(),
    }
}

/// Dateline, text and tail as paragraphs.
fn lines(item: &DemoItem) -> Vec<String> {
    let mut lines = item.paragraphs.clone();
    if let Some(lead) = lines.first_mut() {
        lead.insert_str(0, &item.dateline);
    }
    lines.extend(tail(item));
    lines
}

fn html(item: &DemoItem) -> String {
    lines(item).iter().map(|line| format!("<p>{}</p>", escape(line))).collect()
}

/// The beginning, cut between words.
fn teaser(item: &DemoItem) -> String {
    let all = format!("{}{}", item.dateline, item.paragraphs.join(" "));
    match all.char_indices().nth(TEASER) {
        None => all,
        Some((cut, _)) => format!("{}...", all[..cut].rsplit_once(' ').map_or(&all[..cut], |(head, _)| head)),
    }
}

/// A date as the wire writes it: GlobeNewswire leaves the seconds out.
fn rss_date(wire: Wire, at: Timestamp) -> String {
    let pattern = if wire == Wire::Globe { "%a, %d %b %Y %H:%M GMT" } else { "%a, %d %b %Y %H:%M:%S %z" };
    local(wire, at).strftime(pattern).to_string()
}

fn rss(wire: Wire, items: &[DemoItem], base: &str) -> String {
    let body: String = items.iter().map(|item| rss_item(item, base)).collect();
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<rss version=\"2.0\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" \
         xmlns:media=\"http://search.yahoo.com/mrss/\" xmlns:prn=\"http://www.prnewswire.com/rss/prn\">\n<channel>\n\
         <title>{title}</title>\n<link>{base}/</link>\n<description>{title}: invented copy</description>\n\
         <language>{language}</language>\n<lastBuildDate>{built}</lastBuildDate>\n{body}</channel>\n</rss>\n",
        title = escape(wire.title()),
        language = wire.language().tag().to_lowercase(),
        built = rss_date(wire, changed_at(items)),
    )
}

fn rss_item(item: &DemoItem, base: &str) -> String {
    let link = link(item, base);
    let (title, date) = (escape(&item.title), rss_date(item.wire, item.published_at));
    let issuer = escape(&item.issuer);
    let rest = match item.wire {
        Wire::Globe => format!(
            "<guid isPermaLink=\"true\">{link}</guid>\n{stock}<description><![CDATA[{}]]></description>\n\
             <dc:identifier>{}</dc:identifier>\n<dc:contributor>{issuer}</dc:contributor>\n\
             <dc:language>en</dc:language>\n<dc:modified>{}</dc:modified>\n<dc:subject>{}</dc:subject>\n",
            html(item),
            item.number,
            rss_date(item.wire, item.updated_at),
            item.desk,
            stock = item.ticker.map_or_else(String::new, |t| format!(
                "<category domain=\"{base}/rss/stock\">{}</category>\n",
                escape(t)
            )),
        ),
        Wire::Prn => format!(
            "<guid isPermaLink=\"true\">{link}</guid>\n<description>{}</description>\n\
             <dc:contributor>{issuer}</dc:contributor>\n<prn:subject>{}</prn:subject>\n\
             <media:credit>PRNewswire</media:credit>\n",
            escape(teaser(item)),
            item.desk,
        ),
        Wire::Yonhap => format!(
            "<guid isPermaLink=\"false\">AKR{}{}</guid>\n<author>한서윤</author>\n<category>{}</category>\n\
             <description>{}</description>\n",
            local(item.wire, item.published_at).strftime("%Y%m%d"),
            item.number,
            item.desk,
            escape(lines(item).join("\n\n")),
        ),
        _ => format!("<description><![CDATA[{}]]></description>\n", html(item)),
    };
    format!("<item>\n<title>{title}</title>\n<link>{link}</link>\n<pubDate>{date}</pubDate>\n{rest}</item>\n")
}

fn atom(items: &[DemoItem], base: &str) -> String {
    let entry = |item: &DemoItem| {
        format!(
            "<entry>\n<id>tag:desk.example,2026:{}</id>\n<title>{}</title>\n<link rel=\"alternate\" href=\"{}\"/>\n\
             <published>{}</published>\n<updated>{}</updated>\n<author><name>{}</name></author>\n\
             <category term=\"{}\"/>\n<content type=\"html\">{}</content>\n</entry>\n",
            item.number,
            escape(&item.title),
            link(item, base),
            item.published_at,
            item.updated_at,
            escape(&item.issuer),
            item.desk,
            escape(html(item)),
        )
    };
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"en\">\n\
         <id>tag:desk.example,2026:offices</id>\n<title>{}</title>\n<link rel=\"self\" href=\"{base}{}\"/>\n\
         <link rel=\"alternate\" href=\"{base}/\"/>\n<updated>{}</updated>\n{}</feed>\n",
        escape(Wire::City.title()),
        Wire::City.path(),
        changed_at(items),
        items.iter().map(entry).collect::<String>(),
    )
}

fn json_feed(items: &[DemoItem], base: &str) -> String {
    let item = |item: &DemoItem| {
        json!({
            "id": format!("HP-{}", item.number),
            "url": link(item, base),
            "title": item.title,
            "content_text": lines(item).join("\n\n"),
            "date_published": item.published_at.rfc3339(),
            "date_modified": item.updated_at.rfc3339(),
            "authors": [{ "name": "Harbour Press" }],
            "tags": [item.desk],
        })
    };
    let feed = json!({
        "version": "https://jsonfeed.org/version/1.1",
        "title": Wire::Agency.title(),
        "home_page_url": format!("{base}/"),
        "feed_url": format!("{base}{}", Wire::Agency.path()),
        "language": "en",
        "items": items.iter().map(item).collect::<Vec<_>>(),
    });
    format!("{feed:#}\n")
}

fn rdf(items: &[DemoItem], base: &str) -> String {
    let seat = |item: &DemoItem| format!("<rdf:li rdf:resource=\"{}\"/>\n", link(item, base));
    let body = |item: &DemoItem| {
        let link = link(item, base);
        format!(
            "<item rdf:about=\"{link}\">\n<title>{}</title>\n<link>{link}</link>\n<description>{}</description>\n\
             <dc:date>{}</dc:date>\n<dc:subject>{}</dc:subject>\n</item>\n",
            escape(&item.title),
            escape(lines(item).join(" ")),
            item.published_at,
            item.desk,
        )
    };
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\" \
         xmlns=\"http://purl.org/rss/1.0/\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\">\n\
         <channel rdf:about=\"{base}{}\">\n<title>{}</title>\n<link>{base}/</link>\n\
         <description>Invented copy</description>\n<items><rdf:Seq>\n{}</rdf:Seq></items>\n</channel>\n{}</rdf:RDF>\n",
        Wire::Noise.path(),
        escape(Wire::Noise.title()),
        items.iter().map(seat).collect::<String>(),
        items.iter().map(body).collect::<String>(),
    )
}
