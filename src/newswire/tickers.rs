//! Securities as copy names them: "(NASDAQ: ABC)", "(600001.SH)", "（股票代码：600001）".
//!
//! They stand in brackets with the exchange, a known ending or a label. "(ABC)" alone is none.

use std::collections::HashSet;
use std::sync::LazyLock;

use super::built_in::{parsed, strings};
use super::copy::WireCopy;
use super::notice::floor;
use super::tables::{key, narrow};
use crate::limits;
use crate::model::newswire::Ticker;

/// A bracket with securities is no longer, in bytes.
const BRACKET_BYTES: usize = 200;
/// The longest symbol, in characters.
const SYMBOL: usize = 12;

static NAMES: LazyLock<ExchangeNames> =
    LazyLock::new(|| ExchangeNames::read(include_str!("../../data/newswire/exchanges.toml")));

/// The names of exchanges.
struct ExchangeNames {
    /// As [`key`] has them.
    names: HashSet<String>,
    numbered: Vec<String>,
    labels: HashSet<String>,
    suffixes: HashSet<String>,
}

impl ExchangeNames {
    fn read(text: &'static str) -> ExchangeNames {
        let table = parsed(text);
        let all = |name: &str| strings(&table, name).into_iter().map(str::to_owned);
        let mut numbered: Vec<String> = all("numbered").collect();
        numbered.sort_by_key(|name| std::cmp::Reverse(name.len()));
        let named = strings(&table, "names").into_iter().chain(strings(&table, "numbered"));
        ExchangeNames {
            names: named.map(key).collect(),
            labels: strings(&table, "labels").into_iter().map(key).collect(),
            suffixes: all("suffixes").collect(),
            numbered,
        }
    }

    /// Whether `text` names an exchange, or a market of one: "Nasdaq Global Select Market".
    fn knows(&self, text: &str) -> bool {
        let mut words = 0;
        for (at, _) in text.char_indices().filter(|(_, c)| c.is_whitespace()).chain([(text.len(), ' ')]) {
            words += 1;
            if self.names.contains(&key(&text[..at])) {
                return text.split_whitespace().count() <= 5;
            }
            if words == 3 {
                break;
            }
        }
        false
    }
}

/// The securities that headline and text of a copy name, each once.
pub(super) fn of(copy: &WireCopy<'_>) -> Vec<Ticker> {
    let mut all = read(copy.title);
    for ticker in read(copy.text) {
        if !all.contains(&ticker) {
            all.push(ticker);
        }
    }
    all.truncate(limits::TICKERS.count());
    all
}

/// The securities that a text names, each once.
pub(super) fn read(text: &str) -> Vec<Ticker> {
    let mut all: Vec<Ticker> = Vec::new();
    for (at, open) in text.match_indices(['(', '（', '[', '［']) {
        for ticker in bracketed(&text[at + open.len()..]) {
            if !all.contains(&ticker) {
                all.push(ticker);
            }
        }
        if all.len() >= limits::TICKERS.count() {
            all.truncate(limits::TICKERS.count());
            break;
        }
    }
    all
}

/// The securities of the bracket that has just opened.
fn bracketed(rest: &str) -> Vec<Ticker> {
    let reach = &rest[..floor(rest, BRACKET_BYTES)];
    let end = reach.find([')', '）', ']', '］', '(', '（', '[', '［', '\n']);
    let Some(inside) = end.map(|end| &reach[..end]) else { return Vec::new() };
    // Nearly all brackets have no digit, sign or capital that a security would need.
    if !inside.contains([':', '：', '.', '-', '–', '—']) && !inside.contains(|c: char| c.is_ascii_digit()) {
        return Vec::new();
    }
    let mut exchange: Option<&str> = None;
    let mut waiting: Vec<&str> = Vec::new();
    let mut found = Vec::new();
    for part in parts(inside) {
        match security(part, exchange) {
            Some((named, symbol)) => {
                found.extend(waiting.drain(..).map(|name| ticker(name, symbol)));
                found.push(ticker(named, symbol));
                exchange = Some(named);
            }
            // "NYSE and TSX: ABC": the code follows.
            None if NAMES.knows(part) => waiting.push(part),
            None => exchange = None,
        }
    }
    found
}

/// What stands between commas, semicolons, slashes, bars and "and".
fn parts(inside: &str) -> impl Iterator<Item = &str> {
    let signed = inside.split([',', ';', '|', '，', '；', '、', '/', '／', '&']);
    signed.flat_map(|part| part.split(" and ")).map(str::trim).filter(|part| !part.is_empty())
}

