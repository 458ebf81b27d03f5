//! Expressions against texts: verdicts and the words found.

use super::*;

/// Checks whether `expression` holds of a headline and a body, and which words
/// were found, each as `field:start:words`, in reading order.
fn check(expression: &str, title: &str, body: &str, held: bool, words: &[&str]) {
    let copy = copy(title, body);
    let route = route(expression, &copy);
    assert_eq!(route.admitted, held, "{expression} on {title:?} {body:?}: {:?}", route.because);
    let found: Vec<String> =
        route.hits.iter().map(|h| format!("{}:{}:{}", h.field.as_str(), h.start, h.text)).collect();
    assert_eq!(found, words, "{expression} on {title:?} {body:?}");
    for hit in &route.hits {
        let text = match hit.field {
            Field::Title => &copy.title,
            Field::Lead => &copy.lead,
            Field::Body => &copy.body,
            _ => continue,
        };
        assert_eq!(&text[hit.start as usize..hit.end as usize], hit.text, "{expression} on {title:?} {body:?}");
    }
}

fn yes(expression: &str, title: &str, words: &[&str]) {
    check(expression, title, "", true, words);
}

fn no(expression: &str, title: &str) {
    let route = route(expression, &copy(title, ""));
    assert!(!route.admitted, "{expression} on {title:?}: {:?}", route.because);
}

#[test]
fn words_have_borders_in_spaced_scripts() {
    yes("mayor", "The Mayor's visit", &["title:4:Mayor"]);
    yes("mayor", "MAYOR", &["title:0:MAYOR"]);
    yes("mayor", "(mayor)", &["title:1:mayor"]);
    yes("mayor", "vice-mayor", &["title:5:mayor"]);
    yes("mayor", "vice_mayor", &["title:5:mayor"]);
    yes("mayor", "會見mayor後", &["title:6:mayor"]);
    no("mayor", "mayoral race");
    no("mayor", "Mayors meet");
    no("mayor", "gmayor");
    no("mayor", "mayor2");
    no("мэр", "мэрия города");
    yes("мэр", "Мэр Владивостока", &["title:0:Мэр"]);
    no("πόλη", "Ακρόπολη");
    yes("πόλη", "η Πόλη μας", &["title:3:Πόλη"]);
    yes("مدينة", "مدينة توأم", &["title:0:مدينة"]);
    no("مدينة", "والمدينة");
    yes("עיר", "עיר תאומה", &["title:0:עיר"]);
    yes("शहर", "जुड़वां शहर समझौता", &["title:22:शहर"]);
    no("शहर", "शहरी विकास");
}

#[test]
fn unspaced_scripts_match_anywhere() {
    yes("市长", "沈阳市长会见", &["title:6:市长"]);
    yes("市长", "瀋陽市長會見", &["title:6:市長"]);
    yes("市長", "沈阳市长", &["title:6:市长"]);
    yes("姉妹都市", "国際姉妹都市会議", &["title:6:姉妹都市"]);
    yes("ガイド", "観光ｶﾞｲﾄﾞ本", &["title:6:ｶﾞｲﾄﾞ"]);
    yes("총영사", "주부산총영사관", &["title:9:총영사"]);
    yes("เมืองพี่เมืองน้อง", "ลงนามเมืองพี่เมืองน้องแล้ว", &["title:15:เมืองพี่เมืองน้อง"]);
    no("市长", "市 长");
    no("市长", "市场");
    no("姐妹", "姉妹都市");
    yes("城*", "友城路", &["title:3:城"]);
}

