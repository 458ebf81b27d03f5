use super::*;

fn check(bytes: &[u8], content_type: Option<&str>, expected: (&str, &str, usize)) {
    let mut notes = Notes::default();
    let decoded = decode(bytes, content_type, &mut notes);
    assert_eq!((decoded.text.as_ref(), decoded.encoding, notes.finish(&[]).len()), expected, "{bytes:?}");
}

#[test]
fn the_mark_wins_then_the_header_then_the_declaration() {
    check("\u{feff}<a>é".as_bytes(), Some("text/xml; charset=koi8-r"), ("<a>é", "UTF-8", 1));
    check(b"<a>\xe9", Some("text/xml; charset=\"iso-8859-1\""), ("<a>é", "windows-1252", 0));
    check(
        b"<?xml encoding='koi8-r'?>\xc1",
        Some("a/b; charset=windows-1251"),
        ("<?xml encoding='koi8-r'?>Б", "windows-1251", 1),
    );
    check(
        b"<?xml version='1.0' encoding='windows-1251'?>\xc1",
        None,
        ("<?xml version='1.0' encoding='windows-1251'?>Б", "windows-1251", 0),
    );
}

/// B18, B45: every width, with and without a mark.
#[test]
fn wide_forms_are_told_by_their_nuls() {
    let wide = |order: fn(u16) -> [u8; 2]| "<a>é".encode_utf16().flat_map(order).collect::<Vec<u8>>();
    check(&wide(u16::to_be_bytes), None, ("<a>é", "UTF-16BE", 0));
    check(&wide(u16::to_le_bytes), None, ("<a>é", "UTF-16LE", 0));
    let wider = |order: fn(u32) -> [u8; 4]| "<a>é".chars().flat_map(|c| order(c as u32)).collect::<Vec<u8>>();
    check(&wider(u32::to_be_bytes), None, ("<a>é", "UTF-32BE", 0));
    check(&wider(u32::to_le_bytes), None, ("<a>é", "UTF-32LE", 0));
}

/// B46: labels that cannot be right.
#[test]
fn wrong_labels_are_passed_over() {
    check(b"<?xml encoding='utf-16'?>", None, ("<?xml encoding='utf-16'?>", "UTF-8", 1));
    check("<a>é".as_bytes(), Some("text/xml; charset=nonsense"), ("<a>é", "UTF-8", 1));
}

/// B47, B48.
#[test]
fn bad_bytes_cost_nothing_else() {
    check(b"<?xml encoding='utf-8'?>\xc3\xa9 \x93x\x94", None, ("<?xml encoding='utf-8'?>é “x”", "UTF-8", 1));
    check(b"<?xml encoding='utf-8'?>\xc3\xa9 \xe4\xb8", None, ("<?xml encoding='utf-8'?>é ", "UTF-8", 0));
    check(b"a\0b\x0cc\xef\xbf\xbe", None, ("abc", "UTF-8", 1));
}

#[test]
fn clean_text_is_borrowed() {
    let decoded = decode("<a>é\u{feed}</a>".as_bytes(), None, &mut Notes::default());
    assert!(matches!(decoded.text, Cow::Borrowed(_)));
}

/// A feed of one item in `encoding`, which it says is `label`.
fn feed(encoding: &'static Encoding, label: &str, title: &str) -> Vec<u8> {
    let declared = if label.is_empty() { String::new() } else { format!(" encoding=\"{label}\"") };
    let text = format!(
        "<?xml version=\"1.0\"{declared}?>\n<rss version=\"2.0\"><channel><title>Desk</title>\n<link>https://harwick.example/</link>\n\
         <item><title>{title}</title><link>https://harwick.example/n/1</link></item></channel></rss>"
    );
    let (bytes, _, lost) = encoding.encode(&text);
    assert!(!lost, "{title}");
    bytes.into_owned()
}

