//! What the words of labels say of the dates behind them.

use std::collections::HashSet;
use std::sync::LazyLock;

use super::super::super::date::{DateContext, is_filler};
use super::super::years::said::is_of_archive;

/// Words right before a date among which its label is sought.
const MOST_WORDS: usize = 4;
/// Words of a short label.
const FEW_WORDS: usize = 3;

/// What a date is the date of, those before others that are taken first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum DateOf {
    /// The entry's publication, as its label says.
    Publication,
    /// Nothing says.
    Unsaid,
    /// Its last change.
    Change,
    /// Something else: an event, a time limit, the number of a document.
    Event,
    /// Something that a sentence tells.
    Sentence,
}

/// How a word is compared.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fit {
    Whole,
    /// Whole and right before the date, as prepositions.
    Next,
    /// In a label of a few words: in a headline it is what the news is about.
    Short,
    Begins,
    Ends,
    /// In scripts without blanks, or with endings of all kinds.
    Within,
}

/// Labels of dates in the main languages of Europe, Russian, Turkish, Arabic, Chinese,
/// Japanese and Korean.
const LABELS: &[(DateOf, Fit, &str)] = &[
    (
        DateOf::Publication,
        Fit::Begins,
        "published publication posted issued publié publiée publicad publicat publicación publicação pubblic publikov \
         publikac publikuj publicer publiser publiceret publisert gepubliceerd geplaatst veröffentlich erschienen \
         eingestellt ogłoszon opublikow julkaistu közzét megjelen feltöltve zveřejn zverejn objav objavljeno \
         δημοσί δημοσι опублик опублік публикац публікац размещен розміщен yayın yayım avaldatud publicēts paskelbt \
         vyvěš vyvesen wywiesz kifüggeszt releas نشر النشر",
    ),
    (DateOf::Publication, Fit::Within, "发布 發布 发表 發表 刊登 发稿 公開日 掲載 公表日 게시 등록 작성 입력"),
    (
        DateOf::Change,
        Fit::Begins,
        "update modified changed revised edited aktualis geändert änderung actualis modifié actualiz modific \
         aggiorna atualiza bijgewerkt gewijzigd zaktualiz zmodyfik zmien aktualiz změn zmen upraven frissít módosít \
         uppdater ändrad opdater ændret oppdater endret päivitetty muokattu uuendatud muudetud atjaun atnaujin ενημέρωση \
         τελευταία обновл изменен оновлен змінен актуализ güncel ažurir posodob تحديث التحديث تعديل",
    ),
    (DateOf::Change, Fit::Whole, "stand mis mise"),
    (DateOf::Change, Fit::Within, "更新 修改 改定 수정 갱신 업데이트"),
    (
        DateOf::Event,
        Fit::Begins,
        "deadline closing closes closed expires expiry expiration until event apply application registration register \
         submission valid starts begins takes veranstaltung anmeld bewerb abgabe gültig limite clôture échéance jusqu \
         expire événement évènement candidature plazo hasta límite cierre vence evento inscripci scad fino prazo até \
         encerramento inscriç validade uiterlijk sluit evenement geldig inschrijv wydarzeni zgłosz ważn termín uzávěrk \
         uzávierk přihláš prihlás platnost határid jelentkez esemény lejár termen limită până eveniment ansökning ansökan \
         tilmelding påmelding evenemang arrangement viimeistään määräai hakuaik tapahtum mennessä tähtaeg sündmus termiņ \
         pasākum terminas renginy προθεσμ λήξη έως μέχρι εκδήλωση срок строк крайн кінцев дедлайн окончан мероприят подія \
         захід заяв başvuru bitiş etkinlik prijav događ dogod موعد الموعد ينتهي حتى فعالية الفعالية",
    ),
    // What is taken down from a board, what no longer holds.
    (DateOf::Event, Fit::Begins, "sejm zvesen zdję zdjęc levét removed removal withdrawn снят знят effective"),
    (
        DateOf::Event,
        Fit::Short,
        "meeting hearing held session sitzung tagung findet séance seance réunion reunion pleno sesión sesion \
         sessão seduta vergadering zitting posiedzeni sesja sesji zasedání zasadnut ülés möte møde møte kokous состоит пройдет \
         пройдёт заседан засідан відбуд toplantı toplanti συνεδρίασ sjednic  اجتماع جلسة الجلسة",
    ),
    (DateOf::Event, Fit::Whole, "due entro beginn last sista senest senast letzter batas hạn מועד مهلت آخر मुदत"),
    (DateOf::Event, Fit::Next, "by before avant antes prima bis till tot voor do до kuni līdz iki met"),
    (DateOf::Event, Fit::Ends, "frist fristen schluss termin frister"),
    (
        DateOf::Event,
        Fit::Within,
        "截止 截至 报名 報名 活动 活動 有效期 会议 會議 会期 开标 開標 締切 〆切 期限 開催 応募 申込 会議 まで 마감 기한 접수 행사 회의 \
         까지",
    ),
];

/// Words of an end: that of a publication is no publication.
const ENDS: &str = "end ends ended ende fin fine fim konec koniec slut slutter loppu vége kraj einde sfârșit lõpp beigas \
    pabaiga τέλος λήξη конец окончание кінець край bitiş نهاية انتهاء";