#[test]
fn folding_meets_both_sides() {
    yes("cooperacion", "La Cooperación", &["title:3:Cooperación"]);
    yes("cooperación", "la cooperacion", &["title:3:cooperacion"]);
    yes("strasse", "Hauptsitz Straße 7", &["title:10:Straße"]);
    yes("Straße", "STRASSE", &["title:0:STRASSE"]);
    yes("sœur", "ville soeur", &["title:6:soeur"]);
    yes("Елка", "Новогодняя ёлка", &["title:21:ёлка"]);
    no("край", "краи");
    yes("край", "Приморский кра\u{438}\u{306}", &["title:21:кра\u{438}\u{306}"]);
    yes("Łódź", "lodz signs", &["title:0:lodz"]);
    yes("\"people's\"", "The People’s Daily", &["title:4:People’s"]);
    yes("sister-city", "Sister  City", &["title:0:Sister  City"]);
    yes("\"sister city\"", "a sister–city pact", &["title:2:sister–city"]);
    yes("2026", "２０２６年", &["title:0:２０２６"]);
    yes("cooperation", "co\u{AD}operation", &["title:0:co\u{AD}operation"]);
    yes("cafe", "cafe\u{301} opens", &["title:0:cafe\u{301}"]);
}

#[test]
fn phrases_wildcards_and_spellings() {
    yes("\"city hall\"", "At City Hall today", &["title:3:City Hall"]);
    no("\"city hall\"", "city, hall");
    no("\"city hall\"", "city halls");
    yes("\"city hall*\"", "city halls", &["title:0:city halls"]);
    yes("побратим*", "города-побратимы", &["title:13:побратимы"]);
    yes("\"генеральн* консул*\"", "Генеральный консул Японии", &["title:0:Генеральный консул"]);
    no("\"генеральн* консул*\"", "Генеральный и консул");
    yes("~partnerschaft", "Städtepartnerschaft", &["title:0:Städtepartnerschaft"]);
    yes("~partnerstädt*", "Die Partnerstädte", &["title:4:Partnerstädte"]);
    no("~partnerschaft", "Partnerschaften");
    yes("cit{y,ies}", "Two cities", &["title:4:cities"]);
    yes("cit{y,ies}|town", "Town", &["title:0:Town"]);
    no("cit{y,ies}", "citi");
    yes("~\"twin town\"", "the untwin town", &["title:4:untwin town"]);
    yes("\"sister cit\"*", "sister cities", &["title:0:sister cities"]);
    yes("u.s.", "the U.S. envoy", &["title:4:U.S."]);
    yes("C++", "uses c++ now", &["title:5:c++"]);
}

#[test]
fn terms_as_written() {
    yes("=C40", "The C40 network", &["title:4:C40"]);
    no("=C40", "the c40 network");
    yes("=\"Nice\"", "In Nice", &["title:3:Nice"]);
    no("=Nice", "a nice day");
    no("=resume", "résumé");
    yes("=Résumé", "Re\u{301}sume\u{301}", &["title:0:Re\u{301}sume\u{301}"]);
    yes("=US*", "USA today", &["title:0:USA"]);
    no("=US*", "use it");
}

#[test]
fn substring_traps() {
    for trap in ["芜湖市长江隧道", "福州市长乐区", "龙岩市长汀县", "七台河市长兴乡"] {
        no("@head", trap);
    }
    yes("@head", "七台河市长会见", &["title:9:市长"]);
    yes("@head", "芜湖市长江大桥市长剪彩", &["title:21:市长"]);
    no("@office", "在境外办妥手续");
    no("@office", "中央外办主任");
    yes("@office", "温州市外办", &["title:9:外办"]);
    yes("@office", "境外办与市外办", &["title:15:外办"]);
    no("@pairing", "友城路通车");
    no("@head", "시장경제");
    yes("@head", "세종시장이 방문", &["title:6:시장이"]);
    yes("外办", "境外办妥", &["title:3:外办"]);
}