/// B44: a label that fits any bytes, or that the bytes contradict, gives way to
/// the other label, and to what the bytes are.
#[test]
fn what_fits_goes_before_labels_that_do_not() {
    let read = |bytes: &[u8], header: Option<&str>| {
        let mut notes = Notes::default();
        let decoded = decode(bytes, header, &mut notes);
        let title = decoded.text.split("<item><title>").nth(1).unwrap().split('<').next().unwrap().to_owned();
        (title, decoded.encoding, notes.finish(&[]).len())
    };
    let latin = Some("text/xml; charset=ISO-8859-1");
    let utf8 = Some("text/xml; charset=utf-8");
    let mut wrong = Vec::new();
    let mut check = |encoding: &'static Encoding, label: &str, header: Option<&str>, title: &str| {
        let (found, named, warnings) = read(&feed(encoding, label, title), header);
        if found != title || warnings == 0 && (label.is_empty() || header.is_some()) && named != encoding.name() {
            wrong.push(format!("{} as {label:?}, {header:?}: {title} read as {found} ({named})", encoding.name()));
        }
    };
    let wide: [(&'static Encoding, &str, &[&str]); 6] = [
        (encoding_rs::GBK, "gb2312", &["望潮港与苏德港签署友好港协议", "总领事来访", "港务局通告"]),
        (encoding_rs::GBK, "gbk", &["市长会见挪德兰总领事"]),
        (encoding_rs::SHIFT_JIS, "Shift_JIS", &["総領事が港を訪問しました", "港のニュースをお知らせします"]),
        (encoding_rs::EUC_JP, "euc-jp", &["総領事が港を訪問しました"]),
        (encoding_rs::EUC_KR, "euc-kr", &["시장이 총영사를 만났습니다", "총영사 항구 방문"]),
        (encoding_rs::BIG5, "big5", &["市長會見諾德蘭總領事", "港務局公告：明日封路"]),
    ];
    for (encoding, label, titles) in wide {
        for title in titles {
            check(encoding, label, latin, title);
            check(encoding, label, utf8, title);
            check(encoding, "iso-8859-1", Some(&format!("text/xml; charset={label}")), title);
            check(encoding, "", latin, title);
            check(encoding, "iso-8859-1", None, title);
            check(encoding, "utf-8", None, title);
            check(encoding, "utf-8", utf8, title);
        }
    }
    let cyrillic = "Генеральный консул посетил порт";
    for (encoding, label) in [(encoding_rs::WINDOWS_1251, "windows-1251"), (encoding_rs::KOI8_R, "koi8-r")] {
        check(encoding, label, latin, cyrillic);
        check(encoding, label, utf8, cyrillic);
        check(encoding, "", latin, cyrillic);
        check(encoding, "utf-8", utf8, cyrillic);
        check(encoding, label, None, "Да, в Порту");
        check(encoding, label, Some(&format!("text/xml; charset={label}")), "Порт");
    }
    check(encoding_rs::WINDOWS_1253, "", latin, "Ο γενικός πρόξενος στο λιμάνι");
    // The labels are right, or the best there is.
    for title in
        ["Städtepartner aus Südhafen besuchen Häfen", "Le maire a reçu le consul général à l’été", "Größe", "Ål på øya"]
    {
        check(WINDOWS_1252, "", latin, title);
        check(WINDOWS_1252, "utf-8", latin, title);
        check(WINDOWS_1252, "utf-8", utf8, title);
        check(WINDOWS_1252, "gb2312", latin, title);
        check(UTF_8, "iso-8859-1", latin, "Städte à l’été");
        check(UTF_8, "utf-8", latin, title);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// B44, B46: ISO-2022-JP has escapes like no other.
#[test]
fn escapes_of_japanese_mail_are_known_under_any_label() {
    let bytes = feed(encoding_rs::ISO_2022_JP, "utf-8", "総領事が港を訪問");
    for header in [None, Some("text/xml; charset=utf-8"), Some("text/xml; charset=iso-8859-1")] {
        assert!(decode(&bytes, header, &mut Notes::default()).text.contains("総領事が港を訪問"), "{header:?}");
    }
}