/// The exchange and the symbol of a part; `exchange` is that of the part before it.
fn security<'p>(part: &'p str, exchange: Option<&'p str>) -> Option<(&'p str, &'p str)> {
    let dashed = || [" - ", " – ", " — "].iter().find_map(|dash| part.split_once(dash));
    if let Some((name, symbol)) = part.split_once([':', '：']).or_else(dashed) {
        let (name, symbol) = (name.trim(), symbol.trim());
        let is_label = NAMES.labels.contains(&key(name));
        return match suffixed(symbol).filter(|_| is_label || NAMES.knows(name)) {
            Some(suffixed) if is_label => Some(suffixed),
            _ => (is_symbol(symbol) && (is_label || NAMES.knows(name))).then_some((name, symbol)),
        };
    }
    let numbered = || {
        let name = NAMES.numbered.iter().find(|name| part.starts_with(name.as_str()))?;
        let code = part[name.len()..].trim();
        is_code(code).then(|| (&part[..name.len()], code))
    };
    let further = || exchange.filter(|_| is_symbol(part)).map(|exchange| (exchange, part));
    suffixed(part).or_else(numbered).or_else(further)
}

/// "600001.SH": the exchange and the code.
fn suffixed(part: &str) -> Option<(&str, &str)> {
    let (code, suffix) = part.rsplit_once('.')?;
    let is_letters = code.len() >= 2 && code.len() <= 6 && code.bytes().all(|b| b.is_ascii_uppercase());
    (NAMES.suffixes.contains(suffix) && (is_letters || is_code(code))).then_some((suffix, code))
}

/// A number of four to six digits.
fn is_code(code: &str) -> bool {
    let digits = code.chars().map(narrow);
    (3..=6).contains(&code.chars().count())
        && digits.into_iter().all(|c| c.is_ascii_digit() || c.is_ascii_uppercase())
        && code.chars().map(narrow).any(|c| c.is_ascii_digit())
}

/// Capitals and digits, with a stop or dash between: "BRK.A", "2EU", "ERIC B".
fn is_symbol(symbol: &str) -> bool {
    let is_sign = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit();
    let (mut signs, mut spaces) = (0, 0);
    for c in symbol.chars().map(narrow) {
        match c {
            c if is_sign(c) => signs += 1,
            ' ' => spaces += 1,
            '.' | '-' | '_' => {}
            _ => return false,
        }
    }
    // A share class may stand apart: "ERIC B".
    let class =
        symbol.rsplit_once(' ').is_none_or(|(_, class)| class.chars().count() <= 2 && class.chars().all(is_sign));
    signs > 0 && spaces <= 1 && class && symbol.chars().count() <= SYMBOL
}

fn ticker(exchange: &str, symbol: &str) -> Ticker {
    Ticker { exchange: exchange.to_owned(), symbol: symbol.trim_end_matches('.').to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn securities_are_read_in_their_usual_forms_b325() {
        let check = |text: &str, expected: &[&str]| {
            let read: Vec<String> = read(text).iter().map(|t| format!("{} {}", t.exchange, t.symbol)).collect();
            assert_eq!(read, expected, "{text}");
        };
        check("Contoso (NASDAQ: CNTS) and Fabrikam (NYSE American: FBK)", &["NASDAQ CNTS", "NYSE American FBK"]);
        check("Copper (TSXV: PGZ; OTCQB: PGZFF; FRA: 2EU)", &["TSXV PGZ", "OTCQB PGZFF", "FRA 2EU"]);
        check("(TSX-V:CRM) (OTC Pink: CRMX)", &["TSX-V CRM", "OTC Pink CRMX"]);
        check("(Nasdaq: GOOG, GOOGL)", &["Nasdaq GOOG", "Nasdaq GOOGL"]);
        check("(NYSE and TSX: ABX)", &["NYSE ABX", "TSX ABX"]);
        check("(NYSE/LSE: CCL)", &["NYSE CCL", "LSE CCL"]);
        check("(NYSE: BRK.A)", &["NYSE BRK.A"]);
        check("(Nasdaq Stockholm: ERIC B)", &["Nasdaq Stockholm ERIC B"]);
        check("(NASDAQ Global Select: AOUT)", &["NASDAQ Global Select AOUT"]);
        check("(Euronext Paris: ABC), (XETRA: SAP), [ASX: BHP]", &["Euronext Paris ABC", "XETRA SAP", "ASX BHP"]);
        check("钢铁（600001.SH）、控股（股票代码：600002.SH）", &["SH 600001", "SH 600002"]);
        check("控股（股份代號：0700）", &["股份代號 0700"]);
        check("(00700.HK) (BMWG.DE)", &["HK 00700", "DE BMWG"]);
        check("（東証プライム：7203）（証券コード：130A）", &["東証プライム 7203", "証券コード 130A"]);
        check("콘토소(코스닥 123456)", &["코스닥 123456"]);
        check("(МосБиржа: CNTS)", &["МосБиржа CNTS"]);
        check("(NYSE – FBK)", &["NYSE FBK"]);
        for text in [
            "the council (CNTS)",
            "(ASX 200)",
            "(Nasdaq 100)",
            "(NYSE: up two per cent)",
            "(pictured: A)",
            "(note: ABC)",
            "(U.N.)",
            "(2024-25)",
            "(pp. 3-4)",
            "(NASDAQ: CNTS",
            "(Reuters: CEO)",
            "（图：新华社）",
            "",
        ] {
            check(text, &[]);
        }
    }
}