#[test]
fn fields() {
    let body = "Dateline.\nA lead with a treaty in it.\nThe rest names a sister city.";
    let mut entry = copy("Headline about twins", body);
    entry.lead = "A lead with a treaty in it.".into();
    let of = |expression: &str| -> Option<String> {
        let route = route(expression, &entry);
        let hit = route.hits.first();
        route.admitted.then(|| hit.map_or("-".into(), |h| format!("{}:{}:{}", h.field.as_str(), h.start, h.text)))
    };
    let found = |text: &str| Some(text.to_owned());
    assert_eq!(of("lead:treaty"), found("lead:14:treaty"));
    assert_eq!(of("body:treaty"), found("body:24:treaty"));
    assert_eq!(of("hlead:treaty"), found("lead:14:treaty"));
    assert_eq!(of("any:treaty"), found("lead:14:treaty"));
    assert_eq!(of("treaty"), found("lead:14:treaty"));
    assert_eq!(of("hlead:@pairing"), None);
    assert_eq!(of("body:@pairing AND NOT hlead:@pairing"), found("body:55:sister city"));
    assert_eq!(of("title:treaty"), None);
    assert_eq!(of("hlead:twins"), found("title:15:twins"));
    assert_eq!(of("body:twins"), None);
    assert_eq!(of("lead:dateline"), None);
    assert_eq!(of("author:perez"), found("author:4:Pérez"));
    assert_eq!(of("author:王芳"), found("author:12:王芳"));
    assert_eq!(of("perez"), None);
    assert_eq!(of("category:~partnerschaften"), found("category:17:Städtepartnerschaften"));
    assert_eq!(of("category:\"news stadtepartnerschaften\""), None);
    assert_eq!(of("url:\"sister city\""), found("url:25:sister-city"));
    assert_eq!(of("issuer:twins OR wire:twins OR dateline:twins"), None);
    assert_eq!(of("title:(twins AND headline)"), found("title:15:twins"));
}

#[test]
fn whole_values() {
    for held in [
        "lang:zh",
        "lang:ZH",
        "lang:zh-hant",
        "lang:(en OR zh)",
        "NOT lang:en",
        "source:shenyang-fao",
        "source:shenyang*",
        "source:(a OR shenyang-fao)",
        "tag:wire",
        "tag:(wire AND china)",
        "NOT tag:fire",
    ] {
        check(held, "", "", true, &[]);
    }
    for failed in ["lang:z", "lang:zh-hans", "lang:en", "source:shenyang", "tag:wir", "lang:(NOT zh)"] {
        check(failed, "", "", false, &[]);
    }
}

#[test]
fn and_or_not() {
    yes("a AND b", "a b", &["title:0:a", "title:2:b"]);
    no("a AND b", "a c");
    yes("a OR b", "b", &["title:0:b"]);
    no("a OR b", "c");
    yes("NOT a", "b", &[]);
    no("NOT a", "a");
    yes("a AND NOT b", "a", &["title:0:a"]);
    no("a AND NOT b", "a b");
    yes("a OR b AND c", "a", &["title:0:a"]);
    no("(a OR b) AND c", "a");
    no("NOT a AND b", "a b");
    yes("NOT (a AND b)", "a", &["title:0:a"]);
    yes("NOT NOT a", "a", &["title:0:a"]);
    yes("NOT a NEAR/2 b", "a c d e b", &["title:0:a", "title:8:b"]);
}

