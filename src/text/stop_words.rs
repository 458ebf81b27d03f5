//! Words that say nothing of what a text is about, in the languages of most news.

use super::script;

/// Folded, by language: English, German, French, Spanish, Italian, Portuguese, Russian, Arabic.
const WORDS: [&str; 8] = [
    "a about after all also an and any are as at be been before between both but by can could did do during for from \
     had has have he her his how if in into is it its just last may more most my new no not of on one only or other \
     our out over own said says she should so some such than that the their them then there these they this those \
     through to two under until up was we were what when where which while who will with would year years you your",
    "aber alle als also am an auch auf aus bei bis da damit das dass dem den der des die dies diese dieser durch ein \
     eine einem einen einer eines er es fur gegen hat haben hatte ich ihr ihre im in ist jahr jahre kann mehr mit \
     nach nicht noch nun nur oder ohne schon sein seine sich sie sind so soll uber um und unter vom von vor war \
     waren was wenn werden wie wieder wir wird wo wurde wurden zu zum zur zwei zwischen",
    "a afin ainsi apres au aussi aux avant avec bien c ce cela ces cet cette comme d dans de depuis des deux dont du \
     elle en entre est et etait ete etre eu fait il ils j je jour l la le les leur leurs lors m mais meme n ne nos \
     notre nous on ont ou par pas pendant plus pour qu que qui s sa sans se ses si son sont sous sur tous tout toute \
     tres un une vers votre vous y",
    "a al algo ante antes aquel asi aun con contra cual cuando de del desde donde dos durante e el ella ellos en entre \
     era es esa ese eso esta este esto fue ha habia hace han hasta hay la las le les lo los mas me mi muy ni no nos o \
     otra otro para pero por porque que quien se segun ser si sin sobre son su sus tambien tiene todo todos tras un \
     una uno unos y ya",
    "a ad ai al alla alle anche ancora c che chi ci come con cui d da dagli dai dal dalla dalle degli dei del della \
     delle dello di dopo due e ed era essere fra gli ha hanno i il in io l la le lo loro ma nei nel nella nelle non o \
     ogni per piu poi prima quale quando quello questa questo se senza si sia sono stata stato su sua sue sugli sui \
     sul sulla suo suoi tra tutti un una uno",
    "a ao aos apos as ate com como da das de depois do dois dos e ela ele eles em entre era essa esse esta este eu foi \
     foram ha isso ja mais mas me muito na nao nas nem no nos o os ou para pela pelas pelo pelos por quando que quem \
     se sem ser seu seus sob sobre sua suas tambem tem um uma umas uns",
    "а без бы был была были было быть в вам во вот все всех вы где да для до его ее если есть еще же за и из или им их \
     к как ко когда кто ли между мы на над нас не него нее нет ни них но о об один он она они от по под после при про \
     с со так также там то того тоже только том у уже что чтобы эта эти это этого этом я",
    "ان او اي الى إلى أن أو أي إن اذا إذا الا إلا التي الذي الذين انه أنه انها أنها ايضا أيضا بعد بها به بين تم ثم حتى حول \
     حيث خلال ذلك دون عبر عدد على عليه عليها عن عند غير في فيه فيها قال قالت قبل قد كان كانت كل كما لا لدى له لها لم لن \
     ما مع من منذ منها منه نحو هذا هذه هم هناك هو هي و وقد وكان ولا وهو وهي يتم يوم",
];

/// Pairs of characters, as the search index has them, in Chinese and Korean. Of Japanese, all
/// pairs of hiragana say nothing.
const PAIRS: &str = "一个 一些 一次 上的 下的 中的 为了 了一 了解 今年 他们 以及 但是 其中 其他 到了 可以 和其 因为 在一 大的 如何 \
    对于 就是 已经 并在 开展 当天 我们 所有 所以 提供 是一 有关 来自 正在 此次 没有 的一 目前 相关 表示 这些 这个 通过 进一 进行 一步 还有 \
    에서 으로 하는 하고 했다 한다 위해 있는 있다 이날 지난 것으 으며 에는 까지 부터 대한 위한 통해 밝혔 혔다 라고";

/// Whether a folded word, or pair of characters, says nothing of a text's matter.
pub fn is_stop_word(word: &str) -> bool {
    if word.chars().all(|c| c.is_ascii_digit()) {
        return true;
    }
    match word.chars().next().is_some_and(script::is_unspaced) {
        true => {
            let is_hiragana = |c: char| matches!(c, '\u{3041}'..='\u{309F}');
            word.chars().any(is_hiragana) || PAIRS.split_whitespace().any(|pair| pair == word)
        }
        false => WORDS.iter().any(|words| words.split_whitespace().any(|stop| stop == word)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_grammar_say_nothing_b357() {
        for stop in
            ["the", "und", "fur", "qu", "los", "degli", "nao", "также", "التي", "进行", "して", "市の", "에서", "2026"]
        {
            assert!(is_stop_word(stop), "{stop}");
        }
        for word in ["mayor", "stadt", "мэр", "عمدة", "市长", "交流", "시장", "c40"] {
            assert!(!is_stop_word(word), "{word}");
        }
    }

    #[test]
    fn they_are_written_as_they_are_folded_b357() {
        for word in WORDS.iter().flat_map(|words| words.split_whitespace()) {
            assert_eq!(crate::text::fold::fold(word).text(), word);
        }
    }
}
