use super::*;

fn check(input: &str, expected: &str) {
    assert_eq!(fold(input).text(), expected, "{input:?}");
    assert_eq!(fold(expected).text(), expected, "{expected:?} is not stable");
}

#[test]
fn latin() {
    check("Sister-City  Pact", "sister city pact");
    check("Straße STRASSE", "strasse strasse");
    check("Réunion à l’Hôtel de Ville", "reunion a l'hotel de ville");
    check("Re\u{301}union", "reunion");
    check("Łódź, Århus, Đà Nẵng, Ñandú, İzmir, œuvre", "lodz, arhus, da nang, nandu, izmir, oeuvre");
    check("co\u{AD}operation", "cooperation");
    check("ﬁnal ① ½ Ｗｉｄｅ　ｔｅｘｔ", "final 1 1⁄2 wide text");
    check("a – b—c‑d \n\t e", "a b c d e");
}

#[test]
fn greek_and_cyrillic() {
    check("ΠΌΛΕΙΣ Αδελφές ΐ", "πολεισ αδελφεσ ι");
    check("Ёлка Чужой ЙОД", "елка чужой йод");
    check("и\u{306}од", "йод");
    check("го\u{301}род", "город");
    check("Їжак Ўладзімір", "їжак ўладзімір");
}

#[test]
fn cjk_thai_arabic_hebrew() {
    check("臺灣總領事館", "台湾总领事馆");
    check("ｶﾞｲﾄﾞ か\u{3099}", "ガイド が");
    check("총영사", "총영사");
    check("\u{110E}\u{1169}\u{11BC}", "총");
    check("［東京　ロイター］", "[东京 ロイター]");
    check("เมืองพี่เมืองน้อง", "เมืองพี่เมืองน้อง");
    check("مدينة توأم", "مدينة توأم");
    check("مُدَرِّسَةٌ الـمـديـنـة ٱلرَّحْمَٰن", "مدرسة المدينة ٱلرحمن");
    check("שָׁלוֹם עִיר", "שלום עיר");
    check("עיר תאומה", "עיר תאומה");
}

#[test]
fn signs_do_not_stick_to_the_word_before_them_b347() {
    check("Acme™ Phone®, Care℠", "acme phone , care ");
    check("the city¹ says²³", "the city 1 says 2 3 ");
    check("a①b ⑫ Ⓐ 第①章", "a 1 b 12 a 第 1 章");
    check("point❶two", "point❶two");
    assert_eq!(fold("point❶two").words().len(), 2);
    assert_eq!(keep("Acme™ City¹"), "Acme City 1 ");
}

#[test]
fn kept_case_and_accents() {
    assert_eq!(keep("C40 – Cafe\u{301} ’s"), "C40 Café 's");
    assert_eq!(keep(&keep("Ａ-Ｂ  臺")), "A B 台");
}

#[test]
fn every_character_folds_to_what_stays() {
    // Hangul syllables are tried by example, and nothing folds beyond U+2FFFF.
    let tried = ('\0'..='\u{2FFFF}').filter(|c| !matches!(c, '\u{AC00}'..='\u{D7A3}' | '\u{20000}'..='\u{2F7FF}'));
    for c in tried {
        let once = fold(&format!("a{c}b")).text;
        assert_eq!(fold(&once).text, once, "{c:?}");
        let kept = keep(&format!("A{c}B"));
        assert_eq!(keep(&kept), kept, "{c:?}");
    }
}

/// A text drawn from `alphabet` by a fixed sequence.
fn drawn(alphabet: &[char], seed: u64, length: usize) -> String {
    let mut state = seed.wrapping_mul(2).wrapping_add(1);
    (0..length)
        .map(|_| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            alphabet[(state >> 33) as usize % alphabet.len()]
        })
        .collect()
}

#[test]
fn offsets_lead_back_to_what_was_folded() {
    let alphabet: Vec<char> = "aB é\u{301}ß-—½ﬁ  \n市總ガｶﾞ\u{3099}총\u{1100}\u{1161}Ёй้ก\u{AD}𝐀İx".chars().collect();
    for seed in 0..2000 {
        let shown = drawn(&alphabet, seed, 24);
        let folded = fold(&shown);
        let (once, twice) = (folded.text(), fold(folded.text()).text);
        assert!(once == twice, "{shown:?}: {} {}", once.escape_unicode(), twice.escape_unicode());
        for (start, c) in folded.text().char_indices() {
            let range = folded.shown(start..start + c.len_utf8(), &shown);
            let piece = fold(&shown[range.clone()]).text;
            assert!(piece.contains(c), "{c:?} of {shown:?} led to {:?}", &shown[range]);
        }
    }
}

#[test]
fn offsets_of_words() {
    let shown = "Die  Städte-\u{AD}Partner\u{AD}schaft: ½ Ville sœur Cafe\u{301}s 臺北市長";
    let folded = fold(shown);
    for (word, expected) in [
        ("stadte", "Städte"),
        ("partnerschaft", "Partner\u{AD}schaft"),
        ("soeur", "sœur"),
        ("cafes", "Cafe\u{301}s"),
        ("市长", "市長"),
        ("2", "½"),
    ] {
        let at = folded.text().find(word).unwrap();
        let range = folded.shown(at..at + word.len(), shown);
        assert_eq!(&shown[range.clone()], expected);
        assert_eq!(folded.place_of(range.end), at + word.len());
    }
}

fn check_index(input: &str, expected: &str) {
    let mut out = String::new();
    index_words(input, &mut out);
    assert_eq!(out, expected, "{input:?}");
}

#[test]
fn words_for_the_index() {
    check_index("  The Mayor's visit -- 2026!", "the mayor s visit 2026");
    check_index("友好城市", "友好 好城 城市 市");
    check_index("市", "市");
    check_index("在Beijing市，臺北", "在 beijing 市 台北 北");
    check_index("Köln und Straße", "koln und strasse");
    check_index("город-побратим Ёлка", "город побратим елка");
    check_index("총영사 접견", "총영 영사 사 접견 견");
    check_index("พี่", "พี ี่ ่");
    check_index("", "");
    check_index("—…—", "");
}

#[test]
fn words_are_appended_after_a_space() {
    let mut out = "before".to_owned();
    index_words("Été", &mut out);
    index_words("", &mut out);
    index_words("市長", &mut out);
    assert_eq!(out, "before ete 市长 长");
}

#[test]
fn index_words_agree_with_folding() {
    let alphabet: Vec<char> = "aB1 é-ß½市總ガ총Ёก。'_€".chars().collect();
    for seed in 0..500 {
        let shown = drawn(&alphabet, seed, 30);
        let (mut direct, mut again) = (String::new(), String::new());
        index_words(&shown, &mut direct);
        index_words(fold(&shown).text(), &mut again);
        assert_eq!(direct, again, "{shown:?}");
    }
}