#[test]
fn near_counts_words() {
    yes("a NEAR/1 b", "a b", &["title:0:a", "title:2:b"]);
    yes("a NEAR/1 b", "b a", &["title:2:a", "title:0:b"]);
    no("a NEAR/1 b", "a c b");
    yes("a NEAR/2 b", "a c b", &["title:0:a", "title:4:b"]);
    no("a NEAR/2 b", "a c d b");
    yes("a ONEAR/2 b", "a c b", &["title:0:a", "title:4:b"]);
    no("a ONEAR/2 b", "b c a");
    yes("\"a b\" NEAR/1 c", "a b c", &["title:0:a b", "title:4:c"]);
    yes("市长 NEAR/1 领事", "市长与领事", &["title:0:市长", "title:9:领事"]);
    no("市长 NEAR/1 领事", "市长和总领事");
    yes("市长 NEAR/2 领事", "市长和总领事", &["title:0:市长", "title:12:领事"]);
    no("a NEAR/5 a", "a");
    yes("a NEAR/5 a", "a b a", &["title:0:a", "title:4:a"]);
    yes("@head NEAR/3 @envoy", "Mayor meets the Consul General", &["title:0:Mayor", "title:16:Consul General"]);
    yes("(a OR b) NEAR/1 (c OR d)", "b d", &["title:0:b", "title:2:d"]);
    yes("a NEAR/1 b NEAR/1 c", "a b c", &["title:0:a", "title:4:c", "title:2:b"]);
    no("a NEAR/1 b NEAR/1 c", "a b d c");
    yes("a NEAR/2 b NEAR/3 c", "b a x b y y c", &["title:2:a", "title:12:c", "title:0:b", "title:6:b"]);
    yes("c NEAR/3 (a NEAR/2 b)", "b a x b y y c", &["title:12:c", "title:2:a", "title:0:b", "title:6:b"]);
    yes("a ONEAR/7 b ONEAR/1 c", "a b x x x x x b c", &["title:0:a", "title:16:c", "title:2:b", "title:14:b"]);
    yes("a NEAR/3 b NEAR/1 c", "a c x b", &["title:0:a", "title:2:c", "title:6:b"]);
    no("consul NEAR/5 \"consul general\"", "the consul general spoke");
    no("市长 NEAR/5 副市长", "副市长出席");
    yes("市长 NEAR/5 副市长", "市长、副市长", &["title:0:市长", "title:9:副市长", "title:12:市长"]);
    yes("title:a NEAR/1 title:b", "a b", &["title:0:a", "title:2:b"]);
    yes("a NEAR/1 b", "a, b.", &["title:0:a", "title:3:b"]);
}

/// From the middle of a word to that of the other, whichever comes first.
#[test]
fn near_counts_alike_in_both_directions_b349() {
    for (one, other) in [("a 日市", "市日 a"), ("a x日市", "市日x a"), ("a 日", "日 a"), ("日a", "a日")] {
        for words in 1..4 {
            let holds = |text: &str| route(&format!("a NEAR/{words} (市 OR 日)"), &copy(text, "")).admitted;
            assert_eq!(holds(one), holds(other), "{one} {words}");
        }
    }
    no("a NEAR/1 市", "a 日市");
    no("a NEAR/1 市", "市日 a");
    yes("a NEAR/1 日", "a 日市", &["title:0:a", "title:2:日"]);
    yes("a NEAR/1 日", "市日 a", &["title:7:a", "title:3:日"]);
}

#[test]
fn a_chain_that_was_cut_says_so_b350() {
    let long = format!("{}c", "a b x x ".repeat(2_100));
    let cut = "the others were not tried";
    let said = route("a NEAR/1 b NEAR/3 c", &copy("", &long)).because;
    assert!(said[0].contains("NEAR/3 not found among the first 2000 places") && said[0].contains(cut), "{said:?}");
    let short = format!("{}x x c", "a b x x ".repeat(9));
    let said = route("a NEAR/1 b NEAR/1 c", &copy("", &short)).because;
    assert!(said[0].contains("NEAR/1 missed"), "{said:?}");
    assert!(route("a NEAR/1 b NEAR/3 c", &copy("", &format!("c {long}"))).admitted);
}

#[test]
fn marks_of_vowels_are_accents_b351() {
    yes("مدرسة", "مُدَرِّسَةٌ جديدة", &["title:0:مُدَرِّسَةٌ"]);
    yes("مُدَرِّسَة", "مدرسة", &["title:0:مدرسة"]);
    yes("المدينة", "الـمـديـنـة", &["title:0:الـمـديـنـة"]);
    yes("שלום", "שָׁלוֹם עִיר", &["title:0:שָׁלוֹם"]);
}

#[test]
fn signs_beside_words_b347() {
    yes("acme", "Acme™ opens", &["title:0:Acme"]);
    yes("\"acme opens\"", "Acme™ opens", &["title:0:Acme™ opens"]);
    yes("city", "the city¹ says", &["title:4:city"]);
    yes("point", "point①two", &["title:0:point"]);
    yes("two", "point❶two", &["title:8:two"]);
}