/// The same in scripts without blanks.
const ENDS_WITHIN: [&str; 7] = ["结束", "結束", "終了", "종료", "สิ้นสุด", "หมดเขต", "ปิดรับ"];

/// Words that stand for any date.
const DATES: &str = "date dates dated datum dato data fecha päivämäärä päiväys pvm kuupäev datums datuma dátum dátumu \
    ημερομηνία ημερομηνια ημ дата дати tarih tarihi ngày tanggal sana วันที่ तारीख दिनांक التاريخ تاريخ תאריך day tag dag \
    jour día dia giorno den dzień day nap time zeit hora heure ora tid tijd 日期 日付 年月日 날짜 일자 时间 時間";

/// Words before the number of a document or of one of its versions, which dates are not.
const NUMBERS: &str = "ref reference réf référence referencia referência riferimento referentie referenz viittaus \
    kenmerk zaaknummer dossier dossiernummer expediente exp aktenzeichen az geschäftszeichen gz protocollo prot processo \
    sygnatura znak spisová značka čj dnr dnro diarienummer saksnr sagsnr ügyiratszám iktatószám no nr nº n° núm num \
    numéro nummer número numero čís číslo sz исх № номер version versione versión versão versie verze wersja verzia \
    verzió версия версія sürüm build release v rev revision 版本 文号 文號 案号 編號 编号 番号 バージョン";

/// Whether `label` ends in a word for the number of a document: "Ref. 2026-10-12".
pub fn names_number(label: &str) -> bool {
    let label = label.trim_end_matches(|c: char| c.is_whitespace() || ".:：/#".contains(c)).to_lowercase();
    let last = label.rsplit(char::is_whitespace).next().unwrap_or_default().replace('.', "");
    NUMBERS.split_whitespace().any(|word| word == last)
}

/// What the words of a label say, the last first. A weekday before the day says nothing,
/// whatever it means elsewhere: "do 26 nov" is a Thursday in Dutch.
pub fn by_label(label: &str, known: &DateContext<'_>) -> Option<DateOf> {
    let label = label.to_lowercase();
    let mut words: Vec<&str> = label.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    while words.last().is_some_and(|last| known.says_weekday(last)) {
        words.pop();
    }
    let near = || words.iter().rev().take(MOST_WORDS);
    if near().any(|word| is_end(word)) {
        return Some(DateOf::Event);
    }
    let is_short = words.len() <= FEW_WORDS || label.trim_end().ends_with([':', '：']);
    // "avant le 27/11": only what stands before any date may stand between.
    let mut is_next = true;
    let said = near().find_map(|word| {
        let place = WordPlace { is_next, is_short };
        is_next &= is_filler(word) || matches!(*word, "zum" | "zur" | "dem" | "den" | "the");
        by_word(word, place)
    });
    let far = || words.iter().find(|word| by_word(word, WordPlace::FAR) == Some(DateOf::Publication));
    said.or_else(|| far().map(|_| DateOf::Publication))
}

fn is_end(word: &str) -> bool {
    static KNOWN: LazyLock<HashSet<&str>> = LazyLock::new(|| ENDS.split_whitespace().collect());
    KNOWN.contains(word) || ENDS_WITHIN.iter().any(|end| word.contains(end))
}

/// Where a word of a label stands.
#[derive(Clone, Copy)]
pub struct WordPlace {
    /// Right before the date.
    is_next: bool,
    /// In a label of a few words.
    is_short: bool,
}

impl WordPlace {
    /// Among many words, or behind the date.
    pub const FAR: WordPlace = WordPlace { is_next: false, is_short: false };
}

/// What a word of a label says that stands right before the date or further off.
pub fn by_word(word: &str, place: WordPlace) -> Option<DateOf> {
    static PARTED: LazyLock<Vec<(DateOf, Fit, Vec<&str>)>> = LazyLock::new(|| {
        LABELS.iter().map(|(of, fit, stems)| (*of, *fit, stems.split_whitespace().collect())).collect()
    });
    let wide = word.starts_with(|c| c >= '\u{2e80}');
    PARTED.iter().find_map(|(of, fit, stems)| {
        let fits = |stem: &str| match fit {
            Fit::Whole => word == stem,
            Fit::Next => place.is_next && word == stem,
            Fit::Short => place.is_short && word.starts_with(stem),
            Fit::Begins => word.starts_with(stem),
            Fit::Ends => word.ends_with(stem),
            Fit::Within => wide && word.contains(stem),
        };
        stems.iter().copied().any(fits).then_some(*of)
    })
}

/// Whether a label says nothing of what its date is: it names dates or news, a weekday, or
/// words that stand before any date.
pub fn says_nothing(label: &str, known: &DateContext<'_>) -> bool {
    let label = label.to_lowercase();
    let mut words = label.split(|c: char| !c.is_alphanumeric()).filter(|word| word.chars().any(char::is_alphabetic));
    words.all(|word| {
        word.chars().count() < 3 && word.is_ascii()
            || is_filler(word)
            || is_of_archive(word)
            || known.names_weekday(word)
            || known.names_month(word)
            || DATES.split_whitespace().any(|date| date == word)
    })
}