#[test]
fn phrases_end_with_the_paragraph_b348() {
    let phrase = "\"city hall\"";
    for (body, held) in
        [("a city\nhall", false), ("a city hall", true), ("a city\thall", false), ("city \u{2014} hall", false)]
    {
        assert_eq!(route(phrase, &copy("", body)).admitted, held, "{body:?}");
    }
    yes(phrase, "City\tHall", &["title:0:City\tHall"]);
    no(phrase, "City \u{2013} hall");
}

#[test]
fn near_stays_in_one_field() {
    check("a NEAR/9 b", "a", "b", false, &["title:0:a", "lead:0:b"]);
    check("hlead:(a NEAR/9 b)", "c", "a x b", true, &["lead:0:a", "lead:4:b"]);
    check("hlead:(a NEAR/9 b)", "c", "a x\nb", false, &["lead:0:a"]);
    check("a NEAR/9 b", "c", "a x\nb", true, &["lead:0:a", "body:4:b"]);
}

#[test]
fn at_least_counts_different_terms() {
    no("ATLEAST/2 @sport", "golf and golf");
    yes("ATLEAST/2 @sport", "golf and football", &["title:0:golf", "title:9:football"]);
    no("ATLEAST/2 @sport", "golf 高尔夫");
    yes("ATLEAST/2 (a OR b OR c)", "c a", &["title:2:a", "title:0:c"]);
    no("ATLEAST/2 (golf OR @sport)", "stadium");
    no("ATLEAST/2 title:@pairing", "sister city and sister cities");
    yes("ATLEAST/1 @sport", "world cup", &["title:0:world cup"]);
    let two = "ATLEAST/2 (\"генеральн* консул*\" OR \"генеральн* секретар*\")";
    yes(
        two,
        "генеральный консул, генеральный секретарь",
        &["title:0:генеральный консул", "title:37:генеральный секретарь"],
    );
    no(two, "генеральный консул и генеральный консул");
    let two = "ATLEAST/2 (mayor OR mayor|alcalde)";
    yes(two, "mayor, alcalde", &["title:0:mayor", "title:7:alcalde", "title:0:mayor"]);
    no(two, "mayor and mayor");
}

#[test]
fn a_dash_in_a_list_is_a_space() {
    check("@pairing", "x", "So.\nTheir sister- cities", true, &["body:10:sister- cities"]);
}

#[test]
fn de_morgan() {
    let texts = ["", "mayor", "golf", "mayor golf", "市长 足球 golf", "consul general mayor"];
    let terms = ["mayor", "golf", "@head", "@sport", "title:(mayor NEAR/1 golf)", "lang:zh"];
    for text in texts {
        let entry = copy(text, "golf stadium");
        let holds = |expression: String| route(&expression, &entry).admitted;
        for a in terms {
            for b in terms {
                assert_eq!(holds(format!("NOT ({a} AND {b})")), holds(format!("NOT {a} OR NOT {b}")), "{a} {b} {text}");
                assert_eq!(holds(format!("NOT ({a} OR {b})")), holds(format!("NOT {a} AND NOT {b}")), "{a} {b} {text}");
                assert_eq!(holds(format!("{a} AND {b}")), holds(a.into()) && holds(b.into()), "{a} {b} {text}");
                assert_eq!(holds(format!("{a} OR {b}")), holds(a.into()) || holds(b.into()), "{a} {b} {text}");
            }
        }
    }
}

#[test]
fn hostile_text_is_bounded() {
    let entry = copy("", &"golf mayor ".repeat(60_000));
    let decided = route("(golf NEAR/1 mayor) AND NOT stadium", &entry);
    assert!(decided.admitted);
    assert!(decided.hits.len() <= 200);
    let entry = copy("", &format!("{} stadium", "golf ".repeat(120_000)));
    assert!(!route("golf AND NOT stadium", &entry).admitted, "a late term counts however many there were");
    let entry = copy("", &"a".repeat(300_000));
    assert!(route("~a*", &copy("", "baab")).admitted && route("~a*", &entry).admitted);
}
